#include "tools/qr/qr.h"

#include <turbojpeg.h>
#include <zbar.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::qr {
namespace {

const std::string kOnline = code::World().Online();
const std::string kOffline = code::World().Offline(10);

// A picture of grey pixels that can be turned, scaled and spoilt.
struct Canvas {
  int side = 0;
  std::vector<uint8_t> pixels;

  uint8_t At(double x, double y) const {
    const int i = static_cast<int>(std::floor(x));
    const int j = static_cast<int>(std::floor(y));
    return i < 0 || j < 0 || i >= side || j >= side ? 255
                                                    : pixels[j * side + i];
  }
};

Canvas Drawn(const Symbol& symbol, int pixels) {
  const int side = (symbol.width + 2 * kQuietZone) * pixels;
  Canvas canvas{side, std::vector<uint8_t>(side * side, 255)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int i = x / pixels - kQuietZone, j = y / pixels - kQuietZone;
      if (i >= 0 && j >= 0 && i < symbol.width && j < symbol.width &&
          symbol.dark[j * symbol.width + i])
        canvas.pixels[y * side + x] = 0;
    }
  }
  return canvas;
}

Canvas Turned(const Canvas& from, double degrees, double scale) {
  const double angle = degrees * M_PI / 180;
  const int side = static_cast<int>(from.side * scale * 1.5);
  Canvas out{side, std::vector<uint8_t>(side * side, 255)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double u = (x - side / 2.0) / scale, v = (y - side / 2.0) / scale;
      out.pixels[y * side + x] =
          from.At(u * std::cos(angle) + v * std::sin(angle) + from.side / 2.0,
                  v * std::cos(angle) - u * std::sin(angle) + from.side / 2.0);
    }
  }
  return out;
}

// zbar is a second reader of the same pictures.
std::string ReadWithZbar(const Canvas& canvas) {
  zbar::zbar_image_scanner_t* scanner = zbar::zbar_image_scanner_create();
  zbar::zbar_image_t* image = zbar::zbar_image_create();
  zbar::zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
  zbar::zbar_image_set_size(image, canvas.side, canvas.side);
  zbar::zbar_image_set_data(image, canvas.pixels.data(), canvas.pixels.size(),
                            nullptr);
  zbar::zbar_scan_image(scanner, image);
  const zbar::zbar_symbol_t* symbol = zbar::zbar_image_first_symbol(image);
  std::string text;
  if (symbol != nullptr)
    text.assign(zbar::zbar_symbol_get_data(symbol),
                zbar::zbar_symbol_get_data_length(symbol));
  zbar::zbar_image_destroy(image);
  zbar::zbar_image_scanner_destroy(scanner);
  return text;
}

// The canvas as a symbol of one pixel a module, so that Png draws it.
std::string PngOf(const Canvas& canvas) {
  Symbol symbol{canvas.side, {}};
  for (const uint8_t pixel : canvas.pixels) symbol.dark.push_back(pixel < 128);
  return Png(symbol, 1);
}

TEST(QrTest, ACodeTakesTheVersionOfTheDesign) {
  code::Claims online = code::SomeClaims(), offline = code::OfflineClaims();
  online.status_index = offline.status_index = 20'001;
  const code::World world;
  EXPECT_EQ(Encode(world.Online(online), Level::kScreen)->version(), 10);
  EXPECT_EQ(Encode(world.Online(online), Level::kPrint)->version(), 12);
  EXPECT_EQ(Encode(world.Offline(10, offline), Level::kScreen)->version(), 11);
}

TEST(QrTest, ATextTooLongForAnySymbolIsRefused) {
  EXPECT_TRUE(Encode(std::string(2420, 'A'), Level::kPrint).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(
      Encode(std::string(2421, 'A'), Level::kPrint).status()));
}

struct View {
  const char* name;
  Level level;
  int pixels;
  double degrees;
  double scale;
};

class PictureTest : public testing::TestWithParam<View> {};

