#ifndef TALENTCARD_TOOLS_FIGURES_FIGURES_H_
#define TALENTCARD_TOOLS_FIGURES_FIGURES_H_

#include <fstream>
#include <string>
#include <string_view>

namespace talentcard {

// Measured figures: printed for people, and appended to a file as JSON lines
// {"name", "value", "unit", "commit"}.
class Figures {
 public:
  // Only prints if `path` is empty.
  Figures(const std::string& path, std::string commit);

  // Names are dotted, e.g. `kill.rate`; units as written, e.g. `1/s`, `ms`.
  void Add(std::string_view name, double value, std::string_view unit);

 private:
  const std::string commit_;
  std::ofstream file_;
};

}  // namespace talentcard

#endif  // TALENTCARD_TOOLS_FIGURES_FIGURES_H_
