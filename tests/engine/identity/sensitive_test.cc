#include "engine/identity/sensitive.h"

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

template <typename T>
concept IsPrinted = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept IsConcatenated = requires(const T& value) {
  absl::StrCat("name: ", value);
};
template <typename T>
concept IsAppended = requires(std::string& out, const T& value) {
  absl::StrAppend(&out, value);
};
template <typename T>
concept IsAdded = requires(std::string& out, const T& value) {
  out += value;
};
template <typename T>
concept IsText = std::is_constructible_v<std::string, T> ||
    std::is_constructible_v<std::string_view, T> ||
    std::is_constructible_v<absl::string_view, T> ||
    std::is_constructible_v<absl::AlphaNum, T> ||
    std::equality_comparable_with<T, std::string>;
template <typename T>
concept IsMadeOfTextUnasked = std::is_convertible_v<std::string, T> ||
    std::is_convertible_v<const char*, T>;

template <typename T>
constexpr bool kStaysSecret =
    !IsPrinted<T> && !IsConcatenated<T> && !IsAppended<T> && !IsAdded<T> &&
    !IsText<T> && !IsMadeOfTextUnasked<T>;

static_assert(kStaysSecret<DocumentNumber>);
static_assert(kStaysSecret<FullName>);
static_assert(kStaysSecret<NameKey>);
static_assert(kStaysSecret<Phone>);
// The questions are good ones: of a string the answer is yes.
static_assert(IsPrinted<std::string> && IsConcatenated<std::string> &&
              IsAppended<std::string> && IsAdded<std::string> &&
              IsText<std::string> && IsMadeOfTextUnasked<std::string>);
// One kind is no other.
static_assert(!std::is_constructible_v<FullName, DocumentNumber>);
static_assert(!std::equality_comparable_with<FullName, NameKey>);

TEST(SensitiveTest, ShowsOnlyItsMask) {
  EXPECT_EQ(DocumentNumber("11010519491231002X").Masked(),
            "11**************2X");
  EXPECT_EQ(FullName("欧阳修").Masked(), "欧＊");
  EXPECT_EQ(NameKey("欧阳").Masked(), "欧＊");
  EXPECT_EQ(Phone("13812345678").Masked(), "138******78");
  EXPECT_EQ(DocumentNumber().Masked(), "");
}

TEST(SensitiveTest, IsRevealedWhereTheCodeSaysSo) {
  EXPECT_EQ(FullName("欧阳修").Reveal(), "欧阳修");
}

TEST(SensitiveTest, IsComparedAsAWhole) {
  EXPECT_EQ(FullName("王芳"), FullName("王芳"));
  // Under one mask.
  EXPECT_NE(FullName("王芳"), FullName("王小芳"));
}

TEST(SensitiveTest, AFailingTestShowsTheMask) {
  EXPECT_EQ(testing::PrintToString(FullName("王芳")), "王＊");
}

}  // namespace
}  // namespace talentcard::identity
