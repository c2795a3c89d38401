#ifndef TALENTCARD_ENGINE_DECISION_SEEN_H_
#define TALENTCARD_ENGINE_DECISION_SEEN_H_

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/cel/value.h"

namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

struct TierSeen {
  // The highest tier recognised and still met.
  v1::TierView tier;
  // Facts that are missing to say whether a better one is met; none if it is
  // sure.
  cel::Value::Attributes missing;
};

// A holder as the rules of one policy see them, the same at every instant from
// `from` on and before `until`: what callers may keep between questions.
struct Seen {
  absl::Time from;
  absl::Time until;
  v1::PersonView person;
  TierSeen tier;
  v1::CardView card;

  bool Covers(absl::Time instant) const {
    return from <= instant && instant < until;
  }
};

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_SEEN_H_
