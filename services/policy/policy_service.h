#ifndef TALENTCARD_SERVICES_POLICY_POLICY_SERVICE_H_
#define TALENTCARD_SERVICES_POLICY_POLICY_SERVICE_H_

#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::policies {

namespace v1 = chengzhou::talentcard::v1;

// Rule bundles as published.
class PolicyService : public v1::PolicyService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit PolicyService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* ListPolicies(
      grpc::CallbackServerContext* context,
      const v1::ListPoliciesRequest* request,
      v1::ListPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::Policy* response) override;
  grpc::ServerUnaryReactor* GetPolicyInForce(
      grpc::CallbackServerContext* context,
      const v1::GetPolicyInForceRequest* request,
      v1::Policy* response) override;
  grpc::ServerUnaryReactor* ValidatePolicy(
      grpc::CallbackServerContext* context,
      const v1::ValidatePolicyRequest* request,
      v1::ValidatePolicyResponse* response) override;
  grpc::ServerUnaryReactor* PublishPolicy(
      grpc::CallbackServerContext* context,
      const v1::PublishPolicyRequest* request, v1::Policy* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::policies

#endif  // TALENTCARD_SERVICES_POLICY_POLICY_SERVICE_H_
