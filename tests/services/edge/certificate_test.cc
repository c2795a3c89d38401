#include "services/edge/certificate.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace talentcard::edge {
namespace {

constexpr char kWang[] =
    "SUCCESS 1A2B CN=staff/wang,OU=clerk,O=stations/haizhou";

TEST(CertificateHeader, NamesAStaffMember) {
  const auto read = ReadCertificateHeader(kWang);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, (Certificate{"1A2B", "", "staff/wang", "clerk",
                                "stations/haizhou"}));
  EXPECT_EQ(CertificateHeader(*read), kWang);
}

TEST(CertificateHeader, NamesADeviceAndAPerson) {
  const Certificate written{"0F", "people/00ff", "devices/his-1", "hospital",
                            "hospitals/haicheng-central"};
  const auto read = ReadCertificateHeader(CertificateHeader(written));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, written);
}

struct Bad {
  const char* name;
  std::string value;
};

class BadHeaderTest : public testing::TestWithParam<Bad> {};

TEST_P(BadHeaderTest, IsNobody) {
  EXPECT_EQ(ReadCertificateHeader(GetParam().value).status().code(),
            absl::StatusCode::kUnauthenticated);
}

std::string Staff(const std::string& subject) {
  return absl::StrCat("SUCCESS 1A ", subject);
}

INSTANTIATE_TEST_SUITE_P(
    Refused, BadHeaderTest,
    testing::ValuesIn<Bad>({
        {"Empty", ""},
        {"NoCertificate", "NONE  "},
        {"FailedVerification",
         "FAILED:certificate has expired 1A CN=staff/a,OU=clerk,O=stations/b"},
        {"VerifiedWithoutMore", "SUCCESS"},
        {"NoSerial", "SUCCESS  CN=staff/a,OU=clerk,O=stations/b"},
        {"SerialInLowerCase", "SUCCESS 1a CN=staff/a,OU=clerk,O=stations/b"},
        {"SerialTooLong", absl::StrCat("SUCCESS ", std::string(41, 'A'),
                                       " CN=staff/a,OU=clerk,O=stations/b")},
        {"NoSubject", "SUCCESS 1A"},
        {"EmptySubject", "SUCCESS 1A "},
        {"NoInstitution", Staff("CN=staff/a,OU=clerk")},
        {"NoKind", Staff("CN=staff/a,O=stations/b")},
        {"NoHolder", Staff("OU=clerk,O=stations/b")},
        {"OtherOrder", Staff("O=stations/b,OU=clerk,CN=staff/a")},
        {"TwoKinds", Staff("CN=staff/a,OU=clerk,OU=auditor,O=stations/b")},
        {"TwoInstitutions", Staff("CN=staff/a,OU=clerk,O=stations/b,O=c")},
        {"AnotherAttribute", Staff("CN=staff/a,OU=clerk,O=stations/b,C=CN")},
        {"MultiValued", Staff("CN=staff/a+OU=clerk,O=stations/b")},
        {"EscapedComma", Staff("CN=staff/a\\,OU=clerk,O=stations/b")},
        {"CommaAtTheEnd", Staff("CN=staff/a,OU=clerk,O=stations/b,")},
        {"SpaceBehindAComma", Staff("CN=staff/a, OU=clerk, O=stations/b")},
        {"HolderOfAnotherSort", Staff("CN=people/a,OU=clerk,O=stations/b")},
        {"HolderWithoutName", Staff("CN=staff/,OU=clerk,O=stations/b")},
        {"PersonOfAnotherSort",
         Staff("UID=staff/x,CN=staff/a,OU=clerk,O=stations/b")},
        {"NulInside", Staff(std::string("CN=staff/a\0b,OU=clerk,O=c", 25))},
        {"LineFeed", Staff("CN=staff/a,OU=clerk,O=stations/b\n")},
        {"NotAscii", Staff("CN=staff/王,OU=clerk,O=stations/b")},
        {"NameOf65Letters",
         Staff(absl::StrCat("CN=staff/", std::string(59, 'a'),
                            ",OU=clerk,O=stations/b"))},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CertificateHeader, TakesANameOf64Letters) {
  const auto read = ReadCertificateHeader(Staff(absl::StrCat(
      "CN=staff/", std::string(58, 'a'), ",OU=clerk,O=stations/b")));
  EXPECT_TRUE(read.ok()) << read.status();
}

}  // namespace
}  // namespace talentcard::edge
