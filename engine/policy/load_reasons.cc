#include "absl/strings/str_cat.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {

void LoadReasons(Loading& loading) {
  loading.File("reasons.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"reasons"});
    for (const YAML::Node& row : reader.Maps(root, "reasons")) {
      reader.Keys(row, {"code", "meaning", "next_step", "shown_to", "shown_as"});
      Reason reason{reader.String(row, "code"), reader.Bilingual(row, "meaning"), reader.Bilingual(row, "next_step"),
                    reader.Strings(row, "shown_to"), reader.String(row, "shown_as", false)};
      if (reason.shown_to.empty() != reason.shown_as.empty()) {
        reader.Note(row, "`shown_to` and `shown_as` go together", reason.code);
      }
      if (!loading.policy.reasons.emplace(reason.code, reason).second) {
        reader.Note(row, absl::StrCat("the reason `", reason.code, "` is there already"), reason.code);
      }
    }
    for (const YAML::Node& row : reader.Maps(root, "reasons", false)) {
      if (row["shown_as"].IsDefined()) reader.OneOf(row["shown_as"], reader.String(row, "shown_as"), loading.ReasonCodes(), "reason");
    }
    if (!loading.policy.reasons.contains("OK")) reader.Note(root, "the reason `OK` is missing", "OK");
  });
  loading.File("evidence.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"evidence"});
    for (const YAML::Node& row : reader.Maps(root, "evidence")) {
      reader.Keys(row, {"kind", "name", "verified_at"});
      EvidenceKind evidence{reader.String(row, "kind"), reader.Bilingual(row, "name"), reader.String(row, "verified_at")};
      if (!loading.policy.evidence.emplace(evidence.kind, evidence).second) {
        reader.Note(row, absl::StrCat("the kind `", evidence.kind, "` is there already"), evidence.kind);
      }
    }
  });
}

}  // namespace talentcard::policy
