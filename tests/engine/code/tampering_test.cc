// Nothing made from a good code by chance or by hand is green.
#include <random>

#include "engine/code/base45.h"
#include "gtest/gtest.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::code {
namespace {

class TamperingTest : public testing::TestWithParam<Algorithm> {
 protected:
  bool Green(std::string_view text) const {
    return InfoOf(world_.JudgeAt(kNow, text)).colour == Colour::kGreen;
  }
  std::vector<std::string> GoodCodes() const {
    return {world_.Online(), world_.Offline(10)};
  }

  const World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Profiles, TamperingTest,
                         testing::Values(Algorithm::kEdDsa, Algorithm::kSm2Sm3),
                         [](const auto& test) {
                           return test.param == Algorithm::kEdDsa ? "EdDsa"
                                                                  : "Sm2Sm3";
                         });

TEST_P(TamperingTest, NoFlippedBitIsGreen) {
  size_t flips = 0;
  for (const std::string& code : GoodCodes()) {
    ASSERT_TRUE(Green(code));
    const std::string bytes = *DecodeBase45(code.substr(4), kLongestCode);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit, ++flips) {
      std::string bad = bytes;
      bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
      EXPECT_FALSE(Green(code.substr(0, 4) + EncodeBase45(bad))) << bit;
    }
    for (size_t bit = 0; bit < code.size() * 8; ++bit, ++flips) {
      std::string bad = code;
      bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
      EXPECT_FALSE(Green(bad)) << bit;
    }
  }
  EXPECT_GT(flips, 8000u);
}

TEST_P(TamperingTest, NoCutAndNoAdditionIsGreen) {
  for (const std::string& code : GoodCodes()) {
    const std::string bytes = *DecodeBase45(code.substr(4), kLongestCode);
    for (size_t n = 0; n < bytes.size(); ++n)
      EXPECT_FALSE(Green(code.substr(0, 4) + EncodeBase45(bytes.substr(0, n))));
    for (size_t n = 0; n < code.size(); ++n)
      EXPECT_FALSE(Green(code.substr(0, n)));
    for (int c = 0; c < 256; ++c) {
      if (c == '\r' || c == '\n') continue;
      EXPECT_FALSE(Green(code + static_cast<char>(c))) << c;
    }
    EXPECT_FALSE(Green(code + code));
    EXPECT_FALSE(Green("CZ2:" + code.substr(4)) &&
                 Green("CZ1:" + code.substr(4)));
  }
}

TEST_P(TamperingTest, NoRandomChangeIsGreen) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (const std::string& code : GoodCodes()) {
    const std::string bytes = *DecodeBase45(code.substr(4), kLongestCode);
    for (int i = 0; i < 3000; ++i) {
      std::string bad = bytes;
      for (size_t n = 1 + random() % 4; n > 0; --n) {
        const size_t at = random() % bad.size();
        switch (random() % 3) {
          case 0:
            bad[at] = static_cast<char>(random());
            break;
          case 1:
            bad.erase(at, 1 + random() % 3);
            break;
          default:
            bad.insert(at, 1, static_cast<char>(random()));
        }
      }
      if (bad == bytes) continue;
      EXPECT_FALSE(Green(code.substr(0, 4) + EncodeBase45(bad)));
    }
  }
}

}  // namespace
}  // namespace talentcard::code
