// Four eyes, looked at afterwards from the files alone: the server that let an
// act through, and whoever holds its keys, are not believed.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/escaping.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "engine/digest/ed25519.h"
#include "engine/workflow/four_eyes.h"
#include "gmock/gmock.h"
#include "services/records/names.h"
#include "services/records/proposals.h"
#include "services/records/sealed.h"
#include "tests/integration/office.h"
#include "tools/auditor/audit.h"
#include "tools/chengzhou/approving.h"
#include "tools/population/people.h"

namespace talentcard {
namespace {

namespace fs = std::filesystem;
namespace v1 = chengzhou::talentcard::v1;
using client::Asker;
using client::Json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "test"};
const Asker kApprover{"talent-office", "offices/talent", "staff/sun", "test"};
const Asker kAuthor{"policy-author", "offices/talent", "staff/author", ""};

// After the evening of the files.
constexpr int64_t kNowMs = 1747008000000 + 60 * 60 * 1000;
constexpr char kRevoke[] = "CardService.RevokeCard";

Ed25519Key KeyOf(uint8_t byte) { return Ed25519Key(Office::KeyOf(byte).bytes); }
const Ed25519Key& ApproversKey() {
  static const Ed25519Key key = KeyOf(5);
  return key;
}
std::string Public(const Ed25519Key& key) {
  return {key.public_key().begin(), key.public_key().end()};
}

workflow::Actor ActorOf(const Asker& asker) {
  return {asker.kind, asker.staff, asker.institution, ""};
}

// A server's files after acts that took two, each in its own way.
class FourEyesAuditTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    fs::remove_all(Evening());
    fs::create_directories(Evening());
    {
      Office office(Evening());
      key_ = new std::string(office.verifier_key());
      office.Publish();
      std::vector<v1::Person> people;
      for (const auto& [role, person] : population::StoryFamilies())
        people.push_back(person);
      office.Import(people);
      RevokeCards(office);
      LookAtAChild(office);
      ReplaceThePolicy(office);
      Approved(office, kOffice, "RegistryService/ErasePerson",
               {{"name", NameOf("technician")},
                {"ground", "at their request"},
                {"request_id", "erase-0001"}});
      office.SignCheckpoint();
    }
    const store::SecretKey master = Office::KeyOf(1);
    std::ofstream(Evening() / "master.key", std::ios::binary)
        .write(reinterpret_cast<const char*>(master.bytes.data()), 32);
    chmod((Evening() / "master.key").c_str(), 0400);
  }
  static void TearDownTestSuite() {
    fs::remove_all(Evening());
    delete key_;
  }
  void SetUp() override {
    fs::remove_all(data_);
    fs::copy(Evening(), data_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(data_); }

  static fs::path Evening() {
    return fs::temp_directory_path() / absl::StrCat("two-people-", getpid());
  }
  static std::string NameOf(const std::string& role) {
    return population::StoryFamilies().at(role).name();
  }

  static Json Call(Office& office, const Asker& asker,
                   const std::string& method, Json request) {
    static int calls = 0;
    if (!request.contains("request_id") && !request.contains("ticket_id"))
      request["request_id"] = absl::StrCat("four-eyes-", ++calls, "-test");
    const auto answer = office.client().Call(asker, method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.status();
    return answer.value_or(Json::object());
  }
  static Json Propose(Office& office, const Asker& asker,
                      const std::string& method, const Json& act,
                      bool emergency = false) {
    return Call(office, asker, "ApprovalService/ProposeAct",
                *client::ProposalOf(method, act, "why", emergency));
  }
  static void Rule(Office& office, const Json& proposal, bool approves = true) {
    Call(office, kApprover,
         approves ? "ApprovalService/ApproveProposal"
                  : "ApprovalService/RejectProposal",
         client::RulingOn(proposal, ApproversKey(), approves, "read"));
  }
  static void Approved(Office& office, const Asker& asker,
                       const std::string& method, const Json& act) {
    Rule(office, Propose(office, asker, method, act));
    Call(office, asker, method, act);
  }

  static void RevokeCards(Office& office) {
    const auto revocation = [&](const char* role, const char* request_id) {
      const Json card =
          Call(office, kClerk, "CardService/IssueCard",
               {{"holder", NameOf(role)}, {"series", "SERIES_PERSON"}});
      return Json{{"name", card.value("name", "")},
                  {"cause", "FRAUD"},
                  {"basis", "海人才办〔2025〕9号"},
                  {"etag", card.value("etag", "")},
                  {"request_id", request_id}};
    };
    const std::string method = "CardService/RevokeCard";
    Approved(office, kOffice, method, revocation("d2", "revoke-0001"));
    const Json disputed = revocation("d1", "revoke-0002");
    const Json proposal = Propose(office, kOffice, method, disputed, true);
    Call(office, kOffice, method, disputed);
    Rule(office, proposal, /*approves=*/false);
    const Json urgent = revocation("d3", "revoke-0003");
    Propose(office, kOffice, method, urgent, /*emergency=*/true);
    Call(office, kOffice, method, urgent);
  }

  static void LookAtAChild(Office& office) {
    const Json look = {{"name", NameOf("d2-child")},
                       {"ticket_id", "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11"}};
    Approved(office, kClerk, "RegistryService/GetPerson", look);
    Call(office, kClerk, "RegistryService/GetPerson", look);
  }

  static void ReplaceThePolicy(Office& office) {
    auto files =
        *ReadBundle(std::string(TALENTCARD_SOURCE_DIR) + "/rules/haicheng");
    files["policy.yaml"] += "\n# amended\n";
    Json list = Json::array();
    for (const auto& [path, content] : files)
      list.push_back(
          {{"path", path}, {"content", absl::Base64Escape(content)}});
    Approved(
        office, kAuthor, "PolicyService/PublishPolicy",
        {{"files", list},
         {"expected_digest", *rpc::NewestDigest(office.database().Latest())},
         {"request_id", "publish-0002"}});
  }

  auditor::AuditReport Audit() {
    auditor::AuditOptions options;
    options.data = data_;
    options.verifier_key = *key_;
    const auto report = auditor::Audit(options);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.value_or(auditor::AuditReport{});
  }

  const fs::path data_ =
      fs::temp_directory_path() / absl::StrCat("two-people-edited-", getpid());
  static std::string* key_;
};

std::string* FourEyesAuditTest::key_ = nullptr;

std::string Entry(uint64_t index) {
  return absl::StrCat("entry `", index, "`");
}

// Has the server's files and every key of it, the log's too, but no approver's:
// what is written through it is signed and holds in every other way.
class Insider {
 public:
  explicit Insider(const fs::path& data)
      : database_(*store::OpenRocksDb(data / "database")),
        writer_(*database_,
                {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
                 .now_ms = [this] { return kNowMs + ++ticks_; }}),
        bundle_(*rpc::NewestDigest(database_->Latest())) {}
  ~Insider() {
    EXPECT_TRUE(
        ledger::Checkpointer(*database_, writer_, signer_).Update().ok());
  }

  using Put = std::function<absl::Status(store::Transaction&, ledger::Change&)>;

  // Puts a change on record; the index of its entry.
  uint64_t Write(const std::string& method, const Asker& asker,
                 const std::string& note, const Put& put = nullptr) {
    uint64_t index = 0;
    const auto body = [&](store::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(ledger::Change change,
                       ledger::Change::Begin(transaction, vault_));
      index = change.log_index();
      if (put) RETURN_IF_ERROR(put(transaction, change));
      v1::LogRecord record;
      record.set_actor(ActorOf(asker).ToString());
      record.set_method(method);
      record.set_note(note);
      ledger::Account account;
      account.time_ms = kNowMs;
      const std::string digest = absl::HexStringToBytes(bundle_);
      std::copy(digest.begin(), digest.end(), account.bundle.begin());
      account.actor = record.actor();
      account.facts = records::Deterministic(record);
      return change.Finish(account);
    };
    EXPECT_TRUE(writer_.Run(body).ok());
    return index;
  }
  uint64_t Write(const std::string& method, const Asker& asker,
                 const v1::Proposal& proposal, const char* what) {
    return Write(method, asker, absl::StrCat(proposal.name(), " ", what),
                 [&](store::Transaction& transaction, ledger::Change& change) {
                   return records::WriteProposal(transaction, vault_, change,
                                                 proposal);
                 });
  }
  void Pin(const Asker& asker, const Ed25519Key& key) {
    Write("ApprovalService.ApproveProposal", asker, "ruling key",
          [&](store::Transaction&, ledger::Change& change) {
            return records::WriteRulingKey(change, asker.staff, Public(key));
          });
  }
  // What entries say they were decided by.
  void Name(const std::string& bundle) { bundle_ = bundle; }

  store::Database& database() const { return *database_; }
  const store::Vault& vault() const { return vault_; }

 private:
  const std::unique_ptr<store::Database> database_;
  store::SystemRandom random_;
  const store::Vault vault_{Office::KeyOf(1), random_};
  const ledger::NoteSigner signer_{"test.example/log", Office::KeyOf(2)};
  int64_t ticks_ = 0;
  store::Writer writer_;
  std::string bundle_;
};

v1::Proposal Proposed(const std::string& method, bool emergency) {
  v1::ChangeCardRequest act;
  act.set_name("cards/0123456789abcdef0123456789abcdef");
  act.set_request_id("revoke-0009");
  v1::Proposal proposal = workflow::Propose(ActorOf(kOffice), emergency,
                                            absl::FromUnixMillis(kNowMs));
  const std::string bytes = records::Deterministic(act);
  const Sha256Hash hash =
      records::ProposalHash(method, ActorOf(kOffice).ToString(), bytes);
  proposal.set_name(records::NameOf("proposals", records::ProposalId(hash)));
  proposal.set_method(method);
  proposal.mutable_act()->set_value(bytes);
  proposal.set_hash(std::string(AsBytes(hash)));
  proposal.add_approvers("talent-office");
  return proposal;
}

// Signs the only ruling.
void Sign(v1::Proposal& proposal, const Ed25519Key& key,
          const char* ruling = "approve") {
  proposal.mutable_rulings(0)->set_public_key(Public(key));
  proposal.mutable_rulings(0)->set_signature(key.Sign(absl::StrCat(
      "chengzhou/ruling/v1\n", absl::BytesToHexString(proposal.hash()), "\n",
      ruling, "\n")));
}

// Each step of a proposal as the rules have it, on record.
struct Steps {
  std::string method = kRevoke;
  bool emergency = false;
  // Made to what was approved before it goes on record, and to what was
  // executed.
  std::function<void(v1::Proposal&)> approved = nullptr;
  std::function<void(v1::Proposal&)> executed = nullptr;
  Asker by = kOffice;
};

struct Made {
  v1::Proposal proposal;
  uint64_t execution = 0;
  uint64_t act = 0;
};

Made Make(Insider& insider, const Steps& steps,
          const Insider::Put& act = nullptr) {
  const absl::Time now = absl::FromUnixMillis(kNowMs);
  v1::Proposal proposal = Proposed(steps.method, steps.emergency);
  insider.Write("ApprovalService.ProposeAct", kOffice, proposal, "proposed");
  if (!steps.emergency) {
    EXPECT_EQ(workflow::Approve(proposal, ActorOf(kApprover), now),
              workflow::Refusal::kNone);
    Sign(proposal, ApproversKey());
    if (steps.approved) steps.approved(proposal);
    insider.Write("ApprovalService.ApproveProposal", kApprover, proposal,
                  "approved");
  }
  EXPECT_EQ(workflow::Execute(proposal, ActorOf(kOffice), now),
            workflow::Refusal::kNone);
  if (steps.executed) steps.executed(proposal);
  Made made;
  made.execution = insider.Write(steps.method, steps.by, proposal, "executed");
  made.act = insider.Write(steps.method, steps.by, "card revoke", act);
  made.proposal = std::move(proposal);
  return made;
}

TEST_F(FourEyesAuditTest, WhatTwoDidHoldsAndWhatIsToBeReviewedIsSaid) {
  const auto report = Audit();
  EXPECT_TRUE(report.ok()) << testing::PrintToString(
                                  report.approvals.differences)
                           << testing::PrintToString(report.log.differences);
  // Three cards, a policy, an erasure; and the child that was looked at.
  EXPECT_EQ(report.approvals.acts, 5u);
  EXPECT_EQ(report.approvals.proposals, 5u);
  EXPECT_EQ(report.approvals.erased, 2u) << "the act and its proposal";
  EXPECT_EQ(report.approvals.to_review_count, 1u);
  EXPECT_THAT(report.approvals.to_review,
              ElementsAre(HasSubstr("still to be reviewed")));
  EXPECT_NE(report.newest_note, "");
}

struct Forgery {
  const char* name;
  Steps steps;
  const char* found;  // Empty if nothing is to be found.
};

class ForgedApprovalTest : public FourEyesAuditTest,
                           public testing::WithParamInterface<Forgery> {};

TEST_P(ForgedApprovalTest, HoldsOnlyIfNothingIsForged) {
  const Forgery& c = GetParam();
  Made made;
  {
    Insider insider(data_);
    insider.Pin(kOffice, KeyOf(9));
    made = Make(insider, c.steps);
  }
  const auto report = Audit();
  EXPECT_THAT(report.log.differences, ElementsAre());
  EXPECT_THAT(report.decisions.differences, ElementsAre());
  const auto& found = report.approvals.differences;
  if (std::string(c.found).empty()) {
    EXPECT_TRUE(report.ok()) << testing::PrintToString(found);
    return;
  }
  EXPECT_THAT(found, Contains(AllOf(HasSubstr(Entry(made.execution) + ":"),
                                    HasSubstr(made.proposal.name()),
                                    HasSubstr(c.found))));
  EXPECT_THAT(found, Contains(HasSubstr(Entry(made.act) + ":")));
  EXPECT_EQ(report.newest_note, "");
}

void ByTheProposer(v1::Proposal& proposal) {
  *proposal.mutable_rulings(0)->mutable_by() = proposal.proposer();
  Sign(proposal, KeyOf(9));
}

INSTANTIATE_TEST_SUITE_P(
    Steps, ForgedApprovalTest,
    testing::ValuesIn<Forgery>({
        {"NothingForgedHolds", {}, ""},
        {"AnEmergencyHolds", {.emergency = true}, ""},
        {"AnEmergencyWhereThereIsNone",
         {.method = "CardService.ResumeCard", .emergency = true},
         "knows no emergency"},
        {"ASignatureThatIsNone",
         {.approved =
              [](auto& p) {
                p.mutable_rulings(0)->set_signature(std::string(64, 'x'));
              }},
         "the signature of `staff/sun` does not hold"},
        {"TheSignatureOfARejection",
         {.approved = [](auto& p) { Sign(p, ApproversKey(), "reject"); }},
         "the signature of `staff/sun` does not hold"},
        {"AnothersKey",
         {.approved = [](auto& p) { Sign(p, KeyOf(9)); }},
         "under another key than theirs"},
        {"ThePersonWhoProposedIt",
         {.approved = ByTheProposer},
         "`staff/li` ruled on their own proposal"},
        {"AKindThatMayNot",
         {.approved =
              [](auto& p) {
                p.mutable_rulings(0)->mutable_by()->set_kind("clerk");
              }},
         "`clerk` ruled, who may not"},
        {"ApproversThatThePolicyDoesNotName",
         {.approved = [](auto& p) { p.add_approvers("clerk"); }},
         "asks others to approve it"},
        {"AnotherActThanTheOneApproved",
         {.executed = [](auto& p) { p.mutable_act()->set_value("other"); }},
         "its hash is not that"},
        {"NoRuling",
         {.approved = [](auto& p) { p.clear_rulings(); }},
         "its rulings do not make it EXECUTED"},
        {"AnApprovalAfterwards",
         {.approved =
              [](auto& p) {
                p.mutable_rulings(0)->mutable_time()->set_seconds(
                    kNowMs / 1000 + 1);
              }},
         "approved only afterwards"},
        {"AnExecutionAtItsEnd",
         {.executed =
              [](auto& p) { *p.mutable_execute_time() = p.expire_time(); }},
         "it had expired"},
        {"AnotherWhoMakesIt",
         {.by = kApprover},
         "`talent-office:staff/li@offices/talent` proposed it"},
    }),
    [](const auto& test) { return test.param.name; });

TEST_F(FourEyesAuditTest, AnActThatNobodyProposedIsNamed) {
  uint64_t act = 0, unnamed = 0, publication = 0, uncalled = 0;
  {
    Insider insider(data_);
    act = insider.Write(kRevoke, kOffice, "card revoke");
    uncalled = insider.Write(kRevoke, kClerk, "card revoke");
    // As before there was a policy.
    insider.Name("");
    unnamed = insider.Write(kRevoke, kOffice, "card revoke");
    publication = insider.Write("PolicyService.PublishPolicy", kAuthor, "");
    insider.Write("CardService.SuspendCard", kOffice, "card suspend");
  }
  const auto report = Audit();
  EXPECT_THAT(report.log.differences, ElementsAre());
  EXPECT_THAT(
      report.approvals.differences,
      ElementsAre(HasSubstr(Entry(act)), HasSubstr(Entry(uncalled)),
                  HasSubstr(Entry(unnamed)), HasSubstr(Entry(publication))));
  EXPECT_THAT(report.approvals.differences[0],
              HasSubstr("no proposal was executed for it"));
}

TEST_F(FourEyesAuditTest, AnApprovalIsUsedOnce) {
  uint64_t again = 0, act = 0;
  {
    Insider insider(data_);
    const Made made = Make(insider, {});
    again = insider.Write(kRevoke, kOffice, made.proposal, "executed");
    act = insider.Write(kRevoke, kOffice, "card revoke");
  }
  EXPECT_THAT(Audit().approvals.differences,
              ElementsAre(AllOf(HasSubstr(Entry(again)),
                                HasSubstr("it was EXECUTED before")),
                          HasSubstr(Entry(act))));
}

TEST_F(FourEyesAuditTest, AnApprovalIsForTheCardThatItNames) {
  Made made;
  {
    Insider insider(data_);
    made = Make(insider, {}, [](store::Transaction&, ledger::Change& change) {
      return change.Put(store::Table::kCard, "another", "card");
    });
  }
  EXPECT_THAT(Audit().approvals.differences,
              ElementsAre(AllOf(HasSubstr(Entry(made.act)),
                                HasSubstr(made.proposal.name()))));
}

// The one proposal on record of which this is true.
v1::Proposal Found(const Insider& insider,
                   const std::function<bool(const v1::Proposal&)>& wanted) {
  const auto all =
      records::AllProposals(insider.database().Latest(), insider.vault());
  EXPECT_TRUE(all.ok()) << all.status();
  const auto found = std::find_if(all->begin(), all->end(), wanted);
  EXPECT_NE(found, all->end());
  return found == all->end() ? v1::Proposal() : *found;
}

TEST_F(FourEyesAuditTest, AProposalTakenOffTheRecordIsMissed) {
  v1::Proposal gone;
  {
    Insider insider(data_);
    gone = Found(insider, [](const v1::Proposal& proposal) {
      return proposal.method() == kRevoke &&
             proposal.state() == v1::Proposal::EXECUTED;
    });
    const std::string row = store::Key(store::Table::kProposal)
                                .Add(*records::IdOf("proposals", gone.name()))
                                .bytes();
    ASSERT_TRUE(insider.database().WriteSynced({{row, std::nullopt}}).ok());
  }
  const auto execution = static_cast<uint64_t>(gone.log_index());
  EXPECT_THAT(
      Audit().approvals.differences,
      ElementsAre(AllOf(HasSubstr(Entry(execution)), HasSubstr(gone.name()),
                        HasSubstr("not on record as it was then")),
                  HasSubstr(Entry(execution + 1))));
}

// An approval that nobody used yet is held against its signature too.
TEST_F(FourEyesAuditTest, AForgedApprovalThatWaitsIsNamed) {
  v1::Proposal proposal = Proposed(kRevoke, /*emergency=*/false);
  uint64_t approval = 0;
  {
    Insider insider(data_);
    insider.Write("ApprovalService.ProposeAct", kOffice, proposal, "proposed");
    workflow::Approve(proposal, ActorOf(kApprover),
                      absl::FromUnixMillis(kNowMs));
    Sign(proposal, KeyOf(9));
    approval = insider.Write("ApprovalService.ApproveProposal", kApprover,
                             proposal, "approved");
  }
  EXPECT_THAT(Audit().approvals.differences,
              ElementsAre(AllOf(HasSubstr(Entry(approval)),
                                HasSubstr(proposal.name()))));
}

TEST_F(FourEyesAuditTest, AForgedTicketIsNamed) {
  v1::Proposal ticket;
  uint64_t index = 0;
  {
    Insider insider(data_);
    ticket = Found(insider, [](const v1::Proposal& proposal) {
      return proposal.ticket_minutes() > 0;
    });
    ticket.mutable_rulings(0)->set_signature(std::string(64, 'x'));
    index = insider.Write("ApprovalService.ApproveProposal", kApprover, ticket,
                          "approved");
  }
  EXPECT_THAT(
      Audit().approvals.differences,
      ElementsAre(AllOf(HasSubstr(Entry(index)), HasSubstr(ticket.name()),
                        HasSubstr("`staff/sun` does not hold"))));
}

}  // namespace
}  // namespace talentcard
