#ifndef TALENTCARD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
#define TALENTCARD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_

#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

// People, their documents, facts and relations; employers.
class RegistryService : public v1::RegistryService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit RegistryService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* CreatePerson(grpc::CallbackServerContext* context,
                                         const v1::CreatePersonRequest* request,
                                         v1::Person* response) override;
  grpc::ServerUnaryReactor* GetPerson(grpc::CallbackServerContext* context,
                                      const v1::GetPersonRequest* request,
                                      v1::Person* response) override;
  grpc::ServerUnaryReactor* UpdatePerson(grpc::CallbackServerContext* context,
                                         const v1::UpdatePersonRequest* request,
                                         v1::Person* response) override;
  grpc::ServerUnaryReactor* AddFact(grpc::CallbackServerContext* context,
                                    const v1::AddFactRequest* request,
                                    v1::Person* response) override;
  grpc::ServerUnaryReactor* EndFact(grpc::CallbackServerContext* context,
                                    const v1::EndFactRequest* request,
                                    v1::Person* response) override;
  grpc::ServerUnaryReactor* PutRelation(grpc::CallbackServerContext* context,
                                        const v1::PutRelationRequest* request,
                                        v1::Person* response) override;
  grpc::ServerUnaryReactor* GiveConsent(grpc::CallbackServerContext* context,
                                        const v1::GiveConsentRequest* request,
                                        v1::Person* response) override;
  grpc::ServerUnaryReactor* WithdrawConsent(
      grpc::CallbackServerContext* context,
      const v1::WithdrawConsentRequest* request, v1::Person* response) override;
  grpc::ServerUnaryReactor* LinkDocument(grpc::CallbackServerContext* context,
                                         const v1::LinkDocumentRequest* request,
                                         v1::Person* response) override;
  grpc::ServerUnaryReactor* FindPerson(grpc::CallbackServerContext* context,
                                       const v1::FindPersonRequest* request,
                                       v1::Person* response) override;
  grpc::ServerUnaryReactor* SearchPeople(
      grpc::CallbackServerContext* context,
      const v1::SearchPeopleRequest* request,
      v1::SearchPeopleResponse* response) override;
  grpc::ServerUnaryReactor* PutEmployer(grpc::CallbackServerContext* context,
                                        const v1::PutEmployerRequest* request,
                                        v1::Employer* response) override;
  grpc::ServerUnaryReactor* GetEmployer(grpc::CallbackServerContext* context,
                                        const v1::GetEmployerRequest* request,
                                        v1::Employer* response) override;
  grpc::ServerUnaryReactor* ErasePerson(
      grpc::CallbackServerContext* context,
      const v1::ErasePersonRequest* request,
      v1::ErasePersonResponse* response) override;
  grpc::ServerUnaryReactor* ListDueErasures(
      grpc::CallbackServerContext* context,
      const v1::ListDueErasuresRequest* request,
      v1::ListDueErasuresResponse* response) override;
  grpc::ServerUnaryReactor* ExportPerson(grpc::CallbackServerContext* context,
                                         const v1::ExportPersonRequest* request,
                                         v1::PersonCopy* response) override;
  grpc::ServerUnaryReactor* CountPeople(
      grpc::CallbackServerContext* context,
      const v1::CountPeopleRequest* request,
      v1::CountPeopleResponse* response) override;
  grpc::ServerBidiReactor<v1::ImportPeopleRequest, v1::ImportPeopleResponse>*
  ImportPeople(grpc::CallbackServerContext* context) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
