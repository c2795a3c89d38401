// Mistakes in matters.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class MattersMistakeTest : public MistakeTest {};

TEST_P(MattersMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, MattersMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"an action to an unknown state",
         {{"matters/recognition.yaml", "to: REVIEW", "to: REVEW"}},
         {"matters/recognition.yaml:18:13: there is no state `REVEW`; did you "
          "mean `REVIEW`?"}},
        {"a deadline from something else than the opening",
         {{"matters/recognition.yaml", "working: true", "from: opend"}},
         {"matters/recognition.yaml:13:44: there is no start `opend`; did you "
          "mean `opened`?"}},
        {"a first state that is unknown",
         {{"matters/recognition.yaml", "initial: SUBMITTED",
           "initial: SUBMITED"}},
         {"matters/recognition.yaml:8:10: there is no state `SUBMITED`; did "
          "you mean `SUBMITTED`?"}},
        {"a state that no way leads to",
         {{"matters/recognition.yaml", "initial: SUBMITTED",
           "initial: REVIEW"}},
         {"matters/recognition.yaml:10:9: no way leads to the state "
          "`SUBMITTED`"}},
        {"states that lead only to each other",
         {{"matters/recognition.yaml", "to: DONE", "to: SUBMITTED"}},
         {"matters/recognition.yaml:10:9: no way leads from the state "
          "`SUBMITTED` to a closed one",
          "matters/recognition.yaml:21:9: no way leads from the state `REVIEW` "
          "to a closed one",
          "matters/recognition.yaml:34:10: no way leads to the state `DONE`"}},
        {"an open state without actions",
         {{"matters/recognition.yaml", ", closed: true", ""}},
         {"matters/recognition.yaml:10:9: no way leads from the state "
          "`SUBMITTED` to a closed one",
          "matters/recognition.yaml:21:9: no way leads from the state `REVIEW` "
          "to a closed one",
          "matters/recognition.yaml:34:10: no way leads from the state `DONE` "
          "to a closed one"}},
        {"a closed state with actions",
         {{"matters/recognition.yaml",
           "    owner: clerk\n    actions:\n      - id: approve",
           "    owner: clerk\n    closed: true\n    actions:\n      - id: "
           "approve"}},
         {"matters/recognition.yaml:26:7: a closed state has no actions"}},
        {"a state there twice",
         {{"matters/recognition.yaml", "{id: DONE,", "{id: REVIEW,"}},
         {"matters/recognition.yaml:28:13: there is no state `DONE`",
          "matters/recognition.yaml:34:10: `REVIEW` is there already"}},
        {"an action there twice",
         {{"matters/recognition.yaml", "      - id: approve\n",
           "      - {id: approve, name: {zh: a, en: a}, by: clerk, to: DONE}\n "
           "     - id: approve\n"}},
         {"matters/recognition.yaml:26:13: `approve` is there already"}},
        {"an action by an unknown asker",
         {{"matters/recognition.yaml", "opened_by: [clerk]",
           "opened_by: [clark]"}},
         {"matters/recognition.yaml:4:13: there is no asker `clark`; did you "
          "mean `clerk`?"}},
        {"a duty of an unknown asker",
         {{"matters/recognition.yaml", "escalates_to: clerk",
           "escalates_to: office"}},
         {"matters/recognition.yaml:5:15: there is no asker `office`"}},
        {"four eyes on an unknown action",
         {{"matters/recognition.yaml", "[accept]", "[acept]"}},
         {"matters/recognition.yaml:30:30: there is no action `acept`; did you "
          "mean `accept`?"}},
        {"a requirement on an unknown field",
         {{"matters/recognition.yaml", "fields.criterion", "fields.criterium"}},
         {"matters/recognition.yaml:19:25: there is no field `criterium`; did "
          "you mean `criterion`?"}},
        {"a requirement on an unknown field by its name",
         {{"matters/recognition.yaml", "fields.criterion != ''",
           "fields['criterium'] != ''"}},
         {"matters/recognition.yaml:19:25: there is no field `criterium`; did "
          "you mean `criterion`?"}},
        {"a requirement without a text",
         {{"matters/recognition.yaml",
           "\n        requires_text: {zh: 需条件, en: A criterion is needed}",
           ""}},
         {"matters/recognition.yaml:15:9: `requires_text` is missing"}},
        {"a text without a requirement",
         {{"matters/recognition.yaml",
           "        requires: fields.criterion != ''\n", ""}},
         {"matters/recognition.yaml:19:24: `requires_text` is here without "
          "`requires`"}},
        {"an effect with an unknown field",
         {{"matters/recognition.yaml", "{criterion: criterion}",
           "{criterion: criterium}"}},
         {"matters/recognition.yaml:33:33: there is no field `criterium`; did "
          "you mean `criterion`?"}},
        {"an unknown effect",
         {{"matters/recognition.yaml", "kind: add-recognition",
           "kind: add-recognitions"}},
         {"matters/recognition.yaml:32:19: there is no effect "
          "`add-recognitions`; did you mean `add-recognition`?"}},
        {"an unknown list of values",
         {{"matters/recognition.yaml", "one_of: criteria",
           "one_of: criterias"}},
         {"matters/recognition.yaml:7:76: there is no list `criterias`; did "
          "you mean `criteria`?"}},
        {"a span that reads the holder",
         {{"matters/recognition.yaml", "days: param.NIGHTS",
           "days: holder.insurance_months"}},
         {"matters/recognition.yaml:13:30: `holder` cannot be read here"}},
        {"an unknown proof",
         {{"matters/recognition.yaml", "evidence: [title-certificate]",
           "evidence: title-certificat"}},
         {"matters/recognition.yaml:29:19: there is no kind of evidence "
          "`title-certificat`; did you mean `title-certificate`?"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
