#ifndef TALENTCARD_TESTS_INTEGRATION_OFFICE_H_
#define TALENTCARD_TESTS_INTEGRATION_OFFICE_H_

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/hosted.h"
#include "services/ledger/checkpoint.h"
#include "services/records/erasure_list.h"
#include "services/registry/erase.h"
#include "services/rpc/server.h"
#include "services/rpc/sessions.h"
#include "services/rpc/turns.h"
#include "services/signing/code_keys.h"
#include "services/store/rocksdb/rocksdb_database.h"
#include "tests/integration/loading.h"
#include "tools/chengzhou/client.h"

namespace talentcard {

// A whole server on the files of a directory: `database` and, beside it,
// `erasures`. Gone with it is all but the files, as when a process ends.
class Office {
 public:
  explicit Office(const std::string& directory,
                  const std::string& origin = "test.example/log")
      : address_(
            absl::StrCat("unix:/tmp/talentcard-office-", getpid(), ".sock")),
        database_(*store::OpenRocksDb(directory + "/database")),
        erasures_(*records::ErasureList::Open(directory + "/erasures")),
        writer_(
            *database_,
            {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
             .now_ms =
                 [this] { return absl::ToUnixMillis(clock_.Now()) + ++ticks_; },
             .stamps = &stamps_}),
        policies_(*rpc::Policies::Open(database_->Latest())),
        foundation_{
            *database_,
            writer_,
            vault_,
            dossiers_,
            *policies_,
            clock_,
            gate_,
            true,
            rpc::Door::kLoopback,
            erasures_.get(),
            [this](std::string_view alarm) { alarms_.emplace_back(alarm); },
            &sessions_},
        signer_(origin, KeyOf(2)),
        erased_again_(*registry::RepeatErasures(foundation_)),
        hosted_(foundation_, signer_.verifier(), code_keys_, &clock_),
        server_(*rpc::StartServer(address_, *hosted_.Choose(""))),
        client_(std::make_unique<client::Client>(address_)) {}
  ~Office() {
    server_->Shutdown();
    unlink(address_.substr(5).c_str());
  }

  client::Client& client() { return *client_; }
  size_t erased_again() const { return erased_again_; }
  const std::vector<std::string>& alarms() const { return alarms_; }
  store::Database& database() { return *database_; }

  std::string verifier_key() const { return signer_.verifier().ToString(); }
  // Of what is in the log now.
  void SignCheckpoint() {
    ASSERT_TRUE(
        ledger::Checkpointer(*database_, writer_, signer_).Update().ok());
  }

  void Publish() {
    PublishFirst(*client_,
                 std::string(TALENTCARD_SOURCE_DIR) + "/rules/haicheng");
  }
  void Import(const std::vector<chengzhou::talentcard::v1::Person>& people) {
    talentcard::Import(*client_, people, "office-import-0001");
  }

  // The master key is KeyOf(1).
  static store::SecretKey KeyOf(uint8_t byte) {
    store::SecretKey key;
    key.bytes.fill(byte);
    return key;
  }

 private:
  const std::string address_;
  const std::unique_ptr<store::Database> database_;
  const std::unique_ptr<records::ErasureList> erasures_;
  store::SystemRandom random_;
  const store::Vault vault_{KeyOf(1), random_};
  rpc::RehearsalClock clock_{
      absl::FromUnixSeconds(1747008000)};  // 2025-05-12T08:00+08:00
  rpc::Turns turns_{2};
  rpc::Gate gate_{
      {},
      [] { return absl::Now(); },
      [this](std::function<void()> turn) { turns_.Run(std::move(turn)); }};
  store::Stamps stamps_;
  records::Dossiers dossiers_{vault_, stamps_, 1024};
  std::atomic<int64_t> ticks_ = 0;
  std::vector<std::string> alarms_;
  store::Writer writer_;
  const std::unique_ptr<rpc::Policies> policies_;
  rpc::Sessions sessions_{clock_, random_};
  const rpc::Foundation foundation_;
  const ledger::NoteSigner signer_;
  const size_t erased_again_;
  const signing::CodeKeys code_keys_{code::Algorithm::kEdDsa, KeyOf(3)};
  Hosted hosted_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<client::Client> client_;
};

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_OFFICE_H_
