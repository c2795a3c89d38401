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

TEST(CheckpointTest, HasOneTextAndNoOther) {
  Checkpoint checkpoint{"origin", 42, EmptyRoot()};
  const std::string body = checkpoint.Body();
  EXPECT_EQ(body, "origin\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(Checkpoint::Parse(body)->size, 42u);
  for (const char* bad : {"", "origin\n", "origin\n042\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                          "origin\n42\nAAAA\n", "\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"}) {
    EXPECT_FALSE(Checkpoint::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace talentcard::ledger
