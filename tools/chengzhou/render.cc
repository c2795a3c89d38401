#include "tools/chengzhou/render.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace talentcard::client {
namespace {

bool IsText(const Json& value) {
  return value.is_object() && value.contains("zh") && value.contains("en");
}
bool IsDate(const Json& value) {
  return value.is_object() && value.contains("year") && value.contains("day") &&
         value.size() == 3;
}

// A value that fits on one line.
bool IsPlain(const Json& value) {
  return !value.is_structured() || IsText(value) || IsDate(value);
}

// A clerk reads the clock on the wall. Empty if the text is no instant.
std::string BeijingTime(const std::string& text) {
  absl::Time time;
  const bool instant =
      text.size() >= 20 && text[10] == 'T' && text.back() == 'Z' &&
      absl::ParseTime(absl::RFC3339_full, text, &time, nullptr);
  return instant ? absl::FormatTime("%Y-%m-%d %H:%M:%S %Ez", time,
                                    absl::FixedTimeZone(8 * 3600))
                 : "";
}

// Nobody reads bytes by the line: their beginning and how many there are. All
// of them with --json.
std::string Shortened(const std::string& text, Language language) {
  constexpr size_t kLongest = 160;
  constexpr size_t kShown = 24;
  const bool bytes =
      text.size() > kLongest &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '+' || c == '/' || c == '=';
      });
  if (!bytes) return text;
  return absl::StrCat(
      text.substr(0, kShown), "… (", text.size(),
      language == Language::kChinese ? " 个字符)" : " characters)");
}

std::string Plain(const Json& value, Language language) {
  if (IsText(value)) return InLanguage(value, language);
  if (IsDate(value)) return DateText(value);
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    const std::string time = BeijingTime(text);
    return time.empty() ? Shortened(Word(text, language), language) : time;
  }
  if (value.is_boolean())
    return language == Language::kChinese ? (value ? "是" : "否")
                                          : (value ? "yes" : "no");
  return value.dump();
}

void Append(const Json& value, Language language, int indent,
            std::string& out) {
  int width = 0;
  for (const auto& [key, inner] : value.items())
    width = std::max(width, Width(Label(key, language)));
  const std::string margin(indent, ' ');
  for (const auto& [key, inner] : value.items()) {
    const std::string label = Label(key, language);
    if (IsPlain(inner)) {
      absl::StrAppend(&out, margin, Padded(label, width + 2),
                      Plain(inner, language), "\n");
    } else if (inner.is_array() &&
               std::all_of(inner.begin(), inner.end(), IsPlain)) {
      std::vector<std::string> parts;
      for (const Json& part : inner) parts.push_back(Plain(part, language));
      absl::StrAppend(&out, margin, Padded(label, width + 2),
                      absl::StrJoin(parts, ", "), "\n");
    } else if (inner.is_array()) {
      int number = 0;
      for (const Json& part : inner) {
        absl::StrAppend(&out, margin, label, " ", ++number, "\n");
        Append(part, language, indent + 2, out);
      }
    } else {
      absl::StrAppend(&out, margin, label, "\n");
      Append(inner, language, indent + 2, out);
    }
  }
}

std::string Value(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? ""
         : it->is_string()  ? it->get<std::string>()
                            : it->dump();
}

// What to do about a failure of which nobody said it in Chinese.
std::string KindInChinese(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return "输入有误：请按下面所述更正后再办";
    case grpc::StatusCode::NOT_FOUND:
      return "找不到所指的内容：请核对名称或路径";
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::ABORTED:
      return "现在的状态不允许这样做：请先看清现状再办";
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return "无权办理：请核对身份、机构和证书";
    case grpc::StatusCode::DATA_LOSS:
      return "文件已损坏：请勿使用，并报告管理员";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::UNAVAILABLE:
      return "服务器没有及时答复：请稍后再试";
    default:
      return "没有办成：请把下面的内容报告管理员";
  }
}

// Columns of the table of rights: right, for, answer, until; then the reason.
constexpr int kRightWidths[] = {11, 10, 23, 12};
constexpr int kReasonColumn = 11 + 10 + 23 + 12;

