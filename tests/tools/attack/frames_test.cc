#include "tools/attack/frames.h"

#include "gtest/gtest.h"

namespace talentcard::attack {
namespace {

using namespace std::string_literals;

// RFC 9113 4.1: length, type, flags, stream.
TEST(Frames, AreAsTheStandardDrawsThem) {
  EXPECT_EQ(HeadersFrame(1, "abc"), "\0\0\3\1\4\0\0\0\1abc"s);
  EXPECT_EQ(DataFrame(3, "x", false), "\0\0\1\0\0\0\0\0\3x"s);
  EXPECT_EQ(DataFrame(3, "x", true), "\0\0\1\0\1\0\0\0\3x"s);
  EXPECT_EQ(ResetFrame(0x01020305), "\0\0\4\3\0\1\2\3\5\0\0\0\10"s);
  EXPECT_EQ(Message("hi"), "\0\0\0\0\2hi"s);
}

// RFC 7541 6.2.3: a literal that is never indexed, with a new name.
TEST(Frames, HeadersAreLiteral) {
  const std::string block = CallHeaders("/p", {{"k", "v"}});
  EXPECT_EQ(block.substr(0, 14), "\x10\7:method\4POST"s);
  EXPECT_EQ(block.substr(block.size() - 5), "\x10\1k\1v"s);
  EXPECT_NE(block.find("\x10\5:path\2/p"s), std::string::npos);
}

}  // namespace
}  // namespace talentcard::attack
