#ifndef TALENTCARD_SERVICES_ANSWER_SUBJECT_H_
#define TALENTCARD_SERVICES_ANSWER_SUBJECT_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decision/decide.h"
#include "engine/policy/policy.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// Everybody in a question, as stored. Owns what `subject` points to: not
// movable.
struct LoadedSubject {
  LoadedSubject() = default;
  LoadedSubject(const LoadedSubject&) = delete;
  LoadedSubject& operator=(const LoadedSubject&) = delete;

  std::deque<v1::Person> people;
  std::deque<std::vector<v1::Card>> cards;
  std::vector<v1::Use> uses;
  decision::Subject subject;
};

// Whose uses the limits of a question count.
enum class UsesCounted { kBeneficiary, kHolderToo };

// Loads the beneficiary, and the holder or, if that is empty, everybody through
// whom there may be a right. Ids are those of `people/…`. kNotFound if one is
// not on record.
absl::Status LoadSubject(const store::Reader& reader, const store::Vault& vault,
                         const policy::Policy& policy,
                         std::string_view beneficiary, std::string_view holder,
                         uint64_t known_revision,
                         const std::vector<std::string>& without_uses,
                         UsesCounted uses, LoadedSubject& loaded);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_SUBJECT_H_
