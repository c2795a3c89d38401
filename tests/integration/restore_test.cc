// A server whose disk is lost goes on from an older copy: by two people's
// order, under another name, and so that an auditor sees what is missing.
#include "services/restore/restore.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "services/ledger/anchor.h"
#include "services/ledger/succession.h"
#include "services/records/names.h"
#include "services/records/proposals.h"
#include "services/records/sealed.h"
#include "services/records/staff.h"
#include "services/restoring.h"
#include "tests/integration/office.h"
#include "tools/auditor/audit.h"
#include "tools/population/people.h"

namespace talentcard {
namespace {

namespace fs = std::filesystem;
namespace v1 = chengzhou::talentcard::v1;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kEarlier[] = "test.example/log";
constexpr char kLater[] = "test.example/log-2";
constexpr uint64_t kNowMs = 1747094400000;  // 2025-05-13T08:00+08:00

// Who has a ruling key (its byte) and an account, and what it lets them do.
struct Colleague {
  const char* id;
  uint8_t key;
  const char* kind;
  bool disabled = false;
};
constexpr Colleague kSun{"sun", 11, "talent-office"};
constexpr Colleague kQian{"qian", 12, "security-admin"};
constexpr Colleague kZhou{"zhou", 13, "auditor"};
constexpr Colleague kLi{"li", 14, "talent-office", /*disabled=*/true};

std::string Signed(const std::string& order, const Colleague& by) {
  return *restore::Sign(order, records::NameOf("staff", by.id),
                        Office::KeyOf(by.key));
}

void Write(const fs::path& path, const std::string& bytes) {
  fs::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

void WriteKey(const fs::path& path, uint8_t byte) {
  Write(path, std::string(32, static_cast<char>(byte)));
  chmod(path.c_str(), 0400);
}

class RestoreTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(data_);
    fs::create_directories(data_);
    WriteKey(data_ / "master.key", 1);
    WriteKey(data_ / "log.key", 2);
    {
      Office office(data_);
      office.Publish();
      Appoint(office.database());
      office.SignCheckpoint();
    }
    fs::copy(data_ / "database", data_ / "copy");
    {
      Office office(data_);
      std::vector<v1::Person> people;
      for (const auto& [role, person] : population::StoryFamilies())
        people.push_back(person);
      office.Import(people);
      office.SignCheckpoint();
      kept_ = *ledger::NewestNote(office.database().Latest());
      lost_ = *ledger::Present(office.database().Latest());
    }
    Remember(lost_);
    fs::remove_all(data_ / "database");
    fs::rename(data_ / "copy", data_ / "database");
  }
  void TearDown() override { fs::remove_all(data_); }

  static void Appoint(store::Database& database) {
    store::SystemRandom random;
    const store::Vault vault(Office::KeyOf(1), random);
    store::Writer writer(
        database,
        {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
         .now_ms = [] { return int64_t{kNowMs}; }});
    for (const Colleague& one : {kSun, kQian, kZhou, kLi}) {
      const auto body = [&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(transaction, vault));
        v1::StaffRecord record;
        record.set_disabled(one.disabled);
        record.add_roles()->set_kind(one.kind);
        RETURN_IF_ERROR(
            records::WriteStaff(transaction, vault, change, one.id, record));
        const Ed25519Key key(Office::KeyOf(one.key).bytes);
        RETURN_IF_ERROR(records::WriteRulingKey(
            change, records::NameOf("staff", one.id),
            std::string(key.public_key().begin(), key.public_key().end())));
        ledger::Account account;
        account.time_ms = kNowMs;
        account.facts = records::Deterministic(v1::LogRecord());
        return change.Finish(account);
      };
      ASSERT_TRUE(writer.Run(body).ok());
    }
  }

  void Remember(const ledger::Anchor& anchor) {
    ASSERT_TRUE(
        (*ledger::AnchorFile::Open(data_ / "anchor"))->Write(anchor).ok());
  }

