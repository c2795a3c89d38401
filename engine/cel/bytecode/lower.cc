#include "engine/cel/bytecode/lower.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::bytecode {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
// Longer lists of constants are left to the tree-walker.
constexpr size_t kMostAlternatives = 32;

std::vector<std::string> Sorted(std::vector<std::string> strings) {
  std::sort(strings.begin(), strings.end());
  strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
  return strings;
}

// The strings of a list of nothing else.
std::optional<std::vector<std::string>> StringsOf(const Value& value) {
  if (value.kind() != Value::Kind::kList) return std::nullopt;
  std::vector<std::string> strings;
  for (size_t i = 0; i < value.as_list().size(); ++i) {
    const Value element = value.as_list().at(i);
    if (element.kind() != Value::Kind::kString) return std::nullopt;
    strings.emplace_back(element.as_string());
  }
  return Sorted(std::move(strings));
}

bool IsScalar(Kind kind) {
  return kind != Kind::kString && kind != Kind::kStrings;
}

bool IsOrdered(Kind kind) { return kind == Kind::kInt || kind == Kind::kDate; }

}  // namespace

std::optional<Kind> KindOf(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kBool:
      return Kind::kBool;
    case Type::Kind::kInt:
      return Kind::kInt;
    case Type::Kind::kUint:
      return Kind::kUint;
    case Type::Kind::kDouble:
      return Kind::kDouble;
    case Type::Kind::kDate:
      return Kind::kDate;
    case Type::Kind::kString:
      return Kind::kString;
    case Type::Kind::kList:
      if (type.element().kind() == Type::Kind::kString) return Kind::kStrings;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<int64_t> CellOf(const Value& value, Kind kind) {
  using enum Value::Kind;
  switch (kind) {
    case Kind::kBool:
      if (value.kind() == kBool) return value.as_bool() ? 1 : 0;
      break;
    case Kind::kInt:
      if (value.kind() == kInt) return value.as_int();
      break;
    case Kind::kUint:
      if (value.kind() == kUint) return std::bit_cast<int64_t>(value.as_uint());
      break;
    case Kind::kDouble:
      if (value.kind() == kDouble)
        return std::bit_cast<int64_t>(value.as_double());
      break;
    case Kind::kDate:
      if (value.kind() == kDate) return value.as_date().days();
      break;
    default:
      break;
  }
  return std::nullopt;
}

Value ValueOf(int64_t cell, Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return Value::Bool(cell != 0);
    case Kind::kUint:
      return Value::Uint(std::bit_cast<uint64_t>(cell));
    case Kind::kDouble:
      return Value::Double(std::bit_cast<double>(cell));
    case Kind::kDate:
      return Value::Date(CivilDate::FromDays(static_cast<int32_t>(cell)));
    default:
      return Value::Int(cell);
  }
}

int Lowering::Condition(const Program& program) {
  // A program that could run out of steps on facts of the longest kind does so
  // where the tree-walker does.
  const auto most_steps =
      static_cast<int64_t>(program.nodes().size() * kLongestList);
  if (most_steps > program.limits().steps) {
    return Intern(
        {.op = Term::Op::kExit, .source = {&program, program.root()}});
  }
  return Lower(program, program.root());
}

int Lowering::Decision(const std::string& variable, const Program& program) {
  const int term = Lower(program, program.root());
  const auto slot = slots_.find(variable);
  if (term < 0 || slot == slots_.end() ||
      terms_.terms[term].kind != Kind::kString ||
      terms_.terms[slot->second].kind != Kind::kString) {
    return -1;
  }
  Unify(terms_.terms[slot->second].domain, terms_.terms[term].domain);
  return term;
}

int Lowering::All(const std::vector<int>& conditions) {
  return Join(Term::Op::kAnd, conditions);
}

