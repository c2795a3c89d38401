#include "services/rpc/validation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "engine/identity/name.h"
#include "engine/identity/relation.h"
#include "engine/status_macros.h"
#include "services/records/names.h"
#include "services/rpc/requests.h"

namespace talentcard::rpc {
namespace {

constexpr int kMostDocuments = 16;
constexpr int kMostFacts = 256;
constexpr int kMostRelations = 64;
constexpr int kMostConsents = 64;

std::string Sub(const std::string& path, std::string_view field) {
  return path.empty() ? std::string(field) : absl::StrCat(path, ".", A(field));
}

// A date that must be in the calendar; `required` says whether it must be
// there.
void CheckDate(const std::string& path, bool has,
               const google::type::Date& date, bool required,
               std::vector<Violation>& violations) {
  if (!has) {
    if (required) violations.push_back({path, "give a date"});
    return;
  }
  if (const auto parsed = CivilDate::FromProto(date); !parsed.ok()) {
    violations.push_back({path, std::string(parsed.status().message())});
  }
}

template <typename Dated>
void CheckRange(const std::string& path, const Dated& dated,
                std::vector<Violation>& violations) {
  CheckDate(Sub(path, "valid_from"), dated.has_valid_from(), dated.valid_from(),
            true, violations);
  CheckDate(Sub(path, "valid_to"), dated.has_valid_to(), dated.valid_to(),
            false, violations);
  const auto from = CivilDate::FromProto(dated.valid_from());
  const auto to = CivilDate::FromProto(dated.valid_to());
  // A validity of no day at all is allowed: `to` the day before `from`.
  if (dated.has_valid_to() && from.ok() && to.ok() && to->AddDays(1) < *from) {
    violations.push_back({Sub(path, "valid_to"), "lies before valid_from"});
  }
}

}  // namespace

absl::Time TimeOr(bool has, const google::protobuf::Timestamp& timestamp,
                  absl::Time otherwise) {
  return has ? decision::ToTime(timestamp) : otherwise;
}

int PageSize(int asked, std::vector<Violation>& violations) {
  if (asked < 0) violations.push_back({"page_size", "must not be negative"});
  return asked <= 0 ? 50 : std::min(asked, 1000);
}

void CheckRequestId(std::string_view id, std::vector<Violation>& violations) {
  if (!IsRequestId(id)) {
    violations.push_back(
        {"request_id",
         "give a new UUID, and the same one again when you retry"});
  }
}

void CheckName(const std::string& path, std::string_view collection,
               std::string_view name, std::vector<Violation>& violations) {
  if (!records::IdOf(collection, name)) {
    violations.push_back(
        {path, absl::StrCat("must look like `", A(collection), "/…`")});
  }
}

void CheckDocument(const std::string& path,
                   const identity::DocumentRules& rules,
                   v1::IdentityDocument& document,
                   std::vector<Violation>& violations) {
  if (document.kind() < v1::RESIDENT_IDENTITY_CARD ||
      document.kind() > v1::BIRTH_CERTIFICATE) {
    violations.push_back(
        {Sub(path, "kind"), "choose the kind of the document"});
    return;
  }
  const auto parsed = identity::ParseDocument(
      static_cast<identity::DocumentKind>(document.kind()), document.number(),
      rules);
  if (!parsed.ok()) {
    violations.push_back(
        {Sub(path, "number"), std::string(parsed.status().message())});
    return;
  }
  document.set_number(parsed->canonical.Reveal());
  const bool passport = document.kind() == v1::PASSPORT;
  const bool issuer = document.issuing_state().size() == 3;
  if (passport && !issuer)
    violations.push_back(
        {Sub(path, "issuing_state"), "give the issuing state's three letters"});
  if (!passport) document.clear_issuing_state();
}

void CheckFact(const std::string& path, const v1::Fact& fact,
               std::vector<Violation>& violations) {
  CheckRange(path, fact, violations);
  if (fact.detail_case() == v1::Fact::DETAIL_NOT_SET)
    violations.push_back({path, "say what the fact is"});
  if (fact.evidence().digest().size() != 0 &&
      fact.evidence().digest().size() != 32) {
    violations.push_back(
        {Sub(path, "evidence.digest"), "a SHA-256 has 32 bytes"});
  }
}

void CheckRelation(const std::string& path, const v1::Relation& relation,
                   std::vector<Violation>& violations) {
  CheckName(Sub(path, "person"), "people", relation.person(), violations);
  CheckRange(path, relation, violations);
  if (!identity::FindRelation(relation.code())) {
    violations.push_back(
        {Sub(path, "code"),
         absl::StrCat("`", relation.code(),
                      "` is no code of GB/T 4761, e.g. 51 for the father")});
  }
}

void CheckConsent(const std::string& path, const v1::Consent& consent,
                  std::vector<Violation>& violations) {
  CheckName(Sub(path, "given_by"), "people", consent.given_by(), violations);
  CheckRange(path, consent, violations);
  for (const auto& [field, text] :
       {std::pair("purpose", consent.purpose()),
        std::pair("recipient", consent.recipient()),
        std::pair("text_version", consent.text_version())}) {
    if (text.empty())
      violations.push_back({Sub(path, field),
                            "a consent says what for, to "
                            "whom, and by which text"});
  }
}

void CheckPerson(const std::string& path, const identity::DocumentRules& rules,
                 v1::Person& person, std::vector<Violation>& violations) {
  if (const auto name = identity::NormaliseName(person.full_name());
      name.ok()) {
    person.set_full_name(name->Reveal());
  } else {
    violations.push_back(
        {Sub(path, "full_name"), std::string(name.status().message())});
  }
  CheckDate(Sub(path, "birth_date"), person.has_birth_date(),
            person.birth_date(), false, violations);
  if (!person.sex().empty() && person.sex() != "FEMALE" &&
      person.sex() != "MALE") {
    violations.push_back({Sub(path, "sex"), "is FEMALE, MALE or empty"});
  }
  if (person.documents_size() > kMostDocuments)
    violations.push_back({Sub(path, "documents"), "at most 16"});
  if (person.facts_size() > kMostFacts)
    violations.push_back({Sub(path, "facts"), "at most 256"});
  if (person.relations_size() > kMostRelations)
    violations.push_back({Sub(path, "relations"), "at most 64"});
  for (int i = 0; i < std::min(person.documents_size(), kMostDocuments); ++i) {
    CheckDocument(absl::StrCat(Sub(path, "documents"), "[", i, "]"), rules,
                  *person.mutable_documents(i), violations);
  }
  for (int i = 0; i < std::min(person.facts_size(), kMostFacts); ++i) {
    CheckFact(absl::StrCat(Sub(path, "facts"), "[", i, "]"), person.facts(i),
              violations);
  }
  for (int i = 0; i < std::min(person.relations_size(), kMostRelations); ++i) {
    CheckRelation(absl::StrCat(Sub(path, "relations"), "[", i, "]"),
                  person.relations(i), violations);
  }
  if (person.consents_size() > kMostConsents)
    violations.push_back({Sub(path, "consents"), "at most 64"});
  for (int i = 0; i < std::min(person.consents_size(), kMostConsents); ++i) {
    CheckConsent(absl::StrCat(Sub(path, "consents"), "[", i, "]"),
                 person.consents(i), violations);
  }
}

}  // namespace talentcard::rpc