  Stopped Server() const {
    return {data_, data_, kLater,
            [](const absl::Status& s) { ADD_FAILURE() << s; }};
  }
  std::string Order() const {
    const auto order = OrderRestore(Server(), "the disk is lost");
    EXPECT_TRUE(order.ok()) << order.status();
    return order.value_or("");
  }
  absl::Status CarryOut(const std::string& order) const {
    Write(data_ / "order", order);
    return Restore(Server(), data_ / "order", kNowMs);
  }
  absl::Status Opens() const {
    return ledger::OpenAnchored(*store::OpenRocksDb(data_ / "database"),
                                *ledger::AnchorFile::Open(data_ / "anchor"))
        .status();
  }

  auditor::AuditReport Audit(const std::string& origin,
                             const std::string& kept) const {
    auditor::AuditOptions options;
    options.data = data_;
    options.verifier_key =
        ledger::NoteSigner(origin, Office::KeyOf(2)).verifier().ToString();
    options.kept_note = kept;
    const auto report = auditor::Audit(options);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.value_or(auditor::AuditReport{});
  }

  const fs::path data_ =
      fs::temp_directory_path() / absl::StrCat("restored-", getpid());
  std::string kept_;
  ledger::Anchor lost_;
};

TEST_F(RestoreTest, AnOlderCopyIsNotServedWithoutAnOrder) {
  EXPECT_TRUE(absl::IsDataLoss(Opens()));
  EXPECT_THAT(Opens().message(), HasSubstr("--order-restore"));
}

TEST_F(RestoreTest, TwoWhoMayHaveToSign) {
  const std::string order = Order();
  const std::vector<std::pair<const char*, std::string>> refused = {
      {"nobody signed", order},
      {"one signed", Signed(order, kSun)},
      {"one signed twice", Signed(Signed(order, kSun), kSun)},
      {"one of them is an auditor", Signed(Signed(order, kSun), kZhou)},
      {"one account is disabled", Signed(Signed(order, kLi), kQian)},
      {"one signed in another's name",
       Signed(Signed(order, kSun), {"qian", kSun.key, "security-admin"})},
      {"one is nobody", Signed(Signed(order, kSun), {"wu", 15, ""})},
      {"it was changed afterwards",
       absl::StrReplaceAll(Signed(Signed(order, kSun), kQian),
                           {{"the disk is lost", "the disk was lost"}})},
  };
  for (const auto& [name, note] : refused) {
    EXPECT_FALSE(CarryOut(note).ok()) << name;
    EXPECT_TRUE(absl::IsDataLoss(Opens())) << name;
  }
  const absl::Status status = CarryOut(Signed(Signed(order, kSun), kQian));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(Opens().ok()) << Opens();
}

TEST_F(RestoreTest, AnOrderIsOfOneCopyAndOneLoss) {
  const std::string order = Signed(Signed(Order(), kSun), kQian);
  ledger::Anchor later = lost_;
  ++later.revision;
  ++later.size;
  Remember(later);
  EXPECT_TRUE(absl::IsFailedPrecondition(CarryOut(order)));
  Remember(lost_);
  Stopped other = Server();
  other.origin = "test.example/log-3";
  EXPECT_TRUE(
      absl::IsFailedPrecondition(Restore(other, data_ / "order", kNowMs)));
  EXPECT_TRUE(CarryOut(order).ok());
  EXPECT_FALSE(OrderRestore(other, "nothing is missing any more").ok());
}

TEST_F(RestoreTest, InterruptedItIsDoneAgain) {
  const std::string order = Signed(Signed(Order(), kSun), kQian);
  ASSERT_TRUE(CarryOut(order).ok());
  Remember(lost_);  // As if the anchor had not been written.
  EXPECT_TRUE(absl::IsDataLoss(Opens()));
  Stopped earlier = Server();
  earlier.origin = "test.example/log";
  EXPECT_TRUE(
      absl::IsFailedPrecondition(Restore(earlier, data_ / "order", kNowMs)))
      << "nothing more is signed under the name the log had";
  EXPECT_TRUE(CarryOut(order).ok());
  EXPECT_TRUE(Opens().ok());
  EXPECT_EQ(ledger::Succession::Read(
                (*store::OpenRocksDb(data_ / "database"))->Latest())
                ->all()
                .size(),
            1u);
}

