#include "engine/workflow/four_eyes.h"

#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/decision/view.h"
#include "gtest/gtest.h"

namespace talentcard::workflow {
namespace {

using State = v1::Proposal;

const absl::Time kStart = absl::FromUnixSeconds(1747008000);
// The same person at two desks and in two roles, two others, and one of a kind
// that may not rule.
const Actor kAnn = {"policy-author", "staff/ann", "offices/talent", ""};
const Actor kAnnElsewhere = {"talent-office", "staff/ann", "offices/other", ""};
const Actor kBen = {"talent-office", "staff/ben", "offices/talent", ""};
const Actor kCai = {"policy-author", "staff/cai", "offices/talent", ""};
const Actor kDan = {"clerk", "staff/dan", "stations/haizhou", ""};

v1::Proposal Proposed(bool emergency = false, const Actor& by = kAnn) {
  v1::Proposal proposal = Propose(by, emergency, kStart);
  proposal.add_approvers("talent-office");
  proposal.add_approvers("policy-author");
  return proposal;
}

TEST(FourEyesTest, OneProposesAnotherApprovesTheFirstExecutes) {
  v1::Proposal proposal = Proposed();
  EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kStateForbids);
  EXPECT_EQ(Approve(proposal, kBen, kStart), Refusal::kNone);
  EXPECT_EQ(proposal.state(), State::APPROVED);
  EXPECT_EQ(Execute(proposal, kBen, kStart), Refusal::kNotTheProposer);
  EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kNone);
  EXPECT_EQ(proposal.state(), State::EXECUTED);
  EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kStateForbids);
}

TEST(FourEyesTest, ATicketIsGoodForItsMinutesAgainAndAgain) {
  v1::Proposal ticket = Proposed();
  ticket.set_ticket_minutes(30);
  EXPECT_EQ(Execute(ticket, kAnn, kStart), Refusal::kStateForbids);
  const absl::Time approved = kStart + absl::Hours(70);
  EXPECT_EQ(Approve(ticket, kBen, approved), Refusal::kNone);
  for (const absl::Duration later : {absl::Minutes(0), absl::Minutes(29)}) {
    EXPECT_EQ(Execute(ticket, kBen, approved + later),
              Refusal::kNotTheProposer);
    EXPECT_EQ(Execute(ticket, kAnn, approved + later), Refusal::kNone);
    EXPECT_EQ(ticket.execute_time().seconds(), absl::ToUnixSeconds(approved))
        << "of the first look";
  }
  EXPECT_EQ(Execute(ticket, kAnn, approved + absl::Minutes(30)),
            Refusal::kExpired);
  EXPECT_EQ(Reject(ticket, kCai, approved), Refusal::kStateForbids);
}

TEST(FourEyesTest, ATicketNobodyUsedIsOverAfterItsMinutesToo) {
  v1::Proposal ticket = Proposed();
  ticket.set_ticket_minutes(30);
  EXPECT_EQ(Approve(ticket, kBen, kStart), Refusal::kNone);
  EXPECT_EQ(Execute(ticket, kAnn, kStart + absl::Minutes(30)),
            Refusal::kExpired);
}

TEST(FourEyesTest, NobodyRulesOnTheirOwnAtAnyDeskOrInAnyRole) {
  for (const Actor& actor : {kAnn, kAnnElsewhere}) {
    v1::Proposal proposal = Proposed();
    EXPECT_EQ(Approve(proposal, actor, kStart), Refusal::kSamePerson);
    EXPECT_EQ(Reject(proposal, actor, kStart), Refusal::kSamePerson);
  }
  Actor named = kAnn, other = kBen;
  named.person = other.person = "people/1";
  v1::Proposal proposal = Proposed(false, named);
  EXPECT_EQ(Approve(proposal, other, kStart), Refusal::kSamePerson);
}

TEST(FourEyesTest, OtherKindsDoNotRule) {
  v1::Proposal proposal = Proposed();
  EXPECT_EQ(Approve(proposal, kDan, kStart), Refusal::kWrongKind);
  EXPECT_EQ(Reject(proposal, kDan, kStart), Refusal::kWrongKind);
}

TEST(FourEyesTest, ADeviceIsNoSecondPersonWhateverItMayActAs) {
  const Actor device = {"talent-office", "devices/desk-1", "offices/talent",
                        ""};
  EXPECT_FALSE(IsPerson(device));
  EXPECT_TRUE(IsPerson(kBen));
  v1::Proposal proposal = Proposed();
  EXPECT_EQ(Approve(proposal, device, kStart), Refusal::kWrongKind);
  EXPECT_EQ(Reject(proposal, device, kStart), Refusal::kWrongKind);
  EXPECT_EQ(proposal.state(), State::PENDING);
}

