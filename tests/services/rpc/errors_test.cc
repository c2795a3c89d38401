#include "services/rpc/errors.h"

#include <set>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "services/rpc/sentences.h"

namespace talentcard::rpc {
namespace {

struct Told {
  std::string reason, chinese;
};

Told Tell(const absl::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(ToGrpc(status).error_details()));
  Told told;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::LocalizedMessage message;
    if (detail.UnpackTo(&info)) told.reason += info.reason();
    if (detail.UnpackTo(&message) && message.locale() == "zh-CN")
      told.chinese += message.message();
  }
  return told;
}

TEST(ErrorsTest, EveryReasonHasAChineseSentenceOfItsOwn) {
  std::set<std::string> sentences;
  const auto& reasons = *v1::ErrorReason_descriptor();
  for (int i = 1; i < reasons.value_count(); ++i) {
    const auto reason =
        static_cast<v1::ErrorReason>(reasons.value(i)->number());
    EXPECT_TRUE(sentences.insert(ChineseSentence(reason)).second)
        << reasons.value(i)->name();
  }
}

TEST(ErrorsTest, AnErrorGoesOutWithOneReasonAndItsSentence) {
  const Told told = Tell(Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                               "read again", {{"resource", "people/1"}}));
  EXPECT_EQ(told.reason, "ETAG_MISMATCH");
  EXPECT_EQ(told.chinese, ChineseSentence(v1::ETAG_MISMATCH));
}

TEST(ErrorsTest, AStatusWithoutAReasonGetsThatOfItsCode) {
  EXPECT_EQ(Tell(absl::DataLossError("bytes")).reason, "DATA_DAMAGED");
  const Told defect = Tell(absl::InternalError("?"));
  EXPECT_EQ(defect.reason, "INTERNAL_DEFECT");
  EXPECT_EQ(defect.chinese, ChineseSentence(v1::INTERNAL_DEFECT));
}

TEST(ErrorsTest, EveryMistakeIsListed) {
  const grpc::Status status =
      ToGrpc(Invalid({{"a", "is short"}, {"b", "is long"}}));
  EXPECT_EQ(status.error_message(), "a: is short\nb: is long");
  EXPECT_TRUE(Invalid({}).ok());
}

}  // namespace
}  // namespace talentcard::rpc
