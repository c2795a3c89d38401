#ifndef TALENTCARD_ENGINE_DECISION_CONSENTS_H_
#define TALENTCARD_ENGINE_DECISION_CONSENTS_H_

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/date/civil_date.h"

// Who may consent to the use of whose data (个人信息保护法
// 第十四条、第三十一条).
namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

// Whether `person` is a guardian of `child` that day: named by a custody in
// force; where there is none, a parent by either one's record.
bool IsGuardian(const v1::Person& person, const v1::Person& child,
                CivilDate day);

// Adds to `link` the consents of `beneficiary` that count on `day`: in force,
// not withdrawn, given by the beneficiary or by a guardian. Guardians are the
// holder and whom the beneficiary's own record names.
void AddConsents(const v1::Person& holder, const v1::Person& beneficiary,
                 CivilDate day, v1::LinkView& link);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_CONSENTS_H_
