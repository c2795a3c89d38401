#include "engine/workflow/workflow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/bundle.h"
#include "tests/engine/decision/people.h"

namespace talentcard::workflow {
namespace {

using decision::At;
using decision::Date;
using decision::ToTime;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// 2025-04-27, a Sunday, is worked in exchange for 2025-05-02; 2025-05-01 is a
// holiday.
constexpr char kGrant[] = R"yaml(
matter: grant
name: {zh: 认定, en: Grant}
clause: test
opened_by: [clerk, employer]
escalates_to: talent-office
fields:
  - {id: criterion, name: {zh: 条件, en: Criterion}, required: true, one_of: criteria}
  - {id: witness, name: {zh: 见证人, en: Witness}, one_of: people}
  - {id: kind, name: {zh: 种类, en: Kind}, one_of: [NEW, OLD]}
  - {id: route, name: {zh: 途径, en: Route}, one_of: routes}
initial: SUBMITTED
states:
  - id: SUBMITTED
    name: {zh: 已申报, en: Submitted}
    owner: clerk
    acknowledge_within: {days: 1, working: true}
    due_within: {days: param.NIGHTS, working: true}
    actions:
      - {id: accept, name: {zh: 受理, en: Accept}, by: [clerk], to: REVIEW, evidence: [certificate]}
      - {id: note, name: {zh: 签收, en: Take up}, by: [clerk], to: SUBMITTED}
      - id: reject
        name: {zh: 退回, en: Reject}
        by: [clerk]
        to: REJECTED
        fields:
          - {id: ground, name: {zh: 理由, en: Ground}, required: true}
          - {id: remark, name: {zh: 备注, en: Remark}}
  - id: REVIEW
    name: {zh: 审核, en: Review}
    owner: reviewer
    due_within: {days: 30}
    actions:
      - id: pass
        name: {zh: 通过, en: Pass}
        by: [reviewer, clerk]
        to: PUBLIC
        not_same_person_as: [accept]
        requires: holder.titles.size() > 0
        requires_text: {zh: 无职称, en: there is no title}
  - id: PUBLIC
    name: {zh: 公示, en: Published}
    owner: talent-office
    actions:
      - id: approve
        name: {zh: 认定, en: Approve}
        by: [talent-office]
        to: APPROVED
        not_before: {days: 2, working: true}
        effects: [{kind: add-recognition, fields: {criterion: criterion, series: kind}}]
      - id: object
        name: {zh: 异议, en: Object}
        by: [clerk]
        to: REVIEW
        not_after: {days: 2, working: true}
  - {id: APPROVED, name: {zh: 已认定, en: Approved}, owner: clerk, closed: true}
  - {id: REJECTED, name: {zh: 已退回, en: Rejected}, owner: clerk, closed: true}
)yaml";

constexpr char kPlace[] = R"yaml(
matter: place
name: {zh: 安置, en: Placement}
clause: test
opened_by: [clerk]
escalates_to: talent-office
initial: OPEN
states:
  - id: OPEN
    name: {zh: 办理中, en: Open}
    owner: department
    due_within: {days: 30, from: opened}
    actions:
      - id: offer
        name: {zh: 推荐, en: Offer}
        by: [department]
        to: OFFERED
        requires: offers < param.NIGHTS
        requires_text: {zh: 已达次数, en: all offers were made}
  - id: OFFERED
    name: {zh: 已推荐, en: Offered}
    owner: clerk
    actions:
      - {id: refuse, name: {zh: 不接受, en: Refuse}, by: [clerk], to: OPEN, requires: offers < param.NIGHTS, requires_text: {zh: 最后一次, en: it was the last offer}}
      - {id: close, name: {zh: 结案, en: Close}, by: [clerk], to: CLOSED, effects: [{kind: release-use}]}
  - {id: CLOSED, name: {zh: 已结案, en: Closed}, owner: clerk, closed: true}
)yaml";

