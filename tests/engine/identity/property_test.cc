// What holds for every number, tried on random ones. A failure prints its seed.
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "engine/identity/check_digit.h"
#include "engine/identity/document.h"
#include "engine/identity/masking.h"
#include "engine/identity/name.h"
#include "engine/identity/unicode.h"
#include "engine/identity/uscc.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

const DocumentRules kRules = {.today = *CivilDate::Parse("2025-06-01"),
                              .allow_unallocated_region = true};

class PropertyTest : public testing::Test {
 protected:
  PropertyTest() : seed_(std::random_device{}()), random_(seed_) {
    std::cout << "seed " << seed_ << "\n";
  }

  size_t Below(size_t n) { return random_() % n; }

  char AnyOf(std::string_view alphabet) {
    return alphabet[Below(alphabet.size())];
  }

  std::string Number(size_t length) {
    std::string digits(length, '0');
    for (char& c : digits) c = AnyOf("0123456789");
    return digits;
  }

  std::string ResidentNumber() {
    const CivilDate birth =
        kRules.today.AddDays(-static_cast<int64_t>(Below(45000)));
    std::string number = "219900";
    for (char c : birth.ToString()) {
      if (c != '-') number += c;
    }
    number += Number(3);
    return number + Mod11_2(number);
  }

  std::string Uscc() {
    std::string code = {AnyOf(kUsccAlphabet), AnyOf(kUsccAlphabet)};
    code += Number(6);
    for (int i = 0; i < 8; ++i) code += AnyOf(kUsccAlphabet);
    code += OrganisationCheck(std::string_view(code).substr(8));
    return code + UsccCheck(code);
  }

  // Bytes that come near what parsers accept, or any.
  std::string Text() {
    static constexpr std::string_view kPieces[] = {
        "1",      "9",        "0",      "X",    "x",    "H",       "M",  "<",
        " ",      "-",        "１",     "Ｘ",   "　",   "·",       "王", "𠮷",
        "219900", "19900101", "810000", "\xE7", "\xFF", "\xC0\xAF"};
    std::string text;
    const size_t length = Below(24);
    const bool any_byte = Below(3) == 0;
    for (size_t i = 0; i < length; ++i) {
      if (any_byte) {
        text += static_cast<char>(random_());
      } else {
        text += kPieces[Below(std::size(kPieces))];
      }
    }
    return text;
  }

  const unsigned seed_;
  std::mt19937 random_;
};

// Calls `check` with every string that differs from `good` by one character of
// `alphabet`, or by two neighbours exchanged.
template <typename Check>
void ForEachSlip(const std::string& good, std::string_view alphabet,
                 Check check) {
  for (size_t i = 0; i < good.size(); ++i) {
    for (char c : alphabet) {
      std::string bad = good;
      bad[i] = c;
      if (bad != good) check(bad);
    }
    if (i + 1 == good.size() || good[i] == good[i + 1]) continue;
    std::string bad = good;
    std::swap(bad[i], bad[i + 1]);
    check(bad);
  }
}

TEST_F(PropertyTest, EverySlipInAResidentNumberIsFound) {
  for (int i = 0; i < 500; ++i) {
    const std::string good = ResidentNumber();
    ASSERT_TRUE(
        ParseDocument(DocumentKind::kResidentIdentityCard, good, kRules).ok())
        << good;
    ForEachSlip(good, "0123456789X", [&](const std::string& bad) {
      ASSERT_FALSE(
          ParseDocument(DocumentKind::kResidentIdentityCard, bad, kRules).ok())
          << good << " " << bad;
    });
  }
}

// Without the calendar and the regions to help it.
TEST_F(PropertyTest, TheCheckCharacterAloneFindsEverySlip) {
  for (int i = 0; i < 500; ++i) {
    const std::string digits = Number(17);
    const std::string good = digits + Mod11_2(digits);
    ForEachSlip(good, "0123456789", [&](const std::string& bad) {
      if (bad.substr(0, 17).find('X') != std::string::npos) return;
      ASSERT_NE(Mod11_2(std::string_view(bad).substr(0, 17)), bad[17])
          << good << " " << bad;
    });
  }
}

TEST_F(PropertyTest, EverySlipInACreditCodeIsFound) {
  for (int i = 0; i < 300; ++i) {
    const std::string good = Uscc();
    ASSERT_TRUE(ParseUscc(good).ok()) << good << ParseUscc(good).status();
    ForEachSlip(good, kUsccAlphabet, [&](const std::string& bad) {
      ASSERT_FALSE(ParseUscc(bad).ok()) << good << " " << bad;
      ASSERT_NE(UsccCheck(std::string_view(bad).substr(0, 17)), bad[17])
          << good << " " << bad;
    });
  }
}

TEST_F(PropertyTest, WhatIsReadIsReadAgainAsTheSame) {
  int read = 0;
  for (int i = 0; i < 200000; ++i) {
    const std::string text = Text();
    for (int kind = 1; kind <= 9; ++kind) {
      const auto document =
          ParseDocument(static_cast<DocumentKind>(kind), text, kRules);
      if (!document.ok()) continue;
      ++read;
      const auto again =
          ParseDocument(document->kind, document->canonical.Reveal(), kRules);
      ASSERT_TRUE(again.ok()) << text;
      ASSERT_EQ(again->canonical, document->canonical) << text;
    }
    if (const auto code = ParseUscc(text); code.ok()) {
      ASSERT_EQ(*ParseUscc(*code), *code);
    }
    if (const auto name = NormaliseName(text); name.ok()) {
      ASSERT_EQ(*NormaliseName(name->Reveal()), *name) << text;
    }
  }
  EXPECT_GT(read, 0);
}

// The code points of `masked` that are not stars.
size_t Shown(const std::string& masked) {
  size_t shown = 0;
  const auto characters = DecodeUtf8(masked);
  EXPECT_TRUE(characters.has_value());
  for (char32_t c : *characters) shown += c != U'*' && c != U'＊';
  return shown;
}

TEST_F(PropertyTest, MasksNeverShowMoreThanAllowedAndAreUtf8) {
  for (int i = 0; i < 200000; ++i) {
    const std::string text = Text();
    ASSERT_LE(Shown(MaskDocumentNumber(text)), 4u);
    ASSERT_LE(Shown(MaskPhone(text)), 5u);
    ASSERT_LE(Shown(MaskName(text)), 1u);
  }
}

}  // namespace
}  // namespace talentcard::identity
