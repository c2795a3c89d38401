// Four eyes, through the API.
#include <future>
#include <thread>

#include "gmock/gmock.h"
#include "services/approval/overdue_reviews.h"
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

// The files of the rules with a line more.
Json Amended(const std::string& line) {
  auto files = *ReadBundle(TALENTCARD_SOURCE_DIR "/rules/haicheng");
  files["policy.yaml"] += "\n" + line + "\n";
  Json list = Json::array();
  for (const auto& [path, content] : files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  return list;
}

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
  std::vector<std::string> alarms;
  rpc::Foundation foundation = foundation_;
  foundation.on_alarm = [&](std::string_view alarm) {
    alarms.emplace_back(alarm);
  };
  approval::OverdueReviews reviews(foundation);
  const absl::Time due = clock_.Now() + absl::Hours(72);
  ASSERT_TRUE(reviews.Say(due - absl::Seconds(1)).ok());
  EXPECT_EQ(alarms.size(), 0u);
  ASSERT_TRUE(reviews.Say(due).ok());
  ASSERT_TRUE(reviews.Say(due + absl::Hours(1)).ok());
  ASSERT_EQ(alarms.size(), 1u) << "once";
  EXPECT_THAT(alarms[0], HasSubstr(proposal["name"].get<std::string>()));
  EXPECT_EQ(Rule(kSecond, proposal, /*approves=*/false)["state"], "DISPUTED");
  ASSERT_TRUE(approval::OverdueReviews(foundation).Say(due).ok());
  EXPECT_EQ(alarms.size(), 1u) << "not after the review";
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

TEST_F(ApprovalTest, ThePolicyGoesBackToAnOlderOneByTwo) {
  const auto in_force = [this] {
    return Call(kAuditor, "PolicyService/GetPolicyInForce", Json::object())
        .value("name", "");
  };
  const auto digest_of = [](const std::string& name) {
    return name.substr(std::string("policies/").size());
  };
  const std::string first = in_force();
  auto files = *ReadBundle(Rules());
  files["policy.yaml"] += "\n# amended\n";
  Json amended = Json::array();
  for (const auto& [path, content] : files)
    amended.push_back(
        {{"path", path}, {"content", absl::Base64Escape(content)}});
  const auto publish = [&](const Json& list, const char* id) {
    const Json publication = {{"files", list},
                              {"expected_digest", digest_of(in_force())},
                              {"request_id", id}};
    Call(kAuthor, "PolicyService/PublishPolicy", publication);
    EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
    Rule(kOffice, Propose(kAuthor, "PolicyService/PublishPolicy", publication));
    Call(kAuthor, "PolicyService/PublishPolicy", publication);
    EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  };
  publish(amended, "publish-amended");
  ASSERT_NE(in_force(), first);
  const Json old =
      Call(kAuthor, "PolicyService/GetPolicy", {{"name", first}})["files"];
  publish(old, "publish-rollback");
  EXPECT_EQ(in_force(), first);
  EXPECT_EQ(State(), "ACTIVE");
  const auto report =
      ledger::VerifyLog(*database_.TakeSnapshot(), vault_, signer_.verifier());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->differences.empty()) << report->differences[0];
}

TEST_F(ApprovalTest, RulesThatCouldNotBeWrittenAreNotInForce) {
  const std::string before = policies_->Current()->digest;
  const Json publication = {{"files", Amended("# amended")},
                            {"expected_digest", before},
                            {"request_id", "publish-0004"}};
  Rule(kOffice, Propose(kAuthor, "PolicyService/PublishPolicy", publication));
  database_.FailNextWrite(absl::ResourceExhaustedError("no space"));
  Call(kAuthor, "PolicyService/PublishPolicy", publication);
  EXPECT_EQ(failure_.reason, "READ_ONLY");
  EXPECT_EQ(policies_->Current()->digest, before);
  clock_.Advance(clock_.Now() + absl::Seconds(1));  // The writer tries again.
  const Json published =
      Call(kAuthor, "PolicyService/PublishPolicy", publication);
  EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  EXPECT_EQ("policies/" + policies_->Current()->digest,
            published.value("name", ""));
  EXPECT_NE(policies_->Current()->digest, before);
}

// The first answer of a publication again is no publication.
TEST_F(ApprovalTest, APublicationMadeAgainDoesNotBringItsRulesBack) {
  const auto publish = [&](const char* more, const char* id) {
    const Json publication = {{"files", Amended(more)},
                              {"expected_digest", policies_->Current()->digest},
                              {"request_id", id}};
    Rule(kOffice, Propose(kAuthor, "PolicyService/PublishPolicy", publication));
    Call(kAuthor, "PolicyService/PublishPolicy", publication);
    EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
    return publication;
  };
  const Json first = publish("# first", "publish-0005");
  publish("# second", "publish-0006");
  const std::string in_force = policies_->Current()->digest;
  Call(kAuthor, "PolicyService/PublishPolicy", first);
  EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  EXPECT_EQ(policies_->Current()->digest, in_force);
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

TEST_F(ApprovalTest, AKeyIsOnePersonsOnly) {
  Asker third = kSecond;
  third.staff = "staff/third";
  Rule(kSecond, Propose(kOffice, "CardService/RevokeCard", revocation_));
  revocation_["request_id"] = "revoke-0005";
  const Json next = Propose(kOffice, "CardService/RevokeCard", revocation_);
  Rule(third, next);
  EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
  EXPECT_THAT(failure_.message, HasSubstr("somebody else signs with this key"));
  EXPECT_EQ(Rule(third, next, true, /*key=*/6)["state"], "APPROVED")
      << failure_.message;
}

TEST_F(ApprovalTest, ADeviceNeitherProposesNorRules) {
  Asker device = kOffice;
  device.staff = "devices/desk-1";
  Propose(device, "CardService/RevokeCard", revocation_);
  EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
  EXPECT_THAT(failure_.message, HasSubstr("is no person"));
  const Json proposal = Propose(kOffice, "CardService/RevokeCard", revocation_);
  for (const bool approves : {true, false}) {
    Rule(device, proposal, approves);
    EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
    EXPECT_THAT(failure_.message, HasSubstr("is no person"));
  }
  Revoke();
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
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

class FirstRulesTest : public World {};

// Both are let in before there are rules, when one author may publish alone.
TEST_F(FirstRulesTest, OfTwoPublicationsAtOnceTheSecondIsRefused) {
  std::promise<void> writer_may_go;
  const auto going = writer_may_go.get_future().share();
  writer_.Submit(
      [going](store::Transaction&) {
        going.wait();
        return absl::OkStatus();
      },
      [](const absl::StatusOr<uint64_t>&) {});
  std::vector<std::future<std::string>> authors;
  for (const char* line : {"# one", "# two"}) {
    authors.push_back(std::async(std::launch::async, [this, line] {
      client::Failure failure;
      const auto published = client_->Call(
          kAuthor, "PolicyService/PublishPolicy",
          {{"files", Amended(line)},
           {"request_id", absl::StrCat("publish-", line + 2, "-first")}},
          &failure);
      return published.ok() ? published->value("name", "") : failure.reason;
    }));
  }
  while (gate_.under_way() < 2) std::this_thread::yield();
  writer_may_go.set_value();
  const std::string one = authors[0].get(), two = authors[1].get();
  const std::string& first = one == "ETAG_MISMATCH" ? two : one;
  const std::string& second = one == "ETAG_MISMATCH" ? one : two;
  EXPECT_EQ(first, "policies/" + policies_->Current()->digest);
  EXPECT_EQ(second, "ETAG_MISMATCH");
}

}  // namespace
}  // namespace talentcard
