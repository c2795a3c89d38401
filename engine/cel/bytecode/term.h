#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_TERM_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_TERM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/cel/bytecode/field_path.h"
#include "engine/cel/functions.h"
#include "engine/cel/program.h"

namespace talentcard::cel::bytecode {

// What fits a machine word, and how it is held in one (`int64_t`): a bool as 0
// or 1, a uint or double by its bits, a date as its day number, a string as its
// number in its domain. Strings are lists of strings: bit sets over a domain.
enum class Kind : uint8_t {
  kBool,
  kInt,
  kUint,
  kDouble,
  kDate,
  kString,
  kStrings,
};

// Where a term was written; for the tree-walker. Empty if nowhere as such.
struct Source {
  const Program* program = nullptr;
  int node = -1;
};

// One typed operation. Equal terms of a bundle are one term.
struct Term {
  enum class Op : uint8_t {
    kConstant,   // cell; a string's is its number, known once laid out
    kSlot,       // slot
    kExit,       // whatever the tree-walker says of `source`
    kNot,        // !parts[0]
    kAnd,        // all of parts
    kOr,         // any of parts
    kSelect,     // parts[0] ? parts[1] : parts[2]
    kRange,      // low <= parts[0] <= high: bool, int or date
    kMember,     // the string parts[0] is in `set`
    kOverlap,    // an element of the strings parts[0] is in `set`
    kContains,   // the string parts[1] is an element of the strings parts[0]
    kEqual,      // of one kind
    kLess,       // int, uint, double or date
    kLessEqual,  // the same
    kAdd,        // int
    kSubtract,   // int
    kMultiply,   // int
    kCall,       // overload, of scalars
  };
  Op op = Op::kConstant;
  Kind kind = Kind::kBool;
  std::vector<int> parts = {};
  int64_t cell = 0;
  int64_t low = 0;
  int64_t high = 0;
  int slot = -1;
  int set = -1;
  int domain = -1;  // Of a string or strings.
  std::string text = {};
  const Overload* overload = nullptr;
  Source source = {};
};

// Strings that are compared with one another, directly or through others, and
// so have to be told apart. The constants among them are numbered from 0.
struct Domain {
  std::vector<std::string> constants;
  // By text, once laid out.
  absl::flat_hash_map<std::string, uint32_t> numbers = {};
  // Facts are compared with facts, so that strings that no rule names have to
  // be told apart as well. Otherwise they are all one: `constants.size()`.
  bool open = false;

  // Numbers that a set of strings has room for, a multiple of 32.
  int bits() const;
};

// Some strings of a domain, or all but some.
struct StringSet {
  std::vector<std::string> strings = {};
  bool complement = false;
  int domain = -1;
  std::vector<uint32_t> mask = {};  // By number, once laid out.
};

// One fact: a path from a variable, or whether there is one.
struct Slot {
  std::string path = {};
  Kind kind = Kind::kBool;
  Source source = {};
  std::optional<FieldPath> fields = {};  // If the source is one.
  int domain = -1;
  // An int that is only compared with constants of 32 bits is held in 32 bits,
  // the nearest if it is larger.
  bool narrow = true;
  int word = 0;   // Where it is held.
  int words = 1;  // How many.
};

// The conditions of a bundle as terms over slots.
struct Terms {
  std::vector<Term> terms;
  std::vector<Slot> slots;
  std::vector<StringSet> sets;
  std::vector<Domain> domains;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_TERM_H_
