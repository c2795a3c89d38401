#include "tools/crash/journal.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::crash {
namespace {

using store::AppendNumber;
using store::ReadNumber;

std::string StepKey(uint64_t thread, uint64_t number) {
  std::string key = "~s";
  AppendNumber(thread, key);
  AppendNumber(number, key);
  return key;
}

std::string LastKey(uint64_t thread) {
  std::string key = "~t";
  AppendNumber(thread, key);
  return key;
}

std::string Bytes(uint64_t number) {
  std::string bytes;
  AppendNumber(number, bytes);
  return bytes;
}

absl::Status Wrong(const std::string& what) {
  return absl::DataLossError(what);
}

absl::Status CheckTimes(const store::Reader& reader, uint64_t revision) {
  const store::Key times(store::Table::kTimes);
  uint64_t known = 0;
  bool increasing = true;
  RETURN_IF_ERROR(reader.Scan(times.First(), times.Last(),
                              [&](std::string_view, std::string_view value) {
                                increasing &= ReadNumber(value, 0) > known;
                                known = ReadNumber(value, 0);
                                return true;
                              }));
  if (!increasing) return Wrong("a later instant knows an earlier revision");
  if (known != revision) {
    return Wrong(absl::StrCat("the last instant knows revision ", known, " of ",
                              revision));
  }
  return absl::OkStatus();
}

}  // namespace

void Note(store::Transaction& transaction, const Step& step) {
  transaction.Put(StepKey(step.thread, step.number),
                  Bytes(transaction.revision()));
  transaction.Put(LastKey(step.thread), Bytes(step.number));
}

absl::StatusOr<uint64_t> LastStep(const store::Reader& reader,
                                  uint64_t thread) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   reader.Get(LastKey(thread)));
  return row ? ReadNumber(*row, 0) : 0;
}

absl::Status CheckJournal(const store::Reader& reader,
                          const Acknowledged& acknowledged) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   reader.Get(store::Key(store::Table::kRevision)));
  const uint64_t revision = row ? ReadNumber(*row, 0) : 0;
  Acknowledged steps;
  RETURN_IF_ERROR(reader.Scan(
      "~s", "~t", [&](std::string_view key, std::string_view value) {
        steps[{ReadNumber(key, 2), ReadNumber(key, 10)}] = ReadNumber(value, 0);
        return true;
      }));
  for (const auto& [step, expected] : acknowledged) {
    const auto found = steps.find(step);
    if (found == steps.end() || found->second != expected) {
      return Wrong(absl::StrCat(
          "acknowledged step ", step.second, " of thread ", step.first,
          " is lost or has another revision than ", expected));
    }
  }
  std::vector<bool> seen(revision + 1, false);
  std::map<uint64_t, uint64_t> last;
  for (const auto& [step, r] : steps) {
    if (r == 0 || r > revision || seen[r]) {
      return Wrong(
          absl::StrCat("revision ", r, " is there twice or beyond ", revision));
    }
    seen[r] = true;
    if (step.second != ++last[step.first]) {
      return Wrong(absl::StrCat("thread ", step.first, " has a hole before ",
                                step.second));
    }
  }
  if (steps.size() != revision) {
    return Wrong(
        absl::StrCat(steps.size(), " steps after ", revision, " revisions"));
  }
  for (const auto& [thread, number] : last) {
    ASSIGN_OR_RETURN(const uint64_t noted, LastStep(reader, thread));
    if (noted != number)
      return Wrong(absl::StrCat("a step of thread ", thread, " is torn"));
  }
  return CheckTimes(reader, revision);
}

}  // namespace talentcard::crash
