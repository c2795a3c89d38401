#ifndef TALENTCARD_SERVICES_ANSWER_LOOK_H_
#define TALENTCARD_SERVICES_ANSWER_LOOK_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/status_macros.h"
#include "services/records/names.h"
#include "services/rpc/approvals.h"
#include "services/rpc/calls.h"
#include "services/store/transaction.h"

// Plain reads of somebody's record go on record too: who looked, when, why, and
// at which fields.
namespace talentcard::answer {

// What is shown of whom.
template <typename Response>
struct Looked {
  Response response;
  std::vector<std::string> people = {};  // Ids, each once.
  bool needs_ticket = false;             // A minor, in full.

  // Adds whom a name `people/…` names; other names are of nobody.
  void Saw(const std::string& name) {
    const auto id = records::IdOf("people", name);
    if (id && std::find(people.begin(), people.end(), *id) == people.end())
      people.push_back(*id);
  }
};

// The leaves of a look at these people, each under that person's own key; at
// most 256 share one. kNotFound if one was erased meanwhile.
absl::Status RecordLook(store::Transaction& transaction,
                        const rpc::Foundation& foundation,
                        const rpc::Call& call,
                        const std::vector<std::string>& people,
                        const std::string& note);
// `shown: full_name, facts`: the fields of a message, without their values.
std::string NoteOfShown(const google::protobuf::Message& response);

// Answers from a read, once the look is durable: what cannot be recorded is not
// shown.
//   absl::StatusOr<Looked<Response>> handler(const rpc::Call&, const Request&)
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Look(const rpc::Foundation& foundation,
                               grpc::CallbackServerContext* context,
                               std::string method, const Request* request,
                               Response* response, Handler handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  rpc::Enter(
      foundation, context, method, *request, reactor,
      [=, &foundation](const std::shared_ptr<const rpc::Call>& call) {
        absl::StatusOr<Looked<Response>> looked = handler(*call, *request);
        if (!looked.ok()) {
          reactor->Finish(rpc::ToGrpc(looked.status()));
          return;
        }
        if (const absl::Status told = rpc::MayTell(*call, looked->response);
            !told.ok()) {
          reactor->Finish(rpc::ToGrpc(told));
          return;
        }
        *response = std::move(looked->response);
        rpc::Disclose(*call->rule, *response);
        foundation.writer.Submit(
            [=, &foundation, people = std::move(looked->people),
             needs_ticket = looked->needs_ticket,
             note = NoteOfShown(*response)](
                store::Transaction& transaction) -> absl::Status {
              if (needs_ticket)
                RETURN_IF_ERROR(
                    rpc::UseTicket(transaction, foundation, *call, *request));
              return RecordLook(transaction, foundation, *call, people, note);
            },
            [=](const absl::StatusOr<uint64_t>& revision) {
              if (!revision.ok()) response->Clear();
              reactor->Finish(rpc::ToGrpc(revision.status()));
            });
      });
  return reactor;
}

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_LOOK_H_