TEST_F(RestoreTest, NobodyGoesOnTwiceByOneOrder) {
  const std::string order = Signed(Signed(Order(), kSun), kQian);
  ASSERT_TRUE(CarryOut(order).ok());
  fs::copy(data_ / "database", data_ / "copy");
  {
    Office office(data_, kLater);
    office.Import({population::StoryFamilies().at("d2")});
    office.SignCheckpoint();
    lost_ = *ledger::Present(office.database().Latest());
  }
  Remember(lost_);
  fs::remove_all(data_ / "database");
  fs::rename(data_ / "copy", data_ / "database");
  EXPECT_FALSE(CarryOut(order).ok());
  EXPECT_TRUE(absl::IsDataLoss(Opens()));
}

TEST_F(RestoreTest, WithAnotherLogKeyNothingIsWritten) {
  const std::string order = Signed(Signed(Order(), kSun), kQian);
  WriteKey(data_ / "log.key", 99);
  EXPECT_FALSE(CarryOut(order).ok());
  WriteKey(data_ / "log.key", 2);
  EXPECT_EQ(restore::Order::Parse(Order())->Text(),
            order.substr(0, order.find("\n\n") + 1));
  EXPECT_TRUE(CarryOut(order).ok());
}

TEST_F(RestoreTest, AnAuditorSeesWhoOrderedItAndWhatIsMissing) {
  const uint64_t size = restore::Order::Parse(Order())->size;
  ASSERT_TRUE(CarryOut(Signed(Signed(Order(), kSun), kQian)).ok());
  {
    Office office(data_, kLater);
    office.SignCheckpoint();
  }
  const auditor::AuditReport report = Audit(kLater, kept_);
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.log.differences, IsEmpty());
  EXPECT_THAT(report.approvals.differences, IsEmpty());
  EXPECT_EQ(report.log.lost, lost_.size - size);
  EXPECT_EQ(report.approvals.acts, 1u);
  EXPECT_FALSE(Audit(kEarlier, "").ok()) << "under the name it had";
  const std::string more =
      ledger::NoteSigner(kEarlier, Office::KeyOf(2))
          .Sign(
              ledger::Checkpoint{kEarlier, lost_.size + 1, lost_.root}.Body());
  EXPECT_THAT(Audit(kLater, more).log.differences,
              ElementsAre(HasSubstr("the kept checkpoint of")));
}

TEST_F(RestoreTest, OnePersonWhoHasAllFilesIsNamedByTheAuditor) {
  const auto order = restore::Order::Parse(Order());
  {
    const auto database = *store::OpenRocksDb(data_ / "database");
    store::SystemRandom random;
    const store::Vault vault(Office::KeyOf(1), random);
    store::Writer writer(
        *database,
        {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
         .now_ms = [] { return int64_t{kNowMs}; }});
    const auto succeed = [&](store::Transaction& transaction) {
      v1::LogRecord record;
      record.set_note(Signed(order->Text(), kSun));
      ledger::Account account;
      account.time_ms = kNowMs;
      account.facts = records::Deterministic(record);
      return ledger::Succeed(transaction, vault, order->genesis, account);
    };
    ASSERT_TRUE(writer.Run(succeed).ok());
    const ledger::NoteSigner log(kLater, Office::KeyOf(2));
    ASSERT_TRUE(ledger::Checkpointer(*database, writer, log).Update().ok());
  }
  const auditor::AuditReport report = Audit(kLater, "");
  EXPECT_THAT(report.log.differences, IsEmpty());
  EXPECT_THAT(report.approvals.differences,
              Contains(HasSubstr(absl::StrCat("entry `", order->size, "`"))));
}

}  // namespace
}  // namespace talentcard
