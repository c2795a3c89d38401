#ifndef TALENTCARD_SERVICES_HOSTED_H_
#define TALENTCARD_SERVICES_HOSTED_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/approval/approval_service.h"
#include "services/audit/audit_service.h"
#include "services/card/card_service.h"
#include "services/entitlement/entitlement_service.h"
#include "services/hospital/hospital_service.h"
#include "services/matter/matter_service.h"
#include "services/policy/policy_service.h"
#include "services/registry/registry_service.h"
#include "services/rehearsal/rehearsal_service.h"
#include "services/school/school_service.h"
#include "services/spouse/spouse_service.h"
#include "services/staff/staff_service.h"

namespace talentcard {

// Every service there is, on one foundation.
class Hosted {
 public:
  // All must outlive it. `rehearsal` is null on a real clock: then nothing
  // moves it.
  Hosted(const rpc::Foundation& foundation,
         const ledger::NoteVerifier& verifier,
         const signing::CodeKeys& code_keys, rpc::RehearsalClock* rehearsal);

  // The services of a list like `registry,card`; all if it is empty.
  // kInvalidArgument if a name is unknown.
  absl::StatusOr<std::vector<grpc::Service*>> Choose(const std::string& names);

 private:
  approval::ApprovalService approval_;
  registry::RegistryService registry_;
  card::CardService card_;
  hospital::HospitalService hospital_;
  school::SchoolService school_;
  entitlement::EntitlementService entitlement_;
  matter::MatterService matter_;
  spouse::SpousePlacementService spouse_;
  policies::PolicyService policy_;
  audit::AuditService audit_;
  std::unique_ptr<rehearsal::RehearsalService> rehearsal_;
  std::unique_ptr<staff::StaffService> staff_;
};

}  // namespace talentcard

#endif  // TALENTCARD_SERVICES_HOSTED_H_
