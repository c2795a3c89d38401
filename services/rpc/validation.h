#ifndef TALENTCARD_SERVICES_RPC_VALIDATION_H_
#define TALENTCARD_SERVICES_RPC_VALIDATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/decision/view.h"
#include "engine/identity/document.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/rpc/errors.h"
#include "services/store/versions.h"

// Checks of messages at the edge. Each notes every mistake it finds; `path`
// says where in the request the value stands.
namespace talentcard::rpc {

// Reads a document and puts it into its one form. Empty path parts are left
// out.
void CheckDocument(const std::string& path,
                   const identity::DocumentRules& rules,
                   v1::IdentityDocument& document,
                   std::vector<Violation>& violations);
// Checks a person (names, dates, documents, facts, relations) and normalises
// it.
void CheckPerson(const std::string& path, const identity::DocumentRules& rules,
                 v1::Person& person, std::vector<Violation>& violations);
void CheckFact(const std::string& path, const v1::Fact& fact,
               std::vector<Violation>& violations);
void CheckRelation(const std::string& path, const v1::Relation& relation,
                   std::vector<Violation>& violations);
void CheckConsent(const std::string& path, const v1::Consent& consent,
                  std::vector<Violation>& violations);
void CheckName(const std::string& path, std::string_view collection,
               std::string_view name, std::vector<Violation>& violations);
void CheckRequestId(std::string_view id, std::vector<Violation>& violations);

// The page size to use: 50 if unset, at most 1000; noted if negative.
int PageSize(int asked, std::vector<Violation>& violations);

// The time in a message, or `otherwise` if it is unset.
absl::Time TimeOr(bool has, const google::protobuf::Timestamp& timestamp,
                  absl::Time otherwise);
// The revision that a request with a `known_time` asks about: the last one
// durable then, or the latest if it is unset.
template <typename Request>
absl::StatusOr<uint64_t> RevisionAsOf(const store::Reader& reader,
                                      const Request& request) {
  if (!request.has_known_time()) return store::kLatestRevision;
  return store::RevisionAt(
      reader, absl::ToUnixMillis(decision::ToTime(request.known_time())));
}

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_VALIDATION_H_
