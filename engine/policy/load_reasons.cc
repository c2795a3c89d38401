#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

void ReadReasons(Loading& loading, YamlReader& reader, const YamlNode& root) {
  auto& reasons = loading.policy.reasons;
  Declared codes;
  const auto rows = reader.Maps(root, "reasons");
  for (const YamlNode* row : rows) {
    reader.Keys(*row, {"code", "meaning", "next_step", "shown_to", "shown_as"});
    Reason reason;
    reason.code = reader.Id(*row, "code", codes);
    reason.meaning = reader.Bilingual(*row, "meaning");
    reason.next_step = reader.Bilingual(*row, "next_step");
    reason.shown_to = reader.Codes(*row, "shown_to", loading.Askers());
    if ((*row)["shown_to"].IsAbsent() != (*row)["shown_as"].IsAbsent()) {
      reader.Note(*row,
                  Say("`shown_to` 与 `shown_as` 要同时写",
                      "`shown_to` and `shown_as` go together"),
                  reason.code);
    }
    if (!reason.code.empty()) reasons.emplace(reason.code, std::move(reason));
  }
  for (const YamlNode* row : rows) {
    const std::string shown_as =
        reader.Code(*row, "shown_as", loading.Reasons(), false);
    const auto reason = reasons.find((*row)["code"].scalar);
    if (reason != reasons.end()) reason->second.shown_as = shown_as;
    // What is told instead must itself be for everybody.
    const auto told = reasons.find(shown_as);
    if (told != reasons.end() && !told->second.shown_to.empty()) {
      reader.Note((*row)["shown_as"],
                  Say("`$0` 本身也不对所有人公开",
                      "`$0` is itself not shown to everybody", shown_as),
                  shown_as);
    }
  }
  if (!rows.empty() && !reasons.contains("OK")) {
    reader.Note(root["reasons"],
                Say("缺少原因 `OK`", "the reason `OK` is missing"), "OK");
  }
}

}  // namespace

void LoadReasons(Loading& loading) {
  loading.File("reasons.yaml", [&](YamlReader& reader, const YamlNode& root) {
    reader.Keys(root, {"reasons"});
    ReadReasons(loading, reader, root);
  });
  loading.File("evidence.yaml", [&](YamlReader& reader, const YamlNode& root) {
    reader.Keys(root, {"evidence"});
    Declared kinds;
    for (const YamlNode* row : reader.Maps(root, "evidence")) {
      reader.Keys(*row, {"kind", "name", "verified_at"});
      EvidenceKind evidence{reader.Id(*row, "kind", kinds),
                            reader.Bilingual(*row, "name"),
                            reader.String(*row, "verified_at")};
      loading.policy.evidence.emplace(evidence.kind, evidence);
    }
  });
}

}  // namespace talentcard::policy
