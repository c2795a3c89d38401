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
  // Of a search by document: the keyed hash of one that nobody on record has.
  // Then the search goes on record and NOT_FOUND is all that is told.
  bool by_document = false;
  std::string missed = {};

  // Adds whom a name `people/…` names; other names are of nobody.
  void Saw(const std::string& name) {
    const auto id = records::IdOf("people", name);
    if (id && std::find(people.begin(), people.end(), *id) == people.end())
      people.push_back(*id);
  }
};

// Before a search by document is answered: refuses who guesses, and puts on
// record that nobody was found (then rpc::Keeping NOT_FOUND).
absl::Status RecordSearch(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          const rpc::Call& call, const std::string& missed);
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
        if (looked->people.empty() && !looked->by_document) {
          reactor->Finish(grpc::Status::OK);
          return;
        }
        looked->response.Clear();
        const auto refused = std::make_shared<absl::Status>();
        foundation.writer.Submit(
            [=, &foundation, looked = *std::move(looked),
             note = NoteOfShown(*response)](
                store::Transaction& transaction) -> absl::Status {
              *refused = absl::OkStatus();
              if (looked.by_document)
                *refused =
                    RecordSearch(transaction, foundation, *call, looked.missed);
              if (rpc::IsKeeping(*refused)) return absl::OkStatus();
              RETURN_IF_ERROR(*refused);
              if (looked.needs_ticket)
                RETURN_IF_ERROR(
                    rpc::UseTicket(transaction, foundation, *call, *request));
              return RecordLook(transaction, foundation, *call, looked.people,
                                note);
            },
            [=](const absl::StatusOr<uint64_t>& revision) {
              const absl::Status status =
                  revision.ok() ? *refused : revision.status();
              if (!status.ok()) response->Clear();
              reactor->Finish(rpc::ToGrpc(status));
            });
      });
  return reactor;
}

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_LOOK_H_
