#include "services/restoring.h"

#include <fstream>
#include <iterator>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/restore/restore.h"
#include "services/rpc/policies.h"
#include "services/store/master_key.h"
#include "services/store/rocksdb/rocksdb_database.h"

namespace talentcard {
namespace {

struct Files {
  std::unique_ptr<store::Database> database;
  std::unique_ptr<ledger::AnchorFile> anchor;
};

absl::StatusOr<Files> Open(const Stopped& server) {
  Files files;
  ASSIGN_OR_RETURN(files.database,
                   store::OpenRocksDb(server.data + "/database"));
  ASSIGN_OR_RETURN(files.anchor,
                   ledger::AnchorFile::Open(server.remembered + "/anchor"));
  return files;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    return absl::NotFoundError(absl::StrCat("cannot read `", path, "`"));
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> OrderRestore(const Stopped& server,
                                         const std::string& reason) {
  ASSIGN_OR_RETURN(const Files files, Open(server));
  ASSIGN_OR_RETURN(
      const restore::Order order,
      restore::OrderFor(files.database->Latest(), files.anchor->last(),
                        server.origin, reason));
  return order.Text();
}

absl::Status Restore(const Stopped& server, const std::string& order_path,
                     uint64_t now_ms) {
  ASSIGN_OR_RETURN(const std::string order, ReadFile(order_path));
  ASSIGN_OR_RETURN(const Files files, Open(server));
  ASSIGN_OR_RETURN(const store::SecretKey master,
                   store::LoadMasterKey(server.data + "/master.key"));
  ASSIGN_OR_RETURN(const store::SecretKey log_key,
                   store::LoadMasterKey(server.data + "/log.key"));
  ASSIGN_OR_RETURN(const auto policies,
                   rpc::Policies::Open(files.database->Latest()));
  const auto policy = policies->Current();
  if (policy == nullptr)
    return absl::FailedPreconditionError(
        "the copy has no rules that say who may order this");
  store::SystemRandom random;
  const store::Vault vault(master, random);
  store::Writer writer(*files.database,
                       {.on_fatal = server.on_fatal, .now_ms = [now_ms] {
                          return static_cast<int64_t>(now_ms);
                        }});
  const ledger::NoteSigner log(server.origin, log_key);
  return restore::Restore(
      {*files.database, writer, vault, *files.anchor, log, *policy, now_ms},
      order);
}

}  // namespace talentcard
