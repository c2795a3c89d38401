#include "tools/pki/records.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "tools/pki/files.h"

namespace talentcard::pki {
namespace {

// As SerialOf() writes it; RFC 5280 4.1.2.2: 20 octets at most.
bool IsSerial(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

std::optional<absl::Time> TimeIn(const std::string& word) {
  int64_t seconds = 0;
  if (word.find_first_not_of("0123456789") != std::string::npos ||
      !absl::SimpleAtoi(word, &seconds))
    return std::nullopt;
  return absl::FromUnixSeconds(seconds);
}

// False if it is neither of the two.
bool AddLine(absl::string_view line, Records& records) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  if (words.size() < 3 || !IsSerial(words[1])) return false;
  const std::optional<absl::Time> time = TimeIn(words[2]);
  if (!time) return false;
  if (words[0] == "revoked" && words.size() == 3) {
    records.revoked.push_back({words[1], *time});
    return true;
  }
  if (words[0] != "issued" || words.size() != 4 ||
      std::count(words[3].begin(), words[3].end(), '@') != 2)
    return false;
  records.issued.push_back({words[1], words[3], *time});
  return true;
}

}  // namespace

absl::StatusOr<Records> ReadRecords(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Records records;
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  // What follows the last line's end: nothing.
  const bool ended = lines.back().empty();
  if (ended) lines.pop_back();
  for (size_t i = 0; i < lines.size(); ++i) {
    if ((ended || i + 1 < lines.size()) && AddLine(lines[i], records)) continue;
    return absl::DataLossError(absl::StrCat(
        "line ", i + 1, " of `", path,
        "` says neither what was issued nor what was revoked; put it right "
        "first: the list in force stays until then"));
  }
  std::set<std::string> revoked;
  for (const Revoked& one : records.revoked) revoked.insert(one.serial);
  for (Issued& one : records.issued) one.revoked = revoked.contains(one.serial);
  return records;
}

absl::Status RecordIssued(const std::string& path, const Issued& issued) {
  return AppendLine(
      path, absl::StrCat("issued ", issued.serial, " ",
                         absl::ToUnixSeconds(issued.until), " ", issued.name));
}

absl::Status RecordRevoked(const std::string& path, const Revoked& revoked) {
  return AppendLine(path, absl::StrCat("revoked ", revoked.serial, " ",
                                       absl::ToUnixSeconds(revoked.at)));
}

}  // namespace talentcard::pki
