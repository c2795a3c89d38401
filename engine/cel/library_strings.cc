// The strings library. Positions count characters, not bytes.
#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/cel/format.h"
#include "engine/cel/library.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

// Not text (bytes that are not UTF-8) has no characters.
std::u32string CharactersOf(const Value& v) {
  return Characters(v.as_string()).value_or(std::u32string());
}

Value BadIndex(int64_t index) {
  return Value::Error(absl::StrCat("the index ", index, " is out of range"));
}

bool Within(int64_t index, const std::u32string& text) {
  return index >= 0 && static_cast<uint64_t>(index) <= text.size();
}

Value CharAt(Arguments a) {
  const std::u32string text = CharactersOf(a[0]);
  const int64_t i = a[1].as_int();
  if (!Within(i, text)) return BadIndex(i);
  return Value::String(Encode(text.substr(static_cast<size_t>(i), 1)));
}

Value Found(size_t position) {
  return Value::Int(
      position == std::u32string::npos ? -1 : static_cast<int64_t>(position));
}

Value IndexOf(Arguments a) {
  const std::u32string text = CharactersOf(a[0]);
  const int64_t from = a.size() > 2 ? a[2].as_int() : 0;
  if (!Within(from, text)) return BadIndex(from);
  return Found(text.find(CharactersOf(a[1]), static_cast<size_t>(from)));
}

Value LastIndexOf(Arguments a) {
  const std::u32string text = CharactersOf(a[0]);
  const int64_t from =
      a.size() > 2 ? a[2].as_int() : static_cast<int64_t>(text.size());
  if (!Within(from, text)) return BadIndex(from);
  return Found(text.rfind(CharactersOf(a[1]), static_cast<size_t>(from)));
}

Value Substring(Arguments a) {
  const std::u32string text = CharactersOf(a[0]);
  const int64_t from = a[1].as_int();
  const int64_t to =
      a.size() > 2 ? a[2].as_int() : static_cast<int64_t>(text.size());
  if (!Within(from, text)) return BadIndex(from);
  if (!Within(to, text)) return BadIndex(to);
  if (to < from) return BadIndex(to);
  return Value::String(Encode(
      text.substr(static_cast<size_t>(from), static_cast<size_t>(to - from))));
}

// The most that replace and format make, whatever their arguments.
constexpr size_t kMostBytes = size_t{1} << 22;

// An empty text is found before every character and at the end.
Value Replace(Arguments a) {
  const std::string_view text = a[0].as_string(), old = a[1].as_string(),
                         fresh = a[2].as_string();
  int64_t left = a.size() > 3 ? a[3].as_int() : -1;
  std::string out;
  size_t at = 0;
  while (left != 0 && at <= text.size() && out.size() < kMostBytes) {
    const size_t found = text.find(old, at);
    if (found == std::string_view::npos) break;
    absl::StrAppend(&out, A(text.substr(at, found - at)), A(fresh));
    at = found + old.size();
    if (left > 0) --left;
    if (!old.empty()) continue;
    if (at == text.size()) return Value::String(std::move(out));
    do {
      out += text[at++];
    } while (at < text.size() && (text[at] & 0xC0) == 0x80);
  }
  if (out.size() >= kMostBytes) return Value::Error("the text is too long");
  absl::StrAppend(&out, A(text.substr(std::min(at, text.size()))));
  return Value::String(std::move(out));
}

Value Split(Arguments a) {
  std::string_view text = a[0].as_string();
  const std::string_view separator = a[1].as_string();
  int64_t left =
      a.size() > 2 ? a[2].as_int() : std::numeric_limits<int64_t>::max();
  if (left < 0) left = std::numeric_limits<int64_t>::max();
  std::vector<Value> parts;
  if (left == 0) return Value::List(std::move(parts));
  if (separator.empty()) {
    for (; left > 1 && CountCharacters(text) > 1; --left) {
      size_t length = 1;
      while ((text[length] & 0xC0) == 0x80) ++length;
      parts.push_back(Value::String(std::string(text.substr(0, length))));
      text.remove_prefix(length);
    }
    if (!text.empty()) parts.push_back(Value::String(std::string(text)));
    return Value::List(std::move(parts));
  }
  for (; left > 1; --left) {
    const size_t found = text.find(separator);
    if (found == std::string_view::npos) break;
    parts.push_back(Value::String(std::string(text.substr(0, found))));
    text.remove_prefix(found + separator.size());
  }
  parts.push_back(Value::String(std::string(text)));
  return Value::List(std::move(parts));
}

