#include "services/rpc/asker.h"

#include <vector>

#include "gtest/gtest.h"
#include "services/rpc/certificate.h"

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
    kCertificateHeader,
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
