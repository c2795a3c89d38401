#ifndef TALENTCARD_ENGINE_WORKFLOW_FOUR_EYES_H_
#define TALENTCARD_ENGINE_WORKFLOW_FOUR_EYES_H_

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/proposal.pb.h"
#include "engine/workflow/workflow.h"

// What may happen to a proposed act, and when. Pure: signatures, storage and
// the state that the act changes are the caller's.
//
//             approve           execute
//   PENDING ──────────▶ APPROVED ──────▶ EXECUTED
//      │ reject             │ reject
//      ▼                    ▼
//   REJECTED             REJECTED
//
// A ticket, for a look, stays open for its minutes after the approval and may
// be executed again and again until then.
//
//               execute            approve
//   EMERGENCY ──────────▶ TO_REVIEW ──────▶ REVIEWED
//                             │ reject
//                             ▼
//                         DISPUTED
namespace talentcard::workflow {

// How long a proposal may wait, and an emergency; working days do not count.
inline constexpr absl::Duration kProposalLife = absl::Hours(72);
inline constexpr absl::Duration kEmergencyLife = absl::Hours(1);
inline constexpr absl::Duration kReviewWithin = absl::Hours(72);

enum class Refusal {
  kNone,
  kSamePerson,    // The proposer rules on their own proposal.
  kWrongKind,     // This kind of asker may not rule on it, nor may a device.
  kRuledAlready,  // The same person ruled before.
  kExpired,
  kStateForbids,
  kNotTheProposer,  // Somebody else executes it.
};

// Four eyes are two people's: a device, whose certificate names nobody, is
// neither of them.
bool IsPerson(const Actor& actor);
v1::Participant ParticipantOf(const Actor& actor);
// By staff name whatever the desk or the role, or by person where known.
bool SamePerson(const v1::Participant& a, const v1::Participant& b);

// A proposal at its start; that it is a person's, and what is proposed, is the
// caller's.
v1::Proposal Propose(const Actor& proposer, bool emergency, absl::Time now);
// Each changes the proposal only if it is not refused.
Refusal Approve(v1::Proposal& proposal, const Actor& actor, absl::Time now);
Refusal Reject(v1::Proposal& proposal, const Actor& actor, absl::Time now);
Refusal Execute(v1::Proposal& proposal, const Actor& actor, absl::Time now);

}  // namespace talentcard::workflow

#endif  // TALENTCARD_ENGINE_WORKFLOW_FOUR_EYES_H_
