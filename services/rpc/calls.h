#ifndef TALENTCARD_SERVICES_RPC_CALLS_H_
#define TALENTCARD_SERVICES_RPC_CALLS_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"
#include "engine/status_macros.h"
#include "services/ledger/change.h"
#include "services/rpc/access.h"
#include "services/rpc/approvals.h"
#include "services/rpc/asker.h"
#include "services/rpc/errors.h"
#include "services/rpc/foundation.h"
#include "services/rpc/gate.h"
#include "services/rpc/requests.h"

// How a handler becomes an RPC: who asks is read, the matrix is asked, the
// handler runs, the answer is cut to what the asker may see, errors are
// translated. Handlers know nothing of gRPC.
namespace talentcard::rpc {

// What a handler is told about the call.
struct Call {
  Asker asker;
  std::string method;  // `HospitalService.VerifyGreenChannel`
  absl::Time now;
  std::shared_ptr<const policy::Policy> policy;
  const policy::AccessRule* rule = nullptr;      // Lives as long as `policy`.
  Gate* gate = nullptr;                          // Where it waits for its turn,
  absl::Time deadline = absl::InfiniteFuture();  // until then at most.
  std::shared_ptr<const Gate::Pass> pass;        // Its place there.
  // Under `own_by: record`: whether a handler found something to be the asker's
  // own. Null otherwise.
  std::shared_ptr<std::atomic<bool>> shown_own;

  // Whether the asker may have what belongs to `institution`: always under
  // `any`, else only what is its own. Under `own_by: record` an answer goes out
  // only after this said yes.
  bool Owns(std::string_view institution) const;
  // The same of what waits with every asker of a kind.
  bool OwnsAsKind(std::string_view kind) const;
  void NoteOwn() const;

  uint64_t NowMs() const {
    return static_cast<uint64_t>(absl::ToUnixMillis(now));
  }
  // An account of a leaf with what every leaf says filled in.
  ledger::Account NewAccount(ledger::LeafKind kind) const;
};

// Whether a form of call asks for the approval that its rule demands; one that
// does not is refused where there is such a rule.
enum class FourEyes { kIgnored, kAsked };

// Reads the asker and asks the matrix, before anything is read of the store.
absl::StatusOr<Call> Admit(const Foundation& foundation,
                           const grpc::CallbackServerContext& context,
                           const std::string& method,
                           const google::protobuf::Message& request,
                           FourEyes four_eyes = FourEyes::kIgnored);
// The same for a message of a stream, which is still to be checked
// (CheckRequest).
absl::StatusOr<Call> AdmitStream(const Foundation& foundation,
                                 const grpc::CallbackServerContext& context,
                                 const std::string& method,
                                 FourEyes four_eyes = FourEyes::kIgnored);

// Admits the call and goes on with `run` when its turn at the gate comes, at
// once if there is room; ends the RPC if it is refused or its caller has left.
void Enter(const Foundation& foundation, grpc::CallbackServerContext* context,
           const std::string& method, const google::protobuf::Message& request,
           grpc::ServerUnaryReactor* reactor,
           std::function<void(std::shared_ptr<const Call>)> run,
           FourEyes four_eyes = FourEyes::kIgnored);
// What the gate is told of a call.
Gate::Visit VisitOf(const Call& call);

// CheckShown for this call.
absl::Status MayTell(const Call& call,
                     const google::protobuf::Message& response);

// Answers from a read.
//   absl::StatusOr<Response> handler(const Call&, const Request&)
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Read(const Foundation& foundation,
                               grpc::CallbackServerContext* context,
                               std::string method, const Request* request,
                               Response* response, Handler handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Enter(foundation, context, method, *request, reactor,
        [=](const std::shared_ptr<const Call>& call) {
          absl::StatusOr<Response> answer = handler(*call, *request);
          absl::Status status = answer.status();
          if (status.ok()) status = MayTell(*call, *answer);
          if (status.ok()) {
            *response = *std::move(answer);
            Disclose(*call->rule, *response);
          }
          reactor->Finish(ToGrpc(status));
        });
  return reactor;
}

template <typename Request, typename Response, typename Handler>
void SubmitChange(const Foundation& foundation,
                  std::shared_ptr<const Call> call, const Request* request,
                  Response* response, Handler handler,
                  grpc::ServerUnaryReactor* reactor,
                  std::function<void()> then);
template <typename Request, typename Response, typename Prepared>
void SubmitAnswer(const Foundation& foundation,
                  std::shared_ptr<const Call> call, const Request* request,
                  Response* response, Prepared prepared,
                  grpc::ServerUnaryReactor* reactor);

// A change: the handler runs on the writer's thread, inside a transaction, and
// the RPC ends when it is durable. The first answer is kept under the request
// id.
//   absl::StatusOr<Response> handler(const Call&, const Request&,
//   store::Transaction&)
// What is wrong with the request whatever the state, `check` finds before
// anybody is asked to approve it. What has to follow in memory, `then` does: on
// the writer's thread, once the change is durable and before it is answered;
// never for a change that failed or was answered before.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Write(const Foundation& foundation,
                                grpc::CallbackServerContext* context,
                                std::string method, const Request* request,
                                Response* response, Handler handler,
                                std::function<absl::Status()> check = nullptr,
                                std::function<void()> then = nullptr) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Enter(
      foundation, context, method, *request, reactor,
      [=, &foundation](std::shared_ptr<const Call> call) {
        if (!IsRequestId(request->request_id())) {
          reactor->Finish(ToGrpc(
              Invalid({{"request_id",
                        "give a new UUID, and the same one again when you "
                        "retry"}})));
          return;
        }
        if (const absl::Status checked = check ? check() : absl::OkStatus();
            !checked.ok()) {
          reactor->Finish(ToGrpc(checked));
          return;
        }
        SubmitChange(foundation, std::move(call), request, response, handler,
                     reactor, then);
      },
      FourEyes::kAsked);
  return reactor;
}