// -1 if its value does not fit a word.
int Lowering::Lower(const Program& program, int node) {
  const Node& written = program.nodes()[node];
  int term = Native(program, node);
  const bool may_be_bool = written.type.kind() == Type::Kind::kDyn;
  const std::optional<Kind> kind =
      may_be_bool ? std::optional(Kind::kBool) : KindOf(written.type);
  if (term < 0 && (kind && IsScalar(*kind))) {
    term = Intern(
        {.op = Term::Op::kExit, .kind = *kind, .source = {&program, node}});
  }
  if (term >= 0 && terms_.terms[term].source.program == nullptr)
    terms_.terms[term].source = {&program, node};
  return term;
}

// -1 if it has no native form.
int Lowering::Native(const Program& program, int node) {
  const Node& written = program.nodes()[node];
  switch (written.op) {
    case Node::Op::kConstant:
      return Constant(written.constant);
    case Node::Op::kVariable:
      return Variable(program, node);
    case Node::Op::kField:
      return Attribute(program, node);
    case Node::Op::kHasField: {
      const std::string& of = program.nodes()[written.parts[0]].attribute;
      if (of.empty()) return -1;
      return SlotOf(absl::StrCat("has(", of, ".", written.name, ")"),
                    Kind::kBool, {&program, node});
    }
    case Node::Op::kAnd:
    case Node::Op::kOr:
      return Logical(program, written);
    case Node::Op::kConditional:
      return Conditional(program, written);
    case Node::Op::kCall:
      return Call(program, written);
    case Node::Op::kLoop:
      return Loops(program, written);
    default:
      return -1;
  }
}

int Lowering::Variable(const Program& program, int node) {
  const auto fixed = fixed_.find(program.nodes()[node].slot);
  return fixed == fixed_.end() ? Attribute(program, node)
                               : Constant(fixed->second);
}

int Lowering::Attribute(const Program& program, int node) {
  const Node& written = program.nodes()[node];
  const std::optional<Kind> kind = KindOf(written.type);
  if (!kind || written.attribute.empty()) return -1;
  return SlotOf(written.attribute, *kind, {&program, node});
}

int Lowering::Logical(const Program& program, const Node& node) {
  std::vector<int> parts;
  for (int part : node.parts) {
    const int term = Lower(program, part);
    if (term < 0 || terms_.terms[term].kind != Kind::kBool) return -1;
    parts.push_back(term);
  }
  return Join(node.op == Node::Op::kAnd ? Term::Op::kAnd : Term::Op::kOr,
              std::move(parts));
}

int Lowering::Conditional(const Program& program, const Node& node) {
  int parts[3];
  for (int i = 0; i < 3; ++i) {
    parts[i] = Lower(program, node.parts[i]);
    if (parts[i] < 0) return -1;
  }
  const Term& then = terms_.terms[parts[1]];
  const Term& otherwise = terms_.terms[parts[2]];
  const Kind kind = then.kind;
  if (terms_.terms[parts[0]].kind != Kind::kBool || kind != otherwise.kind ||
      kind == Kind::kStrings || KindOf(node.type) != kind) {
    return -1;
  }
  const int domain = then.domain;
  if (kind == Kind::kString) Unify(domain, otherwise.domain);
  if (IsConstant(parts[0]))
    return parts[terms_.terms[parts[0]].cell != 0 ? 1 : 2];
  return Intern({.op = Term::Op::kSelect,
                 .kind = kind,
                 .parts = {parts[0], parts[1], parts[2]},
                 .domain = domain});
}

int Lowering::Call(const Program& program, const Node& node) {
  if (node.name == "in" && node.parts.size() == 2)
    return Membership(program, node);
  std::vector<int> parts;
  for (int part : node.parts) {
    if (program.nodes()[part].type.kind() == Type::Kind::kDyn) return -1;
    parts.push_back(Lower(program, part));
    if (parts.back() < 0) return -1;
  }
  if (node.name == "!" && parts.size() == 1 &&
      terms_.terms[parts[0]].kind == Kind::kBool) {
    return Not(parts[0]);
  }
  if (parts.size() == 2 &&
      terms_.terms[parts[0]].kind == terms_.terms[parts[1]].kind) {
    if (node.name == "==") return Equality(parts[0], parts[1]);
    if (node.name == "!=") {
      const int equal = Equality(parts[0], parts[1]);
      return equal < 0 ? -1 : Not(equal);
    }
    if (node.name == "<" || node.name == "<=")
      return Order(node.name, parts[0], parts[1]);
    if (node.name == ">") return Order("<", parts[1], parts[0]);
    if (node.name == ">=") return Order("<=", parts[1], parts[0]);
  }
  return CallOverload(node, parts);
}

