// All of a child's record is seen only once a second person approved that look.
#include <set>

#include "gmock/gmock.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kColleague{"clerk", "stations/haizhou", "staff/he", "counter 4"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "review"};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "audit"};

constexpr char kTicket[] = "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11";

class MinorsTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    child_ = population::StoryFamilies().at("d2-child").name();
    father_ = population::StoryFamilies().at("d2").name();
  }

  Json Call(const Asker& asker, const std::string& method, Json request) {
    if (!request.contains("request_id") &&
        method.find("/Get") == std::string::npos &&
        method.find("/Find") == std::string::npos &&
        method.find("/Export") == std::string::npos &&
        method.find("/Explain") == std::string::npos &&
        method.find("/List") == std::string::npos)
      request["request_id"] = absl::StrCat("minors-", ++requests_, "-test");
    failure_ = {};
    return client_->Call(asker, method, request, &failure_)
        .value_or(Json::object());
  }
  Json Look(const Asker& asker, const std::string& ticket = "") {
    return LookAt(child_, asker, ticket);
  }
  Json LookAt(const std::string& person, const Asker& asker,
              const std::string& ticket = "") {
    Json request = {{"name", person}};
    if (!ticket.empty()) request["ticket_id"] = ticket;
    return Call(asker, "RegistryService/GetPerson", request);
  }
  Json Propose(const Asker& asker, const std::string& ticket = kTicket) {
    return Call(asker, "ApprovalService/ProposeAct",
                *client::ProposalOf("RegistryService/GetPerson",
                                    {{"name", child_}, {"ticket_id", ticket}},
                                    "核对护照"));
  }
  Json Approve(const Asker& asker, const Json& proposal, uint8_t key) {
    return Call(asker, "ApprovalService/ApproveProposal",
                client::RulingOn(proposal, Ed25519Key(KeyOf(key).bytes),
                                 /*approves=*/true, ""));
  }
  static std::set<std::string> Fields(const Json& person) {
    std::set<std::string> fields;
    for (const auto& [key, value] : person.items()) fields.insert(key);
    return fields;
  }

  std::string child_, father_;
  client::Failure failure_;
  int requests_ = 0;
};

TEST_F(MinorsTest, WithoutATicketStaffSeeWhatTheirDeskNeeds) {
  for (const Asker& asker : {kClerk, kOffice, kAuditor}) {
    const Json seen = Look(asker);
    EXPECT_EQ(seen["withheld"], true) << asker.kind;
    EXPECT_FALSE(Fields(seen).contains("documents")) << asker.kind;
    EXPECT_FALSE(Fields(seen).contains("facts")) << asker.kind;
    EXPECT_TRUE(Fields(seen).contains("birth_date")) << asker.kind;
  }
  const Json father = LookAt(father_, kClerk);
  EXPECT_TRUE(Fields(father).contains("documents"));
  EXPECT_FALSE(Fields(father).contains("withheld"));
}

TEST_F(MinorsTest, NoOtherAnswerShowsMore) {
  const auto child = population::StoryFamilies().at("d2-child");
  const Json found = Call(kClerk, "RegistryService/FindPerson",
                          {{"document",
                            {{"kind", "RESIDENT_IDENTITY_CARD"},
                             {"number", child.documents(0).number()}}}});
  EXPECT_EQ(found["name"], child_) << failure_.message;
  EXPECT_FALSE(Fields(found).contains("documents"));
  const Json changed = Call(kClerk, "RegistryService/UpdatePerson",
                            {{"person", {{"name", child_}, {"phone", "139"}}},
                             {"update_mask", "phone"}});
  EXPECT_EQ(changed["name"], child_) << failure_.message;
  EXPECT_FALSE(Fields(changed).contains("phone"));
  EXPECT_FALSE(Fields(changed).contains("documents"));
}

// What conditions read of a child is in the record of the answer, and not in
// what staff see of it.
TEST_F(MinorsTest, NoExplanationShowsMore) {
  Call(kClerk, "CardService/IssueCard",
       {{"holder", father_}, {"series", "SERIES_PERSON"}});
  Call(kClerk, "RegistryService/AddFact",
       {{"parent", child_},
        {"fact",
         {{"valid_from", {{"year", 2024}, {"month", 9}, {"day", 1}}},
          {"school_record",
           {{"stage", "PRI"}, {"grade", 1}, {"elsewhere", "沈阳市"}}}}}});
  ASSERT_EQ(failure_.message, "");
  const auto expect_hidden = [](const Json& decision, const char* where) {
    const std::string shown = decision.dump();
    EXPECT_THAT(shown, testing::Not(testing::HasSubstr("\"beneficiary.")))
        << where;
    EXPECT_THAT(shown, testing::HasSubstr("\"relation = "))
        << where << ": the rest is shown";
  };
  const Json checked = Call(kClerk, "EntitlementService/CheckEntitlement",
                            {{"entitlement", "EDU_TRANS"},
                             {"beneficiary", child_},
                             {"request", {{"season", 2025}, {"grade", 2}}}});
  expect_hidden(checked, "checked");
  for (const Asker& asker : {kClerk, kOffice, kAuditor}) {
    const Json explained = Call(asker, "EntitlementService/ExplainDecision",
                                {{"name", checked.value("name", "")}});
    EXPECT_TRUE(explained.value("replays", false)) << failure_.message;
    expect_hidden(explained.value("decision", Json::object()), "explained");
  }
  const Json rights = Call(kClerk, "EntitlementService/ListRights",
                           {{"holder", father_}, {"include_relatives", true}});
  int of_child = 0;
  for (const Json& right : rights.value("decisions", Json::array())) {
    if (right.value("beneficiary", "") != child_) continue;
    expect_hidden(right, "listed");
    ++of_child;
  }
  EXPECT_GE(of_child, 4);
  const Json own =
      Call(kClerk, "EntitlementService/CheckEntitlement",
           {{"entitlement", "EDU_TRANS"}, {"beneficiary", father_}});
  EXPECT_THAT(own.dump(), testing::HasSubstr("\"beneficiary."))
      << "of an adult it is shown";
}

