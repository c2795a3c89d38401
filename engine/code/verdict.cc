#include "engine/code/verdict.h"

#include <algorithm>
#include <iterator>

namespace talentcard::code {
namespace {

using enum Finding;
using enum Colour;

// In the order of the enumeration.
constexpr FindingInfo kFindings[] = {
    {kNotOurs, kRed, Step::kPrefix, "NOT_A_CARD_CODE",
     "不是英才卡的码。请持卡人打开英才卡页面再出示。",
     "Not a talent card code. Ask the holder to open the card and show it."},
    {kNotBase45, kRed, Step::kBase45, "NOT_BASE45",
     "码的内容不完整或被改动。请擦净屏幕重扫；仍不行，请持卡人刷新。",
     "The code is incomplete or was altered. Scan again; if it fails again, "
     "ask the holder to refresh it."},
    {kTooLong, kRed, Step::kLength, "TOO_LONG",
     "码过长，不是本系统发出的。不予办理，按可疑情况登记。",
     "The code is too long to be ours. Do not accept it; report it."},
    {kMalformed, kRed, Step::kShape, "MALFORMED",
     "码的格式不对。请持卡人刷新后重扫；仍不行，按可疑情况登记。",
     "The code is malformed. Ask the holder to refresh it; if it fails again, "
     "report it."},
    {kWrongHeaders, kRed, Step::kHeaders, "WRONG_HEADERS",
     "码的签名说明不对，不是本系统发出的。不予办理，按可疑情况登记。",
     "The code's header is not ours. Do not accept it; report it."},
    {kUnknownKey, kRed, Step::kKey, "UNKNOWN_KEY",
     "签发密钥不在名单上。请更新本窗口的名单后重扫；仍不行，不予办理。",
     "The signing key is not on the list. Refresh this desk's lists and scan "
     "again; if it fails again, do not accept it."},
    {kKeyListStale, kAmber, Step::kKey, "KEY_LIST_STALE",
     "本窗口的密钥名单已过期。请联网更新后重扫，或联机核验。",
     "This desk's key list is out of date. Refresh it and scan again, or check "
     "online."},
    {kOutsideKeyWindow, kRed, Step::kKeyWindow, "OUTSIDE_KEY_WINDOW",
     "签发时密钥不在有效期内或已停用。不予办理，按可疑情况登记。",
     "The key was not in force when the code was issued. Do not accept it; "
     "report it."},
    {kForged, kRed, Step::kSignature, "FORGED",
     "签名不符，码是伪造的或被改动过。不予办理，按可疑情况登记。",
     "The signature does not match: forged or altered. Do not accept it; "
     "report it."},
    {kClockDoubtful, kAmber, Step::kTime, "CLOCK_DOUBTFUL",
     "本窗口的时钟可能不准。请校准时钟后重扫，或联机核验。",
     "This desk's clock may be wrong. Set it and scan again, or check online."},
    {kFromTheFuture, kRed, Step::kTime, "FROM_THE_FUTURE",
     "码的签发时间晚于现在。请核对本窗口时钟；时钟无误则不予办理。",
     "The code was issued later than now. Check this desk's clock; if it is "
     "right, do not accept the code."},
    {kExpired, kRed, Step::kTime, "EXPIRED",
     "码已过期。请持卡人刷新后重扫；截图无效。",
     "The code has expired. Ask the holder to refresh it; a screenshot does "
     "not do."},
    {kLivesTooLong, kRed, Step::kTime, "LIVES_TOO_LONG",
     "码的有效时长超出规定。不予办理，按可疑情况登记。",
     "The code is valid for longer than allowed. Do not accept it; report it."},
    {kChainBroken, kRed, Step::kChain, "CHAIN_BROKEN",
     "离线码的动态部分不符。不予办理，按可疑情况登记。",
     "The moving part of the offline code is wrong. Do not accept it; report "
     "it."},
    {kChainNotNow, kRed, Step::kChain, "CHAIN_NOT_NOW",
     "离线码不是此刻的码，可能是截图。请持卡人当面打开再扫。",
     "The offline code is not of this minute; it may be a screenshot. Ask the "
     "holder to open it before you."},
    {kStatusListMissing, kAmber, Step::kStatus, "STATUS_LIST_MISSING",
     "本窗口没有所需的状态名单。请联网更新后重扫，或联机核验。",
     "This desk has not the status list it needs. Refresh the lists and scan "
     "again, or check online."},
    {kStatusListStale, kAmber, Step::kStatus, "STATUS_LIST_STALE",
     "本窗口的状态名单已过期。请联网更新后重扫，或联机核验。",
     "This desk's status list is out of date. Refresh it and scan again, or "
     "check online."},
    {kNotOnTheList, kRed, Step::kStatus, "NOT_ON_THE_LIST",
     "卡不在状态名单范围内。不予办理，按可疑情况登记。",
     "The card lies outside the status list. Do not accept it; report it."},
    {kRevoked, kRed, Step::kStatus, "CARD_REVOKED",
     "卡已注销、撤销或换发，不能使用。请持卡人到发卡窗口咨询。",
     "The card was cancelled, revoked or replaced. Send the holder to the "
     "issuing desk."},
    {kSuspended, kRed, Step::kStatus, "CARD_SUSPENDED",
     "卡已暂停或挂失，暂不能使用。请持卡人到发卡窗口咨询。",
     "The card is suspended or reported lost. Send the holder to the issuing "
     "desk."},
    {kBenefitsPaused, kRed, Step::kStatus, "BENEFITS_PAUSED",
     "卡有效，但权益暂停。请持卡人到发卡窗口咨询。",
     "The card is valid but its benefits are paused. Send the holder to the "
     "issuing desk."},
    {kShownBefore, kRed, Step::kReplay, "SHOWN_BEFORE",
     "同一个码刚才已扫过。请持卡人刷新后重扫；另有他人出示过，按可疑情况登记。",
     "This very code was scanned before. Ask the holder to refresh it; if "
     "somebody else showed it, report it."},
    {kReplayMemoryFull, kAmber, Step::kReplay, "TOO_MANY_SCANS",
     "本窗口短时间内扫码过多，无法判断是否重复。请联机核验。",
     "Too many scans at this desk to tell a repeated one. Check online."},
    {kGood, kGreen, Step::kShown, "GOOD",
     "有效。请核对姓氏、证件后四位与身份证一致。",
     "Good. Compare the name and the last four characters with the identity "
     "card."},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < std::size(kFindings); ++i) {
    if (kFindings[i].finding != static_cast<Finding>(i)) return false;
  }
  return std::size(kFindings) == static_cast<size_t>(kGood) + 1;
}
static_assert(InOrder());

}  // namespace

const FindingInfo& InfoOf(Finding finding) {
  return kFindings[static_cast<size_t>(finding)];
}

}  // namespace talentcard::code
