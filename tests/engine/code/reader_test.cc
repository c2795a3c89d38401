#include "engine/code/reader.h"

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/code/base45.h"
#include "engine/code/sign1.h"
#include "gtest/gtest.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::code {
namespace {

constexpr absl::Duration kSecond = absl::Seconds(1);

TEST(ReaderTest, AGoodCodeSaysWhatTheIssuerSaid) {
  for (const Algorithm algorithm : {Algorithm::kEdDsa, Algorithm::kSm2Sm3}) {
    const World world(algorithm);
    const Verdict online = Judge(world.Online(), world.DeskAt(kNow), nullptr);
    EXPECT_EQ(online.finding, Finding::kGood);
    EXPECT_EQ(online.colour(), Colour::kGreen);
    EXPECT_EQ(online.claims, SomeClaims());
    const Verdict offline =
        Judge(world.Offline(10), world.DeskAt(kNow), nullptr);
    EXPECT_EQ(offline.finding, Finding::kGood);
    EXPECT_EQ(offline.claims, OfflineClaims());
    EXPECT_EQ(offline.slot, 10);
  }
}

TEST(ReaderTest, SizesAreThoseOfTheDesign) {
  const World world;
  Claims claims = SomeClaims(), offline = OfflineClaims();
  claims.status_index = offline.status_index = 20'001;
  EXPECT_EQ(SignCode(claims, *world.codes).size(), 179u);
  EXPECT_EQ(world.Online(claims).size(), 273u);
  EXPECT_EQ(world.Offline(10, offline).size(), 351u);
}

// A world and a code changed in one way, and what is found.
struct CodeCase {
  const char* name;
  std::function<std::string(World&)> code;
  Finding finding;
  absl::Duration later = absl::ZeroDuration();
};

class CodeCaseTest : public testing::TestWithParam<CodeCase> {};

TEST_P(CodeCaseTest, IsJudged) {
  const CodeCase& c = GetParam();
  for (const Algorithm algorithm : {Algorithm::kEdDsa, Algorithm::kSm2Sm3}) {
    World world(algorithm);
    const std::string text = c.code(world);
    const Verdict verdict = Judge(text, world.DeskAt(kNow + c.later), nullptr);
    EXPECT_EQ(InfoOf(verdict.finding).code, InfoOf(c.finding).code);
    EXPECT_EQ(verdict.claims.has_value(),
              verdict.step() > Step::kSignature ||
                  c.finding == Finding::kKeyListStale);
  }
}

std::string Name(const testing::TestParamInfo<CodeCase>& info) {
  return info.param.name;
}

// A code that lives so long from `kNow - 10 s` on.
CodeCase Living(const char* name, absl::Duration life, Finding finding) {
  return {name,
          [life](World& world) {
            Claims claims = SomeClaims();
            claims.expires = claims.issued + life;
            return world.Online(claims);
          },
          finding};
}

// A code of these bytes, in Base45.
CodeCase OfBytes(const char* name,
                 std::function<std::string(World&, std::string)> change,
                 Finding finding) {
  return {
      name,
      [change](World& world) {
        return OnlineCode(change(world, SignCode(SomeClaims(), *world.codes)));
      },
      finding};
}

INSTANTIATE_TEST_SUITE_P(
    PrefixAndText, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        {"Nothing", [](World&) { return ""; }, Finding::kNotOurs},
        {"APrefixCutShort", [](World&) { return "CZ1"; }, Finding::kNotOurs},
        {"AnotherPrefix",
         [](World& w) { return "HC1:" + w.Online().substr(4); },
         Finding::kNotOurs},
        {"TheNextPrefix",
         [](World& w) { return "CZ3:" + w.Online().substr(4); },
         Finding::kNotOurs},
        {"APrefixInLowerCase",
         [](World& w) { return "cz1:" + w.Online().substr(4); },
         Finding::kNotOurs},
        {"ASpaceBefore", [](World& w) { return " " + w.Online(); },
         Finding::kNotOurs},
        {"ALineFeedAfter", [](World& w) { return w.Online() + "\n"; },
         Finding::kGood},
        {"CarriageReturnAndLineFeedAfter",
         [](World& w) { return w.Online() + "\r\n"; }, Finding::kGood},
        {"ASpaceAfter", [](World& w) { return w.Online() + " "; },
         Finding::kNotBase45},
        {"ALineFeedInside",
         [](World& w) {
           std::string code = w.Online();
           code.insert(100, 1, '\n');
           return code;
         },
         Finding::kNotBase45},
        {"AnInsultAfter", [](World& w) { return w.Online() + " you fool"; },
         Finding::kNotBase45},
        {"NothingAfterThePrefix", [](World&) { return "CZ1:"; },
         Finding::kMalformed},
        {"FiveHundredTwelveBytes",
         [](World&) { return OnlineCode(std::string(512, 'x')); },
         Finding::kMalformed},
        {"FiveHundredThirteenBytes",
         [](World&) { return OnlineCode(std::string(513, 'x')); },
         Finding::kTooLong},
        {"AMegabyte",
         [](World&) { return OnlineCode(std::string(1 << 20, 'x')); },
         Finding::kTooLong},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    ShapeAndHeaders, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        OfBytes(
            "AByteAfter", [](World&, std::string b) { return b + '\0'; },
            Finding::kMalformed),
        OfBytes(
            "NoTag", [](World&, std::string b) { return b.substr(1); },
            Finding::kMalformed),
        OfBytes(
            "OtherClaims",
            [](World& w, std::string) {
              return WriteSign1(*w.codes, kOnlinePrefix, CborMap({}));
            },
            Finding::kMalformed),
        OfBytes(
            "OneClaimMore",
            [](World& w, std::string) {
              std::string claims = WriteClaims(SomeClaims());
              claims[0] = '\xA6';
              return WriteSign1(*w.codes, kOnlinePrefix,
                                claims + CborInteger(-70099) + CborInteger(1));
            },
            Finding::kMalformed),
        OfBytes(
            "AStatusListForACode",
            [](World& w, std::string) {
              return SignStatusList(w.lists[0], *w.codes);
            },
            Finding::kMalformed),
        OfBytes(
            "AnUnprotectedHeader",
            [](World&, std::string b) {
              // After the tag, the array and the protected header.
              const size_t at = 3 + (static_cast<uint8_t>(b[2]) & 31);
              return b.substr(0, at) + "\xA1\x01\x27" + b.substr(at + 1);
            },
            Finding::kWrongHeaders),
        OfBytes(
            "AHeaderWithoutKeyId",
            [](World& w, std::string) {
              const std::string payload = WriteClaims(SomeClaims());
              const std::string header =
                  CborMap({{CborInteger(1), CborInteger(-8)}});
              return CborTag(
                  kSign1Tag,
                  CborArray({CborBytes(header), CborMap({}), CborBytes(payload),
                             CborBytes(w.codes->Sign(ToBeSigned(
                                 header, kOnlinePrefix, payload)))}));
            },
            Finding::kWrongHeaders),
        {"AnOfflineCodeWithoutItsStep",
         [](World& w) {
           return absl::StrCat(
               "CZ2:", EncodeBase45(SignCode(OfflineClaims(), *w.codes)));
         },
         Finding::kMalformed},
        {"AnOfflineCodeStrippedToPassAsOnline",
         [](World& w) {
           return OnlineCode(SignCode(OfflineClaims(), *w.codes));
         },
         Finding::kMalformed},
        {"AnOnlineCodeWithAStepOfItsOwn",
         [](World& w) {
           return OfflineCode(SignCode(SomeClaims(), *w.codes),
                              *HolderChain({}, kSeed).StepOf(0));
         },
         Finding::kMalformed},
        {"SignedForTheOtherPrefix",
         [](World& w) {
           return OnlineCode(
               WriteSign1(*w.codes, kOfflinePrefix, WriteClaims(SomeClaims())));
         },
         Finding::kForged},
    }),
    Name);

