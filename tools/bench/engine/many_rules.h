#ifndef TALENTCARD_TOOLS_BENCH_ENGINE_MANY_RULES_H_
#define TALENTCARD_TOOLS_BENCH_ENGINE_MANY_RULES_H_

#include <string>

#include "absl/status/statusor.h"

namespace talentcard::bench {

// What a question costs among so many rules, in CPU nanoseconds: each office
// has the twelve entitlements as rules of its own, with an age limit of its
// own (one of forty); a question names an office and an entitlement, and the
// rules that apply are found and judged. Fails if an answer is wrong.
absl::StatusOr<double> QuestionAmongRules(const std::string& rules_directory,
                                          const std::string& data_directory,
                                          int rules, double seconds);

}  // namespace talentcard::bench

#endif  // TALENTCARD_TOOLS_BENCH_ENGINE_MANY_RULES_H_
