#include "services/store/stamps.h"

#include <algorithm>
#include <functional>

namespace talentcard::store {
namespace {

constexpr size_t kSlots = size_t{1} << 20;  // 8 MiB.

// Table and first part, with the NUL behind it if another part follows.
std::string_view FirstPart(std::string_view key) {
  return key.substr(0, key.find('\0'));
}

}  // namespace

Stamps::Stamps() : slots_(kSlots) {}

void Stamps::Touch(std::string_view key, uint64_t revision) {
  slots_[SlotOf(key)].store(revision, std::memory_order_release);
}

uint32_t Stamps::SlotOf(std::string_view key) {
  return static_cast<uint32_t>(std::hash<std::string_view>()(FirstPart(key)) %
                               kSlots);
}

absl::StatusOr<std::optional<std::string>> WatchingReader::Get(
    std::string_view key) const {
  slots_.push_back(Stamps::SlotOf(key));
  return base_.Get(key);
}

absl::Status WatchingReader::Scan(std::string_view begin, std::string_view end,
                                  const Visitor& visit) const {
  Watch(begin, end);
  return base_.Scan(begin, end, visit);
}

absl::Status WatchingReader::ScanBackwards(std::string_view begin,
                                           std::string_view end,
                                           const Visitor& visit) const {
  Watch(begin, end);
  return base_.ScanBackwards(begin, end, visit);
}

void WatchingReader::Watch(std::string_view begin, std::string_view end) const {
  const std::string_view part = FirstPart(begin);
  // Every key between has this first part, if both ends have and it is closed.
  const bool bounded =
      part.size() < begin.size() && part.size() < end.size() &&
      end.substr(0, part.size()) == part &&
      (end[part.size()] == '\0' ||
       (end[part.size()] == '\1' && end.size() == part.size() + 1));
  if (bounded) {
    slots_.push_back(Stamps::SlotOf(begin));
  } else {
    boundless_ = true;
  }
}

std::vector<uint32_t> WatchingReader::Slots() const {
  std::vector<uint32_t> slots = slots_;
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

}  // namespace talentcard::store
