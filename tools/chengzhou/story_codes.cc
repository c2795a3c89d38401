#include "tools/chengzhou/story_codes.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/signing/signer.h"
#include "services/store/master_key.h"
#include "tools/chengzhou/code_root.h"
#include "tools/chengzhou/desk.h"
#include "tools/chengzhou/story_cast.h"

namespace talentcard::client {
namespace {

// A rehearsal's, in a file; outside of one it is on a medium without network.
absl::StatusOr<std::unique_ptr<code::Signer>> RootIn(
    const std::string& path, code::Algorithm algorithm) {
  store::SystemRandom random;
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   store::LoadOrCreateMasterKey(path, random));
  return signing::MakeSigner(algorithm, key);
}

code::Algorithm AlgorithmOf(const Json& keys) {
  const auto first = code::ParsePublicKey(
      keys.value("wanted", Json::array({Json::object()}))[0].value("public_key",
                                                                   ""));
  return first.ok() ? first->algorithm : code::Algorithm::kEdDsa;
}

Json FirstOf(const Json& answer, const char* list) {
  return answer.value(list, Json::array({Json::object()})).at(0);
}

// Told again: what was published.
Json ListOf(const Json& keys) {
  return {{"root", keys.value("root", "")},
          {"key_list", keys.value("key_list", "")}};
}

}  // namespace

absl::StatusOr<Json> StoryCodes::Sign(const Json& keys) {
  ASSIGN_OR_RETURN(
      const Json clock,
      client_.Call(kSystem, "RehearsalService/GetClock", Json::object()));
  ASSIGN_OR_RETURN(const auto root,
                   RootIn(files_.code_root, AlgorithmOf(keys)));
  absl::Time now;
  std::string problem;
  if (!absl::ParseTime(absl::RFC3339_full, clock.value("time", ""), &now,
                       &problem))
    return absl::InternalError("the clock shows no time");
  return VouchFor(keys, *root, now, kKeyListDays, {});
}

void StoryCodes::VouchForKeys() {
  const Json keys =
      t_.Do(kKeeper,
            {"看卡码的签名密钥，准备交根密钥认可",
             "looks at the keys of codes, for the root to vouch for"},
            "CardService/GetCodeKeys", Json::object());
  absl::StatusOr<Json> list = t_.retelling() ? ListOf(keys) : Sign(keys);
  t_.Expect(list.ok(), std::string(list.status().message()));
  if (!list.ok()) return;
  (*list)["request_id"] = "story-code-keys";
  t_.Say({"根密钥在离线机器上签发密钥名单：",
          "the root, without network, signs the list of keys: "},
         (*list)["root"].get<std::string>().substr(0, 14) + "…");
  t_.Approved(kKeeper, kSecondKeeper,
              {"提请发布密钥名单", "proposes to publish the list"},
              "CardService/PublishCodeKeys", *list, "每月轮换");
  t_.Do(kKeeper,
        {"发布：窗口从此只认名单上的密钥",
         "publishes it: desks believe these keys only"},
        "CardService/PublishCodeKeys", *list);
}

std::string StoryCodes::Show(const std::string& card) {
  const Json answer =
      t_.Do(kClerk, {"持卡人出示卡码", "the holder shows the card's code"},
            "CardService/IssueCardCode", {{"name", card}});
  const std::string code = answer.value("text", "");
  Scan({"医院离线扫码", "a hospital desk scans it without network"}, code,
       code::Finding::kGood);
  Report(card, code, answer.value("issue_time", ""));
  return code;
}

void StoryCodes::Report(const std::string& card, const std::string& code,
                        const std::string& time) {
  const Json scans = {{"scans", {{{"code", code}, {"scan_time", time}}}}};
  const Json first = t_.Do(kHospital,
                           {"联网后，医院上报离线收过的码",
                            "with network again, the desk tells which codes it "
                            "took"},
                           "CardService/ReportScans", scans);
  t_.Expect(FirstOf(first, "findings"), "outcome", "RECORDED");
  const Json second =
      t_.Do(kOtherHospital,
            {"另一家医院也上报了同一个码：其中一个是复制的",
             "another hospital tells of the same code: one was a copy"},
            "CardService/ReportScans", scans);
  t_.Expect(FirstOf(second, "findings"), "outcome", "TAKEN_ELSEWHERE");
  const Json copies =
      t_.Do(kOffice,
            {"人才办看到是哪两个窗口、哪张卡",
             "the talent office sees which two desks and whose card"},
            "CardService/ListDoubleUses", Json::object());
  t_.Expect(FirstOf(copies, "uses"), "card", card);
}

void StoryCodes::Scan(Line what, const std::string& text,
                      code::Finding expected) {
  const Json lists =
      t_.Do(kHospital, what, "CardService/GetCodeLists", Json::object());
  const absl::StatusOr<code::Finding> found =
      JudgeWith(ListsFromJson(lists), text);
  t_.Expect(found.ok(), "the lists should open");
  if (!found.ok()) return;
  const code::FindingInfo& info = code::InfoOf(*found);
  t_.Say({info.zh.data(), info.en.data()},
         absl::StrCat("  [", info.code.data(), "]"));
  t_.Expect(t_.retelling() || *found == expected, "another verdict");
}

}  // namespace talentcard::client
