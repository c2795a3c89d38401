#include "tools/attack/frames.h"

#include "absl/strings/str_cat.h"

namespace talentcard::attack {
namespace {

enum Type : uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kWindow = 8
};
constexpr uint8_t kEndStream = 0x1;
constexpr uint8_t kAcknowledged = 0x1;
constexpr uint8_t kEndHeaders = 0x4;
constexpr char kCancel[] = {0, 0, 0, 8};

std::string Number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string Frame(Type type, uint8_t flags, uint32_t stream,
                  std::string_view payload) {
  std::string out = Number(static_cast<uint32_t>(payload.size())).substr(1);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  out += Number(stream);
  return out.append(payload);
}

std::string Text(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())).append(text);
}

}  // namespace

std::string Hello() {
  return absl::StrCat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                      Frame(kSettings, 0, 0, ""),
                      Frame(kSettings, kAcknowledged, 0, ""),
                      Frame(kWindow, 0, 0, Number(1U << 30)));
}

std::string CallHeaders(const std::string& path, const Headers& metadata) {
  Headers all = {{":method", "POST"},
                 {":scheme", "https"},
                 {":path", path},
                 {":authority", "localhost"},
                 {"content-type", "application/grpc"},
                 {"te", "trailers"}};
  all.insert(all.end(), metadata.begin(), metadata.end());
  std::string out;
  for (const auto& [name, value] : all)
    out += std::string(1, '\x10') + Text(name) + Text(value);
  return out;
}

std::string HeadersFrame(uint32_t stream, std::string_view block) {
  return Frame(kHeaders, kEndHeaders, stream, block);
}

std::string DataFrame(uint32_t stream, std::string_view data, bool last) {
  return Frame(kData, last ? kEndStream : 0, stream, data);
}

std::string ResetFrame(uint32_t stream) {
  return Frame(kReset, 0, stream, std::string_view(kCancel, sizeof(kCancel)));
}

std::string Message(std::string_view bytes) {
  return std::string(1, '\0') + Number(static_cast<uint32_t>(bytes.size())) +
         std::string(bytes);
}

}  // namespace talentcard::attack
