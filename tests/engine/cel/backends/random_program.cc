#include "tests/engine/cel/backends/random_program.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "engine/cel/compile.h"

namespace talentcard::cel {
namespace {

constexpr int kOfAKind = 3;

const std::vector<std::string>& Words() {
  static const std::vector<std::string> words = {
      "",  "SELF", "SPOUSE", "CHILD", "PARENT", "海城",
      "a", "b",    "c",      "d",     "e",      "OTHER"};
  return words;
}

std::string Quoted(const std::string& text) {
  return absl::StrCat("'", text, "'");
}

}  // namespace

RandomPrograms::RandomPrograms(uint64_t seed) : random_(seed) {
  const auto add = [&](const std::string& name, const Type& type) {
    environment_.AddVariable(name, type);
    types_.push_back(type);
  };
  using enum Type::Kind;
  const std::pair<const char*, Type> kinds[] = {{"b", kBool}, {"n", kInt},
                                                {"u", kUint}, {"d", kDouble},
                                                {"t", kDate}, {"s", kString}};
  for (int i = 0; i < kOfAKind; ++i) {
    for (const auto& [name, type] : kinds) add(absl::StrCat(name, i), type);
    add(absl::StrCat("l", i), Type::List(kString));
  }
  add("any", Type());
  add("holder", Type::OfMessage(v1::PersonView::descriptor()));
  environment_.AddUnknownIfUnset("holder.birth_date");
  const auto fix = [&](const std::string& name, const Type& type) {
    fixed_[environment_.slots()] = Plain(type);
    add(name, type);
  };
  fix("param.N", kInt);
  fix("param.S", kString);
  fix("param.D", kDate);
  fix("param.L", Type::List(kString));
}

std::shared_ptr<const Program> RandomPrograms::Condition() {
  return Compiled(Bool(1 + Below(5)), Type::Kind::kBool);
}

std::shared_ptr<const Program> RandomPrograms::Choice() {
  return Compiled(absl::StrCat(Bool(2), " ? ", Literal(Type::Kind::kString),
                               " : ", String(3)),
                  Type::Kind::kString);
}

std::shared_ptr<const Program> RandomPrograms::Compiled(
    const std::string& source, const Type& type) {
  std::vector<Issue> issues;
  auto program = Compile(environment_, source, type, issues);
  // A wrong date literal, or constants that cannot be computed, are found when
  // it is checked; another is taken.
  if (program == nullptr)
    return type.kind() == Type::Kind::kBool ? Condition() : Choice();
  return program;
}

std::string RandomPrograms::Bool(int depth) {
  if (depth <= 0) return BoolAtom(0);
  switch (Below(9)) {
    case 0:
    case 1:
      return absl::StrCat("(", Bool(depth - 1), " && ", Bool(depth - 1), ")");
    case 2:
    case 3:
      return absl::StrCat("(", Bool(depth - 1), " || ", Bool(depth - 1), ")");
    case 4:
      return absl::StrCat("!", Bool(depth - 1));
    case 5:
      return absl::StrCat("(", Bool(depth - 1), " ? ", Bool(depth - 1), " : ",
                          Bool(depth - 1), ")");
    case 6:
      return absl::StrCat("(", Bool(depth - 1),
                          Chance(50) ? " == " : " != ", Bool(depth - 1), ")");
    default:
      return BoolAtom(depth);
  }
}

std::string RandomPrograms::BoolAtom(int depth) {
  const auto element = [&] {
    const std::string list = absl::StrCat("[", Quoted(OneOf(Words())), ", ",
                                          Quoted(OneOf(Words())), "]");
    switch (Below(5)) {
      case 0:
        return absl::StrCat("x == ", Quoted(OneOf(Words())));
      case 1:
        return absl::StrCat("x != ", Quoted(OneOf(Words())));
      case 2:
        return absl::StrCat("!(x in ", list, ")");
      case 3:
        return absl::StrCat("x.startsWith(", Quoted(OneOf(Words())), ")");
      default:
        return absl::StrCat("x in ", Chance(30) ? "param.L" : list);
    }
  };
  switch (Below(14)) {
    case 0:
      return absl::StrCat("b", Below(kOfAKind));
    case 1:
      return Literal(Type::Kind::kBool);
    case 2:
      return absl::StrCat("(", String(depth), " in [", Quoted(OneOf(Words())),
                          ", ", Quoted(OneOf(Words())), "])");
    case 3:
      return absl::StrCat("(", String(depth), " in ", Strings(), ")");
    case 4:
      return absl::StrCat("(", Int(depth), " in [", Literal(Type::Kind::kInt),
                          ", ", Literal(Type::Kind::kInt), "])");
    case 5:
      return absl::StrCat(Strings(), ".exists(x, ", element(), ")");
    case 6:
      return absl::StrCat(Strings(), ".all(x, ", element(), ")");
    case 7:
      switch (Below(4)) {
        case 0:
          return "has(holder.birth_date)";
        case 1:
          return "(holder.birth_date <= param.D)";
        case 2:
          return absl::StrCat("(holder.days_since_death < ", Int(0), ")");
        default:
          return "holder.document_kinds.exists(k, k == 'a')";
      }
    case 8:
      return absl::StrCat("(any == ", Literal(Type::Kind::kInt), ")");
    case 9:
      return absl::StrCat(String(0), ".startsWith(", String(0), ")");
    default:
      return Comparison(depth);
  }
}

std::string RandomPrograms::Comparison(int depth) {
  static const std::vector<std::string> all = {"==", "!=", "<",
                                               "<=", ">",  ">="};
  const std::string& op = OneOf(all);
  std::string a, b;
  switch (Below(8)) {
    case 0:
    case 1:
      a = Int(depth), b = Chance(60) ? Literal(Type::Kind::kInt) : Int(depth);
      break;
    case 2:
      a = Uint(depth), b = Uint(depth);
      break;
    case 3:
      a = Double(depth), b = Double(depth);
      break;
    case 4:
    case 5:
      a = Date(depth), b = Date(depth);
      break;
    case 6:
      a = Int(depth), b = Double(depth);
      break;
    default:
      a = String(depth), b = String(depth);
      break;
  }
  if (Chance(30)) std::swap(a, b);
  return absl::StrCat("(", a, " ", op, " ", b, ")");
}

std::string RandomPrograms::Int(int depth) {
  if (depth <= 0)
    return Chance(70) ? absl::StrCat("n", Below(kOfAKind))
                      : Literal(Type::Kind::kInt);
  static const std::vector<std::string> operators = {"+", "-", "*", "/", "%"};
  switch (Below(10)) {
    case 0:
    case 1:
      return absl::StrCat("(", Int(depth - 1), " ", OneOf(operators), " ",
                          Int(depth - 1), ")");
    case 2:
      return absl::StrCat("(", Bool(depth - 1), " ? ", Int(depth - 1), " : ",
                          Int(depth - 1), ")");
    case 3:
      return absl::StrCat(Date(depth - 1), ".daysUntil(", Date(depth - 1), ")");
    case 4:
      return absl::StrCat(Date(depth - 1), ".year()");
    case 5:
      return absl::StrCat("size(", Chance(50) ? Strings() : String(0), ")");
    case 6:
      return "param.N";
    case 7:
      return "holder.days_since_death";
    default:
      return Int(0);
  }
}

std::string RandomPrograms::Uint(int depth) {
  if (depth <= 0)
    return Chance(70) ? absl::StrCat("u", Below(kOfAKind))
                      : Literal(Type::Kind::kUint);
  static const std::vector<std::string> operators = {"+", "-", "*", "/", "%"};
  if (Chance(60)) return Uint(0);
  return absl::StrCat("(", Uint(depth - 1), " ", OneOf(operators), " ",
                      Uint(depth - 1), ")");
}

std::string RandomPrograms::Double(int depth) {
  if (depth <= 0)
    return Chance(70) ? absl::StrCat("d", Below(kOfAKind))
                      : Literal(Type::Kind::kDouble);
  static const std::vector<std::string> operators = {"+", "-", "*", "/"};
  if (Chance(40)) return Double(0);
  if (Chance(20)) return absl::StrCat("double(", Int(depth - 1), ")");
  return absl::StrCat("(", Double(depth - 1), " ", OneOf(operators), " ",
                      Double(depth - 1), ")");
}

std::string RandomPrograms::String(int depth) {
  if (depth <= 0)
    return Chance(80) ? absl::StrCat("s", Below(kOfAKind))
                      : Literal(Type::Kind::kString);
  switch (Below(8)) {
    case 0:
      return absl::StrCat("(", Bool(depth - 1), " ? ", String(depth - 1), " : ",
                          String(depth - 1), ")");
    case 1:
      return "param.S";
    case 2:
      return absl::StrCat("(", String(0), " + ", String(0), ")");
    default:
      return String(0);
  }
}

std::string RandomPrograms::Date(int depth) {
  if (depth <= 0)
    return Chance(70) ? absl::StrCat("t", Below(kOfAKind))
                      : Literal(Type::Kind::kDate);
  static const std::vector<std::string> moves = {"addDays", "addMonths",
                                                 "addYears"};
  switch (Below(6)) {
    case 0:
      return absl::StrCat(Date(depth - 1), ".", OneOf(moves), "(",
                          Int(depth - 1), ")");
    case 1:
      return "param.D";
    case 2:
      return "holder.birth_date";
    case 3:
      return absl::StrCat("(", Bool(depth - 1), " ? ", Date(depth - 1), " : ",
                          Date(depth - 1), ")");
    default:
      return Date(0);
  }
}

std::string RandomPrograms::Strings() {
  if (Chance(10)) return "param.L";
  return absl::StrCat("l", Below(kOfAKind));
}

std::string RandomPrograms::Literal(Type::Kind kind) {
  static const std::vector<std::string> ints = {"0",
                                                "1",
                                                "7",
                                                "(-1)",
                                                "2147483647",
                                                "(-2147483648)",
                                                "2147483648",
                                                "9223372036854775807",
                                                "(-2147483647)",
                                                "2147483646"};
  static const std::vector<std::string> uints = {"0u", "1u", "7u",
                                                 "18446744073709551615u"};
  static const std::vector<std::string> doubles = {"0.0", "(-0.0)", "1.5",
                                                   "7.0", "1e300"};
  static const std::vector<std::string> dates = {
      "date('2024-02-29')", "date('1970-01-01')", "date('9999-12-31')",
      "date('0001-01-01')", "date(2025, 8, 31)"};
  switch (kind) {
    case Type::Kind::kBool:
      return Chance(50) ? "true" : "false";
    case Type::Kind::kInt:
      return OneOf(ints);
    case Type::Kind::kUint:
      return OneOf(uints);
    case Type::Kind::kDouble:
      return OneOf(doubles);
    case Type::Kind::kDate:
      return OneOf(dates);
    default:
      return Quoted(OneOf(Words()));
  }
}

Value RandomPrograms::Plain(const Type& type) {
  static const std::vector<int64_t> ints = {
      0,
      1,
      7,
      -1,
      std::numeric_limits<int32_t>::max(),
      std::numeric_limits<int32_t>::min(),
      int64_t{1} << 31,
      -(int64_t{1} << 31) - 1,
      std::numeric_limits<int64_t>::max(),
      std::numeric_limits<int64_t>::min()};
  static const std::vector<double> doubles = {
      0.0, -0.0, 1.5, 7.0, 1e300, std::nan(""), HUGE_VAL, -HUGE_VAL};
  static const std::vector<const char*> dates = {"2024-02-29", "1970-01-01",
                                                 "9999-12-31", "0001-01-01",
                                                 "2025-08-31", "2025-09-01"};
  switch (type.kind()) {
    case Type::Kind::kBool:
      return Value::Bool(Chance(50));
    case Type::Kind::kInt:
      return Value::Int(Chance(50) ? Below(10) : OneOf(ints));
    case Type::Kind::kUint:
      return Value::Uint(Chance(80) ? static_cast<uint64_t>(Below(10))
                                    : std::numeric_limits<uint64_t>::max());
    case Type::Kind::kDouble:
      return Value::Double(OneOf(doubles));
    case Type::Kind::kDate:
      return Value::Date(*CivilDate::Parse(OneOf(dates)));
    case Type::Kind::kString:
      return Value::StringView(OneOf(Words()));
    case Type::Kind::kList: {
      std::vector<Value> elements;
      for (int i = Below(Chance(3) ? 40 : 4); i > 0; --i)
        elements.push_back(Value::StringView(OneOf(Words())));
      return Value::List(std::move(elements));
    }
    default:
      return Value::Int(Below(3));
  }
}

RandomPrograms::Facts RandomPrograms::NextFacts(bool odd) {
  Facts facts;
  for (size_t i = 0; i < types_.size(); ++i) {
    if (const auto fixed = fixed_.find(static_cast<int>(i));
        fixed != fixed_.end()) {
      facts.variables.push_back(fixed->second);
    } else if (types_[i].kind() == Type::Kind::kMessage) {
      facts.holder = std::make_unique<v1::PersonView>();
      v1::PersonView& holder = *facts.holder;
      if (!odd || Chance(70)) {
        *holder.mutable_birth_date() =
            Plain(Type::Kind::kDate).as_date().ToProto();
      }
      holder.set_days_since_death(Below(10));
      for (int k = Below(3); k > 0; --k)
        holder.add_document_kinds(OneOf(Words()));
      facts.variables.push_back(Value::Message(holder));
      if (odd && Chance(5)) facts.unknown.insert("holder");
    } else if (odd && Chance(10)) {
      const int which = Below(3);
      if (which == 0)
        facts.unknown.insert(
            absl::StrCat(std::string(1, "bnudtsl"[i % 7]), i / 7));
      facts.variables.push_back(which == 1   ? Value::Error("broken")
                                : which == 2 ? Value::Null()
                                             : Plain(types_[i]));
    } else {
      facts.variables.push_back(Plain(types_[i]));
    }
  }
  return facts;
}

}  // namespace talentcard::cel
