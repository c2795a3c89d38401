#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_LOWER_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_LOWER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/cel/bytecode/term.h"
#include "engine/cel/program.h"
#include "engine/cel/value.h"

namespace talentcard::cel::bytecode {

// Turns programs of one environment into terms. What has no native form
// becomes an exit to the tree-walker; the rest around it stays native.
class Lowering {
 public:
  // `fixed`: the values of variables, by slot, that are the same whenever the
  // terms are evaluated: parameters, the day.
  explicit Lowering(std::map<int, Value> fixed) : fixed_(std::move(fixed)) {}

  // The term of a condition. The program must outlive the terms.
  int Condition(const Program& program);
  // The term of a program that gives the string `variable`; -1 if it has no
  // native form.
  int Decision(const std::string& variable, const Program& program);
  // The term that holds if all of `conditions` do.
  int All(const std::vector<int>& conditions);

  // Numbers the strings and gives every slot its place. Call once, last.
  Terms Finish() &&;

 private:
  // Strings a loop's body accepts.
  struct Accepted {
    std::vector<std::string> strings;  // Sorted.
    bool complement = false;
  };

  int Lower(const Program& program, int node);
  int Native(const Program& program, int node);
  int Variable(const Program& program, int node);
  int Attribute(const Program& program, int node);
  int Logical(const Program& program, const Node& node);
  int Conditional(const Program& program, const Node& node);
  int Call(const Program& program, const Node& node);
  int Membership(const Program& program, const Node& node);
  int Equality(int a, int b);
  int Order(const std::string& name, int a, int b);
  int CallOverload(const Node& node, const std::vector<int>& parts);
  int Loops(const Program& program, const Node& node);
  std::optional<Accepted> Accepts(const Program& program, int node,
                                  int local) const;

  std::optional<Value> FixedValue(const Program& program, int node) const;
  int Constant(const Value& value);
  int Bool(bool value);
  int Not(int a);
  int Join(Term::Op op, std::vector<int> parts);
  int Range(int a, int64_t low, int64_t high, bool order = false);
  int Member(int a, std::vector<std::string> strings);
  int Overlap(int list, Accepted accepted);
  int SlotOf(const std::string& path, Kind kind, Source source);
  int Intern(Term term);
  int NewDomain();
  int DomainOf(int domain) const;
  void Unify(int a, int b);
  bool IsConstant(int term) const {
    return terms_.terms[term].op == Term::Op::kConstant;
  }

  void Widen();
  void NumberStrings();
  void Place();

  const std::map<int, Value> fixed_;
  Terms terms_;
  std::map<std::string, int> known_;
  std::map<std::string, int> slots_;
  std::vector<int> parent_;  // Of domains, while they are being joined.
};

// The kind of what has this type, if it fits a word.
std::optional<Kind> KindOf(const Type& type);
// A scalar value as the word that holds it; nullopt if it is not of this kind,
// or a string.
std::optional<int64_t> CellOf(const Value& value, Kind kind);
// The other way round; never a string.
Value ValueOf(int64_t cell, Kind kind);

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_LOWER_H_
