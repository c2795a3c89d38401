#include "services/cosigning/http_post.h"

#include <httplib.h>

#include "absl/strings/str_cat.h"

namespace talentcard::cosigning {

absl::StatusOr<ledger::WitnessReply> HttpPost(const std::string& url,
                                              const std::string& body) {
  constexpr time_t kSeconds = 2;
  httplib::Client client(url);
  if (!client.is_valid())
    return absl::UnavailableError(absl::StrCat("not an address: `", url, "`"));
  client.set_connection_timeout(kSeconds);
  client.set_read_timeout(kSeconds);
  client.set_write_timeout(kSeconds);
  const httplib::Result result =
      client.Post("/add-checkpoint", body, "text/plain; charset=utf-8");
  if (!result) {
    return absl::UnavailableError(absl::StrCat(
        "no answer from `", url, "`: ", httplib::to_string(result.error())));
  }
  return ledger::WitnessReply{
      result->status, result->get_header_value("Content-Type"), result->body};
}

}  // namespace talentcard::cosigning
