#ifndef TALENTCARD_ENGINE_IDENTITY_SENSITIVE_H_
#define TALENTCARD_ENGINE_IDENTITY_SENSITIVE_H_

#include <iosfwd>
#include <string>
#include <utility>

#include "engine/identity/masking.h"

namespace talentcard::identity {

enum class Personal { kDocumentNumber, kFullName, kNameKey, kPhone };

// Personal data on its way between functions. It gets into no log line, error
// message or metadata by mistake: it becomes text only where the code says
// Reveal(), which can be searched for.
template <Personal kKind>
class Sensitive {
 public:
  Sensitive() = default;
  explicit Sensitive(std::string text) : text_(std::move(text)) {}

  const std::string& Reveal() const { return text_; }
  // What may be shown; see masking.h.
  std::string Masked() const {
    if constexpr (kKind == Personal::kDocumentNumber) {
      return MaskDocumentNumber(text_);
    } else if constexpr (kKind == Personal::kPhone) {
      return MaskPhone(text_);
    } else {
      return MaskName(text_);
    }
  }

  friend bool operator==(const Sensitive&, const Sensitive&) = default;

  friend std::ostream& operator<<(std::ostream&, const Sensitive&) = delete;
  // How later versions of Abseil let a type into StrCat and StrFormat.
  template <typename Sink>
  friend void AbslStringify(Sink&, const Sensitive&) = delete;
  // For failing tests: without it GoogleTest prints the bytes.
  friend void PrintTo(const Sensitive& value, std::ostream* out) {
    *out << value.Masked();
  }

 private:
  std::string text_;
};

// In its canonical form; see document.h.
using DocumentNumber = Sensitive<Personal::kDocumentNumber>;
// As NormaliseName gives it, and what it is searched by; see name.h.
using FullName = Sensitive<Personal::kFullName>;
using NameKey = Sensitive<Personal::kNameKey>;
using Phone = Sensitive<Personal::kPhone>;

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_SENSITIVE_H_
