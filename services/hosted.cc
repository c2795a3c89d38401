#include "services/hosted.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace talentcard {

Hosted::Hosted(const rpc::Foundation& foundation,
               const ledger::NoteVerifier& verifier,
               const signing::CodeKeys& code_keys,
               rpc::RehearsalClock* rehearsal)
    : approval_(foundation),
      registry_(foundation),
      card_(foundation, code_keys),
      hospital_(foundation),
      school_(foundation),
      entitlement_(foundation),
      matter_(foundation),
      spouse_(foundation),
      policy_(foundation),
      audit_(foundation, verifier) {
  if (rehearsal != nullptr)
    rehearsal_ =
        std::make_unique<rehearsal::RehearsalService>(foundation, *rehearsal);
  if (foundation.sessions != nullptr)
    staff_ = std::make_unique<staff::StaffService>(foundation);
}

absl::StatusOr<std::vector<grpc::Service*>> Hosted::Choose(
    const std::string& names) {
  std::map<std::string, grpc::Service*> all = {
      {"approval", &approval_}, {"registry", &registry_},
      {"card", &card_},         {"hospital", &hospital_},
      {"school", &school_},     {"entitlement", &entitlement_},
      {"matter", &matter_},     {"spouse", &spouse_},
      {"policy", &policy_},     {"audit", &audit_}};
  if (rehearsal_) all["rehearsal"] = rehearsal_.get();
  if (staff_) all["staff"] = staff_.get();
  std::vector<grpc::Service*> chosen;
  if (names.empty()) {
    for (const auto& [name, service] : all) chosen.push_back(service);
    return chosen;
  }
  for (const auto part : absl::StrSplit(names, ',')) {
    const auto it = all.find(std::string(part));
    if (it == all.end())
      return absl::InvalidArgumentError(
          absl::StrCat("--services: there is no service `", part, "`"));
    chosen.push_back(it->second);
  }
  return chosen;
}

}  // namespace talentcard
