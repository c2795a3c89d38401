#ifndef TALENTCARD_SERVICES_ENTITLEMENT_REQUESTS_H_
#define TALENTCARD_SERVICES_ENTITLEMENT_REQUESTS_H_

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/date/civil_date.h"

namespace talentcard::entitlement {

// What is asked for when only the right itself is asked about: a school year
// that begins that year, from its first grade.
inline chengzhou::talentcard::v1::RequestView PlainRequest(CivilDate day) {
  chengzhou::talentcard::v1::RequestView request;
  request.set_start_grade(true);
  request.set_season(day.year());
  return request;
}

}  // namespace talentcard::entitlement

#endif  // TALENTCARD_SERVICES_ENTITLEMENT_REQUESTS_H_