// The window of the key for codes, and the moment of issue against it.
CodeCase Window(const char* name, std::function<void(TrustedKey&)> change,
                Finding finding) {
  return {name,
          [change](World& world) {
            change(world.keys.keys[0]);
            return world.Online();
          },
          finding};
}

const absl::Time kIssued = SomeClaims().issued;

INSTANTIATE_TEST_SUITE_P(
    KeysAndSignature, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        {"AKeyNotOnTheList",
         [](World& w) {
           w.keys.keys.erase(w.keys.keys.begin());
           return w.Online();
         },
         Finding::kUnknownKey},
        {"AKeyForListsOnly",
         [](World& w) {
           return OnlineCode(SignCode(SomeClaims(), *w.statuses));
         },
         Finding::kUnknownKey},
        {"TheOtherAlgorithmUnderTheSameKeyId",
         [](World& w) {
           std::string bytes = SignCode(SomeClaims(), *w.codes);
           const bool edwards =
               w.codes->public_key().algorithm == Algorithm::kEdDsa;
           const std::string mine = CborInteger(edwards ? -8 : -65537);
           const std::string other = CborInteger(-7);
           std::string header = "\xA2\x01" + mine;
           const size_t at = bytes.find(header);
           bytes.replace(at, header.size(), "\xA2\x01" + other);
           bytes[at - 1] = static_cast<char>(0x40 + (bytes[at - 1] & 31) +
                                             other.size() - mine.size());
           return OnlineCode(bytes);
         },
         Finding::kUnknownKey},
        {"AKeyListAtItsEnd",
         [](World& w) {
           w.keys.expires = kNow;
           return w.Online();
         },
         Finding::kGood},
        {"AKeyListPastItsEnd",
         [](World& w) {
           w.keys.expires = kNow - kSecond;
           return w.Online();
         },
         Finding::kKeyListStale},
        {"ARevokedCardIsWorseThanAStaleKeyList",
         [](World& w) {
           w.keys.expires = kNow - kSecond;
           w.lists[0].statuses.Set(SomeClaims().status_index, 1);
           return w.Online();
         },
         Finding::kRevoked},
        Window(
            "IssuedAsTheWindowOpens",
            [](TrustedKey& k) { k.not_before = kIssued; }, Finding::kGood),
        Window(
            "IssuedBeforeTheWindowOpens",
            [](TrustedKey& k) { k.not_before = kIssued + kSecond; },
            Finding::kOutsideKeyWindow),
        Window(
            "IssuedBeforeTheWindowCloses",
            [](TrustedKey& k) { k.not_after = kIssued + kSecond; },
            Finding::kGood),
        Window(
            "IssuedAsTheWindowCloses",
            [](TrustedKey& k) { k.not_after = kIssued; },
            Finding::kOutsideKeyWindow),
        Window(
            "IssuedAtTheCut",
            [](TrustedKey& k) { k.reject_issued_after = kIssued; },
            Finding::kGood),
        Window(
            "IssuedAfterTheCut",
            [](TrustedKey& k) { k.reject_issued_after = kIssued - kSecond; },
            Finding::kOutsideKeyWindow),
        {"AnotherKeysSignature",
         [](World& w) {
           std::string bytes = SignCode(SomeClaims(), *w.codes);
           const auto envelope = ReadEnvelope(bytes);
           const std::string other = w.statuses->Sign(ToBeSigned(
               envelope->protected_header, kOnlinePrefix, envelope->payload));
           return OnlineCode(bytes.substr(0, bytes.size() - 64) + other);
         },
         Finding::kForged},
        {"ASignatureOfSixtyThreeBytes",
         [](World& w) {
           std::string bytes = SignCode(SomeClaims(), *w.codes);
           bytes.pop_back();
           bytes[bytes.size() - 64] = 63;
           return OnlineCode(bytes);
         },
         Finding::kForged},
        {"ASignatureOfZeros",
         [](World& w) {
           const std::string bytes = SignCode(SomeClaims(), *w.codes);
           return OnlineCode(bytes.substr(0, bytes.size() - 64) +
                             std::string(64, '\0'));
         },
         Finding::kForged},
    }),
    Name);