const policy::Policy& Rules() {
  static const auto rules = [] {
    auto files = testing_bundle::BundleFiles();
    files["matters/grant.yaml"] = kGrant;
    files["matters/place.yaml"] = kPlace;
    return testing_bundle::LoadBundle(files);
  }();
  return *rules;
}

const Actor kWang{"clerk", "staff/wang", "stations/haizhou", ""};
const Actor kLi{"clerk", "staff/li", "stations/haizhou", ""};
const Actor kReviewer{"reviewer", "staff/zhao", "stations/office", ""};
const Actor kOffice{"talent-office", "staff/sun", "stations/office", ""};
const Actor kDepartment{"department", "staff/qian", "departments/hr", ""};

v1::Person Subject() {
  v1::Person subject;
  subject.set_name("people/subject");
  decision::AddFact(subject, "2020-01-01").mutable_title()->set_level("SENIOR");
  decision::AddFact(subject, "2020-01-01")
      .mutable_employment()
      ->set_employer("employers/acme");
  v1::Person relative;
  relative.set_name("people/relative");
  decision::Relate(subject, relative, "12", "2010-01-01");
  return subject;
}

v1::Matter Draft(const char* kind = "grant") {
  v1::Matter draft;
  draft.set_kind(kind);
  if (draft.kind() == "grant")
    (*draft.mutable_fields())["criterion"] = "gold-title";
  return draft;
}

// Monday 2025-04-21 unless said otherwise.
v1::Matter Opened(const char* kind = "grant",
                  const char* at = "2025-04-21 09:00") {
  return Open(Rules(), Draft(kind), Subject(), kWang, At(at)).value();
}

Event Do(const char* action, const Actor& actor, const char* at) {
  return Event{action, actor, "", {}, {}, At(at)};
}

Event Accept(const Actor& actor = kWang, const char* at = "2025-04-22 09:00") {
  Event event = Do("accept", actor, at);
  event.evidence.emplace_back().set_kind("certificate");
  return event;
}

v1::Matter After(const v1::Matter& matter, const Event& event) {
  auto step = Apply(Rules(), matter, Subject(), event);
  EXPECT_TRUE(step.ok()) << step.status();
  return step.ok() ? step->matter : matter;
}

absl::Status Refused(const v1::Matter& matter, const Event& event) {
  return Apply(Rules(), matter, Subject(), event).status();
}

v1::Matter Published(const char* at = "2025-04-25 09:00") {
  return After(After(Opened(), Accept()), Do("pass", kReviewer, at));
}

// Opening
// -----------------------------------------------------------------------

TEST(OpenTest, GivesOwnerDeadlinesAndTheDayOfAcceptance) {
  const v1::Matter matter = Opened();
  EXPECT_EQ(matter.state(), "SUBMITTED");
  EXPECT_EQ(matter.state_name().zh(), "已申报");
  EXPECT_EQ(matter.owner(), "clerk@stations/haizhou");
  EXPECT_EQ(ToTime(matter.acknowledge_by()), At("2025-04-23 00:00"));
  EXPECT_EQ(ToTime(matter.due()), At("2025-04-25 00:00"));
  EXPECT_EQ(matter.acceptance_date().day(), 21);
  EXPECT_EQ(matter.policy_digest(), Rules().digest);
  ASSERT_EQ(matter.history_size(), 1);
  EXPECT_EQ(matter.history(0).actor(), "clerk:staff/wang@stations/haizhou");
  EXPECT_EQ(matter.history(0).to_state(), "SUBMITTED");
}

