#ifndef TALENTCARD_ENGINE_DECISION_CONSENTS_H_
#define TALENTCARD_ENGINE_DECISION_CONSENTS_H_

#include <optional>
#include <string>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/date/civil_date.h"
#include "engine/identity/relation.h"
#include "engine/policy/policy.h"

// Who may consent to the use of whose data (个人信息保护法
// 第十四条、第三十一条), and who may be told by it.
namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

// Whether a relation on record makes kin of that class on that day. A step or
// adoptive one does once the adoption is registered or support has lasted
// STEP_RELATION_DAYS (assumption P06), as for rights.
bool MakesKin(const policy::Policy& policy, const v1::Relation& relation,
              identity::RelationClass kin, CivilDate day);

// Whether `child`'s own record says that `person`, a name, is a guardian that
// day: by a custody in force; where there is none, as a parent.
bool NamesGuardian(const policy::Policy& policy, const v1::Person& child,
                   const std::string& person, CivilDate day);
// The same by either one's record.
bool IsGuardian(const policy::Policy& policy, const v1::Person& person,
                const v1::Person& child, CivilDate day);

// Whether somebody is old enough to decide alone about a purpose (its
// `own_from`), so that no guardian does any more. While nullopt, without a
// proven birth date or for a purpose nobody is asked about, either does.
std::optional<bool> DecidesAlone(const policy::Policy& policy,
                                 const std::string& purpose,
                                 const v1::Person& person, CivilDate day);

// Adds to `link` the consents of `beneficiary` that count on `day`: in force,
// not withdrawn, given by whoever decides that day. Guardians are the holder
// and whom the beneficiary's own record names.
void AddConsents(const policy::Policy& policy, const v1::Person& holder,
                 const v1::Person& beneficiary, CivilDate day,
                 v1::LinkView& link);

// A use of somebody's data, by one institution.
struct Disclosure {
  std::string purpose;      // Of personal_data.yaml.
  std::string kind;         // Of asker, e.g. `school`.
  std::string institution;  // `schools/2`
};

// Whether it needs a consent: that kind is a recipient of the purpose.
bool NeedsConsent(const policy::Policy& policy, const Disclosure& disclosure);
// Whether one of the consents of `beneficiary` that count on `day` is to it.
bool HasConsent(const policy::Policy& policy, const Disclosure& disclosure,
                const v1::Person& holder, const v1::Person& beneficiary,
                CivilDate day);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_CONSENTS_H_
