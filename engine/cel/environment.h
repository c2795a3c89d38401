#ifndef TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_
#define TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/functions.h"
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
  // Declares a function, or one more signature of it. Programs that call it
  // must not outlive the environment and its copies.
  void AddFunction(Overload overload) {
    functions_.push_back(std::make_shared<const Overload>(std::move(overload)));
  }
  // Message and enum types may be named: those of `pool`, made by `factory`.
  // Both must outlive the environment and its programs.
  void SetTypes(const google::protobuf::DescriptorPool* pool,
                google::protobuf::MessageFactory* factory) {
    pool_ = pool;
    factory_ = factory;
  }

  // Null if nothing has this name.
  const Declaration* Find(std::string_view name) const;
  // Every signature of a function in this call form.
  std::vector<const Overload*> FindOverloads(std::string_view name,
                                             bool receiver) const;
  // The names of functions, for suggestions.
  std::vector<std::string> FunctionNames() const;
  // Null if no types are known.
  const google::protobuf::DescriptorPool* pool() const { return pool_; }
  google::protobuf::MessageFactory* factory() const { return factory_; }
  // Whether names like `prefix.x` are declared.
  bool HasNamesBelow(std::string_view prefix) const;
  int slots() const { return slots_; }
  const std::vector<std::string>& unknown_if_unset() const {
    return unknown_if_unset_;
  }
  // The declared name nearest to a misspelt one; empty if none is near.
  std::string Nearest(std::string_view name) const;

  Limits limits;
  Libraries libraries = kPolicyLibraries;
  // The package names are looked up in, innermost first: `a.b`.
  std::string container;
  // False: types are not checked; what is wrong is an error when it is run.
  bool checked = true;
  // Enums are types of their own rather than ints.
  bool strong_enums = false;

 private:
  std::map<std::string, Declaration, std::less<>> names_;
  std::vector<std::string> unknown_if_unset_;
  std::vector<std::shared_ptr<const Overload>> functions_;
  const google::protobuf::DescriptorPool* pool_ = nullptr;
  google::protobuf::MessageFactory* factory_ = nullptr;
  int slots_ = 0;
};

// The candidate within a third of its length in edits, or empty.
std::string NearestOf(std::string_view name,
                      const std::vector<std::string>& candidates);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_ENVIRONMENT_H_
