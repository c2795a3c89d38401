#ifndef TALENTCARD_ENGINE_POLICY_POLICY_H_
#define TALENTCARD_ENGINE_POLICY_POLICY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/cel/program.h"
#include "engine/cel/value.h"
#include "engine/date/civil_date.h"
#include "engine/date/working_days.h"

// A rule bundle, loaded: the meaning of the files in rules/haicheng. Everything
// here is immutable once loaded and safe to share between threads.
namespace talentcard::policy {

class CompiledConditions;

// A text in both languages of the product; neither is ever empty.
struct Text {
  std::string zh;
  std::string en;
};

// Where something stands in the bundle.
struct Position {
  std::string path;  // Below the bundle, e.g. `entitlements/med_green.yaml`.
  int line = 0;      // 1-based.
  int column = 0;    // 1-based, in characters.
};

// A checked CEL expression; `program` is never null once loaded. Which
// variables it may read is said where it is used.
struct Expression {
  std::string source;
  Position position;
  std::shared_ptr<const cel::Program> program;
};

// Something valid from a day on, until (not including) the next version's day.
// Versions are in ascending order and never overlap.
template <typename T>
struct Dated {
  CivilDate from;
  T value;
};

// The version in force on `day`, or null before the first.
template <typename T>
const T* InForce(const std::vector<Dated<T>>& versions, CivilDate day) {
  const T* found = nullptr;
  for (const Dated<T>& version : versions) {
    if (version.from <= day) found = &version.value;
  }
  return found;
}

// parameters/*.yaml ---------------------------------------------------------

using ParameterValue = std::variant<int64_t, bool, std::string, CivilDate,
                                    std::vector<std::string>>;

// One number or list that a rule depends on. Conditions see it as
// `param.CODE`, with the value in force on the day asked about.
//
//   parameter: HOSTEL_NIGHTS
//   name: {zh: …, en: …}
//   type: int | bool | string | date | list     # list of strings
//   unit: nights in any rolling 12 months
//   values:
//     2022-11-16: {value: 7, clause: assumption P18}
struct Parameter {
  struct Version {
    ParameterValue value;
    std::string clause;
  };
  std::string code;
  Text name;
  std::string unit;
  std::vector<Dated<Version>> versions;
};

// tiers.yaml ----------------------------------------------------------------

// A tier of the card. Rank 5 is the highest; the highest held counts.
struct Tier {
  std::string code;  // E.g. `CZ_D_SENIOR`.
  Text name;
  int rank = 0;
  bool high_level = false;
  int term_years = 0;
  std::string clause;
};

// One way to a tier: recognised by a matter, and met by the facts while `when`
// (over `holder`, `at`, `param`) holds.
struct Criterion {
  std::string id;  // E.g. `deputy-senior-title`.
  Text name;
  std::string tier;
  std::string route;  // E.g. `R_TITLE`.
  Expression when;
  // Overrides the tier's own: an honour alone need not count as 高层次人才.
  std::optional<bool> high_level;
  int sub_rank = 0;  // 1 before 2 for scarce places; 0 if not ranked.
  std::vector<std::string> evidence;  // Kinds a clerk has to see.
  std::string clause;
  CivilDate from;  // Criteria are dated too.
};

struct Route {
  std::string code;
  Text name;
  std::string clause;
};

struct Series {
  std::string code;
  Text name;
  std::string clause;
  // The longest term in years, if shorter than the tier's.
  std::optional<int> term_years;
};

struct TierCatalogue {
  std::vector<Tier> tiers;  // Highest rank first.
  std::vector<Criterion> criteria;
  std::vector<Route> routes;
  std::vector<Series> series;
};

// card.yaml -----------------------------------------------------------------

// How recorded state, validity and facts make the state of a card on a day: the
// first row whose `when` (over `card` without in_force/state/state_reason,
// `holder`, `at`, `param`) is true decides. The last row's is `true`.
struct CardStateRow {
  std::string id;
  Expression when;
  std::string state;  // E.g. `EXPIRED`.
  bool in_force = false;
  std::string reason;  // Empty when in force.
};

// Why a card may change, e.g. FRAUD → REVOKED.
struct CardCause {
  std::string code;
  Text name;
  std::string
      change;  // `suspend`, `resume`, `cancel`, `revoke`, `lost`, `reissue`.
  std::string clause;
};

struct CardRules {
  std::vector<CardStateRow> states;
  std::vector<CardCause> causes;
  // First day a card may be renewed before its end, and the last after it.
  Expression renewal_opens;   // A date, over `card`, `param`.
  Expression renewal_closes;  // A date.
};

// entitlements/*.yaml -------------------------------------------------------

// What a failed condition does to the answer.
enum class Consequence {
  kDeny,
  kManual,     // A person decides.
  kCondition,  // Allowed, once this is met.
};

// One condition. Expressions see `holder`, `beneficiary`, `card`, `tier`,
// `link`, `relation`, `request`, `at`, `param`.
struct Condition {
  std::string id;
  std::optional<Expression> applies;  // bool; absent means always.
  Expression when;                    // bool.
  // The reason code if it fails: literal, or an expression giving one (string).
  std::string reason;
  std::optional<Expression> reason_expression;
  Consequence consequence = Consequence::kDeny;
  Text description;
  Text remedy;
  std::string clause;
};

// A bound on uses.
struct Limit {
  enum class Count { kOpen, kUsed };  // Reserved only; reserved or confirmed.
  std::string id;
  Count count = Count::kUsed;
  // Of whom and by what: `holder`, `beneficiary`, or an attribute of the use.
  std::vector<std::string> per;
  // Entitlements whose uses count; this one if empty.
  std::vector<std::string> of;
  // Only uses in the last so many days; all if absent.
  std::optional<Expression> within_days;  // int
  Expression at_most;                     // int
  std::string reason;
  Consequence consequence = Consequence::kDeny;
  Text description;
  Text remedy;
  std::string clause;
};

struct GrantRule {
  std::optional<Expression> level;        // string
  std::optional<Expression> valid_until;  // date
  std::optional<Expression> track;        // string
  std::optional<Expression> owner;        // string
};

struct EntitlementVersion {
  std::vector<Condition> conditions;  // In the order of the explanation.
  std::vector<Limit> limits;
  // A reservation made under this version counts for so many days after it was
  // made, or after it is planned for; until confirmed or released if absent.
  std::optional<Expression> reserved_days;  // int, over `param`
  GrantRule grant;
  // The conditions as native code, by the days from which parameters hold.
  std::vector<Dated<std::shared_ptr<const CompiledConditions>>> compiled;
};

struct Entitlement {
  std::string code;
  Text name;
  std::string clause;
  // The desk whose question it answers, e.g. `school/PRI`; empty for none.
  std::string desk;
  std::string owner;                  // Who takes the referral.
  std::vector<std::string> asked_by;  // Asker kinds.
  std::vector<std::string>
      relations;  // `SELF`, `SPOUSE` …: to whom rights are listed.
  std::vector<Dated<EntitlementVersion>> versions;
  // The application is decided by the rules of its acceptance date unless newer
  // ones are kinder (P28).
  bool pinned_to_acceptance = false;
  Position position;
};

// reasons.yaml --------------------------------------------------------------

struct Reason {
  std::string code;
  Text meaning;    // The sentence for the desk.
  Text next_step;  // What to do.
  // Asker kinds that may see the code itself; others see `shown_as`.
  std::vector<std::string> shown_to;
  std::string shown_as;  // A reason code; empty: shown as it is.
};

// evidence.yaml -------------------------------------------------------------

// A kind of proof.
struct EvidenceKind {
  std::string kind;
  Text name;
  std::string verified_at;  // Who keeps the register it is checked in.
};

// matters/*.yaml ------------------------------------------------------------

// A span in a deadline: working days (by the calendar) or calendar days.
struct Span {
  Expression days;  // int, over `param`.
  bool working = false;
  // Since the matter was opened, not since it came into the state.
  bool from_opened = false;
};

struct MatterField {
  std::string id;
  Text name;
  bool required = false;
  // Values allowed, if bound: a literal list, or `criteria`, `routes`,
  // `series`, `people`, `employers` for a code or resource name of that kind.
  std::vector<std::string> one_of;
};

// What an action brings about beyond its new state.
struct Effect {
  std::string kind;  // `add-recognition`, `confirm-use`, `release-use`.
  std::map<std::string, std::string> fields;
};

struct MatterActionRule {
  std::string id;
  Text name;
  std::vector<std::string> by;  // Asker kinds.
  std::string to;               // State.
  std::vector<MatterField> fields;
  std::vector<std::string> evidence;  // Kinds that must be on file.
  std::optional<Span> not_before;     // After entry into the state.
  std::optional<Span> not_after;
  // Over `fields` (map<string,string>), `offers` (int: how often `offer` was
  // taken), `holder`, `param`: what must hold, and what to say if not.
  std::optional<Expression> requires_;
  Text requires_text;
  // Nobody who took one of these actions in this matter may take this one.
  std::vector<std::string> not_same_person_as;
  // Not by the subject, a relative of the subject, or the subject's employer.
  bool not_own_family = true;
  std::vector<Effect> effects;
};

struct MatterState {
  std::string id;
  Text name;
  std::string owner;  // Role that has to act, e.g. `clerk`, `talent-office`.
  std::optional<Span> acknowledge_within;
  std::optional<Span> due_within;
  bool closed = false;
  std::vector<MatterActionRule> actions;
};

struct MatterKind {
  std::string id;  // E.g. `recognition`.
  Text name;
  std::string clause;
  std::vector<std::string> opened_by;
  std::vector<MatterField> fields;
  std::string initial;
  std::vector<MatterState> states;
  std::string escalates_to;  // Role told when a deadline passes.
  Position position;
};

// access.yaml ---------------------------------------------------------------

// What one kind of asker may do with one RPC.
struct AccessRule {
  // `own`: only what is the asker's own institution's; `any`.
  std::string relation;
  // Response fields that come back, as dotted paths; empty means all.
  std::set<std::string> fields = {};
  bool purpose_required = false;
  // A purpose is required unless this request field, a dotted path, is set:
  // whoever has not been shown the card says why they ask. Empty: no such
  // field.
  std::string purpose_unless = {};
  // Under `own`, what says whose it is: the request field that names the
  // institution, as a dotted path; or `record`, if only what is read says it.
  std::string own_by = {};
  // Kinds of asker of whom another person has to approve it first; empty if one
  // person may do it. Where `emergency`, it may be done first and reviewed
  // afterwards.
  std::vector<std::string> approved_by = {};
  bool emergency = false;
  // Whoever signs in has no session yet.
  bool before_sign_in = false;
};
inline constexpr char kOwnByRecord[] = "record";

// Deny by default: what is not here is not allowed.
struct Access {
  std::vector<std::string> askers;
  // Kinds of which nobody holds two (三员分立).
  std::set<std::string> offices = {};
  // Kinds that a device may act as, with a certificate and nobody signed in;
  // none of them an office.
  std::set<std::string> devices = {};
  // Of whom two sign that an older copy of the database may go on.
  std::set<std::string> restored_by = {};
  // By `Service.Method` without package, then by asker kind.
  std::map<std::string, std::map<std::string, AccessRule>> rules;
};

// ---------------------------------------------------------------------------

// The whole bundle.
// code.yaml -----------------------------------------------------------------

// One bit of a card's code.
struct CodeBenefit {
  std::string entitlement;
  Expression when;  // Over `card`, `tier`, `holder`.
};

// guessing.yaml -------------------------------------------------------------

// At most so many different people not on record in so many minutes.
struct MissBudget {
  std::string per;  // `device`, `operator` or `institution`.
  int64_t minutes = 1;
  int64_t at_most = 1;
  std::set<std::string> askers = {};  // Kinds it is for.
};

// Who is held to them, and for how long they are refused after.
struct Guessing {
  int64_t block_minutes = 1;
  std::vector<MissBudget> budgets;
  // Whether any budget is for this kind.
  bool Bounds(const std::string& kind) const;
};

// personal_data.yaml --------------------------------------------------------

// A kind of matter that tells a department about somebody beside its subject.
struct ConsentMatter {
  std::string of;  // The field with whoever's consent it needs: people/…
  std::string to;  // The field with the department that is told.
  // Actions that need no consent: they end the matter or take a step back.
  std::set<std::string> without = {};
  // Kinds of asker that see without it that the matter is there and stopped,
  // because they ask for it; and those that see all of it. To all others but
  // the department, with its consent, it is not there.
  std::set<std::string> stopped_for = {};
  std::set<std::string> shown_to = {};
};

// A use of somebody's data that they are asked to consent to.
struct ConsentPurpose {
  Text name;
  std::vector<std::string> recipients;  // Kinds of asker.
  // Entitlements whose answers tell a recipient nothing without consent. What
  // their rules take for one, e.g. an application, is as good.
  std::set<std::string> rights = {};
  std::map<std::string, ConsentMatter> matters = {};  // By kind.
  // The parameter with the age, in years, from which they consent alone.
  std::string own_from;
  std::string version;  // Of the text.
  Text text;            // What is signed.
  std::string clause;
};

// What staff see of a minor's record, and of one whose birth date is not proven
// (未成年人网络保护条例 第三十六条).
struct MinorsRule {
  // The parameter with the age, in years, below which somebody is a minor.
  std::string adult_from;
  // By kind of asker: fields of Person; a kind that is not here sees none.
  std::map<std::string, std::set<std::string>> shown;
  // Who may see all that the matrix lets through, for `ticket_minutes`, after
  // another person of the kinds `approved_by` approved that look.
  std::vector<std::string> ticket_for;
  std::vector<std::string> approved_by;
  int64_t ticket_minutes = 1;
};

// When a record nothing needs any more has to go; parameters, in days.
struct RetentionRule {
  std::string days;
  std::string revoked;  // After a card was revoked.
};

struct PersonalData {
  std::optional<RetentionRule> retention;
  std::optional<MinorsRule> minors;
  std::map<std::string, ConsentPurpose> purposes;  // By code.
};

struct Policy {
  std::string digest;  // SHA-256 of the canonical form, lower-case hexadecimal.
  Text name;
  std::string issuer;  // E.g. 海委发〔2022〕17号.
  std::map<std::string, Parameter> parameters;
  TierCatalogue catalogue;
  CardRules card;
  std::map<std::string, Entitlement> entitlements;
  std::map<std::string, Reason> reasons;
  std::map<std::string, EvidenceKind> evidence;
  std::map<std::string, MatterKind> matters;
  std::vector<CodeBenefit> code_benefits;  // In the order of their bits.
  Guessing guessing;
  PersonalData personal_data;
  Access access;
  WorkingCalendar calendar;  // calendar.yaml
  // The values of all parameters, in the order of `parameters`, by the days
  // from which they hold; what conditions are given.
  std::vector<Dated<std::vector<cel::Value>>> parameter_values;
  // The files as published: path → content.
  std::map<std::string, std::string> files;
};

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_POLICY_H_
