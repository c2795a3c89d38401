#ifndef TALENTCARD_TESTS_INTEGRATION_ACCESS_MODEL_H_
#define TALENTCARD_TESTS_INTEGRATION_ACCESS_MODEL_H_

#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

namespace talentcard {

// What access.yaml says, read a second time: shares nothing with the loader,
// the policy or services/rpc.
class AccessModel {
 public:
  explicit AccessModel(const std::string& file) : root_(YAML::LoadFile(file)) {}

  std::set<std::string> Kinds() const { return Texts(root_["askers"]); }
  std::set<std::string> Rpcs() const {
    std::set<std::string> rpcs;
    for (const auto& row : root_["rules"])
      rpcs.insert(row.first.as<std::string>());
    return rpcs;
  }
  // Absent if the asker has no cell.
  YAML::Node Cell(const std::string& rpc, const std::string& kind) const {
    const YAML::Node cells = root_["rules"][rpc];
    if (!cells || !cells.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    if (cells[kind] && kind != "everybody") return cells[kind];
    const bool listed = Kinds().contains(kind);
    return listed && cells["everybody"] ? cells["everybody"]
                                        : YAML::Node(YAML::NodeType::Undefined);
  }
  // The request field that has to name the asker's institution; empty if none.
  static std::string OwnField(const YAML::Node& cell) {
    if (!cell || cell["relation"].as<std::string>() != "own") return "";
    const auto own_by = cell["own_by"].as<std::string>();
    return own_by == "record" ? "" : own_by;
  }
  // Whether a request that names only an institution, `named`, asks about
  // somebody whose card was not shown.
  static bool AsksWithoutCard(const YAML::Node& cell,
                              const std::string& named) {
    if (!cell["purpose_unless"]) return false;
    const auto card = cell["purpose_unless"].as<std::string>();
    const std::string in = card.substr(0, card.find('.'));
    return in == card || (!named.empty() && OwnField(cell).starts_with(in));
  }
  // `named`: the institution in the field that OwnField names.
  bool May(const std::string& kind, const std::string& institution,
           const std::string& rpc, const std::string& named,
           bool purpose) const {
    const YAML::Node cell = Cell(rpc, kind);
    if (!cell) return false;
    if (cell["purpose_required"].as<bool>(false) && !purpose) return false;
    if (!purpose && AsksWithoutCard(cell, named)) return false;
    return OwnField(cell).empty() || (!named.empty() && named == institution);
  }
  // Of the answer; empty means all.
  std::set<std::string> Fields(const YAML::Node& cell) const {
    return cell["fields"] ? Texts(cell["fields"]) : std::set<std::string>();
  }

 private:
  static std::set<std::string> Texts(const YAML::Node& list) {
    std::set<std::string> texts;
    for (const auto& text : list) texts.insert(text.as<std::string>());
    return texts;
  }

  const YAML::Node root_;
};

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_ACCESS_MODEL_H_
