#include "services/ledger/note.h"

#include "gtest/gtest.h"
#include "services/ledger/checkpoint.h"

namespace talentcard::ledger {
namespace {

NoteSigner Signer(uint8_t byte = 1) {
  store::SecretKey seed;
  seed.bytes.fill(byte);
  return NoteSigner("card.chengzhou.example/log", seed);
}

TEST(NoteTest, OpensForItsOwnKeyOnly) {
  const NoteSigner signer = Signer();
  const std::string note = signer.Sign("hello\n");
  EXPECT_EQ(*signer.verifier().Open(note), "hello\n");
  EXPECT_FALSE(Signer(2).verifier().Open(note).ok());
}

TEST(NoteTest, TheVerifierKeySurvivesItsText) {
  const std::string text = Signer().verifier().ToString();
  const auto verifier = NoteVerifier::Parse(text);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_TRUE(verifier->Open(Signer().Sign("x\n")).ok());
  EXPECT_FALSE(NoteVerifier::Parse(text.substr(1)).ok());
  EXPECT_FALSE(NoteVerifier::Parse("").ok());
  EXPECT_FALSE(NoteVerifier::Parse("a+b+c").ok());
}

TEST(NoteTest, LinesByOtherKeysArePassedOver) {
  const NoteSigner signer = Signer();
  std::string note = signer.Sign("x\n");
  const std::string other = Signer(2).Sign("x\n");
  note += other.substr(other.find("\n\n") + 2);
  EXPECT_TRUE(signer.verifier().Open(note).ok());
}

TEST(NoteTest, EveryFlippedBitOfTheTextIsFound) {
  const NoteSigner signer = Signer();
  const std::string note = signer.Sign("origin\n15\nroot\n");
  for (size_t i = 0; i < note.find("\n\n") + 1; ++i) {
    std::string bad = note;
    bad[i] ^= 4;
    EXPECT_FALSE(signer.verifier().Open(bad).ok()) << i;
  }
}

struct MalformedNote {
  const char* name;
  std::string find;
  std::string replace;
};

class MalformedNoteTest : public testing::TestWithParam<MalformedNote> {};

TEST_P(MalformedNoteTest, IsRefusedThoughOneOfItsSignaturesIsGood) {
  const NoteSigner signer = Signer();
  std::string note = signer.Sign("text\n");
  note += "\xE2\x80\x94 other.example AAAAAAAA\n";
  ASSERT_TRUE(signer.verifier().Open(note).ok());
  const size_t at = note.rfind(GetParam().find);
  ASSERT_NE(at, std::string::npos);
  note.replace(at, GetParam().find.size(), GetParam().replace);
  EXPECT_TRUE(absl::IsInvalidArgument(signer.verifier().Open(note).status()))
      << note;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, MalformedNoteTest,
    testing::ValuesIn<MalformedNote>({
        {"NoNewlineAtTheEnd", "AAAAAAAA\n", "AAAAAAAA"},
        {"NoSignature", " AAAAAAAA", ""},
        {"AShortSignature", "AAAAAAAA", "AAAA"},
        {"SpaceInBase64", "AAAAAAAA", "AAAA AAAA"},
        {"TabInBase64", "AAAAAAAA", "AAAA\tAAAA"},
        {"Base64WithoutPadding", "AAAAAAAA", "AAAAAAA"},
        {"Base64WithStrayBits", "AAAAAAAA", "AAAAAAB="},
        {"APlusInTheName", "other.example", "other+example"},
        {"AnIdeographicSpaceInTheName", "other.example",
         "other\xE3\x80\x80"
         "example"},
        {"NoName", "other.example", ""},
        {"BrokenUtf8InTheName", "other.example", "other\xC0\xAF"},
        {"AHyphenForTheDash", "\xE2\x80\x94 other", "- other"},
        {"AnEmptyLineAmongTheSignatures", "\xE2\x80\x94 other",
         "\n\xE2\x80\x94 other"},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(NoteTest, ATextWithControlCharactersOrBrokenUtf8IsRefusedThoughSigned) {
  const NoteSigner signer = Signer();
  for (const char* text :
       {"a\tb\n", "a\r\n", "\x01\n", "\xFF\n", "\xED\xA0\x80\n"}) {
    EXPECT_FALSE(signer.verifier().Open(signer.Sign(text)).ok()) << text;
  }
  EXPECT_TRUE(signer.verifier().Open(signer.Sign("澄州\n")).ok());
}

TEST(NoteTest, ABadSignatureUnderAKnownKeyIsRefusedThoughAnotherIsGood) {
  const NoteSigner signer = Signer();
  const std::string note = signer.Sign("x\n");
  const std::string other = signer.Sign("y\n");
  EXPECT_FALSE(
      signer.verifier().Open(note + other.substr(other.find("\n\n") + 2)).ok());
}

TEST(CheckpointTest, HasOneTextAndNoOther) {
  Checkpoint checkpoint{"origin", 42, EmptyRoot()};
  const std::string body = checkpoint.Body();
  EXPECT_EQ(body, "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(Checkpoint::Parse(body)->size, 42u);
  for (const char* bad :
       {"", "origin\n",
        "origin\n042\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n42\nAAAA\n",
        "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "origin\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n",
        "\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"}) {
    EXPECT_FALSE(Checkpoint::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace talentcard::ledger
