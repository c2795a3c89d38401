#include "services/rpc/calls.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/rpc/sessions.h"

namespace talentcard::rpc {
namespace {

// The matrix before any policy is published: enough to publish the first, which
// says who else there is.
const policy::Access& FirstAccess() {
  const policy::AccessRule author{.relation = "any", .before_sign_in = true};
  static const auto* const access = new policy::Access{
      .askers = {"policy-author"},
      .rules = {{"PolicyService.PublishPolicy", {{"policy-author", author}}},
                {"PolicyService.ValidatePolicy", {{"policy-author", author}}}}};
  return *access;
}

const std::shared_ptr<const policy::Policy>& NoPolicy() {
  static const auto* const none = [] {
    auto policy = std::make_shared<policy::Policy>();
    policy->access = FirstAccess();
    return new std::shared_ptr<const policy::Policy>(std::move(policy));
  }();
  return *none;
}

// A device has its certificate only, which is enough for few kinds.
absl::Status CheckDevice(const Call& call) {
  const workflow::Actor& actor = call.asker.actor;
  if (call.policy->access.devices.contains(actor.kind)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
               absl::StrCat("`", actor.kind, "` may not be a device like `",
                            actor.staff, "`: a person has to sign in"),
               {{"asker", actor.kind}, {"device", actor.staff}});
}

// Behind the edge a person signs in.
absl::Status CheckSession(const Foundation& foundation, const Call& call) {
  if (foundation.door != Door::kEdge || call.rule->before_sign_in)
    return absl::OkStatus();
  if (!workflow::IsPerson(call.asker.actor)) return CheckDevice(call);
  if (foundation.sessions != nullptr && foundation.sessions->IsOpen(call.asker))
    return absl::OkStatus();
  return SignInNeeded(call.asker);
}

}  // namespace

ledger::Account Call::NewAccount(ledger::LeafKind kind) const {
  ledger::Account account;
  account.kind = kind;
  account.time_ms = NowMs();
  account.actor = asker.actor.ToString();
  // The class is the service, not the desk: a hash of its name.
  const Sha256Hash service =
      Sha256(std::string_view(method).substr(0, method.find('.')));
  account.service_class = static_cast<uint32_t>(service[0]) << 24 |
                          service[1] << 16 | service[2] << 8 | service[3];
  const std::string digest = absl::HexStringToBytes(policy->digest);
  std::copy_n(digest.begin(), std::min(digest.size(), account.bundle.size()),
              account.bundle.begin());
  return account;
}

bool Call::Owns(std::string_view institution) const {
  if (rule->relation != "own") return true;
  if (institution.empty() || institution != asker.actor.institution)
    return false;
  NoteOwn();
  return true;
}

bool Call::OwnsAsKind(std::string_view kind) const {
  if (rule->relation != "own") return true;
  if (kind != asker.actor.kind) return false;
  NoteOwn();
  return true;
}

void Call::NoteOwn() const {
  if (shown_own != nullptr) *shown_own = true;
}

absl::Status MayTell(const Call& call,
                     const google::protobuf::Message& response) {
  const bool shown = call.shown_own != nullptr && *call.shown_own;
  return CheckShown(*call.rule, call.method, call.asker, shown, response);
}

absl::StatusOr<Call> Admit(const Foundation& foundation,
                           const grpc::CallbackServerContext& context,
                           const std::string& method,
                           const google::protobuf::Message& request,
                           FourEyes four_eyes) {
  ASSIGN_OR_RETURN(Call call,
                   AdmitStream(foundation, context, method, four_eyes));
  RETURN_IF_ERROR(CheckRequest(*call.rule, method, call.asker, request));
  return call;
}

absl::StatusOr<Call> AdmitStream(const Foundation& foundation,
                                 const grpc::CallbackServerContext& context,
                                 const std::string& method,
                                 FourEyes four_eyes) {
  Call call;
  ASSIGN_OR_RETURN(call.asker,
                   ReadAsker(context.client_metadata(), foundation.door));
  call.method = method;
  call.now = foundation.clock.Now();
  call.gate = &foundation.gate;
  call.deadline = absl::FromChrono(context.deadline());
  call.policy = foundation.policies.Current();
  if (!call.policy) call.policy = NoPolicy();
  ASSIGN_OR_RETURN(call.rule,
                   Authorise(call.policy->access, method, call.asker));
  RETURN_IF_ERROR(CheckSession(foundation, call));
  if (!call.rule->approved_by.empty() && four_eyes == FourEyes::kIgnored) {
    return Error(absl::StatusCode::kFailedPrecondition, v1::APPROVAL_NEEDED,
                 absl::StrCat(method,
                              " has no way to be approved; access.yaml "
                              "must not ask for it"));
  }
  if (call.rule->own_by == policy::kOwnByRecord)
    call.shown_own = std::make_shared<std::atomic<bool>>(false);
  return call;
}

Gate::Visit VisitOf(const Call& call) {
  return {call.asker.actor.ToString(), PriorityOf(call.method), call.deadline};
}

void Enter(const Foundation& foundation, grpc::CallbackServerContext* context,
           const std::string& method, const google::protobuf::Message& request,
           grpc::ServerUnaryReactor* reactor,
           std::function<void(std::shared_ptr<const Call>)> run,
           FourEyes four_eyes) {
  absl::StatusOr<Call> admitted =
      Admit(foundation, *context, method, request, four_eyes);
  if (!admitted.ok()) {
    reactor->Finish(ToGrpc(admitted.status()));
    return;
  }
  Gate::Visit visit = VisitOf(*admitted);
  const auto call = std::make_shared<Call>(*std::move(admitted));
  foundation.gate.Enter(
      std::move(visit),
      [=, run = std::move(run)](
          absl::StatusOr<std::shared_ptr<const Gate::Pass>> pass) {
        if (pass.ok() && context->IsCancelled())
          pass = absl::CancelledError("its caller has left");
        if (!pass.ok()) {
          reactor->Finish(ToGrpc(pass.status()));
          return;
        }
        call->pass = *std::move(pass);
        run(call);
      });
}

}  // namespace talentcard::rpc
