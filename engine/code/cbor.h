#ifndef TALENTCARD_ENGINE_CODE_CBOR_H_
#define TALENTCARD_ENGINE_CODE_CBOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

// The part of CBOR (RFC 8949) that codes and their lists are written in, in its
// one deterministic form (section 4.2.1): integers, byte and text strings,
// arrays, maps and the tag of COSE_Sign1. No floats, no simple values.
namespace talentcard::code {

// Arrays and maps inside one another, the tag not counted.
inline constexpr int kDeepestCbor = 4;
// Elements of one array, or pairs of one map.
inline constexpr size_t kWidestCbor = 16;
inline constexpr uint64_t kSign1Tag = 18;  // RFC 9052 section 4.2.

// One item as read. Strings are views of the bytes that were read.
struct Cbor {
  enum class Kind { kInteger, kBytes, kText, kArray, kMap, kTag };
  Kind kind = Kind::kInteger;
  int64_t integer = 0;      // Or the number of the tag.
  std::string_view string;  // Of kBytes and kText.
  // Elements; or key, value, key, value …; or what is tagged.
  std::vector<Cbor> items;

  bool Is(Kind k) const { return kind == k; }
  // The value under an integer key of a map; nullptr if there is none.
  const Cbor* Find(int64_t key) const;
  const Cbor* Find(std::string_view text_key) const;
  // Pairs of a map.
  size_t pairs() const { return items.size() / 2; }
};

// Reads exactly one item from all of `bytes`. kInvalidArgument for anything a
// deterministic writer would not have written: an indefinite length, an integer
// or length that is not the shortest, keys that are not sorted or not unique,
// text that is not UTF-8, a byte after the item; also for another tag, a float
// or simple value, and beyond the limits above.
absl::StatusOr<Cbor> ReadCbor(std::string_view bytes);
// The same for the first item of `bytes`; `length` receives where it ended.
absl::StatusOr<Cbor> ReadCborPrefix(std::string_view bytes, size_t& length);

// Each writes one item.
std::string CborInteger(int64_t value);
std::string CborBytes(std::string_view bytes);
std::string CborText(std::string_view text);
std::string CborArray(const std::vector<std::string>& items);
// Pairs of written items, in any order; no two keys may be equal.
std::string CborMap(std::vector<std::pair<std::string, std::string>> pairs);
std::string CborTag(uint64_t tag, std::string_view item);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_CBOR_H_
