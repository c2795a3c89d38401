#ifndef TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_
#define TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/school_service.pb.h"
#include "services/answer/ask.h"
#include "services/rpc/calls.h"

namespace talentcard::school {

namespace v1 = chengzhou::talentcard::v1;

// The decision on one child; `path` says where in the request it stands.
absl::StatusOr<answer::Asked> AskEnrolment(const rpc::Foundation& foundation,
                                           const answer::Known& known,
                                           const rpc::Call& call,
                                           const v1::QueryEnrolmentRequest& q,
                                           const std::string& path = "");

// What a school or the education bureau is told of it.
v1::QueryEnrolmentResponse ShowEnrolment(const rpc::Call& call,
                                         const v1::Decision& decision);

}  // namespace talentcard::school

#endif  // TALENTCARD_SERVICES_SCHOOL_ENROLMENT_H_
