#include "services/staff/staff_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/edge/certificate.h"
#include "services/records/names.h"
#include "services/records/staff.h"
#include "services/rpc/validation.h"
#include "services/staff/account.h"
#include "services/staff/account_records.h"

namespace talentcard::staff {
namespace {

using rpc::Call;
using rpc::Violation;

absl::Status Forbidden(std::string_view why) {
  return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                    why);
}

absl::Status CheckAccount(const Call& call, const v1::StaffAccount& account) {
  std::vector<Violation> violations;
  rpc::CheckName("account.name", "staff", account.name(), violations);
  if (account.roles().empty())
    violations.push_back({"account.roles", "at least one"});
  const auto& askers = call.policy->access.askers;
  for (int i = 0; i < account.roles_size(); ++i) {
    const std::string path = absl::StrCat("account.roles[", i, "].");
    const v1::StaffRole& role = account.roles(i);
    if (std::find(askers.begin(), askers.end(), role.kind()) == askers.end())
      violations.push_back({path + "kind", "an asker of access.yaml"});
    if (!edge::IsAskerName(role.institution()))
      violations.push_back({path + "institution", "e.g. stations/haizhou"});
  }
  return rpc::Invalid(violations);
}

// Nobody gives themselves anything.
absl::Status CheckSomebodyElse(const Call& call, const std::string& name) {
  return name == call.asker.actor.staff
             ? Forbidden(
                   "this is your own account: another security "
                   "administrator has to do it")
             : absl::OkStatus();
}

absl::StatusOr<records::Staff> Find(const rpc::Foundation& foundation,
                                    const store::Reader& reader,
                                    const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<records::Staff> staff,
      records::ReadStaff(reader, foundation.vault,
                         records::IdOf("staff", name).value_or("-")));
  if (!staff) return rpc::NotFound("account", name);
  return *std::move(staff);
}

absl::StatusOr<v1::StaffInvitation> Put(const rpc::Foundation& foundation,
                                        const Call& call,
                                        const v1::StaffAccount& account,
                                        store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckAccount(call, account));
  RETURN_IF_ERROR(CheckSomebodyElse(call, account.name()));
  const std::string id = *records::IdOf("staff", account.name());
  ASSIGN_OR_RETURN(auto staff,
                   records::ReadStaff(transaction, foundation.vault, id));
  const std::string etag = staff ? records::EtagOf(staff->revision) : "";
  if (account.etag() != etag)
    return rpc::Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                      staff ? "the account is another now; read it again"
                            : "there is no such account yet: leave out `etag`");
  v1::StaffRecord record = staff ? staff->record : v1::StaffRecord();
  *record.mutable_roles() = account.roles();
  const absl::Status apart =
      CheckOfficesApart(call.policy->access.offices, account.name(), record);
  if (!apart.ok()) return Forbidden(S(apart.message()));
  v1::StaffInvitation out;
  if (!staff)
    out.set_enrolment_code(
        Invite(record, foundation.vault.random(), foundation.sessions->Now()));
  ASSIGN_OR_RETURN(*out.mutable_account(),
                   KeepAccount(transaction, foundation, call, id, record,
                               staff ? "other roles" : "made"));
  foundation.sessions->EndAll(account.name());
  return out;
}

absl::StatusOr<v1::StaffInvitation> Reset(const rpc::Foundation& foundation,
                                          const Call& call,
                                          const std::string& name,
                                          store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckSomebodyElse(call, name));
  ASSIGN_OR_RETURN(records::Staff staff, Find(foundation, transaction, name));
  v1::StaffInvitation out;
  out.set_enrolment_code(Invite(staff.record, foundation.vault.random(),
                                foundation.sessions->Now()));
  ASSIGN_OR_RETURN(
      *out.mutable_account(),
      KeepAccount(transaction, foundation, call, *records::IdOf("staff", name),
                  staff.record, "reset"));
  foundation.sessions->EndAll(name);
  return out;
}

absl::StatusOr<v1::StaffAccount> Disable(const rpc::Foundation& foundation,
                                         const Call& call,
                                         const std::string& name,
                                         store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckSomebodyElse(call, name));
  ASSIGN_OR_RETURN(records::Staff staff, Find(foundation, transaction, name));
  staff.record.set_disabled(true);
  foundation.sessions->EndAll(name);
  return KeepAccount(transaction, foundation, call,
                     *records::IdOf("staff", name), staff.record, "disabled");
}

