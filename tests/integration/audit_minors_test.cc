// What the audit shows of decisions about minors.
#include "gmock/gmock.h"
#include "tests/integration/consenting.h"
#include "tools/chengzhou/receipt_file.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using testing::HasSubstr;
using testing::Not;

const Asker kColleague{"clerk", "stations/haizhou", "staff/he", "counter 4"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "review"};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "audit"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/c",
                      "at the desk"};

constexpr char kTicket[] = "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11";
// What a condition reads of the beneficiary, in an explanation.
constexpr char kOfChild[] = "beneficiary.";

class AuditOfMinorsTest : public ConsentTest {
 protected:
  // A child of the father's, and the entry of what the station was answered.
  int64_t AskAbout(const char* born) {
    std::string digits = born;
    std::erase(digits, '-');
    grown_ = NewPerson("孙晓", "FEMALE", born).value("name", "");
    number_ = population::IdNumber(digits, 100 + 2 * people_);
    Relate(father_, grown_, "30", born, {{"filed", true}});
    const Json answer = Call(kClerk, "EntitlementService/CheckEntitlement",
                             {{"entitlement", "EDU_TRANS"},
                              {"beneficiary", grown_},
                              {"holder", father_},
                              {"request", {{"season", 2025}, {"grade", 2}}}});
    EXPECT_EQ(failure_.message, "");
    return std::stoll(answer.value("log_index", "-1"));
  }
  Json Entry(int64_t index) {
    return Call(kAuditor, "AuditService/GetEntry", {{"log_index", index}});
  }
  Json Listed(int64_t index) {
    const Json entries =
        Call(kAuditor, "AuditService/ListEntries", {{"subject", grown_}})
            .value("entries", Json::array());
    for (const Json& entry : entries) {
      if (entry.value("log_index", "") == std::to_string(index)) return entry;
    }
    return Json::object();
  }
  Json Receipt(const Asker& asker, int64_t index,
               const std::string& ticket = "") {
    EXPECT_TRUE(checkpointer_.Update().ok());
    Json request = {{"log_index", index}};
    if (!ticket.empty()) request["ticket_id"] = ticket;
    return Call(asker, "AuditService/GetReceipt", request);
  }
  // The proof, and what it opens to; it has to verify.
  client::ProvenEntry Proven(const Json& receipt) {
    const auto file = client::ReceiptFile(receipt);
    EXPECT_TRUE(file.ok()) << file.status() << failure_.message;
    const auto entry =
        client::VerifyReceipt(file.value_or(""), signer_.verifier().ToString());
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.value_or(client::ProvenEntry());
  }
  void Approve(const Asker& asker, int64_t index) {
    const Json proposal =
        Call(asker, "ApprovalService/ProposeAct",
             *client::ProposalOf("AuditService/GetReceipt",
                                 {{"log_index", index}, {"ticket_id", kTicket}},
                                 "监护人索取回执"));
    ASSERT_EQ(proposal.value("state", ""), "PENDING") << failure_.message;
    Call(kOffice, "ApprovalService/ApproveProposal",
         client::RulingOn(proposal, Ed25519Key(KeyOf(5).bytes),
                          /*approves=*/true, ""));
    ASSERT_EQ(failure_.message, "");
  }

  std::string grown_;
};

struct AgeCase {
  const char* name;
  const char* born;
  bool minor;
};

class AuditByAgeTest : public AuditOfMinorsTest,
                       public testing::WithParamInterface<AgeCase> {};

TEST_P(AuditByAgeTest, ShowsWhatConditionsReadOnlyOfTheGrownUp) {
  const AgeCase& c = GetParam();
  const int64_t index = AskAbout(c.born);
  for (Json entry : {Entry(index), Listed(index)}) {
    ASSERT_EQ(entry["decisions"].size(), 1u) << failure_.message;
    const std::string shown = entry["decisions"][0].dump();
    EXPECT_EQ(shown.find(kOfChild) == std::string::npos, c.minor) << shown;
    EXPECT_THAT(shown, HasSubstr("\"relation = ")) << "the rest is shown";
  }
  for (const Asker& asker : {kClerk, kOffice, kAuditor}) {
    const Json receipt = Receipt(asker, index);
    const client::ProvenEntry proven = Proven(receipt);
    EXPECT_EQ(proven.index, static_cast<uint64_t>(index));
    EXPECT_EQ(proven.record.has_value(), !c.minor) << asker.kind;
    EXPECT_EQ(receipt.value("withheld", false), c.minor) << asker.kind;
    EXPECT_EQ(receipt.contains("salt"), !c.minor) << asker.kind;
  }
}

// Today is 12 May 2025.
INSTANTIATE_TEST_SUITE_P(
    Ages, AuditByAgeTest,
    testing::ValuesIn<AgeCase>({{"Thirteen", "2011-05-13", true},
                                {"Fourteen", "2011-05-12", true},
                                {"Seventeen", "2007-05-13", true},
                                {"Eighteen", "2007-05-12", false}}),
    [](const auto& test) { return test.param.name; });

TEST_F(AuditOfMinorsTest, ATicketOpensOneReceiptToItsProposer) {
  const int64_t index = AskAbout("2011-05-12");
  Receipt(kClerk, index, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  Approve(kClerk, index);
  const client::ProvenEntry proven = Proven(Receipt(kClerk, index, kTicket));
  ASSERT_TRUE(proven.record.has_value());
  EXPECT_THAT(proven.record->decision().ShortDebugString(),
              HasSubstr(kOfChild));
  Receipt(kColleague, index, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED") << "it is nobody else's";
  Receipt(kClerk, AskAbout("2011-05-13"), kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED") << "it is for one entry";
}

TEST_F(AuditOfMinorsTest, AnAuditorAsksForATicketAndForNothingElse) {
  const int64_t index = AskAbout("2011-05-12");
  Approve(kAuditor, index);
  EXPECT_TRUE(Proven(Receipt(kAuditor, index, kTicket)).record.has_value());
  Call(kAuditor, "ApprovalService/ProposeAct",
       *client::ProposalOf("CardService/RevokeCard",
                           {{"name", "cards/x"},
                            {"cause", "FRAUD"},
                            {"etag", "1"},
                            {"request_id", "audit-revokes-0001"}},
                           "x"));
  EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
}

TEST_F(AuditOfMinorsTest, AnAnswerWithoutExplanationOpensToo) {
  const int64_t explained = AskAbout("2011-05-12");
  Json told = Call(
      kHospital, "HospitalService/VerifyGreenChannel",
      {{"hospital", kHospital.institution}, {"document", Resident(number_)}});
  const int64_t index = std::stoll(told.value("log_index", "-1"));
  EXPECT_TRUE(Proven(Receipt(kClerk, index)).record.has_value());
  const Json hashes = Receipt(kHospital, explained);
  EXPECT_FALSE(hashes.contains("withheld")) << "who never reads it";
  EXPECT_FALSE(Proven(hashes).record.has_value());
}

// A look is on record as of whom it was, and hashes are a look at nobody.
TEST_F(AuditOfMinorsTest, AWithheldReceiptIsNoLook) {
  const int64_t index = AskAbout("2011-05-12");
  const auto looks = [&] {
    return Call(kAuditor, "AuditService/ListEntries",
                {{"subject", grown_}, {"page_size", 1}})
        .dump();
  };
  Receipt(kClerk, index);
  EXPECT_THAT(looks(), Not(HasSubstr("GetReceipt")));
  Approve(kClerk, index);
  Receipt(kClerk, index, kTicket);
  EXPECT_THAT(looks(), HasSubstr("GetReceipt"));
}

}  // namespace
}  // namespace talentcard