int Lowering::Membership(const Program& program, const Node& node) {
  const int element = Lower(program, node.parts[0]);
  if (element < 0) return -1;
  const Kind kind = terms_.terms[element].kind;
  if (const auto list = FixedValue(program, node.parts[1])) {
    if (list->kind() != Value::Kind::kList) return -1;
    if (kind == Kind::kString) {
      const auto strings = StringsOf(*list);
      return strings ? Member(element, *strings) : -1;
    }
    if (!IsOrdered(kind) || list->as_list().size() > kMostAlternatives)
      return -1;
    std::vector<int> alternatives;
    for (size_t i = 0; i < list->as_list().size(); ++i) {
      const auto cell = CellOf(list->as_list().at(i), kind);
      if (!cell) return -1;
      alternatives.push_back(Range(element, *cell, *cell));
    }
    // Even of an empty list, an unknown element is unknown.
    return alternatives.empty() ? -1
                                : Join(Term::Op::kOr, std::move(alternatives));
  }
  if (kind != Kind::kString) return -1;
  const int list = Lower(program, node.parts[1]);
  if (list < 0 || terms_.terms[list].op != Term::Op::kSlot ||
      terms_.terms[list].kind != Kind::kStrings) {
    return -1;
  }
  Unify(terms_.terms[list].domain, terms_.terms[element].domain);
  if (IsConstant(element))
    return Overlap(list, {{terms_.terms[element].text}, false});
  terms_.domains[DomainOf(terms_.terms[list].domain)].open = true;
  return Intern({.op = Term::Op::kContains, .parts = {list, element}});
}

int Lowering::Equality(int a, int b) {
  const Kind kind = terms_.terms[a].kind;
  if (IsConstant(a)) std::swap(a, b);
  if (kind == Kind::kStrings || IsConstant(a)) return -1;
  const bool constant = IsConstant(b);
  if (kind == Kind::kString) {
    if (constant) return Member(a, {terms_.terms[b].text});
    Unify(terms_.terms[a].domain, terms_.terms[b].domain);
    terms_.domains[DomainOf(terms_.terms[a].domain)].open = true;
  }
  const int64_t cell = terms_.terms[b].cell;
  if (constant && (kind == Kind::kBool || IsOrdered(kind)))
    return Range(a, cell, cell);
  return Intern({.op = Term::Op::kEqual, .parts = {a, b}});
}

int Lowering::Order(const std::string& name, int a, int b) {
  const Kind kind = terms_.terms[a].kind;
  const bool strict = name == "<";
  if (!IsOrdered(kind) && kind != Kind::kUint && kind != Kind::kDouble)
    return -1;
  if (IsOrdered(kind) && IsConstant(b)) {
    const int64_t high = terms_.terms[b].cell;
    if (strict && high == kLeast) return -1;
    return Range(a, kLeast, strict ? high - 1 : high, /*order=*/true);
  }
  if (IsOrdered(kind) && IsConstant(a)) {
    const int64_t low = terms_.terms[a].cell;
    if (strict && low == kMost) return -1;
    return Range(b, strict ? low + 1 : low, kMost, /*order=*/true);
  }
  return Intern(
      {.op = strict ? Term::Op::kLess : Term::Op::kLessEqual, .parts = {a, b}});
}

