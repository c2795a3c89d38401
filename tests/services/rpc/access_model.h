#ifndef TALENTCARD_TESTS_SERVICES_RPC_ACCESS_MODEL_H_
#define TALENTCARD_TESTS_SERVICES_RPC_ACCESS_MODEL_H_

#include <yaml-cpp/yaml.h>

#include <map>
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
  // The request field that has to name the asker's own institution, RPC by RPC;
  // empty where only a record says whose it is. An RPC that is not here is
  // nobody's own.
  static const std::map<std::string, std::string>& OwnFields() {
    static const auto* const fields = new std::map<std::string, std::string>{
        {"HospitalService.VerifyGreenChannel", "hospital"},
        {"HospitalService.VerifyReferral", "hospital"},
        {"HospitalService.BatchVerifyGreenChannel", "hospital"},
        {"HospitalService.BookVisit", "patient.hospital"},
        {"HospitalService.StartVisit", "patient.hospital"},
        {"HospitalService.CancelVisit", ""},
        {"SchoolService.QueryEnrolment", "school"},
        {"SchoolService.BatchQueryEnrolment", "school"},  // In each of them.
        {"SchoolService.ConfirmPlace", ""},
        {"SchoolService.ReleasePlace", ""},
        {"SchoolService.ListPlaces", "school"},
        {"RegistryService.GetEmployer", "name"},
        {"MatterService.OpenMatter", ""},
        {"MatterService.GetMatter", ""},
        {"MatterService.ListMatters", ""},
        {"SpousePlacementService.ListPlacements", ""},
        {"SpousePlacementService.AcknowledgePlacement", ""},
        {"SpousePlacementService.OfferPost", ""},
        {"SpousePlacementService.ClosePlacement", ""}};
    return *fields;
  }
  // `named`: the institution that stands there.
  bool May(const std::string& kind, const std::string& institution,
           const std::string& rpc, const std::string& named,
           bool purpose) const {
    const YAML::Node cell = Cell(rpc, kind);
    if (!cell) return false;
    if (cell["purpose_required"].as<bool>(false) && !purpose) return false;
    if (cell["relation"].as<std::string>() != "own") return true;
    const auto own = OwnFields().find(rpc);
    if (own == OwnFields().end()) return false;
    return own->second.empty() || (!named.empty() && named == institution);
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

#endif  // TALENTCARD_TESTS_SERVICES_RPC_ACCESS_MODEL_H_
