#ifndef TALENTCARD_SERVICES_APPROVAL_APPROVAL_SERVICE_H_
#define TALENTCARD_SERVICES_APPROVAL_APPROVAL_SERVICE_H_

#include "chengzhou/talentcard/v1/approval_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::approval {

namespace v1 = chengzhou::talentcard::v1;

// Four eyes: acts proposed by one person and approved by another.
class ApprovalService : public v1::ApprovalService::CallbackService {
 public:
  // Must outlive it.
  explicit ApprovalService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* ProposeAct(grpc::CallbackServerContext* context,
                                       const v1::ProposeActRequest* request,
                                       v1::Proposal* response) override;
  grpc::ServerUnaryReactor* ApproveProposal(
      grpc::CallbackServerContext* context,
      const v1::RuleOnProposalRequest* request,
      v1::Proposal* response) override;
  grpc::ServerUnaryReactor* RejectProposal(
      grpc::CallbackServerContext* context,
      const v1::RuleOnProposalRequest* request,
      v1::Proposal* response) override;
  grpc::ServerUnaryReactor* GetProposal(grpc::CallbackServerContext* context,
                                        const v1::GetProposalRequest* request,
                                        v1::Proposal* response) override;
  grpc::ServerUnaryReactor* ListProposals(
      grpc::CallbackServerContext* context,
      const v1::ListProposalsRequest* request,
      v1::ListProposalsResponse* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::approval

#endif  // TALENTCARD_SERVICES_APPROVAL_APPROVAL_SERVICE_H_
