#include "tools/figures/figures.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_format.h"

namespace talentcard {

Figures::Figures(const std::string& path, std::string commit)
    : commit_(std::move(commit)) {
  if (!path.empty()) file_.open(path, std::ios::app);
}

void Figures::Add(std::string_view name, double value, std::string_view unit) {
  std::cout << absl::StrFormat("%-40s %12.6g %s\n", name, value, unit)
            << std::flush;
  if (!file_.is_open()) return;
  nlohmann::ordered_json line;
  line["name"] = name;
  line["value"] = value;
  line["unit"] = unit;
  line["commit"] = commit_;
  file_ << line.dump() << std::endl;
}

}  // namespace talentcard
