#include "engine/workflow/four_eyes.h"

#include <algorithm>

#include "engine/decision/view.h"

namespace talentcard::workflow {
namespace {

using State = v1::Proposal;

Refusal MayRule(const v1::Proposal& proposal, const Actor& actor) {
  const v1::Participant who = ParticipantOf(actor);
  if (SamePerson(who, proposal.proposer())) return Refusal::kSamePerson;
  const auto& kinds = proposal.approvers();
  if (!IsPerson(actor) ||
      std::find(kinds.begin(), kinds.end(), actor.kind) == kinds.end())
    return Refusal::kWrongKind;
  const auto& rulings = proposal.rulings();
  const bool before = std::any_of(
      rulings.begin(), rulings.end(),
      [&](const v1::Ruling& ruling) { return SamePerson(ruling.by(), who); });
  return before ? Refusal::kRuledAlready : Refusal::kNone;
}

bool Expired(const v1::Proposal& proposal, absl::Time now) {
  return now >= decision::ToTime(proposal.expire_time());
}

void AddRuling(v1::Proposal& proposal, const Actor& actor, bool approves,
               absl::Time now) {
  v1::Ruling& ruling = *proposal.add_rulings();
  *ruling.mutable_by() = ParticipantOf(actor);
  ruling.set_approves(approves);
  *ruling.mutable_time() = decision::ToTimestamp(now);
}

// A ruling in `before` or, after an emergency, in TO_REVIEW.
Refusal Rule(v1::Proposal& proposal, const Actor& actor, bool approves,
             absl::Time now) {
  const Refusal refusal = MayRule(proposal, actor);
  if (refusal != Refusal::kNone) return refusal;
  if (proposal.state() == State::TO_REVIEW) {
    AddRuling(proposal, actor, approves, now);
    proposal.set_state(approves ? State::REVIEWED : State::DISPUTED);
    return Refusal::kNone;
  }
  const bool open = proposal.state() == State::PENDING ||
                    (!approves && proposal.state() == State::APPROVED);
  if (!open) return Refusal::kStateForbids;
  if (Expired(proposal, now)) return Refusal::kExpired;
  AddRuling(proposal, actor, approves, now);
  proposal.set_state(approves ? State::APPROVED : State::REJECTED);
  if (approves && proposal.ticket_minutes() > 0)
    *proposal.mutable_expire_time() =
        decision::ToTimestamp(now + absl::Minutes(proposal.ticket_minutes()));
  return Refusal::kNone;
}

}  // namespace

bool IsPerson(const Actor& actor) { return actor.staff.starts_with("staff/"); }

v1::Participant ParticipantOf(const Actor& actor) {
  v1::Participant participant;
  participant.set_kind(actor.kind);
  participant.set_staff(actor.staff);
  participant.set_institution(actor.institution);
  participant.set_person(actor.person);
  return participant;
}

bool SamePerson(const v1::Participant& a, const v1::Participant& b) {
  return a.staff() == b.staff() ||
         (!a.person().empty() && a.person() == b.person());
}

v1::Proposal Propose(const Actor& proposer, bool emergency, absl::Time now) {
  v1::Proposal proposal;
  proposal.set_state(emergency ? State::EMERGENCY : State::PENDING);
  *proposal.mutable_proposer() = ParticipantOf(proposer);
  *proposal.mutable_create_time() = decision::ToTimestamp(now);
  *proposal.mutable_expire_time() =
      decision::ToTimestamp(now + (emergency ? kEmergencyLife : kProposalLife));
  return proposal;
}

Refusal Approve(v1::Proposal& proposal, const Actor& actor, absl::Time now) {
  return Rule(proposal, actor, /*approves=*/true, now);
}

Refusal Reject(v1::Proposal& proposal, const Actor& actor, absl::Time now) {
  return Rule(proposal, actor, /*approves=*/false, now);
}

Refusal Execute(v1::Proposal& proposal, const Actor& actor, absl::Time now) {
  if (!SamePerson(ParticipantOf(actor), proposal.proposer()))
    return Refusal::kNotTheProposer;
  const bool emergency = proposal.state() == State::EMERGENCY;
  const bool again =
      proposal.ticket_minutes() > 0 && proposal.state() == State::EXECUTED;
  if (proposal.state() != State::APPROVED && !emergency && !again)
    return Refusal::kStateForbids;
  if (Expired(proposal, now)) return Refusal::kExpired;
  if (again) return Refusal::kNone;
  proposal.set_state(emergency ? State::TO_REVIEW : State::EXECUTED);
  *proposal.mutable_execute_time() = decision::ToTimestamp(now);
  if (emergency)
    *proposal.mutable_review_due() = decision::ToTimestamp(now + kReviewWithin);
  return Refusal::kNone;
}

}  // namespace talentcard::workflow
