#ifndef TALENTCARD_TESTS_ENGINE_POLICY_MISTAKE_TABLE_H_
#define TALENTCARD_TESTS_ENGINE_POLICY_MISTAKE_TABLE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "tests/engine/policy/bundle.h"

namespace talentcard::policy {

// The good bundle with some edits, and every mistake that Load must then tell:
// no less, no more, and where.
struct MistakeCase {
  std::string name;  // A sentence.
  std::vector<Edit> edits;
  std::vector<std::string> mistakes;
};

class MistakeTest : public testing::TestWithParam<MistakeCase> {};

// The name of a row as a test may have it: AnUnknownKey.
inline std::string NameOf(const testing::TestParamInfo<MistakeCase>& row) {
  std::string name;
  bool starts = true;
  for (const char c : row.param.name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) name += starts ? std::toupper(byte) : c;
    starts = !std::isalnum(byte);
  }
  return name;
}

}  // namespace talentcard::policy

#endif  // TALENTCARD_TESTS_ENGINE_POLICY_MISTAKE_TABLE_H_
