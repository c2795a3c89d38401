#ifndef TALENTCARD_TESTS_SERVICES_LEDGER_GROWING_LOG_H_
#define TALENTCARD_TESTS_SERVICES_LEDGER_GROWING_LOG_H_

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::ledger {

// A log in memory whose leaves say only their place in what was appended.
class GrowingLog : public testing::Test {
 protected:
  void Grow(int count) {
    ASSERT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      for (int i = 0; i < count; ++i)
                        EXPECT_TRUE(
                            AppendLeaf(t, absl::StrCat("leaf", i)).ok());
                      return absl::OkStatus();
                    })
                    .ok());
  }

  store::MemoryDatabase database_;
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_TESTS_SERVICES_LEDGER_GROWING_LOG_H_
