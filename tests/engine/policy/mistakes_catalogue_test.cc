// Mistakes in tiers, criteria, reasons and the card.
#include "tests/engine/policy/mistake_table.h"

namespace talentcard::policy {
namespace {

class CatalogueMistakeTest : public MistakeTest {};

TEST_P(CatalogueMistakeTest, IsToldWhereItIs) {
  EXPECT_THAT(MistakesOf(Edited(GetParam().edits)),
              testing::ElementsAreArray(GetParam().mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Table, CatalogueMistakeTest,
    testing::ValuesIn<MistakeCase>({
        {"a rank there twice",
         {{"tiers.yaml", "rank: 1, term", "rank: 2, term"}},
         {"tiers.yaml:3:48: a tier has this rank already"}},
        {"a rank above the highest",
         {{"tiers.yaml", "rank: 2", "rank: 6"}},
         {"tiers.yaml:2:48: `rank` must be a whole number of 1–5"}},
        {"a rank of nought",
         {{"tiers.yaml", "rank: 1, term", "rank: 0, term"}},
         {"tiers.yaml:3:48: `rank` must be a whole number of 1–5"}},
        {"a tier there twice",
         {{"tiers.yaml", "code: TIER_B", "code: TIER_A"}},
         {"tiers.yaml:3:12: `TIER_A` is there already"}},
        {"a tier without a term",
         {{"tiers.yaml", "term_years: 3, ", ""}},
         {"tiers.yaml:3:5: `term_years` is missing"}},
        {"an unknown tier",
         {{"tiers.yaml", "    tier: TIER_A", "    tier: TIER_AA"}},
         {"tiers.yaml:11:11: there is no tier `TIER_AA`; did you mean "
          "`TIER_A`?"}},
        {"an unknown route",
         {{"tiers.yaml", "    route: TITLE", "    route: TITEL"}},
         {"tiers.yaml:12:12: there is no route `TITEL`; did you mean "
          "`TITLE`?"}},
        {"an unknown kind of evidence",
         {{"tiers.yaml", "[title-certificate]", "[title-certificat]"}},
         {"tiers.yaml:15:16: there is no kind of evidence `title-certificat`; "
          "did you mean `title-certificate`?"}},
        {"evidence there twice",
         {{"tiers.yaml", "[title-certificate]",
           "[title-certificate, title-certificate]"}},
         {"tiers.yaml:15:35: `title-certificate` is there twice"}},
        {"no evidence",
         {{"tiers.yaml", "[title-certificate]", "[]"}},
         {"tiers.yaml:15:15: `evidence` must be a list of texts, and not "
          "empty"}},
        {"a criterion that reads the card",
         {{"tiers.yaml", "holder.titles.exists(t, t.level == 'SENIOR')",
           "holder.titles.size() > 0 && card.in_force"}},
         {"tiers.yaml:13:43: `card` cannot be read here"}},
        {"a criterion without a clause",
         {{"tiers.yaml", "    clause: P01\n    from", "    from"}},
         {"tiers.yaml:9:5: `clause` is missing"}},
        {"a criterion without a date",
         {{"tiers.yaml", "\n    from: 2022-11-16", ""}},
         {"tiers.yaml:9:5: `from` is missing"}},
        {"an unknown field of a fact",
         {{"tiers.yaml", "t.level", "t.lvel"}},
         {"tiers.yaml:13:36: in the expression: `Title` has no field `lvel`; "
          "did you mean `level`?"}},
        {"lists nested beyond the cost",
         {{"tiers.yaml", "holder.titles.exists(t, t.level == 'SENIOR')",
           "holder.titles.exists(a, holder.titles.exists(b, "
           "holder.titles.exists(c, a == b && b == c)))"}},
         {"tiers.yaml:13:11: the expression may take 1847491 steps, and at "
          "most 100000 are given; nest fewer lists"}},
        {"a reason there twice",
         {{"reasons.yaml", "code: CARD_EXPIRED", "code: OK"}},
         {"card.yaml:5:13: there is no reason `CARD_EXPIRED`",
          "reasons.yaml:8:11: `OK` is there already"}},
        {"a reason shown as an unknown one",
         {{"reasons.yaml", "shown_as: NOT_ON_LIST", "shown_as: NOT_ON_LST"}},
         {"reasons.yaml:12:15: there is no reason `NOT_ON_LST`; did you mean "
          "`NOT_ON_LIST`?"}},
        {"a reason shown as one that is not for everybody",
         {{"reasons.yaml", "shown_as: NOT_ON_LIST", "shown_as: CARD_EXPIRED"}},
         {"reasons.yaml:12:15: `CARD_EXPIRED` is itself not shown to "
          "everybody"}},
        {"a reason hidden with nothing to say instead",
         {{"reasons.yaml", "\n    shown_as: NOT_ON_LIST", ""}},
         {"reasons.yaml:8:5: `shown_to` and `shown_as` go together"}},
        {"a reason shown to an unknown asker",
         {{"reasons.yaml", "[clerk]", "[clark]"}},
         {"reasons.yaml:11:16: there is no asker `clark`; did you mean "
          "`clerk`?"}},
        {"no reason for an allowed answer",
         {{"reasons.yaml", "code: OK", "code: FINE"}},
         {"reasons.yaml:2:3: the reason `OK` is missing"}},
        {"reasons that cannot be read are told once",
         {{"reasons.yaml", "code: OK", "code: ["}},
         {"reasons.yaml:4:5: this is not YAML: end of sequence flow not "
          "found"}},
        {"a good list of what a code tells",
         {{"code.yaml", "",
           "benefits:\n  - {entitlement: GREEN, when: tier.rank > 0, "
           "clause: c}\n"}},
         {}},
        {"a code that tells of an unknown entitlement, by no condition",
         {{"code.yaml", "",
           "benefits:\n  - {entitlement: GREAN, when: tier.rank, clause: "
           "c}\n"}},
         {"code.yaml:2:19: there is no entitlement `GREAN`; did you mean "
          "`GREEN`?",
          "code.yaml:2:36: in the expression: this is a int, but a bool is "
          "needed"}},
        {"a good budget of guesses",
         {{"guessing.yaml", "",
           "block_minutes: 15\nbudgets:\n"
           "  - {askers: [clerk], per: device, minutes: 60, at_most: 20, "
           "clause: c}\n"}},
         {}},
        {"a budget of guesses for nobody, of nothing",
         {{"guessing.yaml", "",
           "block_minutes: 15\nbudgets:\n"
           "  - {per: devise, minutes: 60, at_most: 0, clause: c, "
           "askers: [clark]}\n"}},
         {"guessing.yaml:3:11: there is no principal `devise`; did you mean "
          "`device`?",
          "guessing.yaml:3:41: `at_most` must be a whole number of 1–1000",
          "guessing.yaml:3:64: there is no asker `clark`; did you mean "
          "`clerk`?"}},
        {"good rules for personal data",
         {{"personal_data.yaml", "",
           "minors:\n  adult_from: NIGHTS\n  clause: c\n"
           "  shown: {clerk: [name, birth_date]}\n"
           "  ticket: {for: [clerk], approved_by: [clerk], minutes: 30}\n"
           "purposes:\n  - {purpose: SCHOOL, name: {zh: 甲, en: A}, "
           "recipients: [hospital], own_from: NIGHTS, version: v1, "
           "text: {zh: 甲, en: A}, clause: c}\n"}},
         {}},
        {"consents to what nobody is told in matters that do not exist",
         {{"personal_data.yaml", "",
           "minors:\n  adult_from: NIGHTS\n  clause: c\n"
           "  shown: {clerk: [name]}\n"
           "  ticket: {for: [clerk], approved_by: [clerk], minutes: 30}\n"
           "purposes:\n  - {purpose: SCHOOL, name: {zh: 甲, en: A}, "
           "recipients: [hospital], own_from: NIGHTS, version: v1, "
           "text: {zh: 甲, en: A}, clause: c,\n"
           "     rights: [GREAN],\n"
           "     matters: {recognitoin: {of: criterion, to: criterion},\n"
           "       recognition: {of: criterion, to: critrion,\n"
           "         without: [aprove], stopped_for: [clark]}}}\n"}},
         {"personal_data.yaml:8:15: there is no entitlement `GREAN`; did you "
          "mean `GREEN`?",
          "personal_data.yaml:9:16: there is no matter `recognitoin`; did you "
          "mean `recognition`?",
          "personal_data.yaml:10:41: there is no field `critrion`; did you "
          "mean `criterion`?",
          "personal_data.yaml:11:20: there is no action `aprove`; did you mean "
          "`approve`?",
          "personal_data.yaml:11:43: there is no asker `clark`; did you mean "
          "`clerk`?"}},
        {"records kept as long as nobody knows",
         {{"personal_data.yaml", "",
           "retention: {days: HOSPITALS, until: NIGHTS, clause: c}\n"
           "minors:\n  adult_from: NIGHTS\n  clause: c\n"
           "  shown: {clerk: [name]}\n"
           "  ticket: {for: [clerk], approved_by: [clerk], minutes: 30}\n"
           "purposes:\n  - {purpose: SCHOOL, name: {zh: 甲, en: A}, "
           "recipients: [hospital], own_from: NIGHTS, version: v1, "
           "text: {zh: 甲, en: A}, clause: c}\n"}},
         {"personal_data.yaml:1:12: `revoked` is missing",
          "personal_data.yaml:1:19: there is no parameter of type int "
          "`HOSPITALS`",
          "personal_data.yaml:1:30: there is no key `until` here"}},
        {"minors by a list, who see fields nobody has, to be approved for "
         "ever",
         {{"personal_data.yaml", "",
           "minors:\n  adult_from: HOSPITALS\n  clause: c\n"
           "  shown: {clark: [name], clerk: [birthday]}\n"
           "  ticket: {for: [clerk], approved_by: [clerks], minutes: 0}\n"
           "purposes: []\n"}},
         {"personal_data.yaml:2:15: there is no parameter of type int "
          "`HOSPITALS`",
          "personal_data.yaml:4:11: there is no asker `clark`; did you mean "
          "`clerk`?",
          "personal_data.yaml:4:34: there is no field of Person `birthday`; "
          "did you mean `birth_date`?",
          "personal_data.yaml:5:40: there is no asker `clerks`; did you mean "
          "`clerk`?",
          "personal_data.yaml:5:58: `minutes` must be a whole number of "
          "1–1440",
          "personal_data.yaml:6:11: `purposes` must be a list (of `-`), and "
          "not "
          "empty"}},
        {"a purpose twice, without a text to sign",
         {{"personal_data.yaml", "",
           "minors:\n  adult_from: NIGHTS\n  clause: c\n"
           "  shown: {clerk: [name]}\n"
           "  ticket: {for: [clerk], approved_by: [clerk], minutes: 30}\n"
           "purposes:\n"
           "  - {purpose: A, name: {zh: 甲, en: A}, recipients: [hospital], "
           "own_from: NIGHTS, version: v1, clause: c, text: {zh: 甲, en: A}}\n"
           "  - {purpose: A, name: {zh: 甲, en: A}, recipients: [hospital], "
           "own_from: NIGHTS, version: v1, clause: c}\n"}},
         {"personal_data.yaml:8:5: `text` is missing",
          "personal_data.yaml:8:15: `A` is there already"}},
        {"an unknown change of a card",
         {{"card.yaml", "change: revoke", "change: revoked"}},
         {"card.yaml:13:54: there is no change `revoked`; did you mean "
          "`revoke`?"}},
        {"a state of the card without a reason",
         {{"card.yaml", "\n    reason: CARD_EXPIRED", ""}},
         {"card.yaml:2:5: a state has a `reason` unless it is in force"}},
        {"a state in force with a reason",
         {{"card.yaml", "in_force: true",
           "in_force: true\n    reason: CARD_EXPIRED"}},
         {"card.yaml:7:5: a state has a `reason` unless it is in force"}},
        {"a last state that does not always hold",
         {{"card.yaml", "when: \"true\"", "when: at > card.valid_until"}},
         {"card.yaml:8:11: the `when` of the last row must be \"true\""}},
        {"a state that can never be reached",
         {{"card.yaml", "when: at > card.valid_until", "when: \"true\""}},
         {"card.yaml:3:11: this always holds, so the rows after it are never "
          "reached"}},
        {"a state decided by itself",
         {{"card.yaml", "when: at > card.valid_until",
           "when: at > card.valid_until && card.in_force"}},
         {"card.yaml:3:40: `card.in_force` is decided by these rows and cannot "
          "be read here; did you mean `card.recorded_state`?"}},
        {"a state that reads the beneficiary",
         {{"card.yaml", "when: at > card.valid_until",
           "when: at > beneficiary.birth_date"}},
         {"card.yaml:3:27: `beneficiary` cannot be read here"}},
        {"a renewal that is no date",
         {{"card.yaml", "addDays(-90)", "addDays(-90) > at"}},
         {"card.yaml:15:40: in the expression: this is a bool, but a date is "
          "needed"}},
        {"a cause there twice",
         {{"card.yaml", "causes:\n",
           "causes:\n  - {code: FRAUD, name: {zh: 造假, en: Fraud}, change: "
           "cancel, clause: P30}\n"}},
         {"card.yaml:14:12: `FRAUD` is there already"}},
    }),
    NameOf);

}  // namespace
}  // namespace talentcard::policy
