#ifndef TALENTCARD_TESTS_ENGINE_POLICY_BUNDLE_H_
#define TALENTCARD_TESTS_ENGINE_POLICY_BUNDLE_H_

#include <map>
#include <string>
#include <vector>

#include "engine/policy/load.h"

namespace talentcard::policy {

using Files = std::map<std::string, std::string>;

// A small bundle without a mistake, with one of everything.
Files GoodBundle();

// One edit of the good bundle: in `file`, `old` (which must occur once) becomes
// `now`. An empty `old` makes `now` the whole file; an empty `now` as well
// takes the file away.
struct Edit {
  std::string file;
  std::string old;
  std::string now;
};

Files Edited(const std::vector<Edit>& edits);

// What Load says, a line a mistake.
std::vector<std::string> MistakesOf(const Files& files);

}  // namespace talentcard::policy

#endif  // TALENTCARD_TESTS_ENGINE_POLICY_BUNDLE_H_
