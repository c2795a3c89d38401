// Mistakes in how files are written.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class FormMistakeTest : public MistakeTest {};

TEST_P(FormMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, FormMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"an unknown key is told with the nearest",
         {{"policy.yaml", "issuer:", "isuer:"}},
         {"policy.yaml:2:1: there is no key `isuer` here; did you mean "
          "`issuer`?"}},
        {"an unknown key far from any is told alone",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号",
           "issuer: a\ncolour: red"}},
         {"policy.yaml:3:1: there is no key `colour` here"}},
        {"a key that occurs twice",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号",
           "issuer: a\nissuer: b"}},
         {"policy.yaml:3:1: the key `issuer` occurs twice"}},
        {"a key that occurs twice deep inside",
         {{"entitlements/green.yaml", "        consequence: manual",
           "        consequence: manual\n        consequence: deny"}},
         {"entitlements/green.yaml:23:9: the key `consequence` occurs twice"}},
        {"a column counts characters and not bytes",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "{zh: 规则, eng: Rules}"}},
         {"policy.yaml:1:16: there is no key `eng` here; did you mean `en`?"}},
        {"an anchor",
         {{"policy.yaml", "issuer: 海", "issuer: &a 海"}},
         {"policy.yaml:2:9: anchors (`&`) cannot be used; write the value "
          "again"}},
        {"an alias",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号", "issuer: *a"},
          {"policy.yaml", "name: {zh: 规则", "name: {zh: &a 规则"}},
         {"policy.yaml:1:12: anchors (`&`) cannot be used; write the value "
          "again",
          "policy.yaml:2:9: aliases (`*`) cannot be used; write the value "
          "again"}},
        {"a merge key",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号",
           "issuer: a\n<<: {b: c}"}},
         {"policy.yaml:3:1: merge keys (`<<`) cannot be used; write the keys "
          "again"}},
        {"a tag",
         {{"policy.yaml", "issuer: 海", "issuer: !!str 海"}},
         {"policy.yaml:2:9: tags (`!`) cannot be used; an expression that "
          "starts with `!` goes in quotes"}},
        {"an expression that begins with an exclamation mark",
         {{"entitlements/green.yaml", "        applies: relation != SELF",
           "        applies: !link.ended"}},
         {"entitlements/green.yaml:19:18: tags (`!`) cannot be used; an "
          "expression that starts with `!` goes in quotes"}},
        {"an expression that begins with a bracket",
         {{"entitlements/green.yaml", "        applies: relation != SELF",
           "        applies: [1, 2].size() > 1"}},
         {"entitlements/green.yaml:19:24: this is not YAML: end of map not "
          "found"}},
        {"a second document",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号",
           "issuer: a\n---\nissuer: b"}},
         {"policy.yaml:3:1: a file holds one document; leave out `---`"}},
        {"what is not YAML",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "{zh: 规则, en: Rules"}},
         {"policy.yaml:2:7: this is not YAML: end of map flow not found"}},
        {"a tab for an indent",
         {{"reasons.yaml", "    meaning: {zh: 符合", "\tmeaning: {zh: 符合"}},
         {"reasons.yaml:3:1: this is not YAML: illegal tab when looking for "
          "indentation"}},
        {"a file that is not UTF-8",
         {{"policy.yaml", "issuer: 海", "issuer: \xFF"}},
         {"policy.yaml:2:1: the file is not UTF-8; save it as UTF-8"}},
        {"a mark that reverses text",
         {{"policy.yaml", "issuer: 海",
           "issuer: \xE2\x80\xAE"
           "海"}},
         {"policy.yaml:2:9: there is an invisible character here; delete it"}},
        {"a file that is missing",
         {{"evidence.yaml", "", ""}},
         {"evidence.yaml:1:1: this file is missing"}},
        {"a file in no known place",
         {{"entitlement/green.yaml", "", "a: b"}},
         {"entitlement/green.yaml:1:1: no rule file has this name or place"}},
        {"a file whose name is nearly right",
         {{"card.yml", "", "a: b"}},
         {"card.yml:1:1: no rule file has this name or place; did you mean "
          "`card.yaml`?"}},
        {"a path that leaves the bundle",
         {{"../card.yaml", "", "a: b"}},
         {"../card.yaml:1:1: a path has letters, digits, `_`, `-`, `.` and "
          "`/`, at most 200"}},
        {"a file that is a list",
         {{"policy.yaml", "", "- a\n"}},
         {"policy.yaml:1:1: keys and values are expected here"}},
        {"a file that is empty",
         {{"policy.yaml", "", "# nothing\n"}},
         {"policy.yaml:1:1: keys and values are expected here"}},
        {"a text where keys belong",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "Rules"}},
         {"policy.yaml:1:7: keys and values are expected here"}},
        {"keys where a text belongs",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号", "issuer: {zh: a}"}},
         {"policy.yaml:2:9: `issuer` must be a text"}},
        {"an empty text",
         {{"policy.yaml", "issuer: 海委发〔2022〕17号", "issuer:"}},
         {"policy.yaml:2:1: `issuer` must be a text"}},
        {"no Chinese",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "{en: Rules}"}},
         {"policy.yaml:1:7: `zh` is missing"}},
        {"no English",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "{zh: 规则}"}},
         {"policy.yaml:1:7: `en` is missing"}},
        {"an empty English",
         {{"policy.yaml", "{zh: 规则, en: Rules}", "{zh: 规则, en: \"\"}"}},
         {"policy.yaml:1:20: `en` must be a text"}},
        {"a map where a list belongs",
         {{"reasons.yaml", "", "reasons: {code: OK}\n"}},
         {"reasons.yaml:1:10: `reasons` must be a list (of `-`), and not "
          "empty"}},
        {"an element that is no map",
         {{"evidence.yaml", "evidence:\n", "evidence:\n  - certificate\n"}},
         {"evidence.yaml:2:5: keys and values are expected here"}},
        {"mistakes in every file at once",
         {{"policy.yaml", "issuer:", "isuer:"},
          {"calendar.yaml", "2026-01-01", "2026-02-30"},
          {"evidence.yaml", "verified_at:", "verified:"},
          {"card.yaml", "change: revoke", "change: revke"},
          {"entitlements/green.yaml", "tier.rank > 0", "tier.rnk > 0"}},
         {"calendar.yaml:2:12: `2026-02-30` is not a date; write it as "
          "2022-11-16",
          "card.yaml:13:54: there is no change `revke`; did you mean `revoke`?",
          "entitlements/green.yaml:13:18: in the expression: `TierView` has no "
          "field `rnk`; did you mean `rank`?",
          "evidence.yaml:2:64: there is no key `verified` here; did you mean "
          "`verified_at`?",
          "policy.yaml:2:1: there is no key `isuer` here; did you mean "
          "`issuer`?"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
