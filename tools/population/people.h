#ifndef TALENTCARD_TOOLS_POPULATION_PEOPLE_H_
#define TALENTCARD_TOOLS_POPULATION_PEOPLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/person.pb.h"

// The people of Haicheng in 2020, invented: as many of each kind as the plan's
// 表1 and §一(一)2 count, the same for the same seed. ID numbers lie in the
// region 219900, which is not allocated, so nobody can be hurt by one.
namespace talentcard::population {

namespace v1 = chengzhou::talentcard::v1;

// 海委发〔2022〕17号 表1, column 2020, in people.
inline constexpr int kTalents = 101040;
std::map<std::string, int> CategoryCounts();
inline constexpr int kHighLevel =
    6195;  // 6,000 titles, 190 senior technicians, 5 doctors.

// Of the population that is loaded everywhere.
inline constexpr uint64_t kSeed = 20201231;

class Population {
 public:
  explicit Population(uint64_t seed) : seed_(seed) {}

  // Talent number `index` (0 to kTalents - 1) first, then relatives. High-level
  // talents, who come first, have a spouse, parents, in-laws and often
  // children.
  std::vector<v1::Person> Household(int index) const;

 private:
  const uint64_t seed_;
};

// Families that the rehearsal tells about, by role: `c1`, `d1`, `d2`, `d3` with
// a child `c1-child` …, and `technician` with `technician-mother`.
std::map<std::string, v1::Person> StoryFamilies();

// An 18-digit number of region 219900 with its check digit.
std::string IdNumber(const std::string& birth_yyyymmdd, int sequence);

}  // namespace talentcard::population

#endif  // TALENTCARD_TOOLS_POPULATION_PEOPLE_H_
