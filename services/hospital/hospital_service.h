#ifndef TALENTCARD_SERVICES_HOSPITAL_HOSPITAL_SERVICE_H_
#define TALENTCARD_SERVICES_HOSPITAL_HOSPITAL_SERVICE_H_

#include "chengzhou/talentcard/v1/hospital_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::hospital {

namespace v1 = chengzhou::talentcard::v1;

// What a hospital desk asks and records.
class HospitalService : public v1::HospitalService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit HospitalService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* VerifyGreenChannel(
      grpc::CallbackServerContext* context, const v1::VerifyRequest* request,
      v1::VerifyResponse* response) override;
  grpc::ServerUnaryReactor* VerifyReferral(
      grpc::CallbackServerContext* context, const v1::VerifyRequest* request,
      v1::VerifyResponse* response) override;
  grpc::ServerUnaryReactor* BatchVerifyGreenChannel(
      grpc::CallbackServerContext* context,
      const v1::BatchVerifyRequest* request,
      v1::BatchVerifyResponse* response) override;
  grpc::ServerUnaryReactor* BookVisit(grpc::CallbackServerContext* context,
                                      const v1::BookVisitRequest* request,
                                      v1::Visit* response) override;
  grpc::ServerUnaryReactor* StartVisit(grpc::CallbackServerContext* context,
                                       const v1::StartVisitRequest* request,
                                       v1::Visit* response) override;
  grpc::ServerUnaryReactor* CancelVisit(grpc::CallbackServerContext* context,
                                        const v1::CancelVisitRequest* request,
                                        v1::Visit* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::hospital

#endif  // TALENTCARD_SERVICES_HOSPITAL_HOSPITAL_SERVICE_H_
