#include "engine/policy/load.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/compiled_conditions.h"
#include "engine/policy/digest.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

constexpr size_t kLongestPath = 200;

// Relative, and the same on every system.
bool IsPath(const std::string& path) {
  constexpr char kAllowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  return !path.empty() && path.size() <= kLongestPath &&
         path.find_first_not_of(kAllowed) == std::string::npos &&
         path[0] != '/' && path.find("//") == std::string::npos &&
         path.find("..") == std::string::npos;
}

void CheckFiles(Loading& loading) {
  auto& mistakes = loading.mistakes;
  if (loading.files.size() > kMostFiles) {
    const std::string most = absl::StrCat(kMostFiles);
    mistakes.push_back(
        {"", 1, 1,
         Say("文件超过 $0 个", "the bundle has more than $0 files", most), "",
         ""});
    return;
  }
  for (const auto& [path, content] : loading.files) {
    if (!IsPath(path)) {
      mistakes.push_back(
          {Quotable(path), 1, 1,
           Say("文件名只能用字母、数字、`_`、`-`、`.`、`/`，不超过 200 个",
               "a path has letters, digits, `_`, `-`, `.` and `/`, at most "
               "200"),
           Quotable(path), ""});
    }
    if (content.size() > kLargestFile) {
      mistakes.push_back(
          {Quotable(path), 1, 1,
           Say("文件超过 256 KiB", "the file is longer than 256 KiB"), "", ""});
    }
  }
}

void CheckAllRead(Loading& loading) {
  std::vector<std::string> places = {
      "policy.yaml",   "calendar.yaml",     "access.yaml", "reasons.yaml",
      "evidence.yaml", "tiers.yaml",        "card.yaml",   "code.yaml",
      "guessing.yaml", "personal_data.yaml"};
  for (const auto& [path, content] : loading.files) {
    const bool other =
        absl::StartsWith(path, "cases/") || absl::EndsWith(path, ".md");
    if (other || loading.read.contains(path)) continue;
    loading.mistakes.push_back({path, 1, 1,
                                Say("规则中没有这个文件名或位置",
                                    "no rule file has this name or place"),
                                path, Nearest(path, places)});
  }
}

template <typename Rows, typename CodeOf>
Known KnownOf(Text what, const Rows& rows, CodeOf code_of) {
  Known known{std::move(what), {}};
  for (const auto& row : rows) known.codes.push_back(code_of(row));
  return known;
}

void LoadAll(Loading& loading) {
  LoadHead(loading);
  LoadAccess(loading);
  LoadParameters(loading);
  LoadReasons(loading);
  LoadCatalogue(loading);
  LoadCard(loading);
  LoadEntitlements(loading);
  LoadMatters(loading);
  LoadCode(loading);
  LoadGuessing(loading);
  LoadPersonalData(loading);
  CheckAllRead(loading);
}

}  // namespace

void Loading::File(const std::string& path, const Read& read_file) {
  const auto file = files.find(path);
  if (file == files.end()) {
    unreadable.insert(path);
    mistakes.push_back(
        {path, 1, 1, Say("缺少这个文件", "this file is missing"), path, ""});
    return;
  }
  read.insert(path);
  const size_t before = mistakes.size();
  const YamlDocument document(path, file->second, mistakes);
  YamlReader reader(document, environment, mistakes);
  if (document.root().IsMap()) {
    read_file(reader, document.root());
    return;
  }
  unreadable.insert(path);
  if (mistakes.size() > before || mistakes.size() >= kMostMistakes) return;
  mistakes.push_back(
      {path,
       document.root().position.line == 0 ? 1 : document.root().position.line,
       document.root().position.column == 0 ? 1
                                            : document.root().position.column,
       {"这里应为“键: 值”", "keys and values are expected here"},
       "",
       ""});
}

void Loading::Folder(const std::string& folder, const Read& read_file) {
  for (auto it = files.lower_bound(folder + "/");
       it != files.end() && absl::StartsWith(it->first, folder + "/"); ++it) {
    if (absl::EndsWith(it->first, ".yaml")) File(it->first, read_file);
  }
}

Known Loading::Askers() const {
  return {{"询问方", "asker"}, policy.access.askers};
}

Known Loading::Reasons() const {
  return KnownOf({"原因", "reason"}, policy.reasons,
                 [](const auto& row) { return row.first; });
}

Known Loading::Evidence() const {
  return KnownOf({"证明材料", "kind of evidence"}, policy.evidence,
                 [](const auto& row) { return row.first; });
}

LoadResult Load(const std::map<std::string, std::string>& files) {
  Loading loading{files, {}, {}, {}, {}, {}};
  CheckFiles(loading);
  if (loading.mistakes.empty()) LoadAll(loading);
  auto& mistakes = loading.mistakes;
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) {
                     return std::tie(a.path, a.line, a.column) <
                            std::tie(b.path, b.line, b.column);
                   });
  if (mistakes.size() >= kMostMistakes) {
    mistakes.push_back({"", 1, 1,
                        Say("错误过多，其余未列出",
                            "there are more mistakes than can be listed"),
                        "", ""});
  }
  if (!mistakes.empty()) return {nullptr, std::move(mistakes)};
  CompileConditions(loading.policy);
  loading.policy.digest = Digest(files);
  loading.policy.files = files;
  return {std::make_shared<const Policy>(std::move(loading.policy)), {}};
}

}  // namespace talentcard::policy