CodeCase Shown(const char* name, absl::Duration after_issue, Finding finding) {
  return {name, [](World& w) { return w.Online(); }, finding,
          after_issue - absl::Seconds(10)};
}

INSTANTIATE_TEST_SUITE_P(
    Time, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        Shown("AMinuteBeforeItsIssue", -absl::Seconds(60), Finding::kGood),
        Shown("MoreThanAMinuteBeforeItsIssue", -absl::Seconds(61),
              Finding::kFromTheFuture),
        Shown("AtItsEnd", absl::Seconds(120), Finding::kGood),
        Shown("JustWithinTheSkewAfterItsEnd", absl::Seconds(179),
              Finding::kGood),
        Shown("AMinuteAfterItsEnd", absl::Seconds(180), Finding::kExpired),
        Shown("TheNextDay", absl::Hours(24), Finding::kExpired),
        Living("LivesFiveMinutes", absl::Seconds(300), Finding::kGood),
        Living("LivesASecondMore", absl::Seconds(301), Finding::kLivesTooLong),
        {"AnOfflineCodeOfADay", [](World& w) { return w.Offline(10); },
         Finding::kGood},
        {"AnOfflineCodeOfADayAndASecond",
         [](World& w) {
           Claims claims = OfflineClaims();
           claims.expires += kSecond;
           return w.Offline(10, claims);
         },
         Finding::kLivesTooLong},
        {"AKeyListOfTheNearFuture",
         [](World& w) {
           w.keys.issued = kNow + absl::Seconds(60);
           return w.Online();
         },
         Finding::kGood},
        {"AKeyListOfTheFuture",
         [](World& w) {
           w.keys.issued = kNow + absl::Seconds(61);
           return w.Online();
         },
         Finding::kClockDoubtful},
        {"AStatusListOfTheFuture",
         [](World& w) {
           w.lists[0].issued = kNow + absl::Seconds(61);
           return w.Online();
         },
         Finding::kClockDoubtful},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Chain, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        {"TheSlotBefore", [](World& w) { return w.Offline(9); },
         Finding::kGood},
        {"TheSlotAfter", [](World& w) { return w.Offline(11); },
         Finding::kGood},
        {"TwoSlotsBefore", [](World& w) { return w.Offline(8); },
         Finding::kChainNotNow},
        {"TwoSlotsAfter", [](World& w) { return w.Offline(12); },
         Finding::kChainNotNow},
        {"TheLastSlotAtItsTime",
         [](World& w) {
           w.lists[0].expires += absl::Hours(24);
           return w.Offline(1439);
         },
         Finding::kGood, absl::Minutes(1429)},
        {"AnotherSeed",
         [](World& w) {
           const Claims claims = OfflineClaims();
           return OfflineCode(SignCode(claims, *w.codes),
                              *HolderChain(claims.id, {1}).StepOf(10));
         },
         Finding::kChainBroken},
        {"AnOldValueUnderANewNumber",
         [](World& w) {
           const Claims claims = OfflineClaims();
           ChainStep step = *HolderChain(claims.id, kSeed).StepOf(9);
           ++step.number;
           return OfflineCode(SignCode(claims, *w.codes), step);
         },
         Finding::kChainBroken},
    }),
    Name);

