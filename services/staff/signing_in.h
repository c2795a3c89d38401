#ifndef TALENTCARD_SERVICES_STAFF_SIGNING_IN_H_
#define TALENTCARD_SERVICES_STAFF_SIGNING_IN_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/staff_service.pb.h"
#include "services/rpc/calls.h"
#include "services/staff/password.h"

namespace talentcard::staff {

namespace v1 = chengzhou::talentcard::v1;

// Enrolling and signing in: what is hashed is hashed on the caller's thread,
// and what comes of it is kept by the writer. Unlike other changes their
// requests leave nothing behind, not even a hash: there is a password in them.
class SigningIn {
 public:
  // Must outlive it.
  explicit SigningIn(const rpc::Foundation& foundation);

  // Each ends the RPC when the outcome is durable; an error ends it at once,
  // and is the caller's to tell.
  absl::Status Enrol(const std::shared_ptr<const rpc::Call>& call,
                     const v1::EnrolAccountRequest& request,
                     v1::StaffAccount* response,
                     grpc::ServerUnaryReactor* reactor);
  absl::Status SignIn(const std::shared_ptr<const rpc::Call>& call,
                      const v1::SignInRequest& request,
                      v1::StaffSession* response,
                      grpc::ServerUnaryReactor* reactor);

 private:
  struct Tried;
  // Whether it is the password of the account now; takes as long if there is
  // none. `encoded` receives what it was held against.
  absl::StatusOr<bool> IsRight(const rpc::Call& call, const std::string& id,
                               const std::string& password,
                               std::string& encoded);
  absl::Status Try(const rpc::Call& call, const std::string& id,
                   const std::string& totp_code, bool password_right,
                   const std::string& encoded, store::Transaction& transaction,
                   Tried& tried);

  const rpc::Foundation& foundation_;
  HashingPlaces places_;
  const std::string nobodys_;  // A hash of no account's password.
};

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_SIGNING_IN_H_
