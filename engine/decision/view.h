#ifndef TALENTCARD_ENGINE_DECISION_VIEW_H_
#define TALENTCARD_ENGINE_DECISION_VIEW_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/date/civil_date.h"
#include "google/protobuf/timestamp.pb.h"

// Records as conditions see them on one day (see conditions.proto).
namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// Whether `day` lies in [from, to]; an unset `to` is open.
template <typename Dated>
bool ValidOn(const Dated& dated, CivilDate day) {
  const auto from = CivilDate::FromProto(dated.valid_from());
  if (!from.ok() || *from > day) return false;
  if (!dated.has_valid_to()) return true;
  const auto to = CivilDate::FromProto(dated.valid_to());
  return to.ok() && *to >= day;
}

// The same of a document, which may have no first day on record.
bool DocumentValidOn(const v1::IdentityDocument& document, CivilDate day);

v1::PersonView ViewPerson(const v1::Person& person, CivilDate day,
                          bool recognition_open);

// How `beneficiary` is related to `holder`: the class (`SPOUSE`, `NONE` …) and
// what is on file about it. A relation that has ended is still seen, as ended.
struct Relationship {
  std::string relation;
  v1::LinkView link;
};
Relationship ViewRelation(const v1::Person& holder,
                          const v1::Person& beneficiary, CivilDate day);

// The card as recorded at the instant, without in_force, state and
// state_reason.
v1::CardView ViewRecordedCard(const v1::Card* card, absl::Time instant);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_VIEW_H_
