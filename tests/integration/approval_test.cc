// Four eyes, through the API.
#include "gmock/gmock.h"
#include "services/ledger/verify.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

using testing::HasSubstr;

const Asker kOffice{"talent-office", "offices/talent", "staff/li", "test"};
const Asker kSecond{"talent-office", "offices/talent", "staff/sun", "test"};
const Asker kAuthor{"policy-author", "offices/talent", "staff/author", ""};
const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "test"};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "test"};

class ApprovalTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    card_ = Call(kClerk, "CardService/IssueCard",
                 {{"holder", population::StoryFamilies().at("d2").name()},
                  {"series", "SERIES_PERSON"}});
    revocation_ = {{"name", card_["name"]},
                   {"cause", "FRAUD"},
                   {"basis", "海人才办〔2025〕9号"},
                   {"etag", card_["etag"]},
                   {"request_id", "revoke-0001"}};
  }

  // The answer; what went wrong is in `failure_`.
  Json Call(const Asker& asker, const std::string& method, Json request) {
    if (!request.contains("request_id") &&
        method.find("/Get") == std::string::npos &&
        method.find("/List") == std::string::npos)
      request["request_id"] = absl::StrCat("approval-", ++requests_, "-test");
    failure_ = {};
    const auto answer = client_->Call(asker, method, request, &failure_);
    return answer.value_or(Json::object());
  }
  Json Propose(const Asker& asker, const std::string& method,
               const Json& request, bool emergency = false) {
    return Call(
        asker, "ApprovalService/ProposeAct",
        *client::ProposalOf(method, request, "查实弄虚作假", emergency));
  }
  Json Rule(const Asker& asker, const Json& proposal, bool approves = true,
            uint8_t key = 5) {
    return Call(asker,
                approves ? "ApprovalService/ApproveProposal"
                         : "ApprovalService/RejectProposal",
                client::RulingOn(proposal, Ed25519Key(KeyOf(key).bytes),
                                 approves, "看过材料"));
  }
  Json Revoke(const Asker& asker = kOffice) {
    return Call(asker, "CardService/RevokeCard", revocation_);
  }
  std::string State() {
    return Call(kClerk, "CardService/GetCard", {{"name", card_["name"]}})
        .value("state", "");
  }

  Json card_, revocation_;
  client::Failure failure_;
  int requests_ = 0;
};

