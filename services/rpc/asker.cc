#include "services/rpc/asker.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "services/rpc/errors.h"

namespace talentcard::rpc {
namespace {

std::string Metadata(const grpc::CallbackServerContext& context,
                     const char* key) {
  const auto it = context.client_metadata().find(key);
  return it == context.client_metadata().end()
             ? ""
             : std::string(it->second.data(), it->second.size());
}

// Metadata ends up in the log and in index rows: plain names only.
bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= 100 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '/' || c == '-' || c == '_' ||
                  c == '.';
         });
}

std::string PercentDecoded(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size() && out.size() < 500; ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (escape) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<Asker> ReadAsker(const grpc::CallbackServerContext& context) {
  Asker asker;
  asker.actor.kind = Metadata(context, "asker-kind");
  asker.actor.institution = Metadata(context, "asker-institution");
  asker.actor.staff = Metadata(context, "asker-staff");
  asker.actor.person = Metadata(context, "asker-person");
  asker.purpose = PercentDecoded(Metadata(context, "asker-purpose"));
  if (!IsName(asker.actor.kind) || !IsName(asker.actor.institution) ||
      !IsName(asker.actor.staff)) {
    return Error(absl::StatusCode::kUnauthenticated, v1::ASKER_UNKNOWN,
                 "say who asks: asker-kind, asker-institution and asker-staff");
  }
  return asker;
}

}  // namespace talentcard::rpc