template <typename Request, typename Response, typename Handler>
void SubmitChange(const Foundation& foundation,
                  std::shared_ptr<const Call> call, const Request* request,
                  Response* response, Handler handler,
                  grpc::ServerUnaryReactor* reactor,
                  std::function<void()> then) {
  const std::string hash = RequestHash(call->method, call->asker, *request);
  const auto refused = std::make_shared<absl::Status>();
  const auto changed = std::make_shared<bool>();
  foundation.writer.Submit(
      [=, &foundation](store::Transaction& transaction) -> absl::Status {
        const store::Vault& vault = foundation.vault;
        *refused = absl::OkStatus();
        *changed = false;
        ASSIGN_OR_RETURN(
            const std::optional<std::string> first,
            FirstAnswer(transaction, vault, request->request_id(), hash));
        if (first) {
          response->ParseFromString(*first);
          return absl::OkStatus();
        }
        RETURN_IF_ERROR(UseApproval(transaction, foundation, *call, *request));
        ledger::WatchedTransaction watched(transaction);
        absl::StatusOr<Response> answer = handler(*call, *request, watched);
        if (IsKeeping(answer.status())) {
          *refused = answer.status();
          return absl::OkStatus();
        }
        RETURN_IF_ERROR(answer.status());
        RETURN_IF_ERROR(MayTell(*call, *answer));
        *response = *std::move(answer);
        *changed = true;
        return KeepAnswer(transaction, vault, request->request_id(), hash,
                          watched.subjects(), *response);
      },
      [=](const absl::StatusOr<uint64_t>& revision) {
        const absl::Status status =
            revision.ok() ? *refused : revision.status();
        if (status.ok()) {
          if (*changed && then) then();
          Disclose(*call->rule, *response);
        } else {
          response->Clear();
        }
        reactor->Finish(ToGrpc(status));
      });
}

// A question: decided from a snapshot, then recorded; the RPC ends when the
// record is durable. While the disk is full the answer goes out unrecorded.
//   absl::StatusOr<Prepared> handler(const Call&, const Request&), where
//   Prepared has `absl::Status Record(store::Transaction&, const Foundation&,
//   const Call&, Response&)`, which may run again, and `absl::Status
//   ShowUnrecorded(const Foundation&, const Call&, Response&)`.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Answer(const Foundation& foundation,
                                 grpc::CallbackServerContext* context,
                                 std::string method, const Request* request,
                                 Response* response, Handler handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Enter(foundation, context, method, *request, reactor,
        [=, &foundation](std::shared_ptr<const Call> call) {
          auto prepared = handler(*call, *request);
          if (!prepared.ok()) {
            reactor->Finish(ToGrpc(prepared.status()));
            return;
          }
          SubmitAnswer(foundation, std::move(call), request, response,
                       *std::move(prepared), reactor);
        });
  return reactor;
}

template <typename Request, typename Response, typename Prepared>
void SubmitAnswer(const Foundation& foundation,
                  std::shared_ptr<const Call> call, const Request* request,
                  Response* response, Prepared prepared,
                  grpc::ServerUnaryReactor* reactor) {
  const auto answer = std::make_shared<Prepared>(std::move(prepared));
  const auto refused = std::make_shared<absl::Status>();
  const std::string id = request->request_id();
  const std::string hash =
      id.empty() ? "" : RequestHash(call->method, call->asker, *request);
  foundation.writer.Submit(
      [=, &foundation](store::Transaction& transaction) -> absl::Status {
        const store::Vault& vault = foundation.vault;
        *refused = absl::OkStatus();
        if (!id.empty()) {
          ASSIGN_OR_RETURN(const std::optional<std::string> first,
                           FirstAnswer(transaction, vault, id, hash));
          if (first) {
            response->ParseFromString(*first);
            return absl::OkStatus();
          }
        }
        ledger::WatchedTransaction watched(transaction);
        *refused = answer->Record(watched, foundation, *call, *response);
        if (IsKeeping(*refused)) return absl::OkStatus();
        RETURN_IF_ERROR(*refused);
        RETURN_IF_ERROR(MayTell(*call, *response));
        return id.empty() ? absl::OkStatus()
                          : KeepAnswer(transaction, vault, id, hash,
                                       watched.subjects(), *response);
      },
      [=, &foundation](const absl::StatusOr<uint64_t>& revision) {
        absl::Status status = revision.status();
        if (absl::IsResourceExhausted(status)) {
          status = answer->ShowUnrecorded(foundation, *call, *response);
          if (status.ok()) status = MayTell(*call, *response);
        }
        if (revision.ok()) status = *refused;
        if (status.ok()) {
          Disclose(*call->rule, *response);
        } else {
          response->Clear();
        }
        reactor->Finish(ToGrpc(status));
      });
}

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_CALLS_H_
