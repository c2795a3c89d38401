#ifndef TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_
#define TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/limits.h"
#include "engine/cel/type.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// The names an expression may use. Built once, then only read.
class Environment {
 public:
  // Declares a variable; its values are given by slot when evaluating. A name
  // may have dots: `param.HOSTEL_NIGHTS` is one variable. Returns the slot.
  int AddVariable(std::string name, Type type);
  // Declares a name that always means `value`.
  void AddConstant(std::string name, Type type, Value value);
  // A field that, when it is unset, is unknown rather than a default: a path
  // from a variable, e.g. `beneficiary.birth_date`.
  void AddUnknownIfUnset(std::string path) {
    unknown_if_unset_.push_back(std::move(path));
  }

  struct Declaration {
    Type type;
    int slot = -1;  // -1: a constant.
    Value constant;
  };
  // Null if nothing has this name.
  const Declaration* Find(std::string_view name) const;
  // Whether names like `prefix.x` are declared.
  bool HasNamesBelow(std::string_view prefix) const;
  int slots() const { return slots_; }
  const std::vector<std::string>& unknown_if_unset() const {
    return unknown_if_unset_;
  }
  // The declared name nearest to a misspelt one; empty if none is near.
  std::string Nearest(std::string_view name) const;

  Limits limits;

 private:
  std::map<std::string, Declaration, std::less<>> names_;
  std::vector<std::string> unknown_if_unset_;
  int slots_ = 0;
};

// The candidate within a third of its length in edits, or empty.
std::string NearestOf(std::string_view name,
                      const std::vector<std::string>& candidates);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_
