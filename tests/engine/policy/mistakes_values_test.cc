// Mistakes in values, dates and parameters.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class ValuesMistakeTest : public MistakeTest {};

TEST_P(ValuesMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ValuesMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"a day that does not exist",
         {{"calendar.yaml", "[2026-01-01]", "[2026-02-29]"}},
         {"calendar.yaml:2:12: `2026-02-29` is not a date; write it as "
          "2022-11-16"}},
        {"a date written otherwise",
         {{"entitlements/green.yaml", "  - from: 2022-11-16",
           "  - from: 2022/11/16"}},
         {"entitlements/green.yaml:8:11: `2022/11/16` is not a date; write it "
          "as 2022-11-16"}},
        {"a holiday twice",
         {{"calendar.yaml", "[2026-01-01]", "[2026-01-01, 2026-01-01]"}},
         {"calendar.yaml:2:24: `2026-01-01` is there twice"}},
        {"a holiday that is worked too",
         {{"calendar.yaml", "[2026-01-04]", "[2026-01-01]"}},
         {"calendar.yaml:3:16: `2026-01-01` is a holiday too"}},
        {"a day worked that is no weekend day",
         {{"calendar.yaml", "[2026-01-04]", "[2026-01-05]"}},
         {"calendar.yaml:3:16: `2026-01-05` is no weekend day and worked "
          "anyway"}},
        {"holidays that are no list",
         {{"calendar.yaml", "[2026-01-01]", "2026-01-01"}},
         {"calendar.yaml:2:11: `holidays` must be a list of dates"}},
        {"a calendar without a clause",
         {{"calendar.yaml", "clause: notice\n", ""}},
         {"calendar.yaml:1:1: `clause` is missing"}},
        {"a parameter without a type",
         {{"parameters/nights.yaml", "type: int\n", ""}},
         {"parameters/nights.yaml:1:1: `type` is missing"}},
        {"a parameter of an unknown type",
         {{"parameters/nights.yaml", "type: int", "type: integer"}},
         {"parameters/nights.yaml:3:7: there is no type `integer`"}},
        {"a parameter whose value has another type",
         {{"parameters/nights.yaml", "value: 7", "value: seven"}},
         {"parameters/nights.yaml:6:23: `value` must be a whole number"}},
        {"a number that YAML would read as octal",
         {{"parameters/nights.yaml", "value: 7", "value: 010"}},
         {"parameters/nights.yaml:6:23: `value` must be a whole number"}},
        {"a number in quotes",
         {{"parameters/nights.yaml", "value: 7", "value: \"7\""}},
         {"parameters/nights.yaml:6:23: `value` must be a whole number"}},
        {"a number too large",
         {{"parameters/nights.yaml", "value: 7",
           "value: 99999999999999999999"}},
         {"parameters/nights.yaml:6:23: `value` must be a whole number"}},
        {"a value without a clause",
         {{"parameters/nights.yaml", "{value: 7, clause: P18}", "{value: 7}"}},
         {"parameters/nights.yaml:6:15: `clause` is missing"}},
        {"a value without a value",
         {{"parameters/nights.yaml", "{value: 7, clause: P18}",
           "{clause: P18}"}},
         {"parameters/nights.yaml:6:15: `value` is missing"}},
        {"values out of order",
         {{"parameters/nights.yaml", "2023-01-01", "2022-01-01"}},
         {"parameters/nights.yaml:7:3: dates must ascend"}},
        {"values on the same day twice",
         {{"parameters/nights.yaml", "2023-01-01", "2022-11-16"}},
         {"parameters/nights.yaml:7:3: the key `2022-11-16` occurs twice"}},
        {"no values",
         {{"parameters/nights.yaml",
           "values:\n  2022-11-16: {value: 7, clause: P18}\n  2023-01-01: "
           "{value: 8, clause: P18}",
           "values: {}"}},
         {"parameters/nights.yaml:5:9: at least one value is needed"}},
        {"values that are a list",
         {{"parameters/nights.yaml",
           "values:\n  2022-11-16: {value: 7, clause: P18}\n  2023-01-01: "
           "{value: 8, clause: P18}",
           "values: [7]"}},
         {"parameters/nights.yaml:5:9: keys and values are expected here"}},
        {"a parameter there twice",
         {{"parameters/hospitals.yaml", "parameter: HOSPITALS",
           "parameter: NIGHTS"}},
         {"entitlements/green.yaml:20:35: in the expression: no name "
          "`param.HOSPITALS` is known here",
          "entitlements/green.yaml:32:23: in the expression: this is a "
          "list(string), but a int is needed",
          "matters/recognition.yaml:13:29: in the expression: this is a "
          "list(string), but a int is needed",
          "parameters/nights.yaml:1:12: `NIGHTS` is there already"}},
        {"a parameter whose code reads as minus",
         {{"parameters/nights.yaml", "parameter: NIGHTS",
           "parameter: FREE-NIGHTS"}},
         {"parameters/nights.yaml:1:12: the code of a parameter has no `-`, "
          "which expressions read as minus"}},
        {"a code with a blank",
         {{"parameters/nights.yaml", "parameter: NIGHTS",
           "parameter: FREE NIGHTS"}},
         {"parameters/nights.yaml:1:12: `parameter` must be letters, digits, "
          "`-` and `_`, from a letter on, at most 64"}},
        {"a parameter that cannot be read is told once",
         {{"parameters/nights.yaml", "values:", "values: ["}},
         {"parameters/nights.yaml:7:3: this is not YAML: end of sequence flow "
          "not found"}},
        {"a parameter without a unit",
         {{"parameters/nights.yaml", "unit: nights\n", ""}},
         {"parameters/nights.yaml:1:1: `unit` is missing"}},
        {"a bool written as yes",
         {{"tiers.yaml", "high_level: true", "high_level: yes"}},
         {"tiers.yaml:2:63: `high_level` must be true or false; did you mean "
          "`true`?"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