CodeCase Status(const char* name, std::function<void(StatusList&)> change,
                Finding finding) {
  return {name,
          [change](World& world) {
            change(world.lists[0]);
            return world.Online();
          },
          finding};
}

CodeCase Indexed(const char* name, uint32_t index, Finding finding) {
  return {name,
          [index](World& world) {
            Claims claims = SomeClaims();
            claims.status_index = index;
            return world.Online(claims);
          },
          finding};
}

constexpr uint32_t kIndex = 200'001;

INSTANTIATE_TEST_SUITE_P(
    Status, CodeCaseTest,
    testing::ValuesIn<CodeCase>({
        Status(
            "Revoked", [](StatusList& l) { l.statuses.Set(kIndex, 1); },
            Finding::kRevoked),
        Status(
            "Suspended", [](StatusList& l) { l.statuses.Set(kIndex, 2); },
            Finding::kSuspended),
        Status(
            "Paused", [](StatusList& l) { l.statuses.Set(kIndex, 3); },
            Finding::kBenefitsPaused),
        Status(
            "ANeighbourRevoked",
            [](StatusList& l) {
              l.statuses.Set(kIndex - 1, 1);
              l.statuses.Set(kIndex + 1, 1);
            },
            Finding::kGood),
        Status(
            "AListAtItsEnd", [](StatusList& l) { l.expires = kNow; },
            Finding::kGood),
        Status(
            "AListPastItsEnd",
            [](StatusList& l) { l.expires = kNow - kSecond; },
            Finding::kStatusListStale),
        Status(
            "RevokedOnAListPastItsEnd",
            [](StatusList& l) {
              l.expires = kNow - kSecond;
              l.statuses.Set(kIndex, 1);
            },
            Finding::kRevoked),
        Status(
            "AnotherListOnly", [](StatusList& l) { l.uri = "cz:s/4"; },
            Finding::kStatusListMissing),
        Indexed("TheLastEntry", kStatusEntries - 1, Finding::kGood),
        Indexed("OneMore", kStatusEntries, Finding::kNotOnTheList),
    }),
    Name);

