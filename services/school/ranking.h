#ifndef TALENTCARD_SERVICES_SCHOOL_RANKING_H_
#define TALENTCARD_SERVICES_SCHOOL_RANKING_H_

#include <vector>

#include "chengzhou/talentcard/v1/decision.pb.h"
#include "chengzhou/talentcard/v1/school_service.pb.h"
#include "engine/policy/policy.h"

// The order of scarce places (P11), and what a school still has.
namespace talentcard::school {

namespace v1 = chengzhou::talentcard::v1;

// Open and confirmed applications in order: confirmed ones first, then by tier,
// by sub-rank, by acceptance. Released ones, and those lapsed by `day`, are
// left out. The same for any order given.
std::vector<v1::Use> InOrder(std::vector<v1::Use> uses,
                             const policy::Policy& policy, CivilDate day);

// Whether a school says how many places it has there, if it be none; and how
// many.
bool HasQuota(const v1::School& school, const std::string& stage, int season,
              int grade);
int QuotaOf(const v1::School& school, const std::string& stage, int season,
            int grade);

// Great-circle distance in kilometres (WGS 84 mean radius).
double Distance(const v1::School& a, const v1::School& b);

}  // namespace talentcard::school

#endif  // TALENTCARD_SERVICES_SCHOOL_RANKING_H_
