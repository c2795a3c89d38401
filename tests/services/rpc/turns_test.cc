#include "services/rpc/turns.h"

#include <atomic>

#include "gtest/gtest.h"

namespace talentcard::rpc {
namespace {

TEST(Turns, RunsEverythingBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Turns turns(2);
    for (int i = 0; i < 1000; ++i) {
      turns.Run([&] {
        ++ran;
        if (ran % 10 == 0) turns.Run([&] { ++ran; });
      });
    }
  }
  EXPECT_GE(ran, 1000);
}

TEST(Turns, RunsATurnThatATurnHandsIn) {
  std::atomic<bool> ran = false;
  {
    Turns turns(1);
    turns.Run([&] { turns.Run([&] { ran = true; }); });
  }
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace talentcard::rpc