TEST(FourEyesTest, AnApprovalMayBeTakenBackByAThirdUntilItIsUsed) {
  v1::Proposal proposal = Proposed();
  EXPECT_EQ(Approve(proposal, kBen, kStart), Refusal::kNone);
  EXPECT_EQ(Reject(proposal, kBen, kStart), Refusal::kRuledAlready);
  EXPECT_EQ(Reject(proposal, kCai, kStart), Refusal::kNone);
  EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kStateForbids);
}

TEST(FourEyesTest, AProposalEndsAfterItsTimeToTheSecond) {
  const absl::Time end = kStart + kProposalLife;
  v1::Proposal proposal = Proposed();
  EXPECT_EQ(Approve(proposal, kBen, end), Refusal::kExpired);
  EXPECT_EQ(Approve(proposal, kBen, end - absl::Seconds(1)), Refusal::kNone);
  EXPECT_EQ(Execute(proposal, kAnn, end), Refusal::kExpired);
  EXPECT_EQ(Execute(proposal, kAnn, end - absl::Seconds(1)), Refusal::kNone);
}

TEST(FourEyesTest, AnEmergencyIsExecutedFirstAndReviewedByAnother) {
  for (const bool right : {true, false}) {
    v1::Proposal proposal = Proposed(/*emergency=*/true);
    EXPECT_EQ(Approve(proposal, kBen, kStart), Refusal::kStateForbids);
    EXPECT_EQ(Execute(proposal, kAnn, kStart + kEmergencyLife),
              Refusal::kExpired);
    EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kNone);
    EXPECT_EQ(proposal.state(), State::TO_REVIEW);
    EXPECT_EQ(decision::ToTime(proposal.review_due()), kStart + kReviewWithin);
    EXPECT_EQ(Approve(proposal, kAnnElsewhere, kStart), Refusal::kSamePerson);
    // Late is better than never.
    const absl::Time late = kStart + 2 * kReviewWithin;
    EXPECT_EQ(
        right ? Approve(proposal, kBen, late) : Reject(proposal, kBen, late),
        Refusal::kNone);
    EXPECT_EQ(proposal.state(), right ? State::REVIEWED : State::DISPUTED);
    EXPECT_EQ(Execute(proposal, kAnn, kStart), Refusal::kStateForbids);
  }
}

// One object that a proposed act would change, and everything that can happen
// around it.
struct Situation {
  std::optional<v1::Proposal> proposal;
  int proposed_on = 0;  // The state it was proposed on.
  int version = 0;      // Of the object now.
  absl::Time now = kStart;
  int done = 0;  // How often the act took effect.
};

// The machine that is explored; mutants replace a part.
struct Machine {
  std::function<Refusal(v1::Proposal&, const Actor&, absl::Time)> approve =
      Approve;
  std::function<Refusal(v1::Proposal&, const Actor&, absl::Time)> execute =
      Execute;
  bool holds_the_state = true;  // As etag and expected_digest make handlers.
};

using Event = std::function<void(const Machine&, Situation&)>;

void Do(const Machine& machine, Situation& at, const Actor& who) {
  if (!at.proposal) return;
  v1::Proposal after = *at.proposal;
  if (machine.execute(after, who, at.now) != Refusal::kNone) return;
  if (machine.holds_the_state && at.version != at.proposed_on) return;
  at.proposal = after;
  ++at.version;
  ++at.done;
}

std::vector<Event> Events() {
  std::vector<Event> events;
  for (const Actor& who : {kAnn, kBen, kCai}) {
    events.push_back([who](const Machine&, Situation& at) {
      if (at.proposal) return;
      at.proposal = Proposed(false, who);
      at.proposed_on = at.version;
    });
    events.push_back([who](const Machine& machine, Situation& at) {
      if (at.proposal) machine.approve(*at.proposal, who, at.now);
    });
    events.push_back([who](const Machine&, Situation& at) {
      if (at.proposal) Reject(*at.proposal, who, at.now);
    });
    events.push_back(
        [who](const Machine& machine, Situation& at) { Do(machine, at, who); });
  }
  events.push_back([](const Machine&, Situation& at) { ++at.version; });
  events.push_back(
      [](const Machine&, Situation& at) { at.now += kProposalLife / 2; });
  return events;
}

