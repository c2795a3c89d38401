#include "services/records/facts.h"

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"

namespace talentcard::records {

void StampFact(store::Random& random, const std::string& actor, absl::Time now,
               const chengzhou::talentcard::v1::Person& person,
               chengzhou::talentcard::v1::Fact& fact) {
  if (fact.name().empty())
    fact.set_name(absl::StrCat(person.name(), "/facts/", random.NewId()));
  *fact.mutable_record_time() = decision::ToTimestamp(now);
  fact.set_recorded_by(actor);
}

}  // namespace talentcard::records
