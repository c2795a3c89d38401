#ifndef TALENTCARD_ENGINE_POLICY_LOADER_H_
#define TALENTCARD_ENGINE_POLICY_LOADER_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/policy/mistake.h"
#include "engine/policy/policy.h"
#include "engine/policy/yaml_reader.h"

// The parts of Load, one a kind of file, in the order they run: each may rely
// on what the ones before it put into `policy`.
namespace talentcard::policy {

struct Loading {
  using Read = std::function<void(YamlReader&, const YamlNode&)>;

  const std::map<std::string, std::string>& files;
  Policy policy;
  cel::Environment environment;
  std::vector<Mistake> mistakes;
  std::set<std::string> read;        // Paths that some part has read.
  std::set<std::string> unreadable;  // Those that are not maps of YAML.

  // Reads one file by its path; notes if it is missing.
  void File(const std::string& path, const Read& read_file);
  // Reads every `.yaml` file of a folder.
  void Folder(const std::string& folder, const Read& read_file);

  Known Askers() const;
  Known Reasons() const;
  Known Evidence() const;
};

void LoadHead(Loading& loading);        // policy.yaml, calendar.yaml
void LoadAccess(Loading& loading);      // access.yaml
void LoadParameters(Loading& loading);  // parameters/, then the environment
void LoadReasons(Loading& loading);     // reasons.yaml, evidence.yaml
void LoadCatalogue(Loading& loading);   // tiers.yaml
void LoadCard(Loading& loading);        // card.yaml
void LoadEntitlements(Loading& loading);
void LoadMatters(Loading& loading);
void LoadCode(Loading& loading);          // code.yaml, if there is one
void LoadGuessing(Loading& loading);      // guessing.yaml, if there is one
void LoadPersonalData(Loading& loading);  // personal_data.yaml, if there is one

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_LOADER_H_