std::string RightsRow(const std::array<std::string, 5>& cells) {
  std::string row;
  for (size_t i = 0; i < std::size(kRightWidths); ++i)
    absl::StrAppend(&row, Padded(cells[i], kRightWidths[i]));
  return absl::StrCat(row, Wrapped(cells[4], kReasonColumn), "\n");
}

}  // namespace

std::string InLanguage(const Json& text, Language language) {
  return text.is_object()
             ? text.value(language == Language::kChinese ? "zh" : "en", "")
             : "";
}

std::string Sentence(const Failure& failure, Language language) {
  const std::string reason =
      failure.reason.empty() ? "" : absl::StrCat("  [", failure.reason, "]");
  if (language == Language::kEnglish)
    return absl::StrCat(failure.message, reason, "\n");
  return absl::StrCat(failure.in_chinese.empty() ? KindInChinese(failure.code)
                                                 : failure.in_chinese,
                      reason, "\n  ",
                      absl::StrReplaceAll(failure.message, {{"\n", "\n  "}}),
                      "\n");
}

std::string Render(const Json& answer, Language language) {
  std::string out;
  Append(answer, language, 0, out);
  return out;
}

std::string RenderRights(const Json& answer, Language language) {
  const bool zh = language == Language::kChinese;
  std::string out;
  if (answer.contains("tier_name"))
    absl::StrAppend(&out, zh ? "类别  " : "tier  ",
                    InLanguage(answer["tier_name"], language), "\n");
  absl::StrAppend(&out, zh ? "卡    " : "card  ",
                  Word(Value(answer, "card_state"), language), "\n\n");
  out += zh ? RightsRow({"待遇", "受益人", "结果", "有效期至", "理由"})
            : RightsRow({"right", "for", "answer", "until", "reason"});
  for (const Json& decision : answer.value("decisions", Json::array())) {
    const Json grant = decision.value("grant", Json::object());
    out += RightsRow(
        {Value(decision, "entitlement"),
         Word(Value(decision, "relation"), language),
         Word(Value(decision, "outcome"), language),
         grant.contains("valid_until") ? DateText(grant["valid_until"]) : "",
         InLanguage(decision.value("explanation", Json()), language)});
  }
  return out;
}

std::string RenderDecision(const Json& decision, Language language) {
  const bool zh = language == Language::kChinese;
  std::string out = absl::StrCat(
      Value(decision, "name"), "  ", Value(decision, "entitlement"), "  ",
      Word(Value(decision, "relation"), language), "  ",
      Word(Value(decision, "outcome"), language), "\n",
      InLanguage(decision.value("explanation", Json()), language), "\n");
  for (const Json& finding : decision.value("findings", Json::array())) {
    const std::string result = Value(finding, "result");
    const char* mark = result == "HELD"             ? "✓"
                       : result == "NOT_APPLICABLE" ? "·"
                       : result == "UNKNOWN"        ? "?"
                                                    : "✗";
    absl::StrAppend(&out, " ", mark, " ",
                    InLanguage(finding.value("description", Json()), language),
                    "  [", Value(finding, "clause"), "]\n");
    if (result == "HELD" || result == "NOT_APPLICABLE") continue;
    if (!Value(finding, "reason").empty())
      absl::StrAppend(&out, "     ",
                      zh ? "理由：" : "reason: ", Value(finding, "reason"),
                      "\n");
    for (const Json& value : finding.value("values", Json::array()))
      absl::StrAppend(&out, "     ",
                      zh ? "所见：" : "saw: ", value.get<std::string>(), "\n");
    const std::string remedy =
        InLanguage(finding.value("remedy", Json()), language);
    if (!remedy.empty())
      absl::StrAppend(&out, "     ", zh ? "补正：" : "what to do: ", remedy,
                      "\n");
  }
  if (decision.contains("next_change_time"))
    absl::StrAppend(&out, zh ? "自行变化：" : "changes by itself: ",
                    Plain(decision["next_change_time"], language), "\n");
  absl::StrAppend(&out, zh ? "规则 " : "policy ",
                  Value(decision, "policy_digest").substr(0, 16), "…  ",
                  zh ? "事实版本 " : "facts revision ",
                  Value(decision, "facts_revision"), "  ",
                  zh ? "日志序号 " : "log index ", Value(decision, "log_index"),
                  "\n");
  return out;
}

}  // namespace talentcard::client
