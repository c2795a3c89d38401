#ifndef TALENTCARD_ENGINE_CEL_ISSUE_H_
#define TALENTCARD_ENGINE_CEL_ISSUE_H_

#include <string>
#include <vector>

namespace talentcard::cel {

// A place in a source: 1-based, columns in characters.
struct Position {
  int line = 1;
  int column = 1;
};

// One mistake in an expression.
struct Issue {
  Position position;
  std::string message;  // Lower case, no full stop.
  std::string text;     // The bad text.
  std::string
      suggestion;  // What may have been meant; empty if nothing is near.
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_ISSUE_H_
