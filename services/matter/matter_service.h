#ifndef TALENTCARD_SERVICES_MATTER_MATTER_SERVICE_H_
#define TALENTCARD_SERVICES_MATTER_MATTER_SERVICE_H_

#include "chengzhou/talentcard/v1/matter_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::matter {

namespace v1 = chengzhou::talentcard::v1;

// Runs matters as the rules define them.
class MatterService : public v1::MatterService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit MatterService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* OpenMatter(grpc::CallbackServerContext* context,
                                       const v1::OpenMatterRequest* request,
                                       v1::Matter* response) override;
  grpc::ServerUnaryReactor* ActOnMatter(grpc::CallbackServerContext* context,
                                        const v1::ActOnMatterRequest* request,
                                        v1::Matter* response) override;
  grpc::ServerUnaryReactor* GetMatter(grpc::CallbackServerContext* context,
                                      const v1::GetMatterRequest* request,
                                      v1::Matter* response) override;
  grpc::ServerUnaryReactor* ListMatters(
      grpc::CallbackServerContext* context,
      const v1::ListMattersRequest* request,
      v1::ListMattersResponse* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::matter

#endif  // TALENTCARD_SERVICES_MATTER_MATTER_SERVICE_H_
