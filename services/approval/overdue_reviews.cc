#include "services/approval/overdue_reviews.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/records/proposals.h"

namespace talentcard::approval {

namespace v1 = chengzhou::talentcard::v1;

absl::Status OverdueReviews::Say(absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<v1::Proposal> all,
                   records::AllProposals(*foundation_.database.TakeSnapshot(),
                                         foundation_.vault));
  for (const v1::Proposal& proposal : all) {
    if (proposal.state() != v1::Proposal::TO_REVIEW ||
        decision::ToTime(proposal.review_due()) > now ||
        !said_.insert(proposal.name()).second)
      continue;
    foundation_.on_alarm(absl::StrCat(
        "alarm: ", proposal.method(), " was done in an emergency, ",
        proposal.name(), ", and nobody reviewed it by ",
        absl::FormatTime(absl::RFC3339_sec,
                         decision::ToTime(proposal.review_due()),
                         absl::FixedTimeZone(8 * 3600))));
  }
  return absl::OkStatus();
}

}  // namespace talentcard::approval