TEST_F(MinorsTest, AnotherBirthDateOnRecordMakesNoChildGrownUp) {
  const Json changed =
      Call(kClerk, "RegistryService/UpdatePerson",
           {{"person",
             {{"name", child_},
              {"birth_date", {{"year", 1990}, {"month", 1}, {"day", 1}}}}},
            {"update_mask", "birth_date"}});
  EXPECT_EQ(changed["birth_date"]["year"], 1990) << failure_.message;
  EXPECT_EQ(changed["withheld"], true);
  EXPECT_FALSE(Fields(Look(kClerk)).contains("documents"));
}

TEST_F(MinorsTest, ATicketShowsAllToItsProposerForHalfAnHour) {
  Look(kClerk, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  const Json proposal = Propose(kClerk);
  EXPECT_EQ(proposal["state"], "PENDING") << failure_.message;
  Look(kClerk, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  ASSERT_EQ(Approve(kOffice, proposal, 5)["state"], "APPROVED")
      << failure_.message;
  EXPECT_TRUE(Fields(Look(kClerk, kTicket)).contains("documents"))
      << failure_.message;
  EXPECT_TRUE(Fields(Look(kClerk, kTicket)).contains("documents"))
      << "again: " << failure_.message;
  Look(kColleague, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED") << "it is nobody else's";
  LookAt(father_, kClerk, kTicket);
  EXPECT_EQ(failure_.message, "") << "an adult's record needs none";
  clock_.Advance(clock_.Now() + absl::Minutes(30) - absl::Seconds(1));
  EXPECT_TRUE(Fields(Look(kClerk, kTicket)).contains("documents"));
  clock_.Advance(clock_.Now() + absl::Seconds(1));
  EXPECT_EQ(Look(kClerk, kTicket), Json::object());
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
}

TEST_F(MinorsTest, ATicketIsForOneChild) {
  Approve(kOffice, Propose(kClerk), 5);
  const std::string other = population::StoryFamilies().at("d1-child").name();
  LookAt(other, kClerk, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
}

TEST_F(MinorsTest, NobodyApprovesTheirOwnLook) {
  const Json proposal = Propose(kOffice);
  EXPECT_EQ(proposal["state"], "PENDING") << failure_.message;
  Approve(kOffice, proposal, 5);
  EXPECT_EQ(failure_.code, grpc::StatusCode::PERMISSION_DENIED);
  Approve(kClerk, proposal, 6);
  EXPECT_EQ(failure_.code, grpc::StatusCode::PERMISSION_DENIED)
      << "clerks approve nothing";
}

TEST_F(MinorsTest, ACopyOfAllGoesToAnAdultAtOnceAndForAChildByTicket) {
  const auto copy_of = [this](const std::string& person,
                              const std::string& ticket = "") {
    Json request = {{"name", person}};
    if (!ticket.empty()) request["ticket_id"] = ticket;
    return Call(kClerk, "RegistryService/ExportPerson", request);
  };
  Call(kClerk, "CardService/IssueCard",
       {{"holder", father_}, {"series", "SERIES_PERSON"}});
  const Json own = copy_of(father_);
  EXPECT_EQ(own["person"]["name"], father_) << failure_.message;
  EXPECT_EQ(own["cards"].size(), 1u);
  EXPECT_TRUE(Fields(own["person"]).contains("documents"));
  copy_of(child_);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  copy_of(child_, kTicket);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  const Json proposal =
      Call(kClerk, "ApprovalService/ProposeAct",
           *client::ProposalOf("RegistryService/ExportPerson",
                               {{"name", child_}, {"ticket_id", kTicket}},
                               "监护人申请"));
  Approve(kOffice, proposal, 5);
  EXPECT_EQ(copy_of(child_, kTicket)["person"]["name"], child_)
      << failure_.message;
}

TEST_F(MinorsTest, EveryLookAndWhatItShowedIsOnRecord) {
  Approve(kOffice, Propose(kClerk), 5);
  Look(kClerk);
  Look(kClerk, kTicket);
  const Json seen =
      Call(kAuditor, "AuditService/ListEntries", {{"subject", child_}});
  const Json& entries = seen["entries"];
  ASSERT_GE(entries.size(), 2u);
  EXPECT_THAT(entries[0].value("note", ""), testing::HasSubstr("documents"));
  EXPECT_THAT(entries[1].value("note", ""),
              testing::Not(testing::HasSubstr("documents")));
}

}  // namespace
}  // namespace talentcard
