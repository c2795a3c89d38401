// Who asks, and how a failure is told.
#include "tools/chengzhou/setting.h"

#include "gmock/gmock.h"

namespace talentcard::client {
namespace {

struct AskerCase {
  const char* name;
  Asker given;
  const char* kind;  // Of the command.
  const char* asker_kind;
  const char* institution;
};

class AskerTest : public testing::TestWithParam<AskerCase> {};

TEST_P(AskerTest, IsOfTheGivenKindAtTheUsualPlaceOfItsKind) {
  const AskerCase& c = GetParam();
  Setting setting;
  setting.asker = c.given;
  const Asker asker = AskerOf(setting, c.kind);
  EXPECT_EQ(asker.kind, c.asker_kind);
  EXPECT_EQ(asker.institution, c.institution);
}

INSTANTIATE_TEST_SUITE_P(
    Askers, AskerTest,
    testing::ValuesIn<AskerCase>({
        {"AClerkIsAtAStation", {}, "clerk", "clerk", "stations/haizhou"},
        {"AnAuditorIsAtTheAuditOffice",
         {},
         "auditor",
         "auditor",
         "offices/audit"},
        {"WhoIsGivenByKindIsAtThatKindsPlace",
         {"hospital", "", "", ""},
         "clerk",
         "hospital",
         "hospitals/haicheng-central"},
        {"WhoIsGivenByPlaceStaysThere",
         {"", "hospitals/elsewhere", "", ""},
         "hospital",
         "hospital",
         "hospitals/elsewhere"},
    }),
    [](const auto& test) { return test.param.name; });

struct FailureCase {
  const char* name;
  absl::Status status;
  const char* chinese;
  int exit_code;
};

class FailureTest : public testing::TestWithParam<FailureCase> {};

TEST_P(FailureTest, IsSaidInBothLanguages) {
  const FailureCase& c = GetParam();
  Setting setting;
  testing::internal::CaptureStderr();
  EXPECT_EQ(Report(c.status, setting), c.exit_code);
  const std::string english = testing::internal::GetCapturedStderr();
  EXPECT_EQ(english, std::string(c.status.message()) + "\n");
  setting.language = Language::kChinese;
  testing::internal::CaptureStderr();
  EXPECT_EQ(Report(c.status, setting), c.exit_code);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            std::string(c.chinese) + "\n  " + english);
}

INSTANTIATE_TEST_SUITE_P(
    Failures, FailureTest,
    testing::ValuesIn<FailureCase>({
        {"OneThatSaysItInChineseIsNotSaidOtherwise",
         WithChinese(absl::InvalidArgumentError("`x` is no time"), "时间有误"),
         "时间有误", kBadInput},
        {"OneThatDoesNotSaysWhatToDoByItsKind",
         absl::NotFoundError("no rule files in `x`"),
         "找不到所指的内容：请核对名称或路径", kNotFound},
        {"ACallNobodyAnsweredAsksWhetherTheServerRuns",
         StatusOf(grpc::Status(grpc::StatusCode::UNAVAILABLE, "refused")),
         "连不上服务器：chengzhoud 是否在运行？", kUnreachable},
    }),
    [](const auto& test) { return test.param.name; });

TEST(SettingTest, NothingIsSaidOfWhatWentWell) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(Report(absl::OkStatus(), Setting()), kDone);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace talentcard::client