TEST_F(ApprovalTest, OnePersonAloneRevokesNothing) {
  Revoke();
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  EXPECT_EQ(proposal["state"], "PENDING");
  Revoke();
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  Rule(kOffice, proposal);
  EXPECT_EQ(failure_.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(State(), "ACTIVE");
}

TEST_F(ApprovalTest, ApprovedByAnotherItIsDoneOnceByItsProposer) {
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  EXPECT_EQ(Rule(kSecond, proposal)["state"], "APPROVED");
  Revoke(kSecond);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  const Json done = Revoke();
  EXPECT_EQ(done["state"], "REVOKED") << failure_.message;
  // Made again it gets its first answer, by the request id, and does nothing.
  EXPECT_EQ(Revoke(), done);
  const Json after = Call(kAuditor, "ApprovalService/GetProposal",
                          {{"name", proposal["name"]}});
  EXPECT_EQ(after["state"], "EXECUTED");
  EXPECT_EQ(after["rulings"][0]["by"]["staff"], kSecond.staff);
  Json another = revocation_;
  another["request_id"] = "revoke-0002";
  Call(kOffice, "CardService/RevokeCard", another);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
}

TEST_F(ApprovalTest, WhatWasApprovedIsThatRequestToTheLetter) {
  Rule(kSecond, Propose(kOffice, "CardService/RevokeCard", revocation_));
  const Json whole = revocation_;
  for (const auto& [key, value] :
       std::map<std::string, std::string>{{"cause", "DIED"},
                                          {"basis", "another"},
                                          {"etag", "r1"},
                                          {"request_id", "revoke-0009"}}) {
    revocation_ = whole;
    revocation_[key] = value;
    Revoke();
    EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED") << key;
  }
  revocation_ = whole;
  EXPECT_EQ(Revoke()["state"], "REVOKED");
}

TEST_F(ApprovalTest, AStateThatMovedOnIsNotTheOneApproved) {
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  Rule(kSecond, proposal);
  Call(kOffice, "CardService/SuspendCard",
       {{"name", card_["name"]}, {"cause", "INVESTIGATION"}});
  Revoke();
  EXPECT_EQ(failure_.reason, "ETAG_MISMATCH");
  EXPECT_EQ(State(), "SUSPENDED");
  // The approval was not used up by an act that did not happen.
  EXPECT_EQ(Call(kAuditor, "ApprovalService/GetProposal",
                 {{"name", proposal["name"]}})["state"],
            "APPROVED");
}

TEST_F(ApprovalTest, ARejectedOrExpiredProposalCannotBeUsed) {
  Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  Rule(kSecond, proposal, /*approves=*/false);
  Revoke();
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  revocation_["request_id"] = "revoke-0003";
  proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  Rule(kSecond, proposal);
  clock_.Advance(clock_.Now() + absl::Hours(72));
  Revoke();
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
  EXPECT_THAT(failure_.message, HasSubstr("expired"));
  EXPECT_EQ(State(), "ACTIVE");
}

TEST_F(ApprovalTest, AnEmergencyIsDoneAtOnceAndStaysOnTheListUntilReviewed) {
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_,
                                /*emergency=*/true);
  EXPECT_EQ(Revoke()["state"], "REVOKED") << failure_.message;
  const auto to_review = [this] {
    return Call(kAuditor, "ApprovalService/ListProposals",
                {{"state", "TO_REVIEW"}})
        .value("proposals", Json::array());
  };
  ASSERT_EQ(to_review().size(), 1u);
  EXPECT_TRUE(to_review()[0].contains("review_due"));
  EXPECT_FALSE(to_review()[0].contains("act"));
  EXPECT_EQ(Rule(kSecond, proposal, /*approves=*/false)["state"], "DISPUTED");
  EXPECT_EQ(to_review().size(), 0u);
  // Publishing can wait.
  Propose(kAuthor, "PolicyService/PublishPolicy",
          {{"files", Json::array()},
           {"expected_digest", "x"},
           {"request_id", "publish-0007"}},
          /*emergency=*/true);
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
}

