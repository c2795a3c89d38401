// Mistakes in entitlements.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class EntitlementsMistakeTest : public MistakeTest {};

TEST_P(EntitlementsMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, EntitlementsMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"an unknown name in a condition",
         {{"entitlements/green.yaml", "request.hospital in param.HOSPITALS",
           "request.hospital in param.HOSPITAL"}},
         {"entitlements/green.yaml:20:35: in the expression: no name "
          "`param.HOSPITAL` is known here; did you mean `param.HOSPITALS`?"}},
        {"a mistake on the second line of a folded expression",
         {{"entitlements/green.yaml", "&& tier.rank > 0", "&& tier.rnk > 0"}},
         {"entitlements/green.yaml:13:18: in the expression: `TierView` has no "
          "field `rnk`; did you mean `rank`?"}},
        {"two mistakes in one expression",
         {{"entitlements/green.yaml", "request.hospital in param.HOSPITALS",
           "request.hospitl in [requst.school]"}},
         {"entitlements/green.yaml:20:22: in the expression: `RequestView` has "
          "no field `hospitl`; did you mean `hospital`?",
          "entitlements/green.yaml:20:35: in the expression: no name `requst` "
          "is known here; did you mean `request`?"}},
        {"a place behind Chinese in an expression",
         {{"entitlements/green.yaml", "request.hospital in param.HOSPITALS",
           "request.school == '中文' && request.hospitl == ''"}},
         {"entitlements/green.yaml:20:48: in the expression: `RequestView` has "
          "no field `hospitl`; did you mean `hospital`?"}},
        {"a place in a quoted expression",
         {{"entitlements/green.yaml", "request.hospital in param.HOSPITALS",
           "'request.school == ''x'' && tier.hihg_level'"}},
         {"entitlements/green.yaml:20:47: in the expression: `TierView` has no "
          "field `hihg_level`; did you mean `high_level`?"}},
        {"a condition that is no yes or no",
         {{"entitlements/green.yaml", "applies: relation != SELF",
           "applies: tier.rank"}},
         {"entitlements/green.yaml:19:22: in the expression: this is a int, "
          "but a bool is needed"}},
        {"a comparison of things that differ",
         {{"entitlements/green.yaml", "applies: relation != SELF",
           "applies: relation != 7"}},
         {"entitlements/green.yaml:19:27: in the expression: `!=` cannot take "
          "(string, int)"}},
        {"an expression that is cut off",
         {{"entitlements/green.yaml", "applies: relation != SELF",
           "applies: relation !="}},
         {"entitlements/green.yaml:19:29: in the expression: the expression is "
          "not finished"}},
        {"an unknown reason",
         {{"entitlements/green.yaml", "else: NOT_ON_LIST\n        consequence",
           "else: NOT_IN_LIST\n        consequence"}},
         {"entitlements/green.yaml:21:15: there is no reason `NOT_IN_LIST`; "
          "did you mean `NOT_ON_LIST`?"}},
        {"an unknown reason inside an expression",
         {{"entitlements/green.yaml", "else: card.state_reason",
           "else: \"card.in_force ? 'NOT_IN_LIST' : card.state_reason\""}},
         {"entitlements/green.yaml:14:32: there is no reason `NOT_IN_LIST`; "
          "did you mean `NOT_ON_LIST`?"}},
        {"no reason",
         {{"entitlements/green.yaml", "        else: card.state_reason\n", ""}},
         {"entitlements/green.yaml:10:9: `else` is missing"}},
        {"an unknown consequence",
         {{"entitlements/green.yaml", "consequence: manual",
           "consequence: manuel"}},
         {"entitlements/green.yaml:22:22: there is no consequence `manuel`; "
          "did you mean `manual`?"}},
        {"a condition without a clause",
         {{"entitlements/green.yaml",
           "{zh: 续期, en: Renew}\n        clause: §5",
           "{zh: 续期, en: Renew}"}},
         {"entitlements/green.yaml:10:9: `clause` is missing"}},
        {"a condition without a remedy",
         {{"entitlements/green.yaml", "        remedy: {zh: 续期, en: Renew}\n",
           ""}},
         {"entitlements/green.yaml:10:9: `remedy` is missing"}},
        {"an id there twice",
         {{"entitlements/green.yaml", "id: hospital-named",
           "id: card-in-force"}},
         {"entitlements/green.yaml:18:13: `card-in-force` is there already"}},
        {"a limit with the id of a condition",
         {{"entitlements/green.yaml", "id: one-open", "id: card-in-force"}},
         {"entitlements/green.yaml:27:13: `card-in-force` is there already"}},
        {"an unknown way to count",
         {{"entitlements/green.yaml", "count: open", "count: opened"}},
         {"entitlements/green.yaml:28:16: there is no count `opened`; did you "
          "mean `open`?"}},
        {"an unknown entitlement in a limit",
         {{"entitlements/green.yaml", "of: [GREEN]", "of: [GREEN, GREY]"}},
         {"entitlements/green.yaml:30:21: there is no entitlement `GREY`; did "
          "you mean `GREEN`?"}},
        {"a limit by facts in its window",
         {{"entitlements/green.yaml", "within_days: 365",
           "within_days: tier.rank"}},
         {"entitlements/green.yaml:31:26: `tier` cannot be read here"}},
        {"days of a reservation by facts",
         {{"entitlements/green.yaml", "    grant: {",
           "    reserved_days: tier.rank\n    grant: {"}},
         {"entitlements/green.yaml:37:24: `tier` cannot be read here"}},
        {"days of a reservation that are no number",
         {{"entitlements/green.yaml", "    grant: {",
           "    reserved_days: param.HOSPITALS\n    grant: {"}},
         {"entitlements/green.yaml:37:25: in the expression: this is a "
          "list(string), but a int is needed"}},
        {"a limit that is no number",
         {{"entitlements/green.yaml", "at_most: param.NIGHTS",
           "at_most: param.HOSPITALS"}},
         {"entitlements/green.yaml:32:23: in the expression: this is a "
          "list(string), but a int is needed"}},
        {"a grant whose last day is no date",
         {{"entitlements/green.yaml", "valid_until: card.valid_until",
           "valid_until: card.series"}},
         {"entitlements/green.yaml:37:51: in the expression: this is a string, "
          "but a date is needed"}},
        {"a level that is not in quotes",
         {{"entitlements/green.yaml", "level: \"'priority'\"",
           "level: priority"}},
         {"entitlements/green.yaml:37:20: in the expression: no name "
          "`priority` is known here"}},
        {"an unknown relation",
         {{"entitlements/green.yaml", "[SELF, CHILD]", "[SELF, CHLD]"}},
         {"entitlements/green.yaml:6:13: there is no relation `CHLD`; did you "
          "mean `CHILD`?"}},
        {"an unknown asker",
         {{"entitlements/green.yaml", "[hospital, clerk]",
           "[hospitals, clerk]"}},
         {"entitlements/green.yaml:5:12: there is no asker `hospitals`; did "
          "you mean `hospital`?"}},
        {"versions out of order",
         {{"entitlements/green.yaml", "versions:\n",
           "versions:\n  - {from: 2023-01-01, conditions: [{id: a, when: "
           "card.in_force, else: OK, description: {zh: a, en: a}, remedy: {zh: "
           "a, en: a}, clause: a}], grant: {level: \"'a'\"}}\n"}},
         {"entitlements/green.yaml:9:11: dates must ascend"}},
        {"no conditions",
         {{"entitlements/green.yaml", "versions:\n",
           "versions:\n  - {from: 2021-01-01, conditions: [], grant: {level: "
           "\"'a'\"}}\n"}},
         {"entitlements/green.yaml:8:36: `conditions` must be a list (of `-`), "
          "and not empty"}},
        {"no grant",
         {{"entitlements/green.yaml",
           "\n    grant: {level: \"'priority'\", valid_until: "
           "card.valid_until}",
           ""}},
         {"entitlements/green.yaml:8:5: `grant` is missing"}},
        {"an entitlement there twice",
         {{"entitlements/other.yaml", "",
           "entitlement: GREEN\nname: {zh: a, en: a}\nclause: a\nowner: "
           "a\nasked_by: clerk\nfor: SELF\nversions: [{from: 2022-11-16, "
           "conditions: [{id: a, when: card.in_force, else: OK, description: "
           "{zh: a, en: a}, remedy: {zh: a, en: a}, clause: a}], grant: "
           "{}}]\n"}},
         {"entitlements/other.yaml:1:14: `GREEN` is there already"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