int Lowering::CallOverload(const Node& node, const std::vector<int>& parts) {
  const std::optional<Kind> kind = KindOf(node.type);
  if (!kind || !IsScalar(*kind) || node.overloads.size() != 1 ||
      node.overloads[0]->implementation == nullptr || parts.empty() ||
      parts.size() > static_cast<size_t>(kMostArguments)) {
    return -1;
  }
  bool constant = true, ints = *kind == Kind::kInt && parts.size() == 2;
  std::vector<Value> values;
  for (int part : parts) {
    const Term& term = terms_.terms[part];
    if (!IsScalar(term.kind)) return -1;
    constant = constant && IsConstant(part);
    ints = ints && term.kind == Kind::kInt;
    if (constant) values.push_back(ValueOf(term.cell, term.kind));
  }
  if (constant) {
    const Value value = node.overloads[0]->implementation(values);
    return CellOf(value, *kind) ? Constant(value) : -1;
  }
  const Term::Op op = !ints              ? Term::Op::kCall
                      : node.name == "+" ? Term::Op::kAdd
                      : node.name == "-" ? Term::Op::kSubtract
                      : node.name == "*" ? Term::Op::kMultiply
                                         : Term::Op::kCall;
  return Intern(
      {.op = op, .kind = *kind, .parts = parts, .overload = node.overloads[0]});
}

int Lowering::Loops(const Program& program, const Node& node) {
  const bool exists = node.loop == Loop::kExists;
  if (node.two || (!exists && node.loop != Loop::kAll)) return -1;
  const int list = Lower(program, node.parts[0]);
  if (list < 0 || terms_.terms[list].op != Term::Op::kSlot ||
      terms_.terms[list].kind != Kind::kStrings) {
    return -1;
  }
  auto accepted = Accepts(program, node.parts[1], node.slot);
  if (!accepted) return -1;
  if (exists) return Overlap(list, std::move(*accepted));
  accepted->complement = !accepted->complement;
  return Not(Overlap(list, std::move(*accepted)));
}

// For a body that only compares the loop's variable with constants.
std::optional<Lowering::Accepted> Lowering::Accepts(const Program& program,
                                                    int node, int local) const {
  const Node& written = program.nodes()[node];
  const auto is_local = [&](int part) {
    return program.nodes()[part].op == Node::Op::kLocal &&
           program.nodes()[part].slot == local;
  };
  if (written.op == Node::Op::kCall && written.parts.size() == 2 &&
      is_local(written.parts[0])) {
    const auto value = FixedValue(program, written.parts[1]);
    if (!value) return std::nullopt;
    const bool equal = written.name == "==", unequal = written.name == "!=";
    if ((equal || unequal) && value->kind() == Value::Kind::kString)
      return Accepted{{std::string(value->as_string())}, unequal};
    if (written.name != "in") return std::nullopt;
    auto strings = StringsOf(*value);
    if (!strings) return std::nullopt;
    return Accepted{std::move(*strings), false};
  }
  if (written.op == Node::Op::kCall && written.name == "!") {
    auto inner = Accepts(program, written.parts[0], local);
    if (inner) inner->complement = !inner->complement;
    return inner;
  }
  return std::nullopt;
}

std::optional<Value> Lowering::FixedValue(const Program& program,
                                          int node) const {
  const Node& written = program.nodes()[node];
  if (written.op == Node::Op::kConstant) return written.constant;
  if (written.op != Node::Op::kVariable) return std::nullopt;
  const auto fixed = fixed_.find(written.slot);
  if (fixed == fixed_.end()) return std::nullopt;
  return fixed->second;
}

int Lowering::Constant(const Value& value) {
  if (value.kind() == Value::Kind::kString) {
    // Not shared: a string would join the domains of all who use it.
    terms_.terms.push_back({.op = Term::Op::kConstant,
                            .kind = Kind::kString,
                            .domain = NewDomain(),
                            .text = std::string(value.as_string())});
    return static_cast<int>(terms_.terms.size()) - 1;
  }
  for (const Kind kind :
       {Kind::kBool, Kind::kInt, Kind::kUint, Kind::kDouble, Kind::kDate}) {
    if (const auto cell = CellOf(value, kind)) {
      return Intern({.op = Term::Op::kConstant, .kind = kind, .cell = *cell});
    }
  }
  return -1;
}

int Lowering::Bool(bool value) { return Constant(Value::Bool(value)); }

