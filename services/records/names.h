#ifndef TALENTCARD_SERVICES_RECORDS_NAMES_H_
#define TALENTCARD_SERVICES_RECORDS_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

// Resource names, e.g. `people/{person}`.
namespace talentcard::records {

// The id in `collection/{id}`; nullopt unless it is one id of 1 to 64 letters,
// digits,
// `-`, `_` or `.`.
std::optional<std::string> IdOf(std::string_view collection,
                                std::string_view name);
std::string NameOf(std::string_view collection, std::string_view id);
// 32 lower-case hexadecimal digits.
bool IsRandomId(std::string_view id);

// An etag from the revision that wrote a record.
std::string EtagOf(uint64_t revision);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_NAMES_H_