TEST(ReaderTest, ADeskThatDoubtsItsClockAsksOnlineAndStillFindsRevocation) {
  World world;
  Desk desk = world.DeskAt(kNow - absl::Hours(30));
  desk.clock_doubtful = true;
  EXPECT_EQ(Judge(world.Online(), desk, nullptr).finding,
            Finding::kClockDoubtful);
  EXPECT_EQ(Judge(world.Offline(10), desk, nullptr).finding,
            Finding::kClockDoubtful);
  world.lists[0].statuses.Set(SomeClaims().status_index, 1);
  EXPECT_EQ(Judge(world.Online(), desk, nullptr).finding, Finding::kRevoked);
}

TEST(ReaderTest, ACodeIsTakenOnceAndASlotOfAnOfflineCodeOnce) {
  const World world;
  ReplayMemory memory;
  const auto judge = [&](const std::string& text) {
    return Judge(text, world.DeskAt(kNow), &memory).finding;
  };
  const std::string code = world.Online();
  EXPECT_EQ(judge(code), Finding::kGood);
  EXPECT_EQ(judge(code), Finding::kShownBefore);
  EXPECT_EQ(judge(world.Offline(9)), Finding::kGood);
  EXPECT_EQ(judge(world.Offline(10)), Finding::kGood);
  EXPECT_EQ(judge(world.Offline(10)), Finding::kShownBefore);
  EXPECT_EQ(judge(world.Offline(9)), Finding::kShownBefore)
      << "the step of slot 10 gives away that of slot 9";
  EXPECT_EQ(judge(world.Offline(11)), Finding::kGood);
}

TEST(ReaderTest, ACodeToAskAboutOnlineIsNotTakenYet) {
  World world;
  ReplayMemory memory;
  Desk desk = world.DeskAt(kNow);
  desk.clock_doubtful = true;
  EXPECT_EQ(Judge(world.Online(), desk, &memory).finding,
            Finding::kClockDoubtful);
  desk.clock_doubtful = false;
  EXPECT_EQ(Judge(world.Online(), desk, &memory).finding, Finding::kGood);
}

TEST(ReaderTest, ARefusedCodeIsNotRemembered) {
  World world;
  ReplayMemory memory;
  world.lists[0].statuses.Set(SomeClaims().status_index, 2);
  EXPECT_EQ(Judge(world.Online(), world.DeskAt(kNow), &memory).finding,
            Finding::kSuspended);
  EXPECT_EQ(memory.size(), 0u);
}

TEST(ReplayMemoryTest, ForgetsOnlyWhatCanNoLongerBeShown) {
  ReplayMemory memory;
  const auto id = [](size_t i) {
    return CodeId{static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
  };
  const absl::Time until = kNow + absl::Seconds(60);
  for (size_t i = 0; i < ReplayMemory::kMostCodes; ++i)
    ASSERT_EQ(memory.Take(id(i), 0, until, kNow), ReplayMemory::Answer::kNew);
  EXPECT_EQ(memory.Take(id(9999), 0, until, kNow), ReplayMemory::Answer::kFull);
  EXPECT_EQ(memory.Take(id(7), 0, until, until),
            ReplayMemory::Answer::kShownBefore);
  EXPECT_EQ(memory.Take(id(9999), 0, until, until),
            ReplayMemory::Answer::kFull);
  EXPECT_EQ(memory.Take(id(9999), 0, until + kSecond, until + kSecond),
            ReplayMemory::Answer::kNew);
  EXPECT_EQ(memory.size(), 1u);
}

TEST(VerdictTest, EveryFindingHasACodeAndTwoTexts) {
  for (int i = 0; i <= static_cast<int>(Finding::kGood); ++i) {
    const FindingInfo& info = InfoOf(static_cast<Finding>(i));
    EXPECT_FALSE(info.code.empty() || info.zh.empty() || info.en.empty());
    EXPECT_EQ(info.colour == Colour::kGreen, info.finding == Finding::kGood);
  }
}

}  // namespace
}  // namespace talentcard::code
