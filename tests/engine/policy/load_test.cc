#include "engine/policy/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "engine/policy/digest.h"
#include "engine/policy/environment.h"
#include "engine/policy/services.h"
#include "tests/engine/policy/bundle.h"

namespace talentcard::policy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::SizeIs;
using testing::UnorderedElementsAre;

CivilDate Day(int year, int month, int day) {
  return *CivilDate::FromYmd(year, month, day);
}

TEST(LoadTest, LoadsABundleWithoutMistakes) {
  const LoadResult result = Load(GoodBundle());
  ASSERT_THAT(MistakesOf(GoodBundle()), IsEmpty());
  const Policy& policy = *result.policy;
  EXPECT_EQ(policy.name.zh, "规则");
  EXPECT_EQ(policy.issuer, "海委发〔2022〕17号");
  EXPECT_EQ(policy.files, GoodBundle());
  EXPECT_EQ(policy.digest, Digest(GoodBundle()));
  EXPECT_THAT(policy.parameters,
              UnorderedElementsAre(Key("HOSPITALS"), Key("NIGHTS")));
  EXPECT_EQ(policy.catalogue.tiers.front().code, "TIER_A");
  EXPECT_EQ(policy.catalogue.criteria.front().sub_rank, 1);
  EXPECT_TRUE(policy.card.states.back().in_force);
  EXPECT_EQ(policy.reasons.at("CARD_EXPIRED").shown_as, "NOT_ON_LIST");
  EXPECT_FALSE(policy.calendar.IsWorkingDay(Day(2026, 1, 1)));
  EXPECT_TRUE(policy.calendar.IsWorkingDay(Day(2026, 1, 4)));
}

TEST(LoadTest, KeepsWhatAnEntitlementSays) {
  const LoadResult result = Load(GoodBundle());
  const EntitlementVersion& version =
      result.policy->entitlements.at("GREEN").versions.front().value;
  ASSERT_THAT(version.conditions, SizeIs(2));
  EXPECT_EQ(version.conditions[0].reason, "");
  EXPECT_EQ(version.conditions[0].reason_expression->source,
            "card.state_reason");
  EXPECT_EQ(version.conditions[0].consequence, Consequence::kDeny);
  EXPECT_EQ(version.conditions[1].reason, "NOT_ON_LIST");
  EXPECT_EQ(version.conditions[1].consequence, Consequence::kManual);
  ASSERT_THAT(version.limits, SizeIs(1));
  EXPECT_EQ(version.limits[0].count, Limit::Count::kOpen);
  EXPECT_THAT(version.limits[0].of, ElementsAre("GREEN"));
  EXPECT_EQ(version.limits[0].within_days->source, "365");
  EXPECT_EQ(version.grant.level->source, "'priority'");
  EXPECT_FALSE(version.grant.track.has_value());
}

TEST(LoadTest, KeepsForHowLongAReservationCountsIfItIsSaid) {
  const auto days = [](const Files& files) {
    return Load(files)
        .policy->entitlements.at("GREEN")
        .versions.front()
        .value.reserved_days;
  };
  EXPECT_FALSE(days(GoodBundle()).has_value());
  EXPECT_EQ(days(Edited({{"entitlements/green.yaml", "    grant: {",
                          "    reserved_days: param.NIGHTS\n    grant: {"}}))
                ->source,
            "param.NIGHTS");
}

TEST(LoadTest, KeepsWhatAMatterSays) {
  const LoadResult result = Load(GoodBundle());
  const MatterKind& kind = result.policy->matters.at("recognition");
  EXPECT_THAT(kind.fields.front().one_of, ElementsAre("criteria"));
  const MatterActionRule& approve = kind.states[1].actions.front();
  EXPECT_THAT(approve.not_same_person_as, ElementsAre("accept"));
  EXPECT_EQ(approve.effects.front().fields.at("criterion"), "criterion");
  EXPECT_TRUE(kind.states[0].due_within->working);
  EXPECT_TRUE(kind.states[2].closed);
}

TEST(LoadTest, GivesEveryoneWhatEverybodyMayDoUnlessNamed) {
  const LoadResult result = Load(Edited(
      {{"access.yaml", "    clerk: {relation: any, purpose_required: true}\n",
        "    everybody: {relation: any}\n"}}));
  ASSERT_NE(result.policy, nullptr);
  const auto& rules =
      result.policy->access.rules.at("HospitalService.VerifyGreenChannel");
  EXPECT_EQ(rules.at("clerk").relation, "any");
  EXPECT_EQ(rules.at("hospital").relation, "own");
}

