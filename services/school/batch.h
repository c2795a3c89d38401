#ifndef TALENTCARD_SERVICES_SCHOOL_BATCH_H_
#define TALENTCARD_SERVICES_SCHOOL_BATCH_H_

#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::school {

namespace v1 = chengzhou::talentcard::v1;

// One stream of batches: each message is decided at once, recorded as one leaf
// and answered in order. Deletes itself at the end.
grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                        v1::BatchQueryEnrolmentResponse>*
StartBatch(const rpc::Foundation& foundation,
           const grpc::CallbackServerContext& context);

}  // namespace talentcard::school

#endif  // TALENTCARD_SERVICES_SCHOOL_BATCH_H_