int Lowering::Not(int a) {
  if (IsConstant(a)) return Bool(terms_.terms[a].cell == 0);
  return Intern({.op = Term::Op::kNot, .parts = {a}});
}

// && or || without the constants that change nothing; a decisive one wins over
// errors and unknowns.
int Lowering::Join(Term::Op op, std::vector<int> parts) {
  const bool decisive = op == Term::Op::kOr;
  std::vector<int> kept;
  for (int part : parts) {
    if (!IsConstant(part)) {
      if (std::find(kept.begin(), kept.end(), part) == kept.end())
        kept.push_back(part);
    } else if ((terms_.terms[part].cell != 0) == decisive) {
      return Bool(decisive);
    }
  }
  if (kept.empty()) return Bool(!decisive);
  // What is no bool is an error here, but not everywhere: a fact stays a part.
  const Term& first = terms_.terms[kept[0]];
  const bool always_bool = first.op != Term::Op::kSlot &&
                           first.op != Term::Op::kExit &&
                           first.op != Term::Op::kSelect;
  if (kept.size() == 1 && (parts.size() == 1 || always_bool)) return kept[0];
  return Intern({.op = op, .parts = std::move(kept)});
}

// What is no number has no order but is equal to none: the two kinds of range
// are told apart by their cells.
int Lowering::Range(int a, int64_t low, int64_t high, bool order) {
  if (IsConstant(a)) {
    const int64_t cell = terms_.terms[a].cell;
    return Bool(low <= cell && cell <= high);
  }
  return Intern({.op = Term::Op::kRange,
                 .parts = {a},
                 .cell = order ? 1 : 0,
                 .low = low,
                 .high = high});
}

int Lowering::Member(int a, std::vector<std::string> strings) {
  const Term& term = terms_.terms[a];
  if (IsConstant(a)) {
    return Bool(std::find(strings.begin(), strings.end(), term.text) !=
                strings.end());
  }
  std::string key = absl::StrCat("member ", a);
  for (const std::string& text : strings)
    absl::StrAppend(&key, " ", text.size(), ":", text);
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  terms_.sets.push_back({.strings = std::move(strings), .domain = term.domain});
  terms_.terms.push_back({.op = Term::Op::kMember,
                          .parts = {a},
                          .set = static_cast<int>(terms_.sets.size()) - 1});
  return known_[key] = static_cast<int>(terms_.terms.size()) - 1;
}

int Lowering::Overlap(int list, Accepted accepted) {
  std::string key = absl::StrCat("overlap ", list, " ", accepted.complement);
  for (const std::string& text : accepted.strings)
    absl::StrAppend(&key, " ", text.size(), ":", text);
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  terms_.sets.push_back({.strings = std::move(accepted.strings),
                         .complement = accepted.complement,
                         .domain = terms_.terms[list].domain});
  terms_.terms.push_back({.op = Term::Op::kOverlap,
                          .parts = {list},
                          .set = static_cast<int>(terms_.sets.size()) - 1});
  return known_[key] = static_cast<int>(terms_.terms.size()) - 1;
}

int Lowering::SlotOf(const std::string& path, Kind kind, Source source) {
  const auto [it, fresh] = slots_.try_emplace(path, -1);
  if (fresh) {
    const int domain = IsScalar(kind) ? -1 : NewDomain();
    terms_.slots.push_back(
        {.path = path,
         .kind = kind,
         .source = source,
         .fields = FieldPath::Of(*source.program, source.node),
         .domain = domain});
    it->second = Intern({.op = Term::Op::kSlot,
                         .kind = kind,
                         .slot = static_cast<int>(terms_.slots.size()) - 1,
                         .domain = domain});
  }
  return terms_.terms[it->second].kind == kind ? it->second : -1;
}