// What must hold after every event.
std::string Broken(const Situation& at) {
  if (at.done == 0) return "";
  if (at.done > 1) return "done twice";
  bool another = false;
  for (const v1::Ruling& ruling : at.proposal->rulings()) {
    another |=
        ruling.approves() && !SamePerson(ruling.by(), at.proposal->proposer());
    if (!ruling.approves()) return "done although somebody said no";
  }
  if (!another) return "done by one person";
  if (decision::ToTime(at.proposal->execute_time()) >=
      decision::ToTime(at.proposal->expire_time()))
    return "done too late";
  return "";
}

struct Explored {
  int64_t situations = 0;
  int64_t done = 0;
  std::string broken;
};

// What two situations must share to go on alike.
std::string KeyOf(const Situation& at) {
  return (at.proposal ? at.proposal->SerializeAsString() : "-") +
         std::to_string(at.proposed_on) + "," + std::to_string(at.version) +
         "," + absl::FormatTime(at.now) + "," + std::to_string(at.done);
}

// Every sequence of up to `depth` events; situations that were reached before
// are not gone through again.
Explored Explore(const Machine& machine, int depth) {
  const std::vector<Event> events = Events();
  Explored explored;
  std::map<std::string, Situation> level = {{"", Situation()}};
  std::set<std::string> seen;
  for (int i = 0; i < depth; ++i) {
    std::map<std::string, Situation> next;
    for (const auto& [key, at] : level) {
      for (const Event& event : events) {
        Situation after = at;
        event(machine, after);
        const std::string reached = KeyOf(after);
        if (!seen.insert(reached).second) continue;
        ++explored.situations;
        explored.done += after.done > at.done;
        if (explored.broken.empty()) explored.broken = Broken(after);
        if (after.done <= 1) next.emplace(reached, std::move(after));
      }
    }
    level = std::move(next);
  }
  return explored;
}

TEST(FourEyesTest, NoSequenceOfEightEventsLetsOnePersonDoIt) {
  const Explored explored = Explore({}, 8);
  EXPECT_EQ(explored.broken, "");
  // It is done somewhere: the search is not of an empty machine.
  EXPECT_GT(explored.done, 50);
  EXPECT_GT(explored.situations, 1000);
  RecordProperty("situations", std::to_string(explored.situations));
  std::cout << explored.situations << " situations, done in " << explored.done
            << ", by one person in 0\n";
}

TEST(FourEyesTest, TheSearchFindsEachPlantedMistake) {
  const auto anybody = [](v1::Proposal& proposal, const Actor& actor,
                          absl::Time now) {
    v1::Proposal disguised = proposal;
    disguised.mutable_proposer()->set_staff("staff/nobody");
    const Refusal refusal = Approve(disguised, actor, now);
    if (refusal != Refusal::kNone) return refusal;
    *disguised.mutable_proposer() = proposal.proposer();
    proposal = disguised;
    return refusal;
  };
  const auto without_approval = [](v1::Proposal& proposal, const Actor& actor,
                                   absl::Time now) {
    if (proposal.state() == State::PENDING) proposal.set_state(State::APPROVED);
    return Execute(proposal, actor, now);
  };
  const auto rejected_too = [](v1::Proposal& proposal, const Actor& actor,
                               absl::Time now) {
    if (proposal.state() == State::REJECTED)
      proposal.set_state(State::APPROVED);
    return Execute(proposal, actor, now);
  };
  const auto expired_too = [](v1::Proposal& proposal, const Actor& actor,
                              absl::Time now) {
    const auto end = proposal.expire_time();
    *proposal.mutable_expire_time() =
        decision::ToTimestamp(now + kProposalLife);
    const Refusal refusal = Execute(proposal, actor, now);
    *proposal.mutable_expire_time() = end;
    return refusal;
  };
  const auto again = [](v1::Proposal& proposal, const Actor& actor,
                        absl::Time now) {
    const Refusal refusal = Execute(proposal, actor, now);
    if (refusal == Refusal::kNone) proposal.set_state(State::APPROVED);
    return refusal;
  };
  EXPECT_EQ(Explore({.approve = anybody}, 8).broken, "done by one person");
  EXPECT_EQ(Explore({.execute = without_approval}, 8).broken,
            "done by one person");
  EXPECT_NE(Explore({.execute = rejected_too}, 8).broken, "");
  EXPECT_EQ(Explore({.execute = expired_too}, 8).broken, "done too late");
  EXPECT_EQ(Explore({.execute = again, .holds_the_state = false}, 8).broken,
            "done twice");
}

}  // namespace
}  // namespace talentcard::workflow