TEST(OpenTest, TellsEveryMistakeAtOnce) {
  v1::Matter draft = Draft();
  draft.mutable_fields()->clear();
  (*draft.mutable_fields())["kind"] = "NWE";
  (*draft.mutable_fields())["witness"] = "cards/1";
  (*draft.mutable_fields())["shoe_size"] = "43";
  draft.add_evidence()->set_kind("certifcate");
  const auto status =
      Open(Rules(), draft, Subject(), kWang, At("2025-04-21")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  EXPECT_THAT(message, HasSubstr("fields.criterion: give Criterion (条件)"));
  EXPECT_THAT(message, HasSubstr("fields.kind: `NWE` is not one of those "
                                 "allowed; did you mean `NEW`?"));
  EXPECT_THAT(
      message,
      HasSubstr("fields.witness: `cards/1` is not a name; give people/…"));
  EXPECT_THAT(message, HasSubstr("fields.shoe_size: no such field"));
  EXPECT_THAT(message, HasSubstr("evidence[0].kind: `certifcate` is no kind of "
                                 "evidence; did you mean `certificate`?"));
}

TEST(OpenTest, TheRouteIsThatOfTheCriterion) {
  const auto opening = [](const char* route) {
    v1::Matter draft = Draft();
    (*draft.mutable_fields())["route"] = route;
    return Open(Rules(), draft, Subject(), kWang, At("2025-04-21")).status();
  };
  EXPECT_TRUE(opening("R_ANY").ok());
  EXPECT_EQ(opening("R_OTHER").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(opening("R_OTHER").message(),
            "fields.route: the route of `gold-title` is `R_ANY`, not "
            "`R_OTHER`");
}

TEST(OpenTest, AcceptsAFieldOfTheLongestLengthAndNoLonger) {
  v1::Matter draft = Draft();
  (*draft.mutable_fields())["witness"] = "people/" + std::string(1993, 'a');
  EXPECT_TRUE(Open(Rules(), draft, Subject(), kWang, At("2025-04-21")).ok());
  (*draft.mutable_fields())["witness"] += "a";
  EXPECT_EQ(
      Open(Rules(), draft, Subject(), kWang, At("2025-04-21")).status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST(OpenTest, IsForTheKindsTheRuleNames) {
  EXPECT_EQ(Open(Rules(), Draft(), Subject(), kReviewer, At("2025-04-21"))
                .status()
                .code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Open(Rules(), Draft("nothing"), Subject(), kWang, At("2025-04-21"))
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(OpenTest, AnEmployerOpensForItsStaffButAClerkNotForTheFamily) {
  const Actor employer{"employer", "staff/hr", "employers/acme", ""};
  const auto matter =
      Open(Rules(), Draft(), Subject(), employer, At("2025-04-21"));
  ASSERT_TRUE(matter.ok()) << matter.status();
  EXPECT_EQ(matter->owner(), "clerk");
  Actor clerk = kWang;
  clerk.person = "people/relative";
  EXPECT_EQ(Open(Rules(), Draft(), Subject(), clerk, At("2025-04-21"))
                .status()
                .code(),
            absl::StatusCode::kPermissionDenied);
}

// Who may act
// -------------------------------------------------------------------

TEST(ActorTest, NobodyActsForThemselvesTheirFamilyOrTheirStaff) {
  const v1::Matter matter = Opened();
  for (const char* person : {"people/subject", "people/relative"}) {
    Event event = Accept();
    event.actor.person = person;
    EXPECT_EQ(Refused(matter, event).code(),
              absl::StatusCode::kPermissionDenied)
        << person;
  }
  Event other_side = Accept();
  other_side.actor.person = "people/stranger";
  other_side.actor.relatives = {"people/subject"};
  EXPECT_EQ(Refused(matter, other_side).code(),
            absl::StatusCode::kPermissionDenied);
  v1::Matter placing = matter;
  (*placing.mutable_fields())["spouse"] = "people/sister";
  Event sister = Accept();
  sister.actor.person = "people/stranger";
  sister.actor.relatives = {"people/sister"};
  EXPECT_EQ(Refused(placing, sister).code(),
            absl::StatusCode::kPermissionDenied);
  Event employer = Accept();
  employer.actor.institution = "employers/acme";
  EXPECT_EQ(Refused(matter, employer).code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(Refused(matter, employer).message()),
              HasSubstr("回避"));
  Event stranger = Accept();
  stranger.actor.person = "people/stranger";
  EXPECT_TRUE(Refused(matter, stranger).ok());
}

TEST(ActorTest, FourEyesSeeTheSamePersonAtAnotherDeskAndInAnotherRole) {
  const v1::Matter matter = After(Opened(), Accept(kWang));
  EXPECT_EQ(Refused(matter, Do("pass", kWang, "2025-04-23 09:00")).code(),
            absl::StatusCode::kPermissionDenied);
  Actor elsewhere = kWang;
  elsewhere.kind = "reviewer";
  elsewhere.institution = "stations/office";
  EXPECT_EQ(Refused(matter, Do("pass", elsewhere, "2025-04-23 09:00")).code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(Refused(matter, Do("pass", kLi, "2025-04-23 09:00")).ok());
  EXPECT_TRUE(Refused(matter, Do("pass", kReviewer, "2025-04-23 09:00")).ok());
}

TEST(ActorTest, IsOfAKindTheActionNames) {
  EXPECT_EQ(Refused(Opened(), Accept(kReviewer)).code(),
            absl::StatusCode::kPermissionDenied);
}

// What an action needs
// ------------------------------------------------------------

TEST(ApplyTest, NeedsAnActionOfTheState) {
  EXPECT_EQ(
      Refused(Opened(), Do("approve", kOffice, "2025-04-22 09:00")).code(),
      absl::StatusCode::kFailedPrecondition);
  v1::Matter lost = Opened();
  lost.set_state("GONE");
  EXPECT_EQ(Refused(lost, Accept()).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(ApplyTest, NeedsTheEvidenceOnFileOrHandedInWithIt) {
  v1::Matter matter = Opened();
  const auto status = Refused(matter, Do("accept", kWang, "2025-04-22 09:00"));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "evidence is missing: certificate (缺少证明材料：certificate)");
  matter.add_evidence()->set_kind("certificate");
  EXPECT_EQ(After(matter, Do("accept", kWang, "2025-04-22 09:00")).state(),
            "REVIEW");
  EXPECT_EQ(After(Opened(), Accept()).evidence_size(), 1);
}

TEST(ApplyTest, NeedsItsFields) {
  Event event = Do("reject", kWang, "2025-04-22 09:00");
  EXPECT_EQ(Refused(Opened(), event).code(),
            absl::StatusCode::kInvalidArgument);
  event.fields["ground"] = "incomplete";
  const v1::Matter matter = After(Opened(), event);
  EXPECT_TRUE(matter.closed());
  EXPECT_EQ(matter.fields().at("ground"), "incomplete");
  EXPECT_EQ(matter.history(1).fields().at("ground"), "incomplete");
  EXPECT_FALSE(matter.has_due());
  EXPECT_EQ(Refused(matter, Accept()).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(ApplyTest, NeedsWhatTheRuleRequiresOfTheFacts) {
  const v1::Matter matter = After(Opened(), Accept());
  v1::Person subject = Subject();
  *subject.mutable_facts(0)->mutable_valid_to() = Date("2025-04-23");
  EXPECT_TRUE(
      Apply(Rules(), matter, subject, Do("pass", kLi, "2025-04-23 23:59"))
          .ok());
  const auto status =
      Apply(Rules(), matter, subject, Do("pass", kLi, "2025-04-24 00:00"))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "there is no title (无职称)");
}

TEST(ApplyTest, LeavesTheMatterItWasGivenAsItWas) {
  const v1::Matter matter = Opened();
  const std::string before = matter.SerializeAsString();
  After(matter, Accept());
  EXPECT_EQ(matter.SerializeAsString(), before);
}

TEST(ApplyTest, TellsWhatFollows) {
  const v1::Matter matter = Published();
  const auto step = Apply(Rules(), matter, Subject(),
                          Do("approve", kOffice, "2025-06-01 09:00"));
  ASSERT_TRUE(step.ok()) << step.status();
  ASSERT_EQ(step->consequences.size(), 1u);
  EXPECT_EQ(step->consequences[0].kind, "add-recognition");
  EXPECT_THAT(step->consequences[0].fields,
              ElementsAre(Pair("criterion", "gold-title")));
  EXPECT_TRUE(step->matter.closed());
}

TEST(ApplyTest, CountsOffers) {
  v1::Matter matter = Opened("place");
  for (int i = 1; i <= 3; ++i) {
    matter = After(matter, Do("offer", kDepartment, "2025-04-22 09:00"));
    const auto refuse = Apply(Rules(), matter, Subject(),
                              Do("refuse", kWang, "2025-04-22 10:00"));
    EXPECT_EQ(refuse.ok(), i < 3) << i;
    if (refuse.ok()) matter = refuse->matter;
  }
  EXPECT_EQ(After(matter, Do("close", kWang, "2025-04-23")).state(), "CLOSED");
}

// Time
// ---------------------------------------------------------------------------

struct Moment {
  const char* name;
  const char* action;
  const char* at;
  bool allowed;
};

class PublicityTest : public testing::TestWithParam<Moment> {};

// Published on Friday 2025-04-25: the first working day is Sunday 04-27, worked
// in exchange; the second Monday 04-28.
TEST_P(PublicityTest, LastsTwoWorkingDays) {
  const Moment& c = GetParam();
  const Event event =
      Do(c.action, std::string(c.action) == "approve" ? kOffice : kWang, c.at);
  EXPECT_EQ(Refused(Published(), event).ok(), c.allowed)
      << Refused(Published(), event);
  for (const v1::MatterAction& action :
       Available(Rules(), Published(), At(c.at))) {
    if (action.action() == c.action) {
      EXPECT_EQ(action.blocked().en().empty(), c.allowed);
      EXPECT_EQ(action.blocked().zh().empty(), c.allowed);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, PublicityTest,
    testing::ValuesIn<Moment>({
        {"NoApprovalOnTheLastDay", "approve", "2025-04-28 23:59", false},
        {"ApprovalOnTheDayAfter", "approve", "2025-04-29 00:00", true},
        {"ObjectionOnTheLastDay", "object", "2025-04-28 23:59", true},
        {"NoObjectionOnTheDayAfter", "object", "2025-04-29 00:00", false},
    }),
    [](const auto& test) { return test.param.name; });

TEST(TimeTest, PublicityStartsAgainWhenTheStateIsEnteredAgain) {
  v1::Matter matter =
      After(Published(), Do("object", kWang, "2025-04-28 12:00"));
  matter = After(matter, Do("pass", kReviewer, "2025-04-30 09:00"));
  // 05-01 and 05-02 are holidays: Monday 05-05 and Tuesday 05-06 count.
  EXPECT_FALSE(
      Refused(matter, Do("approve", kOffice, "2025-05-06 23:59")).ok());
  EXPECT_TRUE(Refused(matter, Do("approve", kOffice, "2025-05-07 00:00")).ok());
}

TEST(TimeTest, TakingAMatterUpAcknowledgesItAndMovesNoDeadline) {
  const v1::Matter before = Opened();
  const v1::Matter after = After(before, Do("note", kWang, "2025-04-22 09:00"));
  EXPECT_FALSE(after.has_acknowledge_by());
  EXPECT_EQ(ToTime(after.due()), ToTime(before.due()));
  EXPECT_EQ(after.history_size(), 2);
}

TEST(TimeTest, ALateStepIsEscalatedFromTheInstantItsDayHasEnded) {
  const v1::Matter matter = Opened();
  const auto late = [&](const char* at) {
    return Overdue(Rules(), matter, At(at));
  };
  EXPECT_FALSE(late("2025-04-22 23:59").acknowledgement);
  EXPECT_THAT(late("2025-04-22 23:59").escalates_to, IsEmpty());
  EXPECT_TRUE(late("2025-04-23 00:00").acknowledgement);
  EXPECT_FALSE(late("2025-04-24 23:59").step);
  EXPECT_TRUE(late("2025-04-25 00:00").step);
  EXPECT_EQ(late("2025-04-25 00:00").escalates_to, "talent-office");
  Event reject = Do("reject", kWang, "2025-04-22 09:00");
  reject.fields["ground"] = "incomplete";
  EXPECT_FALSE(Overdue(Rules(), After(matter, reject), At("2026-01-01")).step);
}

TEST(TimeTest, CalendarDaysCountEveryDay) {
  const v1::Matter matter = After(Opened(), Accept(kWang, "2025-04-22 09:00"));
  EXPECT_EQ(ToTime(matter.due()), At("2025-05-23 00:00"));
}

TEST(TimeTest, ADeadlineOfTheWholeMatterStaysWhenAStateIsComeBackTo) {
  v1::Matter matter = Opened("place");
  EXPECT_EQ(ToTime(matter.due()), At("2025-05-22 00:00"));
  matter = After(matter, Do("offer", kDepartment, "2025-04-28 09:00"));
  EXPECT_FALSE(matter.has_due());
  matter = After(matter, Do("refuse", kWang, "2025-05-12 09:00"));
  EXPECT_EQ(ToTime(matter.due()), At("2025-05-22 00:00"));
}

// What can be done now
// ---------------------------------------------------------------

std::vector<std::string> Open(const std::vector<v1::MatterAction>& actions) {
  std::vector<std::string> open;
  for (const v1::MatterAction& action : actions) {
    if (!action.has_blocked()) open.push_back(action.action());
  }
  return open;
}

TEST(AvailableTest, SaysForEachActorWhatIsOpen) {
  const v1::Matter matter = After(Opened(), Accept(kWang));
  const absl::Time now = At("2025-04-23");
  EXPECT_THAT(Open(Available(Rules(), matter, Subject(), kLi, now)),
              ElementsAre("pass"));
  EXPECT_THAT(Open(Available(Rules(), matter, Subject(), kWang, now)),
              IsEmpty());
  EXPECT_THAT(Open(Available(Rules(), matter, Subject(), kOffice, now)),
              IsEmpty());
  v1::Person untitled = Subject();
  untitled.mutable_facts()->Clear();
  const auto blocked = Available(Rules(), matter, untitled, kLi, now);
  ASSERT_EQ(blocked.size(), 1u);
  EXPECT_EQ(blocked[0].blocked().zh(), "无职称");
  EXPECT_EQ(blocked[0].name().en(), "Pass");
  EXPECT_THAT(blocked[0].roles(), ElementsAre("reviewer", "clerk"));
}

TEST(AvailableTest, AgreesWithApplyForEveryActorAndState) {
  const v1::Person subject = Subject();
  for (const v1::Matter& matter :
       {Opened(), After(Opened(), Accept()), Published(), Opened("place")}) {
    for (const Actor& actor : {kWang, kLi, kReviewer, kOffice, kDepartment}) {
      for (const char* at : {"2025-04-26 09:00", "2025-05-20 09:00"}) {
        for (const v1::MatterAction& action :
             Available(Rules(), matter, subject, actor, At(at))) {
          Event event = Do(action.action().c_str(), actor, at);
          if (action.action() == "reject") event.fields["ground"] = "x";
          if (action.action() == "accept")
            event.evidence.emplace_back().set_kind("certificate");
          EXPECT_EQ(Apply(Rules(), matter, subject, event).ok(),
                    !action.has_blocked())
              << action.action() << " by " << actor.ToString() << " at " << at;
        }
      }
    }
  }
}

TEST(AvailableTest, IsNothingOnceClosed) {
  const v1::Matter matter =
      After(Published(), Do("approve", kOffice, "2025-06-01 09:00"));
  EXPECT_THAT(Available(Rules(), matter, At("2025-06-02")), IsEmpty());
}

}  // namespace
}  // namespace talentcard::workflow