absl::StatusOr<v1::ListAccountsResponse> List(
    const rpc::Foundation& foundation, const v1::ListAccountsRequest& q) {
  std::vector<Violation> violations;
  const int size = rpc::PageSize(q.page_size(), violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  const auto snapshot = foundation.database.TakeSnapshot();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   records::AllStaff(*snapshot));
  v1::ListAccountsResponse out;
  for (const std::string& id : ids) {
    if (records::NameOf("staff", id) <= q.page_token()) continue;
    if (out.accounts_size() == size) {
      out.set_next_page_token(out.accounts(size - 1).name());
      break;
    }
    ASSIGN_OR_RETURN(const auto staff,
                     records::ReadStaff(*snapshot, foundation.vault, id));
    if (staff)
      *out.add_accounts() = ShowAccount(id, *staff, foundation.sessions->Now());
  }
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* StaffService::PutAccount(
    grpc::CallbackServerContext* context, const v1::PutAccountRequest* request,
    v1::StaffInvitation* response) {
  return rpc::Write(foundation_, context, "StaffService.PutAccount", request,
                    response,
                    [this](const Call& call, const v1::PutAccountRequest& q,
                           store::Transaction& t) {
                      return Put(foundation_, call, q.account(), t);
                    });
}

grpc::ServerUnaryReactor* StaffService::ResetAccount(
    grpc::CallbackServerContext* context,
    const v1::ResetAccountRequest* request, v1::StaffInvitation* response) {
  return rpc::Write(foundation_, context, "StaffService.ResetAccount", request,
                    response,
                    [this](const Call& call, const v1::ResetAccountRequest& q,
                           store::Transaction& t) {
                      return Reset(foundation_, call, q.name(), t);
                    });
}

grpc::ServerUnaryReactor* StaffService::DisableAccount(
    grpc::CallbackServerContext* context,
    const v1::DisableAccountRequest* request, v1::StaffAccount* response) {
  return rpc::Write(foundation_, context, "StaffService.DisableAccount",
                    request, response,
                    [this](const Call& call, const v1::DisableAccountRequest& q,
                           store::Transaction& t) {
                      return Disable(foundation_, call, q.name(), t);
                    });
}

grpc::ServerUnaryReactor* StaffService::GetAccount(
    grpc::CallbackServerContext* context, const v1::GetAccountRequest* request,
    v1::StaffAccount* response) {
  return rpc::Read(
      foundation_, context, "StaffService.GetAccount", request, response,
      [this](const Call&, const v1::GetAccountRequest& q)
          -> absl::StatusOr<v1::StaffAccount> {
        ASSIGN_OR_RETURN(
            const records::Staff staff,
            Find(foundation_, *foundation_.database.TakeSnapshot(), q.name()));
        return ShowAccount(*records::IdOf("staff", q.name()), staff,
                           foundation_.sessions->Now());
      });
}

grpc::ServerUnaryReactor* StaffService::ListAccounts(
    grpc::CallbackServerContext* context,
    const v1::ListAccountsRequest* request,
    v1::ListAccountsResponse* response) {
  return rpc::Read(foundation_, context, "StaffService.ListAccounts", request,
                   response,
                   [this](const Call&, const v1::ListAccountsRequest& q) {
                     return List(foundation_, q);
                   });
}

grpc::ServerUnaryReactor* StaffService::EnrolAccount(
    grpc::CallbackServerContext* context,
    const v1::EnrolAccountRequest* request, v1::StaffAccount* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  rpc::Enter(foundation_, context, "StaffService.EnrolAccount", *request,
             reactor, [=, this](const std::shared_ptr<const Call>& call) {
               const absl::Status begun =
                   signing_in_.Enrol(call, *request, response, reactor);
               if (!begun.ok()) reactor->Finish(rpc::ToGrpc(begun));
             });
  return reactor;
}

grpc::ServerUnaryReactor* StaffService::SignIn(
    grpc::CallbackServerContext* context, const v1::SignInRequest* request,
    v1::StaffSession* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  rpc::Enter(foundation_, context, "StaffService.SignIn", *request, reactor,
             [=, this](const std::shared_ptr<const Call>& call) {
               const absl::Status begun =
                   signing_in_.SignIn(call, *request, response, reactor);
               if (!begun.ok()) reactor->Finish(rpc::ToGrpc(begun));
             });
  return reactor;
}

grpc::ServerUnaryReactor* StaffService::SignOut(
    grpc::CallbackServerContext* context, const v1::SignOutRequest* request,
    v1::SignOutResponse* response) {
  return rpc::Read(
      foundation_, context, "StaffService.SignOut", request, response,
      [this](const Call& call, const v1::SignOutRequest& q)
          -> absl::StatusOr<v1::SignOutResponse> {
        rpc::Sessions& sessions = *foundation_.sessions;
        // A certificate alone ends nobody's work elsewhere.
        if (q.everywhere() && !sessions.IsOpen(call.asker))
          return rpc::SignInNeeded(call.asker);
        v1::SignOutResponse out;
        out.set_ended(static_cast<int32_t>(
            q.everywhere() ? sessions.EndAll(call.asker.actor.staff)
                           : sessions.End(call.asker)));
        return out;
      });
}

}  // namespace talentcard::staff
