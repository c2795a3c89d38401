#include "tools/bench/engine/workload.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"

namespace talentcard::bench {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

cel::Value ValueOf(const cel::Type& type, const std::string& text) {
  int64_t number = 0;
  switch (type.kind()) {
    case cel::Type::Kind::kBool:
      return cel::Value::Bool(text == "1");
    case cel::Type::Kind::kInt:
      if (!absl::SimpleAtoi(text, &number)) break;
      return cel::Value::Int(number);
    case cel::Type::Kind::kDate:
      if (!absl::SimpleAtoi(text, &number)) break;
      return cel::Value::Date(
          CivilDate::FromDays(static_cast<int32_t>(number)));
    case cel::Type::Kind::kString:
      return cel::Value::String(text);
    default: {
      std::vector<cel::Value> elements;
      for (const std::string& element : std::vector<std::string>(
               absl::StrSplit(text, '|', absl::SkipEmpty())))
        elements.push_back(cel::Value::String(element));
      return cel::Value::List(std::move(elements));
    }
  }
  return cel::Value::Error(absl::StrCat("not a number: ", text));
}

}  // namespace

std::string HashOf(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return absl::StrFormat("%016x", hash);
}

absl::StatusOr<Workload> ReadWorkload(
    const std::string& directory,
    const std::vector<std::pair<std::string, cel::Type>>& facts) {
  Workload workload;
  ASSIGN_OR_RETURN(const std::string table,
                   ReadFile(directory + "/holders.tsv"));
  ASSIGN_OR_RETURN(workload.expected, ReadFile(directory + "/expected.txt"));
  ASSIGN_OR_RETURN(const std::string summary,
                   ReadFile(directory + "/expected.json"));
  workload.hash = nlohmann::json::parse(summary)["hash"];
  const std::vector<std::string> lines =
      absl::StrSplit(table, '\n', absl::SkipEmpty());
  const std::vector<std::string> header = absl::StrSplit(lines[0], '\t');
  std::vector<int> columns;
  for (const auto& [name, type] : facts) {
    const auto it = std::find(header.begin(), header.end(), name);
    columns.push_back(
        it == header.end() ? -1 : static_cast<int>(it - header.begin()));
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = absl::StrSplit(lines[i], '\t');
    auto& holder = workload.holders.emplace_back();
    for (size_t slot = 0; slot < facts.size(); ++slot) {
      holder.push_back(columns[slot] < 0
                           ? cel::Value::String("")
                           : ValueOf(facts[slot].second, cells[columns[slot]]));
    }
  }
  if (workload.expected.size() != workload.holders.size() * kLine)
    return absl::DataLossError("expected.txt has another number of holders");
  return workload;
}

}  // namespace talentcard::bench
