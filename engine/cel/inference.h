#ifndef TALENTCARD_ENGINE_CEL_INFERENCE_H_
#define TALENTCARD_ENGINE_CEL_INFERENCE_H_

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/cel/functions.h"
#include "engine/cel/type.h"

namespace talentcard::cel {

// Works out types as an expression is checked. A parameter stands for a type
// that is not known yet, such as that of the elements of `[]`; it takes the
// most general of the types it meets.
class Inference {
 public:
  // A type not known yet.
  Type Fresh() {
    known_.emplace_back();
    return Type::Parameter(static_cast<int>(known_.size()) - 1);
  }

  // A declared type with a fresh one for each of its parameters.
  Type Instance(const Type& declared) {
    std::map<int, Type> fresh;
    return Instantiate(declared, fresh);
  }

  // Whether a value of type `from` may stand where `to` is needed. If so, what
  // that says of parameters is kept; if not, nothing is.
  bool Assign(const Type& from, const Type& to);

  // The result of calling `overload`; nullopt, with nothing kept, if it does
  // not take these arguments.
  std::optional<Type> Call(const Overload& overload,
                           const std::vector<Type>& arguments);

  // One type for the parts of a literal: the most general if they agree, else
  // dyn.
  Type Join(const std::vector<Type>& types);

  // What is known of a type so far; parameters not known stay.
  Type Known(const Type& type) const;
  // The same at the end: what is still not known is dyn.
  Type Final(const Type& type) const;

  // Types can be made to grow beyond all bounds by a short source; then true,
  // and the answers given are not to be used.
  bool exhausted() const { return work_ >= kMostWork; }

 private:
  bool Try(const Type& from, const Type& to);
  bool TryParts(const Type& from, const Type& to);
  bool TryParameter(const Type& parameter, const Type& other,
                    bool parameter_is_from);
  bool Occurs(int parameter, const Type& type) const;
  // The type a parameter stands for, itself if it is not known.
  Type Head(Type type) const;
  // `head` with `each` done to its parts.
  template <typename Each>
  Type Rebuilt(const Type& head, Each each) const;
  // Whether `a` covers all that `b` does.
  bool AsGeneral(const Type& a, const Type& b) const;
  Type Instantiate(const Type& type, std::map<int, Type>& fresh);

  void Set(int parameter, const Type& type);
  // Forgets what was learnt since `mark`, a size of the trail.
  void Undo(size_t mark);
  // Counts work; false when there has been too much.
  bool Affordable() const { return ++work_ < kMostWork; }

  static constexpr int kMostWork = 300'000;
  static constexpr int kLargest = 1000;  // Of one type, in parts.

  std::vector<std::optional<Type>> known_;                  // By parameter.
  std::vector<std::pair<int, std::optional<Type>>> trail_;  // Former values.
  mutable int work_ = 0;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_INFERENCE_H_
