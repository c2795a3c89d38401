#include "tools/chengzhou/code_root.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/code/key_list.h"
#include "engine/status_macros.h"

namespace talentcard::client {
namespace {

absl::StatusOr<absl::Time> TimeIn(const Json& key, const char* field) {
  absl::Time time;
  std::string problem;
  if (!absl::ParseTime(absl::RFC3339_full, key.value(field, ""), &time,
                       &problem))
    return absl::InvalidArgumentError(
        absl::StrCat("a wanted key has no `", field, "`"));
  return time;
}

absl::StatusOr<code::TrustedKey> KeyIn(const Json& json) {
  code::TrustedKey key;
  const std::string use = json.value("use", "");
  if (use != "CODES" && use != "STATUS_LISTS")
    return absl::InvalidArgumentError("a wanted key has no `use`");
  key.use = use == "CODES" ? code::TrustedKey::Use::kCodes
                           : code::TrustedKey::Use::kLists;
  ASSIGN_OR_RETURN(key.key, code::ParsePublicKey(json.value("public_key", "")));
  ASSIGN_OR_RETURN(key.not_before, TimeIn(json, "not_before"));
  ASSIGN_OR_RETURN(key.not_after, TimeIn(json, "not_after"));
  return key;
}

absl::StatusOr<std::vector<code::TrustedKey>> KeysIn(const Json& answer,
                                                     const char* field) {
  std::vector<code::TrustedKey> keys;
  for (const Json& json : answer.is_object()
                              ? answer.value(field, Json::array())
                              : Json::array()) {
    ASSIGN_OR_RETURN(code::TrustedKey key, KeyIn(json));
    keys.push_back(std::move(key));
  }
  return keys;
}

// Cuts a key that is wanted; one only vouched for before stays on the list,
// cut.
absl::Status Cut(const std::vector<code::TrustedKey>& before,
                 const std::string& text, absl::Time time,
                 std::vector<code::TrustedKey>& keys) {
  const auto named = [&](const code::TrustedKey& key) {
    return code::ToText(key.key) == text;
  };
  auto found = std::find_if(keys.begin(), keys.end(), named);
  if (found == keys.end()) {
    const auto known = std::find_if(before.begin(), before.end(), named);
    if (known == before.end())
      return absl::InvalidArgumentError(absl::StrCat(
          "`", text, "` is none of the keys wanted or vouched for"));
    found = keys.insert(keys.end(), *known);
  }
  found->reject_issued_after = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Json> VouchFor(const Json& asked, const code::Signer& root,
                              absl::Time now, int days, const Cuts& cuts) {
  code::KeyList list;
  ASSIGN_OR_RETURN(list.keys, KeysIn(asked, "wanted"));
  if (list.keys.empty())
    return absl::InvalidArgumentError(
        "there are no wanted keys; give what `chengzhou card keys --json` "
        "printed");
  if (days < 1 || days > kMostKeyListDays)
    return absl::InvalidArgumentError(
        absl::StrCat("--days is from 1 to ", kMostKeyListDays));
  ASSIGN_OR_RETURN(const std::vector<code::TrustedKey> before,
                   KeysIn(asked, "vouched"));
  for (const auto& [text, time] : cuts)
    RETURN_IF_ERROR(Cut(before, text, time, list.keys));
  if (list.keys.size() > code::kMostKeys)
    return absl::InvalidArgumentError(
        absl::StrCat("a list holds ", code::kMostKeys,
                     " keys at most; ask for fewer months"));
  list.issued = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  list.expires = list.issued + days * absl::Hours(24);
  return Json{{"root", code::ToText(root.public_key())},
              {"key_list", absl::Base64Escape(code::SignKeyList(list, root))}};
}

absl::StatusOr<Json> ShowKeyList(const Json& vouched) {
  const Json& act = vouched.contains("act") ? vouched["act"] : vouched;
  ASSIGN_OR_RETURN(const code::PublicKey root,
                   code::ParsePublicKey(act.value("root", "")));
  std::string bytes;
  if (!absl::Base64Unescape(act.value("key_list", ""), &bytes))
    return absl::InvalidArgumentError("its `key_list` is not base64");
  ASSIGN_OR_RETURN(const code::KeyList list, code::OpenKeyList(bytes, root));
  const auto text = [](absl::Time time) {
    return absl::FormatTime(absl::RFC3339_sec, time,
                            absl::FixedTimeZone(8 * 60 * 60));
  };
  Json keys = Json::array();
  for (const code::TrustedKey& key : list.keys) {
    const bool codes = key.use == code::TrustedKey::Use::kCodes;
    Json shown = {{"use", codes ? "CODES" : "STATUS_LISTS"},
                  {"public_key", code::ToText(key.key)},
                  {"not_before", text(key.not_before)},
                  {"not_after", text(key.not_after)}};
    if (key.reject_issued_after)
      shown["reject_issued_after"] = text(*key.reject_issued_after);
    keys.push_back(std::move(shown));
  }
  return Json{{"root", code::ToText(root)},
              {"issued", text(list.issued)},
              {"expires", text(list.expires)},
              {"keys", std::move(keys)}};
}

}  // namespace talentcard::client
