#ifndef TALENTCARD_SERVICES_SPOUSE_SPOUSE_SERVICE_H_
#define TALENTCARD_SERVICES_SPOUSE_SPOUSE_SERVICE_H_

#include "chengzhou/talentcard/v1/spouse_placement_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::spouse {

namespace v1 = chengzhou::talentcard::v1;

// A typed face over the matter of spouse placement.
class SpousePlacementService
    : public v1::SpousePlacementService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit SpousePlacementService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* OpenPlacement(
      grpc::CallbackServerContext* context,
      const v1::OpenPlacementRequest* request,
      v1::Placement* response) override;
  grpc::ServerUnaryReactor* GetPlacement(grpc::CallbackServerContext* context,
                                         const v1::GetPlacementRequest* request,
                                         v1::Placement* response) override;
  grpc::ServerUnaryReactor* ListPlacements(
      grpc::CallbackServerContext* context,
      const v1::ListPlacementsRequest* request,
      v1::ListPlacementsResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgePlacement(
      grpc::CallbackServerContext* context,
      const v1::ChangePlacementRequest* request,
      v1::Placement* response) override;
  grpc::ServerUnaryReactor* OfferPost(grpc::CallbackServerContext* context,
                                      const v1::OfferPostRequest* request,
                                      v1::Placement* response) override;
  grpc::ServerUnaryReactor* AnswerOffer(grpc::CallbackServerContext* context,
                                        const v1::AnswerOfferRequest* request,
                                        v1::Placement* response) override;
  grpc::ServerUnaryReactor* ClosePlacement(
      grpc::CallbackServerContext* context,
      const v1::ChangePlacementRequest* request,
      v1::Placement* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::spouse

#endif  // TALENTCARD_SERVICES_SPOUSE_SPOUSE_SERVICE_H_
