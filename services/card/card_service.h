#ifndef TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_
#define TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_

#include "chengzhou/talentcard/v1/card_service.grpc.pb.h"
#include "services/rpc/calls.h"
#include "services/signing/code_keys.h"

namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

// Issues cards and keeps their state.
class CardService : public v1::CardService::CallbackService {
 public:
  // Both must outlive it.
  CardService(const rpc::Foundation& foundation,
              const signing::CodeKeys& code_keys)
      : foundation_(foundation), code_keys_(code_keys) {}

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
  grpc::ServerUnaryReactor* IssueCardCode(
      grpc::CallbackServerContext* context,
      const v1::IssueCardCodeRequest* request, v1::CardCode* response) override;
  grpc::ServerUnaryReactor* GetCodeLists(grpc::CallbackServerContext* context,
                                         const v1::GetCodeListsRequest* request,
                                         v1::CodeLists* response) override;
  grpc::ServerUnaryReactor* GetCodeKeys(grpc::CallbackServerContext* context,
                                        const v1::GetCodeKeysRequest* request,
                                        v1::CodeKeys* response) override;
  grpc::ServerUnaryReactor* PublishCodeKeys(
      grpc::CallbackServerContext* context,
      const v1::PublishCodeKeysRequest* request,
      v1::CodeKeys* response) override;
  grpc::ServerUnaryReactor* ReportScans(
      grpc::CallbackServerContext* context,
      const v1::ReportScansRequest* request,
      v1::ReportScansResponse* response) override;
  grpc::ServerUnaryReactor* ListDoubleUses(
      grpc::CallbackServerContext* context,
      const v1::ListDoubleUsesRequest* request,
      v1::ListDoubleUsesResponse* response) override;

 private:
  const rpc::Foundation& foundation_;
  const signing::CodeKeys& code_keys_;
};

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_CARD_SERVICE_H_
