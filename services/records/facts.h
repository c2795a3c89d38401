#ifndef TALENTCARD_SERVICES_RECORDS_FACTS_H_
#define TALENTCARD_SERVICES_RECORDS_FACTS_H_

#include <string>

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "services/store/random.h"

namespace talentcard::records {

// Says who recorded a fact of the person, and when, and names it if it has no
// name yet.
void StampFact(store::Random& random, const std::string& actor, absl::Time now,
               const chengzhou::talentcard::v1::Person& person,
               chengzhou::talentcard::v1::Fact& fact);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_FACTS_H_
