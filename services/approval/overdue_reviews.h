#ifndef TALENTCARD_SERVICES_APPROVAL_OVERDUE_REVIEWS_H_
#define TALENTCARD_SERVICES_APPROVAL_OVERDUE_REVIEWS_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/rpc/foundation.h"

namespace talentcard::approval {

// What was done in an emergency is reviewed in time, or it is an alarm: once
// for each act, and again after a restart. Used by one thread.
class OverdueReviews {
 public:
  // `foundation` must outlive it.
  explicit OverdueReviews(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  absl::Status Say(absl::Time now);

 private:
  const rpc::Foundation& foundation_;
  std::set<std::string> said_;
};

}  // namespace talentcard::approval

#endif  // TALENTCARD_SERVICES_APPROVAL_OVERDUE_REVIEWS_H_
