#ifndef TALENTCARD_ENGINE_CEL_LIBRARY_H_
#define TALENTCARD_ENGINE_CEL_LIBRARY_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/cel/functions.h"

// What the files of the libraries share.
namespace talentcard::cel {

using Arguments = std::span<const Value>;

inline Value Overflow() { return Value::Error("the number is out of range"); }

class Adder {
 public:
  explicit Adder(std::vector<Overload>& library) : library_(library) {}
  void Function(std::string name, std::vector<Type> parameters, Type result,
                Implementation f) const {
    library_.push_back({std::move(name), false, std::move(parameters),
                        std::move(result), f,
                        /*dynamic=*/false});
  }
  // Takes these only where types are not known before.
  void Dynamic(std::string name, std::vector<Type> parameters, Type result,
               Implementation f) const {
    Function(std::move(name), std::move(parameters), std::move(result), f);
    library_.back().dynamic = true;
  }
  void Method(std::string name, std::vector<Type> parameters, Type result,
              Implementation f) const {
    library_.push_back({std::move(name), true, std::move(parameters),
                        std::move(result), f,
                        /*dynamic=*/false});
  }

 private:
  std::vector<Overload>& library_;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_LIBRARY_H_
