#ifndef TALENTCARD_SERVICES_ANSWER_SUBJECT_H_
#define TALENTCARD_SERVICES_ANSWER_SUBJECT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decision/decide.h"
#include "engine/policy/policy.h"
#include "services/answer/known.h"

namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// Everybody in a question, as stored.
struct LoadedSubject {
  // These own what `subject` shows.
  std::vector<records::DossierPointer> dossiers;
  std::vector<std::shared_ptr<const decision::Seen>> seen;
  decision::Subject subject;
};

// Whose uses the limits of a question count.
enum class UsesCounted { kBeneficiary, kHolderToo };
// Limits counted per holder need the uses of all the holder's relatives.
UsesCounted CountedBy(const policy::Policy& policy,
                      const std::string& entitlement);

// Loads the beneficiary, and the holder or, if that is empty, everybody through
// whom there may be a right, to be asked about at `instant`. Ids are those of
// `people/…`. kNotFound if one is not on record.
absl::StatusOr<LoadedSubject> LoadSubject(
    const Known& known, const policy::Policy& policy,
    std::string_view beneficiary, std::string_view holder, absl::Time instant,
    const std::vector<std::string>& without_uses, UsesCounted uses_counted);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_SUBJECT_H_
