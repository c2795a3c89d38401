// A policy asked about everybody at once, over gRPC.
#include <map>
#include <set>

#include "chengzhou/talentcard/v1/card_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/entitlement_service.grpc.pb.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class PopulationTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    Issue("d1");
    Issue("d2");
  }

  void Issue(const std::string& role) {
    const Asker clerk = {"clerk", "stations/haizhou", "staff/a", "test"};
    const auto card =
        client_->Call(clerk, "CardService/IssueCard",
                      {{"holder", population::StoryFamilies().at(role).name()},
                       {"series", "SERIES_PERSON"},
                       {"request_id", "issue-card-" + role}});
    EXPECT_TRUE(card.ok()) << card.status();
  }

  // All messages together; counts are in the last.
  v1::EvaluatePopulationResponse Evaluate(
      const v1::EvaluatePopulationRequest& request,
      const std::string& asker = "talent-office") {
    grpc::ClientContext context;
    const Asker who = {asker, "offices/talent", "staff/b", "test"};
    client_->Identify(who, context);
    const auto stub = v1::EntitlementService::NewStub(*client_->Channel(who));
    const auto stream = stub->EvaluatePopulation(&context, request);
    v1::EvaluatePopulationResponse message, all;
    while (stream->Read(&message)) {
      EXPECT_GE(message.people_done(), all.people_done());
      const auto before = all.decisions();
      all = message;
      all.mutable_decisions()->MergeFrom(before);
    }
    status_ = stream->Finish();
    return all;
  }

  grpc::Status status_;
};

TEST_F(PopulationTest, EveryDecisionIsTheOneACheckGives) {
  v1::EvaluatePopulationRequest request;
  request.set_include_decisions(true);
  const auto all = Evaluate(request);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_TRUE(all.finished());
  EXPECT_EQ(all.people_done(), all.people_total());
  std::set<std::string> outcomes;
  for (const v1::PopulationDecision& decision : all.decisions()) {
    const auto check =
        client_->Call({"talent-office", "offices/talent", "staff/b", "test"},
                      "EntitlementService/CheckEntitlement",
                      {{"entitlement", decision.entitlement()},
                       {"holder", decision.holder()},
                       {"beneficiary", decision.beneficiary()},
                       {"request", {{"start_grade", true}, {"season", 2025}}}});
    ASSERT_TRUE(check.ok()) << check.status();
    EXPECT_EQ((*check)["outcome"].get<std::string>(),
              v1::Outcome_Name(decision.outcome()))
        << decision.DebugString();
    EXPECT_EQ((*check)["reasons"][0].get<std::string>(), decision.reason())
        << decision.DebugString();
    outcomes.insert(v1::Outcome_Name(decision.outcome()));
  }
  EXPECT_GE(outcomes.size(), 3u);
  int64_t counted = 0;
  for (const v1::PopulationCount& count : all.counts())
    counted += count.count();
  EXPECT_EQ(counted, all.decisions_size());
}

TEST_F(PopulationTest, WhoMayOnlyCountGetsNoDecisions) {
  v1::EvaluatePopulationRequest request;
  request.set_include_decisions(true);
  request.add_entitlements("MED_GREEN");
  const auto all = Evaluate(request, "policy-author");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(all.decisions_size(), 0);
  EXPECT_GT(all.counts_size(), 0);
  for (const v1::PopulationCount& count : all.counts())
    EXPECT_EQ(count.entitlement(), "MED_GREEN");
}

TEST_F(PopulationTest, RefusesWhatItCannotAnswer) {
  v1::EvaluatePopulationRequest unknown;
  unknown.add_entitlements("NO_SUCH");
  Evaluate(unknown);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  v1::EvaluatePopulationRequest other_policy;
  other_policy.set_policy_digest("0000");
  Evaluate(other_policy);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  Evaluate({}, "hospital");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(PopulationTest, MayBeCancelled) {
  grpc::ClientContext context;
  const Asker auditor = {"auditor", "offices/audit", "staff/b", "test"};
  client_->Identify(auditor, context);
  const auto stub = v1::EntitlementService::NewStub(*client_->Channel(auditor));
  const auto stream = stub->EvaluatePopulation(&context, {});
  v1::EvaluatePopulationResponse message;
  stream->Read(&message);
  context.TryCancel();
  while (stream->Read(&message)) {
  }
  const grpc::StatusCode code = stream->Finish().error_code();
  EXPECT_TRUE(code == grpc::StatusCode::CANCELLED ||
              code == grpc::StatusCode::OK);
}

}  // namespace
}  // namespace talentcard
