#include "tools/crash/workload.h"

#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"
#include "services/store/versions.h"
#include "tools/crash/ledger_workload.h"

namespace talentcard::crash {
namespace {

using store::Reader;
using store::Table;
using store::Transaction;

constexpr uint64_t kAccounts = 64;
constexpr uint64_t kRecords = 200;

std::string Account(uint64_t number) {
  std::string key = "~a";
  store::AppendNumber(number % kAccounts, key);
  return key;
}

absl::Status Add(Transaction& transaction, const std::string& key,
                 int64_t amount) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value,
                   transaction.Get(key));
  const int64_t before = value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
  transaction.Put(key, std::to_string(before + amount));
  return absl::OkStatus();
}

class Records : public Workload {
 public:
  absl::Status Change(Transaction& transaction,
                      const Step& step) const override {
    const int64_t amount = static_cast<int64_t>(step.random >> 32 & 0xFF);
    RETURN_IF_ERROR(Add(transaction, Account(step.random), -amount));
    if (step.random >> 60 == 0) return absl::AbortedError("half way");
    RETURN_IF_ERROR(Add(transaction, Account(step.random >> 8), amount));
    const std::string id = std::to_string((step.random >> 16) % kRecords);
    const std::string payload(step.random >> 40 & 0x3FF,
                              static_cast<char>('a' + step.number % 26));
    const bool remove = step.random >> 57 == 1;
    return store::WriteVersion(
        transaction, Table::kCard, id, transaction.revision(),
        remove ? std::nullopt : std::optional<std::string_view>(payload));
  }

  absl::Status Check(const Reader& reader) const override {
    int64_t sum = 0;
    RETURN_IF_ERROR(
        reader.Scan("~a", "~b", [&](std::string_view, std::string_view value) {
          sum += std::strtoll(std::string(value).c_str(), nullptr, 10);
          return true;
        }));
    if (sum != 0)
      return absl::DataLossError(absl::StrCat("the accounts sum to ", sum));
    return CheckRecords(reader);
  }

 private:
  // Every step writes one version, so versions and revisions are as many.
  absl::Status CheckRecords(const Reader& reader) const {
    uint64_t versions = 0;
    const auto count = [&](std::string_view, std::string_view) {
      return ++versions, true;
    };
    for (const Table table : {Table::kCard, Table::kHistory}) {
      const store::Key key(table);
      RETURN_IF_ERROR(reader.Scan(key.First(), key.Last(), count));
    }
    ASSIGN_OR_RETURN(const auto row, reader.Get(store::Key(Table::kRevision)));
    const uint64_t revision = row ? store::ReadNumber(*row, 0) : 0;
    if (versions != revision) {
      return absl::DataLossError(
          absl::StrCat(versions, " versions after ", revision, " revisions"));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Workload>> MakeWorkload(std::string_view name) {
  if (name == "records") return std::make_unique<Records>();
  if (name == "ledger") return MakeLedgerWorkload();
  return absl::InvalidArgumentError(
      absl::StrCat("no workload is called `", A(name), "`"));
}

}  // namespace talentcard::crash
