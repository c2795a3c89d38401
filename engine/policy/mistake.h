#ifndef TALENTCARD_ENGINE_POLICY_MISTAKE_H_
#define TALENTCARD_ENGINE_POLICY_MISTAKE_H_

#include <string>

namespace talentcard::policy {

// Something wrong in a rule file, and where: line and column count from 1.
struct Mistake {
  std::string path;
  int line = 0;
  int column = 0;
  std::string message;     // Lower case, no full stop.
  std::string text;        // The bad text.
  std::string suggestion;  // What may have been meant; empty if nothing is near.
};

// `path:line:column: message (did you mean …?)`
std::string ToString(const Mistake& mistake);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_MISTAKE_H_