TEST_F(ApprovalTest, ThePolicyIsReplacedByTwo) {
  auto files = *ReadBundle(Rules());
  files["policy.yaml"] += "\n# amended\n";
  Json list = Json::array();
  for (const auto& [path, content] : files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  const auto digest = [this] {
    return Call(kAuditor, "PolicyService/GetPolicyInForce", Json::object())
        .value("name", "/")
        .substr(std::string("policies/").size());
  };
  const std::string before = digest();
  const Json publication = {{"files", list},
                            {"expected_digest", before},
                            {"request_id", "publish-0002"}};
  Call(kAuthor, "PolicyService/PublishPolicy", publication);
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  const Json proposal =
      Propose(kAuthor, "PolicyService/PublishPolicy", publication);
  ASSERT_EQ(proposal["state"], "PENDING") << failure_.message;
  Asker disguised = kOffice;
  disguised.staff = kAuthor.staff;
  Rule(disguised, proposal);
  EXPECT_EQ(failure_.code, grpc::StatusCode::PERMISSION_DENIED);
  Rule(kOffice, proposal);
  EXPECT_EQ(digest(), before);
  Call(kAuthor, "PolicyService/PublishPolicy", publication);
  EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  EXPECT_NE(digest(), before);
}

TEST_F(ApprovalTest, ACallThatCannotBeApprovedIsNotLetThroughWithoutApproval) {
  auto files = *ReadBundle(Rules());
  std::string& access = files["access.yaml"];
  const std::string row =
      "  RegistryService.CountPeople:\n    talent-office: {relation: any}";
  ASSERT_NE(access.find(row), std::string::npos);
  access.replace(
      access.find(row), row.size(),
      "  RegistryService.CountPeople:\n    talent-office: {relation: "
      "any, approved_by: [auditor]}");
  Json list = Json::array();
  for (const auto& [path, content] : files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  const auto in_force =
      Call(kAuditor, "PolicyService/GetPolicyInForce", Json::object())["name"]
          .get<std::string>();
  ASSERT_TRUE(Together(*client_, kAuthor, "PolicyService/PublishPolicy",
                       {{"files", list},
                        {"expected_digest", in_force.substr(9)},
                        {"request_id", "publish-0003"}})
                  .ok());
  client::Failure failure;
  EXPECT_FALSE(client_
                   ->Call(kOffice, "RegistryService/CountPeople",
                          Json::object(), &failure)
                   .ok());
  EXPECT_EQ(failure.reason, "APPROVAL_NEEDED");
}

TEST_F(ApprovalTest, ARulingIsSignedWithTheRulersOwnKey) {
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  const auto rule = [&](Json ruling) {
    Call(kSecond, "ApprovalService/ApproveProposal", std::move(ruling));
    return failure_;
  };
  const Ed25519Key key(KeyOf(5).bytes);
  const Json good = client::RulingOn(proposal, key, /*approves=*/true, "");
  Json bad = good;
  bad["signature"] = absl::Base64Escape(std::string(64, 'x'));
  EXPECT_THAT(rule(bad).message, HasSubstr("signature"));
  bad = good;
  bad["public_key"] = "AA==";
  EXPECT_THAT(rule(bad).message, HasSubstr("public_key"));
  // A rejection's signature approves nothing.
  EXPECT_THAT(
      rule(client::RulingOn(proposal, key, /*approves=*/false, "")).message,
      HasSubstr("signature"));
  // Nor does one over another proposal.
  Json other = proposal;
  other["hash"] = absl::Base64Escape(std::string(32, 'h'));
  EXPECT_EQ(rule(client::RulingOn(other, key, true, "")).reason,
            "ETAG_MISMATCH");
  EXPECT_EQ(rule(good).code, grpc::StatusCode::OK) << failure_.message;
  // The key of the first ruling is the person's from then on.
  revocation_["request_id"] = "revoke-0004";
  const Json next = Propose(kOffice, "CardService/RevokeCard", revocation_);
  Rule(kSecond, next, true, /*key=*/6);
  EXPECT_EQ(failure_.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Rule(kSecond, next)["state"], "APPROVED");
}

TEST_F(ApprovalTest, AProposalThatCannotBeMadeIsToldEverythingThatIsWrong) {
  Json act = revocation_;
  act.erase("etag");
  act.erase("request_id");
  Propose(kOffice, "CardService/RevokeCard", act);
  for (const char* part : {"act.etag", "act.request_id"})
    EXPECT_THAT(failure_.message, HasSubstr(part));
  Json wrong = *client::ProposalOf("CardService/RevokeCard", revocation_, "");
  wrong["method"] = "CardService.Revoke";
  Call(kOffice, "ApprovalService/ProposeAct", wrong);
  for (const char* part : {"method", "ground"})
    EXPECT_THAT(failure_.message, HasSubstr(part));
  wrong["method"] = "PolicyService.PublishPolicy";
  wrong["ground"] = "why";
  Call(kOffice, "ApprovalService/ProposeAct", wrong);
  EXPECT_THAT(failure_.message, HasSubstr("PublishPolicyRequest"));
  // What one person may do needs no proposal; what one may not do is not
  // proposed.
  Propose(kOffice, "CardService/SuspendCard", revocation_);
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
  Propose(kAuthor, "CardService/RevokeCard", revocation_);
  EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
  Propose(kOffice, "CardService/RevokeCard", revocation_);
  Propose(kOffice, "CardService/RevokeCard", revocation_);
  EXPECT_EQ(failure_.reason, "RESOURCE_EXISTS");
  Rule(kSecond, {{"name", "proposals/none"},
                 {"hash", absl::Base64Escape(std::string(32, 'h'))}});
  EXPECT_EQ(failure_.reason, "RESOURCE_NOT_FOUND");
}

TEST_F(ApprovalTest, TheWholeLogHoldsWithProposalsInIt) {
  Rule(kSecond, Propose(kOffice, "CardService/RevokeCard", revocation_));
  Revoke();
  const auto report =
      ledger::VerifyLog(*database_.TakeSnapshot(), vault_, signer_.verifier());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->differences, testing::ElementsAre());
}

}  // namespace
}  // namespace talentcard
