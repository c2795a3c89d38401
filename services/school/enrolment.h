#ifndef TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_
#define TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/school_service.pb.h"
#include "engine/decision/consents.h"
#include "services/answer/ask.h"
#include "services/rpc/calls.h"

namespace talentcard::school {

namespace v1 = chengzhou::talentcard::v1;

// The decision on one child; `path` says where in the request it stands. Known
// only with consent, a child is asked about by what is known now. An
// application was accepted at `accepted`.
absl::StatusOr<answer::Asked> AskEnrolment(
    const rpc::Foundation& foundation, const answer::Known& known,
    const rpc::Call& call, const v1::QueryEnrolmentRequest& q,
    const std::string& path = "",
    std::optional<absl::Time> accepted = std::nullopt);

// What a school or the education bureau is told of it. Of a child whose family
// did not consent a school learns what it would of somebody not on record.
v1::QueryEnrolmentResponse ShowEnrolment(const rpc::Call& call,
                                         const answer::Asked& asked);
v1::QueryEnrolmentResponse ShowEnrolment(const rpc::Call& call,
                                         const v1::Decision& decision);

// That an enrolment right is told to an institution (personal_data.yaml).
decision::Disclosure DisclosureTo(const std::string& kind,
                                  const std::string& institution);

}  // namespace talentcard::school

#endif  // TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_
