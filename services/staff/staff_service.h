#ifndef TALENTCARD_SERVICES_STAFF_STAFF_SERVICE_H_
#define TALENTCARD_SERVICES_STAFF_STAFF_SERVICE_H_

#include "chengzhou/talentcard/v1/staff_service.grpc.pb.h"
#include "services/rpc/calls.h"
#include "services/rpc/sessions.h"
#include "services/staff/signing_in.h"

namespace talentcard::staff {

// Accounts of the people who work with the cards, and signing in.
class StaffService : public v1::StaffService::CallbackService {
 public:
  // Must outlive it. Its sessions are not null.
  explicit StaffService(const rpc::Foundation& foundation)
      : foundation_(foundation), signing_in_(foundation) {}

  grpc::ServerUnaryReactor* PutAccount(grpc::CallbackServerContext* context,
                                       const v1::PutAccountRequest* request,
                                       v1::StaffInvitation* response) override;
  grpc::ServerUnaryReactor* ResetAccount(
      grpc::CallbackServerContext* context,
      const v1::ResetAccountRequest* request,
      v1::StaffInvitation* response) override;
  grpc::ServerUnaryReactor* DisableAccount(
      grpc::CallbackServerContext* context,
      const v1::DisableAccountRequest* request,
      v1::StaffAccount* response) override;
  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context,
                                       const v1::GetAccountRequest* request,
                                       v1::StaffAccount* response) override;
  grpc::ServerUnaryReactor* ListAccounts(
      grpc::CallbackServerContext* context,
      const v1::ListAccountsRequest* request,
      v1::ListAccountsResponse* response) override;
  grpc::ServerUnaryReactor* EnrolAccount(grpc::CallbackServerContext* context,
                                         const v1::EnrolAccountRequest* request,
                                         v1::StaffAccount* response) override;
  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context,
                                   const v1::SignInRequest* request,
                                   v1::StaffSession* response) override;
  grpc::ServerUnaryReactor* SignOut(grpc::CallbackServerContext* context,
                                    const v1::SignOutRequest* request,
                                    v1::SignOutResponse* response) override;

 private:
  const rpc::Foundation& foundation_;
  SigningIn signing_in_;
};

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_STAFF_SERVICE_H_