TEST(LoadTest, GivesAnRpcThatIsForNobodyNoRule) {
  const LoadResult result = Load(GoodBundle());
  EXPECT_THAT(result.policy->access.rules,
              UnorderedElementsAre(Key("HospitalService.VerifyGreenChannel")));
}

TEST(LoadTest, TabulatesParametersByTheDaysTheyChange) {
  const LoadResult result = Load(GoodBundle());
  const auto at = [&](CivilDate day) {
    return *InForce(result.policy->parameter_values, day);
  };
  // HOSPITALS, NIGHTS.
  EXPECT_TRUE(at(Day(2022, 11, 15))[1].is_error());
  EXPECT_EQ(at(Day(2022, 11, 16))[1].as_int(), 7);
  EXPECT_EQ(at(Day(2022, 12, 31))[1].as_int(), 7);
  EXPECT_EQ(at(Day(2023, 1, 1))[1].as_int(), 8);
  EXPECT_EQ(at(Day(2023, 1, 1))[0].as_list().size(), 2u);
}

TEST(LoadTest, ReadsAByteOrderMarkAndWindowsLineEnds) {
  Files files = GoodBundle();
  for (auto& [path, content] : files) {
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : content) {
      if (c == '\n') windows += '\r';
      windows += c;
    }
    content = windows;
  }
  EXPECT_THAT(MistakesOf(files), IsEmpty());
}

TEST(LoadTest, FindsEveryService) {
  const auto methods = AllMethods();
  EXPECT_THAT(methods, Contains(Key("AuditService.VerifyLog")));
  EXPECT_THAT(methods, Contains(Key("SpousePlacementService.OfferPost")));
  int declared = 0;
  const auto protos = std::filesystem::path(TALENTCARD_SOURCE_DIR) /
                      "proto/chengzhou/talentcard/v1";
  for (const auto& proto : std::filesystem::directory_iterator(protos)) {
    std::ifstream in(proto.path());
    for (std::string line; std::getline(in, line);)
      declared += line.starts_with("  rpc ");
  }
  EXPECT_EQ(methods.size(), static_cast<size_t>(declared));
}

TEST(LoadTest, LoadsTheRulesOfHaicheng) {
  const std::filesystem::path root =
      std::filesystem::path(TALENTCARD_SOURCE_DIR) / "rules/haicheng";
  Files files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[std::filesystem::relative(entry.path(), root).generic_string()] =
        std::string(std::istreambuf_iterator<char>(in), {});
  }
  EXPECT_THAT(MistakesOf(files), IsEmpty());
}

TEST(DigestTest, IsThatOfTheCanonicalForm) {
  // Of 00…01 00…02 61 62 0a, computed elsewhere.
  EXPECT_EQ(Digest({{"a", "b\n"}}),
            "81f5188c721378bcc9fb48fae42269cc75a09c1c1d2f338921e4e26b5a2b537c");
}

TEST(DigestTest, IsTheSameForWindowsLineEnds) {
  EXPECT_EQ(Digest({{"a", "x\r\ny\r\n"}}), Digest({{"a", "x\ny\n"}}));
}

TEST(DigestTest, DiffersWhenAnythingElseDoes) {
  const Files files = {{"a", "bc"}, {"d", "e"}};
  const std::string digest = Digest(files);
  EXPECT_THAT(digest, SizeIs(64));
  for (const Files& other :
       std::vector<Files>{{{"ab", "c"}, {"d", "e"}},
                          {{"a", "b"}, {"d", "ce"}},
                          {{"a", "bcd"}, {"e", ""}},
                          {{"a", "bc"}, {"d", "e\r"}},
                          {{"a", "bc"}, {"d", "e"}, {"f", ""}},
                          {{"a", "bc"}},
                          {}}) {
    EXPECT_NE(Digest(other), digest);
  }
}

TEST(DigestTest, ChangesWithEveryByteOfABundle) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const Files good = GoodBundle();
  const std::string digest = Digest(good);
  for (int i = 0; i < 100; ++i) {
    Files files = good;
    auto file = std::next(files.begin(), random() % files.size());
    file->second[random() % file->second.size()] ^= 1 + random() % 8;
    EXPECT_NE(Digest(files), digest) << file->first;
  }
}

}  // namespace
}  // namespace talentcard::policy
