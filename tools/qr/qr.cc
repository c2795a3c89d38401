#include "tools/qr/qr.h"

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>
#include <png.h>
#include <qrencode.h>
#include <turbojpeg.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::qr {
namespace {

constexpr uint32_t kLargestPicture = 4096;  // Pixels a side.

struct FreeQr {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

// Grey, a byte a pixel.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> pixels;
};

absl::Status TooLarge() {
  return absl::InvalidArgumentError("the picture is larger than 4096 pixels");
}

struct FreeJpeg {
  void operator()(void* reader) const { tjDestroy(reader); }
};

// As a phone takes it.
absl::StatusOr<Picture> ParseJpeg(std::string_view jpeg) {
  const std::unique_ptr<void, FreeJpeg> reader(tjInitDecompress());
  const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg.data());
  int width = 0, height = 0, sampling = 0, colours = 0;
  if (tjDecompressHeader3(reader.get(), bytes, jpeg.size(), &width, &height,
                          &sampling, &colours) != 0)
    return absl::InvalidArgumentError("the picture is no JPEG");
  constexpr int kMost = static_cast<int>(kLargestPicture);
  if (width > kMost || height > kMost) return TooLarge();
  Picture picture{width, height,
                  std::vector<uint8_t>(static_cast<size_t>(width) * height)};
  // A photograph cut short is grey from there on: read no code from it.
  if (tjDecompress2(reader.get(), bytes, jpeg.size(), picture.pixels.data(),
                    width, width, height, TJPF_GRAY, TJFLAG_STOPONWARNING) != 0)
    return absl::InvalidArgumentError("the picture is broken");
  return picture;
}

absl::StatusOr<Picture> ParsePng(std::string_view png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0)
    return absl::InvalidArgumentError("the picture is neither PNG nor JPEG");
  if (image.width > kLargestPicture || image.height > kLargestPicture) {
    png_image_free(&image);
    return TooLarge();
  }
  image.format = PNG_FORMAT_GRAY;
  Picture picture{static_cast<int>(image.width), static_cast<int>(image.height),
                  std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&image, &white, picture.pixels.data(), 0,
                            nullptr) == 0)
    return absl::InvalidArgumentError("the picture is broken");
  return picture;
}

}  // namespace

absl::StatusOr<Symbol> Encode(std::string_view text, Level level) {
  // QR_MODE_8 lets the library choose the alphanumeric mode where it can; asked
  // for QR_MODE_AN it gives nothing.
  const std::unique_ptr<QRcode, FreeQr> code(QRcode_encodeString(
      std::string(text).c_str(), 0,
      level == Level::kScreen ? QR_ECLEVEL_M : QR_ECLEVEL_Q, QR_MODE_8,
      /*casesensitive=*/1));
  if (code == nullptr)
    return absl::InvalidArgumentError("the text fits into no QR symbol");
  Symbol symbol{code->width, {}};
  for (int i = 0; i < code->width * code->width; ++i)
    symbol.dark.push_back((code->data[i] & 1) != 0);
  return symbol;
}

std::string Svg(const Symbol& symbol) {
  const int side = symbol.width + 2 * kQuietZone;
  std::string svg = absl::StrCat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", side, " ",
      side, "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h",
      side, "v", side, "H0z\"/><path d=\"");
  for (int y = 0; y < symbol.width; ++y) {
    for (int x = 0, end = 0; x < symbol.width; x = end + 1) {
      end = x;
      while (end < symbol.width && symbol.dark[y * symbol.width + end]) ++end;
      if (end > x)
        absl::StrAppend(&svg, "M", x + kQuietZone, " ", y + kQuietZone, "h",
                        end - x, "v1h", x - end, "z");
    }
  }
  return svg + "\"/></svg>\n";
}

std::string Png(const Symbol& symbol, int pixels) {
  const int modules = symbol.width + 2 * kQuietZone;
  const int side = modules * pixels;
  std::vector<uint8_t> grey(static_cast<size_t>(side) * side, 255);
  for (int y = 0; y < symbol.width * pixels; ++y) {
    for (int x = 0; x < symbol.width * pixels; ++x) {
      if (symbol.dark[y / pixels * symbol.width + x / pixels])
        grey[(y + kQuietZone * pixels) * side + x + kQuietZone * pixels] = 0;
    }
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, grey.data(), 0, nullptr);
  std::string png(size, '\0');
  png_image_write_to_memory(&image, png.data(), &size, 0, grey.data(), 0,
                            nullptr);
  png.resize(size);
  return png;
}

absl::StatusOr<std::string> ReadPicture(std::string_view bytes) {
  const bool jpeg = bytes.substr(0, 2) == "\xFF\xD8";
  ASSIGN_OR_RETURN(const Picture picture,
                   jpeg ? ParseJpeg(bytes) : ParsePng(bytes));
  const auto hints = ZXing::DecodeHints()
                         .setFormats(ZXing::BarcodeFormat::QRCode)
                         .setTryHarder(true)
                         .setTryRotate(true);
  const ZXing::Result result =
      ZXing::ReadBarcode({picture.pixels.data(), picture.width, picture.height,
                          ZXing::ImageFormat::Lum},
                         hints);
  if (!result.isValid())
    return absl::NotFoundError("there is no QR code to read in the picture");
  return result.text();
}

}  // namespace talentcard::qr
