#include "engine/code/cbor.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"

namespace talentcard::code {
namespace {

// Major types (RFC 8949 section 3.1).
enum Major : uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kByteString = 2,
  kTextString = 3,
  kArrayOf = 4,
  kMapOf = 5,
  kTagged = 6,
};

absl::Status Refuse(const char* why) { return absl::InvalidArgumentError(why); }

class CborReader {
 public:
  explicit CborReader(std::string_view bytes) : bytes_(bytes) {}

  size_t position() const { return position_; }

  absl::StatusOr<Cbor> Item(int depth) {
    ASSIGN_OR_RETURN(const Head head, ReadHead());
    switch (head.major) {
      case kUnsigned:
      case kNegative:
        return Integer(head);
      case kByteString:
      case kTextString:
        return String(head);
      case kArrayOf:
      case kMapOf:
        return Container(head, depth + 1);
      case kTagged:
        return Tagged(head, depth);
      default:
        return Refuse("floats and simple values are not used");
    }
  }

 private:
  struct Head {
    uint8_t major;
    uint64_t argument;
  };

  size_t left() const { return bytes_.size() - position_; }

  // The initial byte and its argument, which must be the shortest.
  absl::StatusOr<Head> ReadHead() {
    if (left() == 0) return Refuse("the item is cut off");
    const uint8_t initial = static_cast<uint8_t>(bytes_[position_++]);
    const uint8_t major = initial >> 5;
    const uint8_t info = initial & 31;
    if (info < 24) return Head{major, info};
    if (info > 27) return Refuse("indefinite and reserved lengths");
    const size_t width = size_t{1} << (info - 24);
    if (left() < width) return Refuse("the item is cut off");
    uint64_t argument = 0;
    for (size_t i = 0; i < width; ++i)
      argument = argument << 8 | static_cast<uint8_t>(bytes_[position_++]);
    const uint64_t least = width == 1 ? 24 : uint64_t{1} << (width * 4);
    if (argument < least) return Refuse("not the shortest form");
    return Head{major, argument};
  }

  absl::StatusOr<Cbor> Integer(const Head& head) {
    if (head.argument > std::numeric_limits<int64_t>::max())
      return Refuse("an integer is too large");
    Cbor item;
    const int64_t value = static_cast<int64_t>(head.argument);
    item.integer = head.major == kNegative ? -1 - value : value;
    return item;
  }

  absl::StatusOr<Cbor> String(const Head& head) {
    if (head.argument > left()) return Refuse("the item is cut off");
    Cbor item;
    item.kind =
        head.major == kTextString ? Cbor::Kind::kText : Cbor::Kind::kBytes;
    item.string = bytes_.substr(position_, head.argument);
    position_ += head.argument;
    if (item.Is(Cbor::Kind::kText) && !identity::DecodeUtf8(item.string))
      return Refuse("text that is not UTF-8");
    return item;
  }

  absl::StatusOr<Cbor> Container(const Head& head, int depth) {
    if (depth > kDeepestCbor) return Refuse("nested too deep");
    if (head.argument > kWidestCbor) return Refuse("too many elements");
    const bool map = head.major == kMapOf;
    Cbor container;
    container.kind = map ? Cbor::Kind::kMap : Cbor::Kind::kArray;
    container.items.reserve(head.argument * (map ? 2 : 1));
    std::string_view previous;
    for (uint64_t i = 0; i < head.argument; ++i) {
      const size_t begin = position_;
      ASSIGN_OR_RETURN(Cbor first, Item(depth));
      container.items.push_back(std::move(first));
      if (!map) continue;
      const std::string_view key = bytes_.substr(begin, position_ - begin);
      if (i > 0 && key <= previous)
        return Refuse("keys are not sorted or not unique");
      previous = key;
      ASSIGN_OR_RETURN(Cbor value, Item(depth));
      container.items.push_back(std::move(value));
    }
    return container;
  }

  absl::StatusOr<Cbor> Tagged(const Head& head, int depth) {
    // Only around the whole: so nothing nests without bound.
    if (head.argument != kSign1Tag || depth != 0 || position_ != 1)
      return Refuse("a tag other than COSE_Sign1's around the whole");
    Cbor tag;
    tag.kind = Cbor::Kind::kTag;
    tag.integer = static_cast<int64_t>(head.argument);
    ASSIGN_OR_RETURN(Cbor inner, Item(depth));
    tag.items.push_back(std::move(inner));
    return tag;
  }

  const std::string_view bytes_;
  size_t position_ = 0;
};

void AppendHead(Major major, uint64_t argument, std::string& out) {
  int width = 0;
  uint8_t info = 0;
  if (argument < 24) {
    info = static_cast<uint8_t>(argument);
  } else if (argument <= 0xFF) {
    info = 24, width = 1;
  } else if (argument <= 0xFFFF) {
    info = 25, width = 2;
  } else if (argument <= 0xFFFFFFFF) {
    info = 26, width = 4;
  } else {
    info = 27, width = 8;
  }
  out.push_back(static_cast<char>(major << 5 | info));
  for (int i = width; i-- > 0;)
    out.push_back(static_cast<char>(argument >> (8 * i) & 0xFF));
}

std::string Head(Major major, uint64_t argument) {
  std::string out;
  AppendHead(major, argument, out);
  return out;
}

}  // namespace

const Cbor* Cbor::Find(int64_t key) const {
  if (!Is(Kind::kMap)) return nullptr;
  for (size_t i = 0; i < items.size(); i += 2) {
    if (items[i].Is(Kind::kInteger) && items[i].integer == key)
      return &items[i + 1];
  }
  return nullptr;
}

const Cbor* Cbor::Find(std::string_view text_key) const {
  if (!Is(Kind::kMap)) return nullptr;
  for (size_t i = 0; i < items.size(); i += 2) {
    if (items[i].Is(Kind::kText) && items[i].string == text_key)
      return &items[i + 1];
  }
  return nullptr;
}

absl::StatusOr<Cbor> ReadCborPrefix(std::string_view bytes, size_t& length) {
  CborReader reader(bytes);
  ASSIGN_OR_RETURN(Cbor item, reader.Item(0));
  length = reader.position();
  return item;
}

absl::StatusOr<Cbor> ReadCbor(std::string_view bytes) {
  size_t length = 0;
  ASSIGN_OR_RETURN(Cbor item, ReadCborPrefix(bytes, length));
  if (length != bytes.size()) return Refuse("bytes follow the item");
  return item;
}

std::string CborInteger(int64_t value) {
  return value < 0 ? Head(kNegative, static_cast<uint64_t>(-1 - value))
                   : Head(kUnsigned, static_cast<uint64_t>(value));
}

std::string CborBytes(std::string_view bytes) {
  return Head(kByteString, bytes.size()).append(bytes);
}

std::string CborText(std::string_view text) {
  return Head(kTextString, text.size()).append(text);
}

std::string CborArray(const std::vector<std::string>& items) {
  std::string out = Head(kArrayOf, items.size());
  for (const std::string& item : items) out += item;
  return out;
}

std::string CborMap(std::vector<std::pair<std::string, std::string>> pairs) {
  std::sort(pairs.begin(), pairs.end());
  std::string out = Head(kMapOf, pairs.size());
  for (const auto& [key, value] : pairs) absl::StrAppend(&out, key, value);
  return out;
}

std::string CborTag(uint64_t tag, std::string_view item) {
  return Head(kTagged, tag).append(item);
}

}  // namespace talentcard::code
