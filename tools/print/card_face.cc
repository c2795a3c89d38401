#include "tools/print/card_face.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::print {
namespace {

constexpr double kPointsPerMillimetre = 72 / 25.4;
constexpr double kWidth = 85.60, kHeight = 53.98;  // Millimetres.
constexpr double kMargin = 6;
constexpr double kInner = kWidth - 2 * kMargin;
constexpr double kBand = 17;  // Height of the coloured band at the top.

// A font for Latin and common characters, and those that have the rare ones.
constexpr char kFonts[] = "Noto Sans CJK SC, HanaMinA, HanaMinB";

struct Free {
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(PangoLayout* p) const { g_object_unref(p); }
  void operator()(PangoFontDescription* p) const {
    pango_font_description_free(p);
  }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

struct Colour {
  double red, green, blue;
};
// From the rank 1 card to the rank 5 card.
constexpr std::array<Colour, 5> kBands = {{{0.18, 0.47, 0.42},
                                           {0.12, 0.36, 0.55},
                                           {0.10, 0.24, 0.48},
                                           {0.42, 0.13, 0.22},
                                           {0.47, 0.35, 0.10}}};
constexpr Colour kWhite = {1, 1, 1};
constexpr Colour kInk = {0.13, 0.15, 0.18};
constexpr Colour kGrey = {0.40, 0.43, 0.47};

// Text in a box: its left and top edge and its type size, in millimetres.
struct Text {
  std::string text;
  double x, y, size;
  Colour colour;
  bool bold = false;
  double tallest = 0;  // The box's height; one line if 0.
};

class Drawing {
 public:
  explicit Drawing(cairo_surface_t* surface) : cairo_(cairo_create(surface)) {
    cairo_scale(cairo_.get(), kPointsPerMillimetre, kPointsPerMillimetre);
  }

  void Fill(double height, const Colour& colour) {
    Use(colour);
    cairo_rectangle(cairo_.get(), 0, 0, kWidth, height);
    cairo_fill(cairo_.get());
  }

  // Shrinks the text until it fits into its box.
  absl::Status Write(const Text& text) {
    double size = text.size;
    Owned<PangoLayout> layout = Layout(text, size);
    while (size > 1 && !Fits(text, layout.get())) {
      size -= 0.2;
      layout = Layout(text, size);
    }
    if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0)
      return absl::FailedPreconditionError(
          absl::StrCat("no font here has every character of `", text.text,
                       "`; install fonts-noto-cjk and fonts-hanazono"));
    Use(text.colour);
    cairo_move_to(cairo_.get(), text.x, text.y);
    pango_cairo_show_layout(cairo_.get(), layout.get());
    return absl::OkStatus();
  }

 private:
  void Use(const Colour& colour) {
    cairo_set_source_rgb(cairo_.get(), colour.red, colour.green, colour.blue);
  }

  Owned<PangoLayout> Layout(const Text& text, double size) {
    Owned<PangoLayout> layout(pango_cairo_create_layout(cairo_.get()));
    const Owned<PangoFontDescription> font(
        pango_font_description_from_string(kFonts));
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    pango_font_description_set_weight(
        font.get(), text.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_text(layout.get(), text.text.data(),
                          static_cast<int>(text.text.size()));
    if (text.tallest > 0) {
      pango_layout_set_width(layout.get(),
                             static_cast<int>(kInner * PANGO_SCALE));
      pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    }
    return layout;
  }

  static bool Fits(const Text& text, PangoLayout* layout) {
    int width = 0, height = 0;
    pango_layout_get_size(layout, &width, &height);
    return width <= kInner * PANGO_SCALE &&
           (text.tallest == 0 || height <= text.tallest * PANGO_SCALE);
  }

  Owned<cairo_t> cairo_;
};

// In fours, so that it can be read out.
std::string Grouped(const std::string& number) {
  std::string out;
  for (size_t i = 0; i < number.size(); i += 4)
    absl::StrAppend(&out, i == 0 ? "" : " ", number.substr(i, 4));
  return out;
}

absl::Status Draw(const CardFace& face, cairo_surface_t* surface) {
  Drawing drawing(surface);
  drawing.Fill(kHeight, kWhite);
  drawing.Fill(kBand, kBands[std::clamp(face.rank, 1, 5) - 1]);
  for (const Text& text :
       {Text{face.tier_zh, kMargin, 3.2, 5, kWhite, true},
        Text{absl::StrCat("Chengzhou Talent Card · ", face.tier_en), kMargin,
             10.6, 2.8, kWhite},
        Text{face.name, kMargin, 20, 6.4, kInk, true, 17},
        Text{"卡号 No.", kMargin, 38.4, 2, kGrey},
        Text{Grouped(face.number), kMargin, 41, 2.8, kInk},
        Text{absl::StrCat("有效期至 Valid through ", face.valid_until), kMargin,
             46.4, 2.6, kGrey}})
    RETURN_IF_ERROR(drawing.Write(text));
  return absl::OkStatus();
}

cairo_status_t Append(void* out, const unsigned char* bytes,
                      unsigned int size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes),
                                         size);
  return CAIRO_STATUS_SUCCESS;
}

absl::Status Finish(cairo_surface_t* surface) {
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_surface_status(surface);
  return status == CAIRO_STATUS_SUCCESS
             ? absl::OkStatus()
             : absl::InternalError(cairo_status_to_string(status));
}

}  // namespace

absl::StatusOr<std::string> CardPdf(const CardFace& face) {
  std::string pdf;
  const Owned<cairo_surface_t> surface(cairo_pdf_surface_create_for_stream(
      Append, &pdf, kWidth * kPointsPerMillimetre,
      kHeight * kPointsPerMillimetre));
  // Nobody's name belongs into a file's properties.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 "澄州英才卡");
  RETURN_IF_ERROR(Draw(face, surface.get()));
  RETURN_IF_ERROR(Finish(surface.get()));
  return pdf;
}

absl::StatusOr<std::string> CardPng(const CardFace& face,
                                    double dots_per_inch) {
  const double scale = dots_per_inch / 72;
  const Owned<cairo_surface_t> surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24,
      static_cast<int>(kWidth * kPointsPerMillimetre * scale + 0.5),
      static_cast<int>(kHeight * kPointsPerMillimetre * scale + 0.5)));
  cairo_surface_set_device_scale(surface.get(), scale, scale);
  RETURN_IF_ERROR(Draw(face, surface.get()));
  std::string png;
  cairo_surface_write_to_png_stream(surface.get(), Append, &png);
  RETURN_IF_ERROR(Finish(surface.get()));
  return png;
}

}  // namespace talentcard::print
