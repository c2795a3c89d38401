// base64.encode and base64.decode.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/library.h"
#include "engine/status_macros.h"

namespace talentcard::cel {

void AddEncodersLibrary(std::vector<Overload>& library) {
  using enum Type::Kind;
  const Adder add(library);
  add.Function("base64.encode", {kBytes}, kString, [](Arguments a) {
    return Value::String(absl::Base64Escape(A(a[0].as_string())));
  });
  add.Function("base64.decode", {kString}, kBytes, [](Arguments a) {
    std::string bytes;
    if (!absl::Base64Unescape(A(a[0].as_string()), &bytes))
      return Value::Error(absl::StrCat(a[0].ToString(), " is not base64"));
    return Value::Bytes(std::move(bytes));
  });
}

}  // namespace talentcard::cel
