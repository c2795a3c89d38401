#include "services/school/ranking.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "absl/strings/numbers.h"
#include "engine/decision/limits.h"

namespace talentcard::school {
namespace {

int Number(const v1::Use& use, const char* attribute) {
  int n = 0;
  const auto it = use.attributes().find(attribute);
  return it != use.attributes().end() && absl::SimpleAtoi(it->second, &n) ? n
                                                                          : 0;
}

auto Order(const v1::Use& use) {
  const int sub_rank = Number(use, "sub_rank");
  return std::make_tuple(use.state() != v1::Use::CONFIRMED,
                         -Number(use, "rank"), sub_rank == 0 ? 1000 : sub_rank,
                         use.reserve_time().seconds(),
                         use.reserve_time().nanos(), use.name());
}

const v1::School::Quota* FindQuota(const v1::School& school,
                                   const std::string& stage, int season,
                                   int grade) {
  for (const v1::School::Quota& quota : school.quotas()) {
    if (quota.stage() == stage && quota.season() == season &&
        quota.grade() == grade)
      return &quota;
  }
  return nullptr;
}

}  // namespace

std::vector<v1::Use> InOrder(std::vector<v1::Use> uses,
                             const policy::Policy& policy, CivilDate day) {
  std::erase_if(uses, [&](const v1::Use& use) {
    return use.state() == v1::Use::RELEASED ||
           decision::Lapsed(policy, use, day);
  });
  std::sort(uses.begin(), uses.end(), [](const v1::Use& a, const v1::Use& b) {
    return Order(a) < Order(b);
  });
  return uses;
}

bool HasQuota(const v1::School& school, const std::string& stage, int season,
              int grade) {
  return FindQuota(school, stage, season, grade) != nullptr;
}

int QuotaOf(const v1::School& school, const std::string& stage, int season,
            int grade) {
  const v1::School::Quota* quota = FindQuota(school, stage, season, grade);
  return quota != nullptr ? quota->places() : 0;
}

double Distance(const v1::School& a, const v1::School& b) {
  constexpr double kRadius = 6371.0088;
  constexpr double kDegree = 3.14159265358979323846 / 180;
  const double dlat = (b.latitude() - a.latitude()) * kDegree / 2;
  const double dlon = (b.longitude() - a.longitude()) * kDegree / 2;
  const double h =
      std::pow(std::sin(dlat), 2) + std::cos(a.latitude() * kDegree) *
                                        std::cos(b.latitude() * kDegree) *
                                        std::pow(std::sin(dlon), 2);
  return 2 * kRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

}  // namespace talentcard::school
