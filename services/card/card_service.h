#ifndef TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_
#define TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_

#include "chengzhou/talentcard/v1/card_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

// Issues cards and keeps their state.
class CardService : public v1::CardService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit CardService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* AssessTier(
      grpc::CallbackServerContext* context,
      const v1::AssessTierRequest* request,
      v1::AssessTierResponse* response) override;
  grpc::ServerUnaryReactor* IssueCard(grpc::CallbackServerContext* context,
                                      const v1::IssueCardRequest* request,
                                      v1::Card* response) override;
  grpc::ServerUnaryReactor* RenewCard(grpc::CallbackServerContext* context,
                                      const v1::ChangeCardRequest* request,
                                      v1::Card* response) override;
  grpc::ServerUnaryReactor* SuspendCard(grpc::CallbackServerContext* context,
                                        const v1::ChangeCardRequest* request,
                                        v1::Card* response) override;
  grpc::ServerUnaryReactor* ResumeCard(grpc::CallbackServerContext* context,
                                       const v1::ChangeCardRequest* request,
                                       v1::Card* response) override;
  grpc::ServerUnaryReactor* CancelCard(grpc::CallbackServerContext* context,
                                       const v1::ChangeCardRequest* request,
                                       v1::Card* response) override;
  grpc::ServerUnaryReactor* RevokeCard(grpc::CallbackServerContext* context,
                                       const v1::ChangeCardRequest* request,
                                       v1::Card* response) override;
  grpc::ServerUnaryReactor* ReportCardLost(grpc::CallbackServerContext* context,
                                           const v1::ChangeCardRequest* request,
                                           v1::Card* response) override;
  grpc::ServerUnaryReactor* ReissueCard(grpc::CallbackServerContext* context,
                                        const v1::ChangeCardRequest* request,
                                        v1::Card* response) override;
  grpc::ServerUnaryReactor* GetCard(grpc::CallbackServerContext* context,
                                    const v1::GetCardRequest* request,
                                    v1::Card* response) override;
  grpc::ServerUnaryReactor* ListCards(grpc::CallbackServerContext* context,
                                      const v1::ListCardsRequest* request,
                                      v1::ListCardsResponse* response) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_