// White space as Unicode has it.
bool IsSpace(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

Value Trim(Arguments a) {
  const std::u32string text = CharactersOf(a[0]);
  size_t from = 0, to = text.size();
  while (from < to && IsSpace(text[from])) ++from;
  while (to > from && IsSpace(text[to - 1])) --to;
  return Value::String(Encode(text.substr(from, to - from)));
}

Value Join(Arguments a) {
  std::vector<absl::string_view> parts;
  const ListValue& list = a[0].as_list();
  std::vector<Value> kept;
  for (size_t i = 0; i < list.size(); ++i) {
    kept.push_back(list.at(i));
    if (kept.back().kind() != Value::Kind::kString)
      return Value::Error(kept.back().ToString() + " is not a string");
    parts.push_back(A(kept.back().as_string()));
  }
  return Value::String(
      absl::StrJoin(parts, a.size() > 1 ? A(a[1].as_string()) : ""));
}

Value Quote(Arguments a) {
  constexpr std::string_view kPlain = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  std::string out = "\"";
  for (const char c : a[0].as_string()) {
    const size_t escape = kPlain.find(c);
    if (escape == std::string_view::npos) {
      out += c;
    } else {
      out += '\\';
      out += kLetters[escape];
    }
  }
  return Value::String(out + "\"");
}

template <typename Change>
Value Changed(Arguments a, Change change) {
  std::string text(a[0].as_string());
  change(&text);
  return Value::String(std::move(text));
}

}  // namespace

void AddStringsLibrary(std::vector<Overload>& library) {
  const Adder add(library);
  const Type strings = Type::List(kString);
  add.Method("charAt", {kString, kInt}, kString, CharAt);
  add.Method("indexOf", {kString, kString}, kInt, IndexOf);
  add.Method("indexOf", {kString, kString, kInt}, kInt, IndexOf);
  add.Method("lastIndexOf", {kString, kString}, kInt, LastIndexOf);
  add.Method("lastIndexOf", {kString, kString, kInt}, kInt, LastIndexOf);
  add.Method("lowerAscii", {kString}, kString, [](Arguments a) {
    return Changed(a, [](std::string* text) { absl::AsciiStrToLower(text); });
  });
  add.Method("upperAscii", {kString}, kString, [](Arguments a) {
    return Changed(a, [](std::string* text) { absl::AsciiStrToUpper(text); });
  });
  add.Method("replace", {kString, kString, kString}, kString, Replace);
  add.Method("replace", {kString, kString, kString, kInt}, kString, Replace);
  add.Method("split", {kString, kString}, strings, Split);
  add.Method("split", {kString, kString, kInt}, strings, Split);
  add.Method("substring", {kString, kInt}, kString, Substring);
  add.Method("substring", {kString, kInt, kInt}, kString, Substring);
  add.Method("trim", {kString}, kString, Trim);
  add.Method("join", {strings}, kString, Join);
  add.Method("join", {strings, kString}, kString, Join);
  add.Method("reverse", {kString}, kString, [](Arguments a) {
    std::u32string text = CharactersOf(a[0]);
    std::reverse(text.begin(), text.end());
    return Value::String(Encode(text));
  });
  add.Function("strings.quote", {kString}, kString, Quote);
  add.Method("format", {kString, Type::List(kDyn)}, kString, [](Arguments a) {
    return Format(a[0].as_string(), a[1].as_list());
  });
}

}  // namespace talentcard::cel
