#ifndef TALENTCARD_TOOLS_ATTACK_FRAMES_H_
#define TALENTCARD_TOOLS_ATTACK_FRAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The HTTP/2 frames that attacks are made of (RFC 9113), as bytes.
namespace talentcard::attack {

using Headers = std::vector<std::pair<std::string, std::string>>;

// What a client says first: the preface, empty settings, the other end's
// acknowledged, and a window that is never used up.
std::string Hello();
// Of a gRPC call, literal and never indexed (RFC 7541, 6.2.2). At most 126
// bytes a name or value.
std::string CallHeaders(const std::string& path, const Headers& metadata);
std::string HeadersFrame(uint32_t stream, std::string_view block);
std::string DataFrame(uint32_t stream, std::string_view data, bool last);
std::string ResetFrame(uint32_t stream);
// A message as gRPC sends it: uncompressed, with its length.
std::string Message(std::string_view bytes);

}  // namespace talentcard::attack

#endif  // TALENTCARD_TOOLS_ATTACK_FRAMES_H_
