#include "services/records/names.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::records {

std::optional<std::string> IdOf(std::string_view collection,
                                std::string_view name) {
  if (name.size() <= collection.size() + 1 ||
      name.substr(0, collection.size()) != collection ||
      name[collection.size()] != '/') {
    return std::nullopt;
  }
  const std::string_view id = name.substr(collection.size() + 1);
  const bool good =
      id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
      });
  return good ? std::make_optional(std::string(id)) : std::nullopt;
}

std::string NameOf(std::string_view collection, std::string_view id) {
  return absl::StrCat(A(collection), "/", A(id));
}

bool IsRandomId(std::string_view id) {
  return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string EtagOf(uint64_t revision) { return absl::StrCat("r", revision); }

}  // namespace talentcard::records
