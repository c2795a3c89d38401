#ifndef TALENTCARD_TESTS_INTEGRATION_WORLD_H_
#define TALENTCARD_TESTS_INTEGRATION_WORLD_H_

#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/status_macros.h"
#include "gtest/gtest.h"
#include "services/hosted.h"
#include "services/ledger/checkpoint.h"
#include "services/rpc/server.h"
#include "services/rpc/sessions.h"
#include "services/rpc/turns.h"
#include "services/signing/code_keys.h"
#include "services/store/memory/memory_database.h"
#include "tests/integration/loading.h"
#include "tests/integration/together.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/client.h"
#include "tools/population/people.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard {

using client::Asker;
using client::Json;

// A whole server on a database in memory, behind a socket of its own.
class World : public testing::Test {
 protected:
  explicit World(rpc::Door door = rpc::Door::kLoopback) : door_(door) {
    hosted_ = std::make_unique<Hosted>(foundation_, signer_.verifier(),
                                       code_keys_, &clock_);
    auto server = rpc::StartServer(address_, *hosted_->Choose(""));
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    client_ = std::make_unique<client::Client>(address_);
  }
  ~World() override {
    server_->Shutdown();
    unlink(address_.substr(5).c_str());
  }

  void Publish() { PublishFirst(*client_, Rules()); }

  void ImportFamilies(const std::string& request_id = "families-0001") {
    std::vector<chengzhou::talentcard::v1::Person> people;
    for (const auto& [role, person] : population::StoryFamilies())
      people.push_back(person);
    Import(*client_, people, request_id);
  }

  static std::string Rules() {
    return std::string(TALENTCARD_SOURCE_DIR) + "/rules/haicheng";
  }
  static store::SecretKey KeyOf(uint8_t byte) {
    store::SecretKey key;
    key.bytes.fill(byte);
    return key;
  }

  const rpc::Door door_;
  const std::string address_ =
      absl::StrCat("unix:/tmp/talentcard-test-", getpid(), ".sock");
  store::MemoryDatabase database_;
  store::SeededRandom random_{42};
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
  store::Writer writer_{
      database_,
      {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
       .now_ms = [this] { return absl::ToUnixMillis(clock_.Now()) + ++ticks_; },
       .stamps = &stamps_}};
  std::unique_ptr<rpc::Policies> policies_ =
      *rpc::Policies::Open(database_.Latest());
  rpc::Sessions sessions_{clock_, random_};
  const rpc::Foundation foundation_{.database = database_,
                                    .writer = writer_,
                                    .vault = vault_,
                                    .dossiers = dossiers_,
                                    .policies = *policies_,
                                    .clock = clock_,
                                    .gate = gate_,
                                    .allow_unallocated_region = true,
                                    .door = door_,
                                    .sessions = &sessions_};
  const ledger::NoteSigner signer_{"test.example/log", KeyOf(2)};
  const signing::CodeKeys code_keys_{code::Algorithm::kEdDsa, KeyOf(3)};
  ledger::Checkpointer checkpointer_{database_, writer_, signer_};
  std::unique_ptr<Hosted> hosted_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<client::Client> client_;
  std::atomic<int64_t> ticks_ = 0;
};

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_WORLD_H_
