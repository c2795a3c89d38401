#include "tools/print/card_face.h"

#include <png.h>

#include <vector>

#include "gtest/gtest.h"

namespace talentcard::print {
namespace {

CardFace Face(const std::string& name) {
  return {"澄州英才卡·领军卡",
          "Lead card",
          name,
          "0123456789abcdef0123456789abcdef",
          "2030-05-11",
          4};
}

struct Case {
  const char* what;
  const char* name;
};

const Case kNames[] = {
    {"a common name", "王伟"},
    {"a name of one character", "㐀"},
    {"characters of extension A", "㐂㒓㘎"},
    {"characters of extension B", "𠮷𨒂𪚥"},
    {"characters of extensions C to F", "𪜀𫝀𫞩𬭛𬺰"},
    {"an Uyghur name with its dot", "阿卜杜热合曼·买买提依明·吐尔逊"},
    {"a long foreign name",
     "Maximiliane Friederike Alexandra von Hohenzollern-Sigmaringen zu "
     "Schleswig-Holstein-Sonderburg-Augustenburg"},
    {"fifty characters",
     "欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳"
     "欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳欧阳"},
    {"accents", "Nguyễn Thị Ánh Tuyết"},
};

// Grey, a byte a pixel.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;

  bool Dark(int x, int y) const { return pixels[y * width + x] < 128; }
};

Picture PictureOf(const CardFace& face) {
  const std::string png = *CardPng(face, 300);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, png.data(), png.size()));
  image.format = PNG_FORMAT_GRAY;
  Picture picture{static_cast<int>(image.width), static_cast<int>(image.height),
                  std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, picture.pixels.data(), 0,
                                    nullptr));
  return picture;
}

TEST(CardFaceTest, EveryNameIsDrawnInsideTheCardAndClearOfWhatIsBelow) {
  const Picture empty = PictureOf(Face(""));
  for (const Case& c : kNames) {
    SCOPED_TRACE(c.what);
    ASSERT_TRUE(CardPdf(Face(c.name)).ok()) << CardPdf(Face(c.name)).status();
    const Picture picture = PictureOf(Face(c.name));
    ASSERT_EQ(picture.width, empty.width);
    const auto changed = [&](int y) {
      int count = 0;
      for (int x = 0; x < picture.width; ++x)
        count += picture.Dark(x, y) != empty.Dark(x, y);
      return count;
    };
    const double per_millimetre = picture.height / 53.98;
    int drawn = 0;
    for (int y = 0; y < picture.height; ++y) {
      const bool of_the_name =
          y > 18 * per_millimetre && y < 38 * per_millimetre;
      if (of_the_name) {
        drawn += changed(y);
      } else {
        EXPECT_EQ(changed(y), 0) << "row " << y;
      }
    }
    EXPECT_GT(drawn, 100);
    for (int y = 0; y < picture.height; ++y)
      EXPECT_FALSE(y > 18 * per_millimetre &&
                   picture.Dark(picture.width - 1, y));
  }
}

TEST(CardFaceTest, ACharacterThatNoFontHasIsRefusedAndNamed) {
  // U+E123, for private use.
  const auto pdf = CardPdf(Face("王\xEE\x84\xA3"));
  EXPECT_TRUE(absl::IsFailedPrecondition(pdf.status()));
  EXPECT_NE(pdf.status().message().find("no font"), std::string::npos);
}

TEST(CardFaceTest, AFileTellsNobodysNameInItsProperties) {
  const std::string pdf = *CardPdf(Face("Zsigmond Quetzal"));
  EXPECT_EQ(pdf.substr(0, 5), "%PDF-");
  EXPECT_EQ(pdf.find("Zsigmond"), std::string::npos);
}

TEST(CardFaceTest, EachTierHasItsColour) {
  std::vector<std::string> pictures;
  for (int rank = 1; rank <= 5; ++rank) {
    CardFace face = Face("王伟");
    face.rank = rank;
    for (const std::string& other : pictures)
      EXPECT_NE(*CardPng(face, 72), other) << rank;
    pictures.push_back(*CardPng(face, 72));
  }
}

}  // namespace
}  // namespace talentcard::print
