// Mistakes in who may call what.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class AccessMistakeTest : public MistakeTest {};

TEST_P(AccessMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, AccessMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"an RPC that is not listed",
         {{"access.yaml", "  AuditService.VerifyLog: {}\n", ""}},
         {"access.yaml:3:3: the RPC `AuditService.VerifyLog` is not listed; if "
          "nobody may call it, say `AuditService.VerifyLog: {}`"}},
        {"an unknown RPC",
         {{"access.yaml", "AuditService.VerifyLog", "AuditService.VerifyLogs"}},
         {"access.yaml:3:3: the RPC `AuditService.VerifyLog` is not listed; if "
          "nobody may call it, say `AuditService.VerifyLog: {}`",
          "access.yaml:6:3: there is no RPC `AuditService.VerifyLogs`; did "
          "you mean `AuditService.VerifyLog`?"}},
        {"an unknown asker of an RPC",
         {{"access.yaml", "    clerk: {relation", "    clark: {relation"}},
         {"access.yaml:4:5: there is no asker `clark`; did you mean `clerk`?"}},
        {"an unknown relation of an asker",
         {{"access.yaml", "relation: any, purpose_required: true",
           "relation: all, purpose_required: true"}},
         {"access.yaml:4:23: there is no relation `all`; did you mean `any`?"}},
        {"an unknown field of a response",
         {{"access.yaml", "[outcome, explanation.zh]",
           "[outcom, explanation.zh]"}},
         {"access.yaml:5:58: `VerifyResponse` has no field `outcom`; did you "
          "mean `outcome`?"}},
        {"an unknown field deep in a response",
         {{"access.yaml", "[outcome, explanation.zh]",
           "[outcome, explanation.cn]"}},
         {"access.yaml:5:67: `Text` has no field `cn`; did you mean `en`?"}},
        {"a field below a text",
         {{"access.yaml", "[outcome, explanation.zh]",
           "[outcome, relation.zh]"}},
         {"access.yaml:5:67: in `relation.zh` there is nothing below what "
          "comes before `zh`"}},
        {"no fields, which would be read as all",
         {{"access.yaml", "[outcome, explanation.zh]", "[]"}},
         {"access.yaml:5:57: `fields` must be a list of texts, and not empty"}},
        {"an RPC without a map",
         {{"access.yaml", "  AuditService.VerifyLog: {}\n",
           "  AuditService.VerifyLog: nobody\n"}},
         {"access.yaml:6:27: keys and values are expected here"}},
        {"an asker without a map",
         {{"access.yaml", "clerk: {relation: any, purpose_required: true}",
           "clerk: any"}},
         {"access.yaml:4:12: keys and values are expected here"}},
        {"an approver nobody knows",
         {{"access.yaml", "{relation: any, purpose_required: true}",
           "{relation: any, approved_by: [hospitle]}"}},
         {"access.yaml:4:42: there is no asker `hospitle`; did you mean "
          "`hospital`?"}},
        {"nobody to approve it, which would be read as nobody needed",
         {{"access.yaml", "{relation: any, purpose_required: true}",
           "{relation: any, approved_by: []}"}},
         {"access.yaml:4:41: `approved_by` must be a list of texts, and not "
          "empty"}},
        {"an office nobody knows",
         {{"access.yaml", "rules:\n", "offices: [clerk, hospitle]\nrules:\n"}},
         {"access.yaml:2:18: there is no asker `hospitle`; did you mean "
          "`hospital`?"}},
        {"a device nobody knows",
         {{"access.yaml", "rules:\n", "devices: [clerk, hospitle]\nrules:\n"}},
         {"access.yaml:2:18: there is no asker `hospitle`; did you mean "
          "`hospital`?"}},
        {"an office that a device would hold",
         {{"access.yaml", "rules:\n",
           "offices: [clerk]\ndevices: [hospital, clerk]\nrules:\n"}},
         {"access.yaml:3:10: `clerk` is among the `offices`: a person holds it "
          "and signs in, never a device"}},
        {"before_sign_in that is neither true nor false",
         {{"access.yaml", "{relation: any, purpose_required: true}",
           "{relation: any, before_sign_in: maybe}"}},
         {"access.yaml:4:44: `before_sign_in` must be true or false"}},
        {"an own without what shows it",
         {{"access.yaml", "relation: own, own_by: hospital", "relation: own"}},
         {"access.yaml:5:15: `own_by` is missing"}},
        {"an own by a field that the request does not have",
         {{"access.yaml", "own_by: hospital", "own_by: hospitl"}},
         {"access.yaml:5:39: `VerifyRequest` has no field `hospitl`; did you "
          "mean `hospital`?"}},
        {"an own by a field that names nobody",
         {{"access.yaml", "own_by: hospital", "own_by: document"}},
         {"access.yaml:5:39: `document` is not one name"}},
        {"a purpose unless by a field that the request does not have",
         {{"access.yaml", "own_by: hospital,",
           "own_by: hospital, purpose_unless: crad,"}},
         {"access.yaml:5:65: `VerifyRequest` has no field `crad`; did you "
          "mean `card`?"}},
        {"an own_by of what is everybody's",
         {{"access.yaml", "relation: any, purpose_required: true",
           "relation: any, own_by: hospital, purpose_required: true"}},
         {"access.yaml:4:36: `own_by` belongs to `own` only"}},
        {"an asker named everybody",
         {{"access.yaml", "[clerk, hospital]", "[clerk, hospital, everybody]"}},
         {"access.yaml:1:9: `everybody` means all askers and names none"}},
        {"an RPC there twice",
         {{"access.yaml", "  AuditService.VerifyLog: {}\n",
           "  AuditService.VerifyLog: {}\n  AuditService.VerifyLog: {}\n"}},
         {"access.yaml:7:3: the key `AuditService.VerifyLog` occurs twice"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