int Lowering::Intern(Term term) {
  std::string key =
      absl::StrCat(static_cast<int>(term.op), " ", static_cast<int>(term.kind),
                   " ", term.cell, " ", term.low, " ", term.high, " ",
                   term.slot, " ", reinterpret_cast<uintptr_t>(term.overload));
  if (term.op == Term::Op::kExit) {
    absl::StrAppend(&key, " ", reinterpret_cast<uintptr_t>(term.source.program),
                    " ", term.source.node);
  }
  for (int part : term.parts) absl::StrAppend(&key, " ", part);
  const auto [it, fresh] = known_.try_emplace(key, terms_.terms.size());
  if (fresh) terms_.terms.push_back(std::move(term));
  return it->second;
}

int Lowering::NewDomain() {
  parent_.push_back(static_cast<int>(parent_.size()));
  terms_.domains.emplace_back();
  return parent_.back();
}

int Lowering::DomainOf(int domain) const {
  while (parent_[domain] != domain) domain = parent_[domain];
  return domain;
}

void Lowering::Unify(int a, int b) {
  a = DomainOf(a);
  b = DomainOf(b);
  terms_.domains[a].open = terms_.domains[a].open || terms_.domains[b].open;
  parent_[b] = a;
}

Terms Lowering::Finish() && {
  Widen();
  NumberStrings();
  Place();
  return std::move(terms_);
}

// An int used otherwise than compared with small constants needs 64 bits.
void Lowering::Widen() {
  constexpr int64_t kLow = std::numeric_limits<int32_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int32_t>::max();
  for (const Term& term : terms_.terms) {
    const bool small =
        term.op == Term::Op::kRange &&
        (term.low == kLeast || (kLow < term.low && term.low <= kHigh)) &&
        (term.high == kMost || (kLow <= term.high && term.high < kHigh));
    for (int part : term.parts) {
      const Term& operand = terms_.terms[part];
      if (operand.op == Term::Op::kSlot && operand.kind == Kind::kInt && !small)
        terms_.slots[operand.slot].narrow = false;
    }
  }
}

void Lowering::NumberStrings() {
  const auto number = [&](int domain, const std::string& text) {
    auto& constants = terms_.domains[domain].constants;
    const auto it = std::find(constants.begin(), constants.end(), text);
    if (it != constants.end()) return it - constants.begin();
    constants.push_back(text);
    return std::ssize(constants) - 1;
  };
  for (StringSet& set : terms_.sets) {
    set.domain = DomainOf(set.domain);
    for (const std::string& text : set.strings) number(set.domain, text);
  }
  for (Term& term : terms_.terms) {
    if (term.domain >= 0) term.domain = DomainOf(term.domain);
    if (term.op == Term::Op::kConstant && term.kind == Kind::kString)
      term.cell = number(term.domain, term.text);
  }
  for (Slot& slot : terms_.slots) {
    if (slot.domain >= 0) slot.domain = DomainOf(slot.domain);
  }
  for (StringSet& set : terms_.sets) {
    set.mask.assign(terms_.domains[set.domain].bits() / 32,
                    set.complement ? ~uint32_t{0} : 0);
    for (const std::string& text : set.strings) {
      const auto bit = number(set.domain, text);
      set.mask[bit / 32] ^= uint32_t{1} << (bit % 32);
    }
  }
  for (Domain& domain : terms_.domains) {
    for (uint32_t i = 0; i < domain.constants.size(); ++i)
      domain.numbers.emplace(domain.constants[i], i);
  }
}

// The words that say which facts are odd come first, then the facts in the
// order they are first written in rules: what one rule reads lies together.
void Lowering::Place() {
  int word = OddWords(terms_.slots.size());
  for (Slot& slot : terms_.slots) {
    const bool wide = slot.kind == Kind::kUint || slot.kind == Kind::kDouble ||
                      (slot.kind == Kind::kInt && !slot.narrow);
    slot.words = slot.kind == Kind::kStrings
                     ? terms_.domains[slot.domain].bits() / 32
                     : (wide ? 2 : 1);
    slot.word = word;
    word += slot.words;
  }
}

int Domain::bits() const {
  constexpr int kRoomForOthers = 8;
  const int most =
      static_cast<int>(constants.size()) + (open ? kRoomForOthers : 1);
  return (most + 31) / 32 * 32;
}

}  // namespace talentcard::cel::bytecode