TEST_P(PictureTest, IsReadByBothReaders) {
  const View& view = GetParam();
  for (const std::string& text : {kOnline, kOffline}) {
    const Canvas canvas = Turned(Drawn(*Encode(text, view.level), view.pixels),
                                 view.degrees, view.scale);
    EXPECT_EQ(ReadPicture(PngOf(canvas)).value_or("-"), text);
    EXPECT_EQ(ReadWithZbar(canvas), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Views, PictureTest,
                         testing::ValuesIn<View>({
                             {"Straight", Level::kScreen, 4, 0, 1},
                             {"Printed", Level::kPrint, 4, 0, 1},
                             {"Larger", Level::kScreen, 4, 0, 2.3},
                             {"Smaller", Level::kScreen, 8, 0, 0.45},
                             {"TurnedAQuarter", Level::kScreen, 4, 90, 1},
                             {"UpsideDown", Level::kScreen, 4, 180, 1},
                             {"TurnedALittle", Level::kScreen, 6, 12, 1},
                             {"TurnedAndLarger", Level::kPrint, 6, 33, 1.3},
                         }),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(QrTest, ABlotOnATenthOfAPrintedCodeDoesNoHarm) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  int read = 0;
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    Symbol symbol = *Encode(kOnline, Level::kPrint);
    // A square of a tenth of the area, clear of the three finders.
    const int blot = static_cast<int>(symbol.width * 0.316);
    const int at = static_cast<int>(random() % 6);
    const int x = symbol.width - blot - 9 + at, y = symbol.width - blot - 9;
    for (int j = 0; j < blot; ++j) {
      for (int k = 0; k < blot; ++k)
        symbol.dark[(y + j) * symbol.width + x + k] = i % 2 == 0;
    }
    const auto text = ReadPicture(Png(symbol, 4));
    EXPECT_EQ(text.value_or(kOnline), kOnline);
    read += text.ok() ? 1 : 0;
  }
  EXPECT_EQ(read, kTries);
}

TEST(QrTest, APictureThatIsNoneIsToldFromOneWithoutACode) {
  EXPECT_TRUE(absl::IsInvalidArgument(ReadPicture("").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadPicture("GIF89a").status()));
  const std::string png = Png(*Encode(kOnline, Level::kScreen), 4);
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadPicture(png.substr(0, png.size() / 2)).status()));
  EXPECT_TRUE(absl::IsNotFound(
      ReadPicture(PngOf({100, std::vector<uint8_t>(10000, 255)})).status()));
  // With the quiet zone 4096 and 4097 pixels.
  EXPECT_TRUE(absl::IsNotFound(
      ReadPicture(PngOf({4088, std::vector<uint8_t>(4088 * 4088, 255)}))
          .status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadPicture(PngOf({4089, std::vector<uint8_t>(4089 * 4089, 255)}))
          .status()));
}

// A photograph: grey turned to JPEG at a quality phones send pictures with.
std::string JpegOf(const Canvas& canvas, int quality) {
  tjhandle writer = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): the library's type.
  tjCompress2(writer, canvas.pixels.data(), canvas.side, canvas.side,
              canvas.side, TJPF_GRAY, &bytes, &size, TJSAMP_GRAY, quality, 0);
  std::string jpeg(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(writer);
  return jpeg;
}

TEST(QrTest, APhotographIsRead) {
  for (const int quality : {30, 75, 95}) {
    const Canvas canvas =
        Turned(Drawn(*Encode(kOnline, Level::kScreen), 6), 12, 1);
    EXPECT_EQ(ReadPicture(JpegOf(canvas, quality)).value_or("-"), kOnline)
        << quality;
  }
}

TEST(QrTest, APhotographCutShortOrTooLargeIsRefused) {
  const std::string jpeg =
      JpegOf(Drawn(*Encode(kOnline, Level::kScreen), 6), 75);
  for (const size_t size : {size_t{2}, size_t{100}, jpeg.size() / 2})
    EXPECT_TRUE(
        absl::IsInvalidArgument(ReadPicture(jpeg.substr(0, size)).status()))
        << size;
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadPicture(JpegOf({4097, std::vector<uint8_t>(4097 * 4097, 255)}, 30))
          .status()));
}

TEST(QrTest, AnSvgHasItsModulesAndItsQuietZone) {
  const Symbol symbol{2, {true, false, true, true}};
  EXPECT_EQ(Svg(symbol),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\" "
            "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 "
            "0h10v10H0z\"/><path d=\"M4 4h1v1h-1zM4 5h2v1h-2z\"/></svg>\n");
}

}  // namespace
}  // namespace talentcard::qr
