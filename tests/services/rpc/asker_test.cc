#include "services/rpc/asker.h"

#include <vector>

#include "gtest/gtest.h"
#include "services/edge/certificate.h"

namespace talentcard::rpc {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<Asker> Read(const Pairs& pairs, Door door) {
  Metadata metadata;
  for (const auto& [key, value] : pairs) metadata.emplace(key, value);
  return ReadAsker(metadata, door);
}

const Pairs kOnLoopback = {{"asker-kind", "clerk"},
                           {"asker-institution", "stations/haizhou"},
                           {"asker-staff", "staff/wang"},
                           {"asker-purpose", "%E7%AA%97%E5%8F%A3"}};
const std::pair<std::string, std::string> kCertificate = {
    edge::kCertificateHeader,
    "SUCCESS 1A CN=staff/li,OU=hospital,O=hospitals/central"};

Pairs With(Pairs pairs, const std::pair<std::string, std::string>& more) {
  pairs.push_back(more);
  return pairs;
}

TEST(Asker, OnLoopbackIsWhoTheMetadataName) {
  const auto asker = Read(kOnLoopback, Door::kLoopback);
  ASSERT_TRUE(asker.ok()) << asker.status();
  EXPECT_EQ(asker->actor.ToString(), "clerk:staff/wang@stations/haizhou");
  EXPECT_EQ(asker->purpose, "窗口");
  EXPECT_EQ(asker->certificate, "");
}

TEST(Asker, BehindTheEdgeIsWhoTheCertificateNames) {
  const auto asker =
      Read({kCertificate, {"asker-purpose", "visit"}}, Door::kEdge);
  ASSERT_TRUE(asker.ok()) << asker.status();
  EXPECT_EQ(asker->actor.ToString(), "hospital:staff/li@hospitals/central");
  EXPECT_EQ(asker->purpose, "visit");
  EXPECT_EQ(asker->certificate, "1A");
}

// What is in the log has to be readable there.
TEST(Asker, APurposeIsTextOfBoundedLengthOrTheCallIsRefused) {
  std::string longest, too_long;
  for (int i = 0; i < 166; ++i) longest += "%E6%A0%B8";
  for (int i = 0; i < 167; ++i) too_long += "%E6%A0%B8";
  struct Purpose {
    const char* what;
    std::string text;
    bool taken;
  };
  const Purpose purposes[] = {
      {"none", "", true},
      {"Chinese", "%E7%AA%97%E5%8F%A3", true},
      {"as long as may be", longest, true},
      {"one character longer", too_long, false},
      {"no UTF-8", "%FF", false},
      {"half a character", "%E6%A0", false},
      {"a control character", "a%00b", false},
      {"a line's end", "a%0Ab", false},
  };
  for (const Purpose& purpose : purposes) {
    Pairs pairs = kOnLoopback;
    pairs.back().second = purpose.text;
    const auto asker = Read(pairs, Door::kLoopback);
    EXPECT_EQ(asker.ok(), purpose.taken) << purpose.what;
    EXPECT_TRUE(purpose.taken || absl::IsInvalidArgument(asker.status()))
        << purpose.what;
  }
}

struct Case {
  const char* name;
  Door door;
  Pairs metadata;
};

class NobodyTest : public testing::TestWithParam<Case> {};

TEST_P(NobodyTest, IsUnauthenticated) {
  EXPECT_EQ(Read(GetParam().metadata, GetParam().door).status().code(),
            absl::StatusCode::kUnauthenticated);
}

INSTANTIATE_TEST_SUITE_P(
    Refused, NobodyTest,
    testing::ValuesIn<Case>({
        {"NoMetadataOnLoopback", Door::kLoopback, {}},
        {"NoKindOnLoopback",
         Door::kLoopback,
         {{"asker-institution", "stations/a"}, {"asker-staff", "staff/b"}}},
        {"ACertificateOnLoopback", Door::kLoopback,
         With(kOnLoopback, kCertificate)},
        {"APersonThatIsNoName", Door::kLoopback,
         With(kOnLoopback, {"asker-person", "people/a b"})},
        {"NoCertificateAtTheEdge", Door::kEdge, {}},
        {"MetadataAtTheEdge", Door::kEdge, kOnLoopback},
        {"TwoCertificates", Door::kEdge, {kCertificate, kCertificate}},
        {"ACertificateAndAKind",
         Door::kEdge,
         {kCertificate, {"asker-kind", "auditor"}}},
        {"ACertificateAndAnInstitution",
         Door::kEdge,
         {kCertificate, {"asker-institution", "offices/talent"}}},
        {"ACertificateAndAnotherStaffMember",
         Door::kEdge,
         {kCertificate, {"asker-staff", "staff/wang"}}},
        {"ACertificateAndAPerson",
         Door::kEdge,
         {kCertificate, {"asker-person", "people/00"}}},
    }),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace talentcard::rpc
