#ifndef TALENTCARD_SERVICES_CARD_SCANS_H_
#define TALENTCARD_SERVICES_CARD_SCANS_H_

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "services/answer/look.h"
#include "services/rpc/calls.h"

// What desks took without network, and codes that two of them took. Two desks
// without network cannot see each other: the second taking of a copy is found
// here, when both have told.
namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

// Older scans are no longer told: a desk's lists are dead by then.
inline constexpr absl::Duration kOldestScan = absl::Hours(7 * 24);

// Records each scan on a leaf of its own, under the holder's key.
absl::StatusOr<v1::ReportScansResponse> RecordScans(
    const rpc::Foundation& foundation, const rpc::Call& call,
    const v1::ReportScansRequest& q, store::Transaction& transaction);

absl::StatusOr<answer::Looked<v1::ListDoubleUsesResponse>> ListDoubleUses(
    const rpc::Foundation& foundation, const v1::ListDoubleUsesRequest& q);

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_SCANS_H_
