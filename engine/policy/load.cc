#include "engine/policy/load.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/digest.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

void CheckFiles(Loading& loading) {
  if (loading.files.size() > kMostFiles) {
    loading.mistakes.push_back({"", 0, 0, absl::StrCat("the bundle has more than ", kMostFiles, " files"), "", ""});
  }
  for (const auto& [path, content] : loading.files) {
    if (content.size() > kLargestFile) {
      loading.mistakes.push_back({path, 1, 1, absl::StrCat("the file is longer than ", kLargestFile, " bytes"), "", ""});
    }
  }
}

void CheckAllRead(Loading& loading) {
  for (const auto& [path, content] : loading.files) {
    const bool other = absl::StartsWith(path, "cases/") || absl::EndsWith(path, ".md");
    if (!other && !loading.read.contains(path)) {
      loading.mistakes.push_back({path, 1, 1, "no rule file has this name or place", path, ""});
    }
  }
}

}  // namespace

void Loading::File(const std::string& path,
                   const std::function<void(YamlReader&, const YAML::Node&)>& read_file) {
  const auto file = files.find(path);
  if (file == files.end()) {
    mistakes.push_back({path, 1, 1, "this file is missing", path, ""});
    return;
  }
  read.insert(path);
  YamlReader reader(path, &environment, mistakes);
  const YAML::Node root = reader.Parse(file->second);
  if (root.IsMap()) {
    read_file(reader, root);
  } else if (root.IsDefined() && !root.IsNull()) {
    reader.Note(root, "keys and values are expected here");
  } else if (mistakes.empty() || mistakes.back().path != path) {
    reader.Note(root, "the file is empty");
  }
}

void Loading::Folder(const std::string& folder,
                     const std::function<void(YamlReader&, const YAML::Node&)>& read_file) {
  for (auto it = files.lower_bound(folder + "/"); it != files.end() && absl::StartsWith(it->first, folder + "/"); ++it) {
    if (absl::EndsWith(it->first, ".yaml")) File(it->first, read_file);
  }
}

std::vector<std::string> Loading::ReasonCodes() const {
  std::vector<std::string> codes;
  for (const auto& [code, reason] : policy.reasons) codes.push_back(code);
  return codes;
}

std::vector<std::string> Loading::EvidenceKinds() const {
  std::vector<std::string> kinds;
  for (const auto& [kind, evidence] : policy.evidence) kinds.push_back(kind);
  return kinds;
}

LoadResult Load(const std::map<std::string, std::string>& files) {
  Loading loading{files, {}, {}, {}, {}};
  CheckFiles(loading);
  if (loading.mistakes.empty()) {
    LoadHead(loading);
    LoadParameters(loading);
    LoadReasons(loading);
    LoadCatalogue(loading);
    LoadCard(loading);
    LoadEntitlements(loading);
    LoadMatters(loading);
    LoadAccess(loading);
    CheckAllRead(loading);
  }
  std::stable_sort(loading.mistakes.begin(), loading.mistakes.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.path, a.line, a.column) < std::tie(b.path, b.line, b.column);
  });
  if (!loading.mistakes.empty()) return {nullptr, std::move(loading.mistakes)};
  loading.policy.digest = Digest(files);
  loading.policy.files = files;
  return {std::make_shared<const Policy>(std::move(loading.policy)), {}};
}

}  // namespace talentcard::policy
