#ifndef TALENTCARD_ENGINE_STATUS_MACROS_H_
#define TALENTCARD_ENGINE_STATUS_MACROS_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace talentcard {

// Debian's Abseil has its own string_view, distinct from std::string_view, and
// no implicit conversion. This is the one bridge.
inline absl::string_view A(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view S(absl::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace talentcard

// Returns the status of `expression` from the enclosing function if it failed.
#define RETURN_IF_ERROR(expression)                           \
  do {                                                        \
    if (absl::Status status_ = (expression); !status_.ok()) { \
      return status_;                                         \
    }                                                         \
  } while (false)

// Assigns the value of the StatusOr `expression` to `lhs` (which may declare a
// variable), or returns its status from the enclosing function.
#define ASSIGN_OR_RETURN(lhs, expression)                                     \
  TALENTCARD_ASSIGN_OR_RETURN_(TALENTCARD_CONCATENATE_(status_or_, __LINE__), \
                               lhs, expression)
#define TALENTCARD_ASSIGN_OR_RETURN_(status_or, lhs, expression) \
  auto status_or = (expression);                                 \
  if (!status_or.ok()) return std::move(status_or).status();     \
  lhs = *std::move(status_or)
#define TALENTCARD_CONCATENATE_(a, b) TALENTCARD_CONCATENATE_INNER_(a, b)
#define TALENTCARD_CONCATENATE_INNER_(a, b) a##b

#endif  // TALENTCARD_ENGINE_STATUS_MACROS_H_
