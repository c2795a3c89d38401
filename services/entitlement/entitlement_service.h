#ifndef TALENTCARD_SERVICES_ENTITLEMENT_ENTITLEMENT_SERVICE_H_
#define TALENTCARD_SERVICES_ENTITLEMENT_ENTITLEMENT_SERVICE_H_

#include "chengzhou/talentcard/v1/entitlement_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::entitlement {

namespace v1 = chengzhou::talentcard::v1;

// Any entitlement of any holder, with the whole reason.
class EntitlementService : public v1::EntitlementService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit EntitlementService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* CheckEntitlement(
      grpc::CallbackServerContext* context,
      const v1::CheckEntitlementRequest* request,
      v1::Decision* response) override;
  grpc::ServerUnaryReactor* BatchCheckEntitlement(
      grpc::CallbackServerContext* context,
      const v1::BatchCheckEntitlementRequest* request,
      v1::BatchCheckEntitlementResponse* response) override;
  grpc::ServerUnaryReactor* ListRights(
      grpc::CallbackServerContext* context,
      const v1::ListRightsRequest* request,
      v1::ListRightsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainDecision(
      grpc::CallbackServerContext* context,
      const v1::ExplainDecisionRequest* request,
      v1::ExplainDecisionResponse* response) override;
  grpc::ServerWriteReactor<v1::EvaluatePopulationResponse>* EvaluatePopulation(
      grpc::CallbackServerContext* context,
      const v1::EvaluatePopulationRequest* request) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::entitlement

#endif  // TALENTCARD_SERVICES_ENTITLEMENT_ENTITLEMENT_SERVICE_H_
