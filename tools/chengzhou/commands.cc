#include "tools/chengzhou/commands.h"

#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/render.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard::client {
namespace {

// How an option's text becomes JSON.
enum class As { kText, kNumber, kFlag, kDate, kTime, kDocument, kPairs, kJson };

// One option of a command: `--name`, or a position if it has no dashes.
struct Option {
  const char* name;
  const char* path;  // Field of the request, dots for inner ones.
  As as;
  const char* help;
  bool required = false;
};

enum class Show { kPlain, kRights, kDecision };

struct Command {
  const char* group;  // `card`; empty for a command of its own.
  const char* name;
  const char* method;
  const char* asker;  // Who does this, unless --as says otherwise.
  const char* help;
  std::vector<Option> options;
  Show show = Show::kPlain;
};

constexpr const char* kDocumentHelp =
    "Document: a resident number, or KIND:NUMBER[:STATE], e.g. "
    "passport:E12345678:CHN";

const std::vector<Command>& Commands() {
  static const auto* const commands = new std::vector<Command>{
      {"person",
       "create",
       "RegistryService/CreatePerson",
       "clerk",
       "Add a person",
       {{"name", "person.full_name", As::kText, "Full name", true},
        {"document", "person.documents+", As::kDocument, kDocumentHelp, true},
        {"--born", "person.birth_date", As::kDate, "Date of birth, YYYY-MM-DD"},
        {"--sex", "person.sex", As::kText, "FEMALE or MALE"},
        {"--phone", "person.phone", As::kText, "Phone number"}}},
      {"person",
       "show",
       "RegistryService/GetPerson",
       "clerk",
       "Show a person",
       {{"person", "name", As::kText, "people/…", true},
        {"--known", "known_time", As::kTime, "As known then"},
        {"--ticket", "ticket_id", As::kText,
         "A UUID: all of a minor's record, once a second person approved"}}},
      {"person",
       "update",
       "RegistryService/UpdatePerson",
       "clerk",
       "Change a person's own data",
       {{"json", "", As::kJson, "UpdatePersonRequest as JSON", true}}},
      {"person",
       "export",
       "RegistryService/ExportPerson",
       "clerk",
       "A copy of all that is kept about a person, for that person",
       {{"person", "name", As::kText, "people/…", true},
        {"--ticket", "ticket_id", As::kText,
         "A UUID: a minor's, once a second person approved"}}},
      {"person",
       "consent",
       "RegistryService/GiveConsent",
       "clerk",
       "Record a consent as signed",
       {{"person", "parent", As::kText, "Whose data: people/…", true},
        {"purpose", "consent.purpose", As::kText, "E.g. SCHOOL_PLACE", true},
        {"recipient", "consent.recipient", As::kText,
         "To whom: school, or one school: schools/2", true},
        {"--by", "consent.given_by", As::kText,
         "Who gives it: the person, or a guardian below 14", true},
        {"--text", "consent.text_version", As::kText,
         "Version of the text that was signed", true},
        {"--to", "consent.valid_to", As::kDate, "Last day"}}},
      {"person",
       "withdraw",
       "RegistryService/WithdrawConsent",
       "clerk",
       "Take consents back, at once",
       {{"person", "parent", As::kText, "Whose data: people/…", true},
        {"--by", "withdrawn_by", As::kText,
         "The person, or a guardian: people/…", true},
        {"--purpose", "purpose", As::kText, "Only for this purpose"},
        {"--recipient", "recipient", As::kText, "Only to this recipient"}}},
      {"person",
       "find",
       "RegistryService/FindPerson",
       "clerk",
       "Find a person by an exact document",
       {{"document", "document", As::kDocument, kDocumentHelp, true}}},
      {"person",
       "search",
       "RegistryService/SearchPeople",
       "clerk",
       "Find people by the beginning of a name",
       {{"text", "query", As::kText, "At least two characters", true},
        {"--page-size", "page_size", As::kNumber, "At most 1000"},
        {"--page-token", "page_token", As::kText, "From the page before"}}},
      {"person",
       "link-document",
       "RegistryService/LinkDocument",
       "clerk",
       "Link one more document",
       {{"person", "parent", As::kText, "people/…", true},
        {"document", "document", As::kDocument, kDocumentHelp, true}}},
      {"person",
       "add-fact",
       "RegistryService/AddFact",
       "clerk",
       "Add a proven fact",
       {{"person", "parent", As::kText, "people/…", true},
        {"fact", "fact", As::kJson,
         "Fact as JSON, e.g. {\"title\":{\"level\":\"SENIOR\"}}", true},
        {"--from", "fact.valid_from", As::kDate, "First valid day", true},
        {"--to", "fact.valid_to", As::kDate, "Last valid day"}}},
      {"person",
       "end-fact",
       "RegistryService/EndFact",
       "clerk",
       "Set the last valid day of a fact",
       {{"fact", "name", As::kText, "people/…/facts/…", true},
        {"--to", "valid_to", As::kDate, "Last valid day", true},
        {"--reason", "end_reason", As::kText, "EARLY, LEFT_CITY, RETIRED"}}},
      {"person",
       "relate",
       "RegistryService/PutRelation",
       "clerk",
       "File a relative",
       {{"person", "parent", As::kText, "people/…", true},
        {"relative", "relation.person", As::kText, "people/…", true},
        {"code", "relation.code", As::kText,
         "GB/T 4761, e.g. 52 for the mother", true},
        {"--from", "relation.valid_from", As::kDate, "First day", true},
        {"--to", "relation.valid_to", As::kDate, "Last day"},
        {"--filed", "relation.filed", As::kFlag, "On the filed list (备案)"}}},
      {"person",
       "erase",
       "RegistryService/ErasePerson",
       "talent-office",
       "Destroy a person's key: nothing about the person opens again",
       {{"person", "name", As::kText, "people/…", true},
        {"--ground", "ground", As::kText, "Why; stays in the log", true}}},
      {"person",
       "due",
       "RegistryService/ListDueErasures",
       "talent-office",
       "Whose record nothing has needed for as long as it is kept",
       {{"--page-size", "page_size", As::kNumber, "At most 1000"},
        {"--page-token", "page_token", As::kText, "From the page before"}}},
      {"person",
       "seen-by",
       "AuditService/ListEntries",
       "auditor",
       "Who looked at a person, when, why, and what was answered",
       {{"person", "subject", As::kText, "people/…", true},
        {"--from", "from_time", As::kTime, "From"},
        {"--to", "to_time", As::kTime, "Before"}}},
      {"person",
       "count",
       "RegistryService/CountPeople",
       "auditor",
       "Count people by category and criterion",
       {{"--at", "at", As::kDate, "Facts valid on this day"}}},
      {"employer",
       "put",
       "RegistryService/PutEmployer",
       "clerk",
       "Add or replace an employer",
       {{"employer", "employer.name", As::kText, "employers/USCC", true},
        {"name", "employer.display_name", As::kText, "Name", true},
        {"--sector", "employer.sector", As::kText, "OTHER, STATE_OWNED …"}}},
      {"employer",
       "show",
       "RegistryService/GetEmployer",
       "clerk",
       "Show an employer",
       {{"employer", "name", As::kText, "employers/USCC", true}}},
      {"matter",
       "open",
       "MatterService/OpenMatter",
       "clerk",
       "Open a matter (办件)",
       {{"kind", "matter.kind", As::kText, "recognition, spouse-placement",
         true},
        {"person", "matter.subject", As::kText, "people/…", true},
        {"--field", "matter.fields", As::kPairs,
         "ID=VALUE, as often as needed"},
        {"--station", "matter.station", As::kText, "stations/…"}}},
      {"matter",
       "act",
       "MatterService/ActOnMatter",
       "clerk",
       "Take an action on a matter",
       {{"matter", "name", As::kText, "matters/…", true},
        {"action", "action", As::kText, "One of those `matter show` lists",
         true},
        {"--field", "fields", As::kPairs, "ID=VALUE"},
        {"--comment", "comment", As::kText, "A note"}}},
      {"matter",
       "show",
       "MatterService/GetMatter",
       "clerk",
       "Show a matter and what can be done",
       {{"matter", "name", As::kText, "matters/…", true}}},
      {"matter",
       "list",
       "MatterService/ListMatters",
       "clerk",
       "List matters by owner or person",
       {{"--owner", "owner", As::kText,
         "e.g. clerk@stations/haizhou, reviewer"},
        {"--person", "subject", As::kText, "people/…"},
        {"--due-before", "due_before", As::kTime, "Only these"}}},
      {"card",
       "assess",
       "CardService/AssessTier",
       "clerk",
       "What tier a person has, criterion by criterion",
       {{"person", "person", As::kText, "people/…", true},
        {"--at", "valid_time", As::kTime, "At this time"}}},
      {"card",
       "issue",
       "CardService/IssueCard",
       "clerk",
       "Issue a card",
       {{"person", "holder", As::kText, "people/…", true},
        {"--series", "series", As::kText, "SERIES_PERSON …", true},
        {"--from", "valid_from", As::kDate, "First valid day"}}},
      {"card",
       "renew",
       "CardService/RenewCard",
       "clerk",
       "Renew a card",
       {{"card", "name", As::kText, "cards/…", true}}},
      {"card",
       "suspend",
       "CardService/SuspendCard",
       "talent-office",
       "Suspend a card",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "e.g. INVESTIGATION", true},
        {"--basis", "basis", As::kText, "Document"}}},
      {"card",
       "resume",
       "CardService/ResumeCard",
       "talent-office",
       "Resume a card",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "e.g. CLEARED", true}}},
      {"card",
       "cancel",
       "CardService/CancelCard",
       "clerk",
       "End a card without fault",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "e.g. LEFT_CITY", true},
        {"--effective", "effective_time", As::kTime, "From when it counts"}}},
      {"card",
       "revoke",
       "CardService/RevokeCard",
       "talent-office",
       "End a card for fault",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "FRAUD, CRIME, DISCIPLINE", true},
        {"--basis", "basis", As::kText, "Document"},
        {"--effective", "effective_time", As::kTime, "From when it counts"}}},
      {"card",
       "lost",
       "CardService/ReportCardLost",
       "clerk",
       "Report a card lost",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "LOST", true}}},
      {"card",
       "reissue",
       "CardService/ReissueCard",
       "clerk",
       "Give a new card for a lost one",
       {{"card", "name", As::kText, "cards/…", true},
        {"--cause", "cause", As::kText, "LOST_CARD, DAMAGED", true}}},
      {"card",
       "show",
       "CardService/GetCard",
       "clerk",
       "Show a card",
       {{"card", "name", As::kText, "cards/…", true},
        {"--known", "known_time", As::kTime, "As known then"}}},
      {"card",
       "list",
       "CardService/ListCards",
       "clerk",
       "List a person's cards",
       {{"person", "holder", As::kText, "people/…", true}}},
      {"card",
       "copies",
       "CardService/ListDoubleUses",
       "talent-office",
       "Codes that two desks took in the same minute, newest first",
       {{"--page", "page_token", As::kText, "The next page"},
        {"--size", "page_size", As::kNumber, "Codes a page"}}},
      {"hospital",
       "verify",
       "HospitalService/VerifyGreenChannel",
       "hospital",
       "May this patient use the green channel?",
       {{"document", "document", As::kDocument, kDocumentHelp, true},
        {"--specialty", "specialty", As::kText, "e.g. cardiology"},
        {"--at", "visit_time", As::kTime, "Time of the visit"}}},
      {"hospital",
       "referral",
       "HospitalService/VerifyReferral",
       "hospital",
       "May this patient be referred through the channel?",
       {{"document", "document", As::kDocument, kDocumentHelp, true},
        {"--opinion", "referral_opinion", As::kText,
         "Number of the doctor's opinion"}}},
      {"hospital",
       "verify-all",
       "HospitalService/BatchVerifyGreenChannel",
       "hospital",
       "Up to 256 patients at once",
       {{"json", "", As::kJson, "BatchVerifyRequest as JSON", true}}},
      {"hospital",
       "book",
       "HospitalService/BookVisit",
       "hospital",
       "Book a visit",
       {{"document", "patient.document", As::kDocument, kDocumentHelp, true},
        {"--specialty", "patient.specialty", As::kText, "e.g. cardiology",
         true}}},
      {"hospital",
       "start",
       "HospitalService/StartVisit",
       "hospital",
       "Record that a visit began",
       {{"--visit", "name", As::kText, "visits/…"},
        {"--document", "patient.document", As::kDocument, kDocumentHelp}}},
      {"hospital",
       "cancel",
       "HospitalService/CancelVisit",
       "hospital",
       "Cancel a booking",
       {{"visit", "name", As::kText, "visits/…", true}}},
      {"school",
       "query",
       "SchoolService/QueryEnrolment",
       "education-bureau",
       "Which right has this child?",
       {{"document", "document", As::kDocument, kDocumentHelp, true},
        {"stage", "stage", As::kText, "PRE, PRI, JUN, TRANS", true},
        {"season", "season", As::kNumber, "Year the school year begins", true},
        {"--grade", "grade", As::kNumber, "Grade"}}},
      {"school",
       "reserve",
       "SchoolService/ReservePlace",
       "education-bureau",
       "Apply for a place",
       {{"school", "school", As::kText, "schools/…", true},
        {"document", "document", As::kDocument, kDocumentHelp, true},
        {"stage", "stage", As::kText, "PRE, PRI, JUN", true},
        {"season", "season", As::kNumber, "Year", true},
        {"--grade", "grade", As::kNumber, "Grade"},
        {"--accepted", "acceptance_time", As::kTime, "When it was accepted"}}},
      {"school",
       "confirm",
       "SchoolService/ConfirmPlace",
       "education-bureau",
       "Confirm a place",
       {{"place", "name", As::kText, "places/…", true}}},
      {"school",
       "release",
       "SchoolService/ReleasePlace",
       "education-bureau",
       "Withdraw from a place",
       {{"place", "name", As::kText, "places/…", true}}},
      {"school",
       "places",
       "SchoolService/ListPlaces",
       "education-bureau",
       "Applications in order",
       {{"school", "school", As::kText, "schools/…", true},
        {"season", "season", As::kNumber, "Year", true},
        {"--grade", "grade", As::kNumber, "Grade"}}},
      {"school",
       "put",
       "SchoolService/PutSchool",
       "education-bureau",
       "Add or replace a school",
       {{"json", "school", As::kJson, "School as JSON", true}}},
      {"school",
       "list",
       "SchoolService/ListSchools",
       "education-bureau",
       "List schools",
       {}},
      {"spouse",
       "open",
       "SpousePlacementService/OpenPlacement",
       "clerk",
       "Open a placement",
       {{"holder", "holder", As::kText, "people/…", true},
        {"spouse", "spouse", As::kText, "people/…", true}}},
      {"spouse",
       "show",
       "SpousePlacementService/GetPlacement",
       "clerk",
       "Show a placement",
       {{"placement", "name", As::kText, "placements/…", true}}},
      {"spouse",
       "list",
       "SpousePlacementService/ListPlacements",
       "talent-office",
       "Placements a department owns",
       {{"department", "owner", As::kText, "hr-bureau …", true}}},
      {"spouse",
       "acknowledge",
       "SpousePlacementService/AcknowledgePlacement",
       "department",
       "Acknowledge a hand-over",
       {{"placement", "name", As::kText, "placements/…", true}}},
      {"spouse",
       "offer",
       "SpousePlacementService/OfferPost",
       "department",
       "Offer a post",
       {{"placement", "name", As::kText, "placements/…", true},
        {"employer", "employer", As::kText, "employers/USCC", true},
        {"post", "post", As::kText, "Post", true}}},
      {"spouse",
       "answer",
       "SpousePlacementService/AnswerOffer",
       "clerk",
       "Accept or refuse an offer",
       {{"placement", "name", As::kText, "placements/…", true},
        {"--accept", "accept", As::kFlag, "Accept; refuse without"}}},
      {"spouse",
       "close",
       "SpousePlacementService/ClosePlacement",
       "talent-office",
       "Close a placement",
       {{"placement", "name", As::kText, "placements/…", true},
        {"ground", "comment", As::kText, "Why", true}}},
      {"",
       "rights",
       "EntitlementService/ListRights",
       "clerk",
       "All rights of a holder and the family",
       {{"person", "holder", As::kText, "people/…", true},
        {"--at", "valid_time", As::kTime, "At this time"}},
       Show::kRights},
      {"",
       "explain",
       "EntitlementService/ExplainDecision",
       "clerk",
       "A decision in full, asked again",
       {{"decision", "name", As::kText, "decisions/…", true}},
       Show::kDecision},
      {"",
       "check",
       "EntitlementService/CheckEntitlement",
       "clerk",
       "Decide one entitlement",
       {{"entitlement", "entitlement", As::kText, "e.g. MED_GREEN", true},
        {"person", "beneficiary", As::kText, "people/…", true},
        {"--holder", "holder", As::kText, "people/…"},
        {"--at", "valid_time", As::kTime, "At this time"},
        {"--known", "known_time", As::kTime, "As known then"},
        {"--request", "request", As::kJson, "RequestView as JSON"}},
       Show::kDecision},
      {"",
       "check-all",
       "EntitlementService/BatchCheckEntitlement",
       "clerk",
       "Decide up to 256",
       {{"json", "", As::kJson, "BatchCheckEntitlementRequest as JSON", true}}},
      {"policy",
       "list",
       "PolicyService/ListPolicies",
       "auditor",
       "Published policies",
       {}},
      {"policy",
       "show",
       "PolicyService/GetPolicy",
       "auditor",
       "A policy with its files",
       {{"policy", "name", As::kText, "policies/…", true}}},
      {"policy",
       "current",
       "PolicyService/GetPolicyInForce",
       "auditor",
       "The policy in force",
       {{"--known", "known_time", As::kTime, "Then"}}},
      {"log",
       "entry",
       "AuditService/GetEntry",
       "auditor",
       "One entry of the log",
       {{"index", "log_index", As::kNumber, "Index", true}}},
      {"log",
       "list",
       "AuditService/ListEntries",
       "auditor",
       "Entries by person, actor or time",
       {{"--person", "subject", As::kText, "people/…"},
        {"--actor", "actor", As::kText, "clerk:staff/…@…"},
        {"--from", "from_time", As::kTime, "From"},
        {"--to", "to_time", As::kTime, "Before"},
        {"--page-size", "page_size", As::kNumber, "At most 1000"}}},
      {"log",
       "checkpoint",
       "AuditService/GetCheckpoint",
       "auditor",
       "The newest signed checkpoint",
       {}},
      {"proposal",
       "list",
       "ApprovalService/ListProposals",
       "talent-office",
       "Acts that need a second person, newest first",
       {{"--state", "state", As::kText, "PENDING, TO_REVIEW …"},
        {"--page", "page_token", As::kText, "The next page"},
        {"--size", "page_size", As::kNumber, "Proposals a page"}}},
      {"proposal",
       "show",
       "ApprovalService/GetProposal",
       "talent-office",
       "A proposal with the act it is about",
       {{"proposal", "name", As::kText, "proposals/…", true}}},
      {"log",
       "prove",
       "AuditService/GetInclusionProof",
       "auditor",
       "Inclusion proof of an entry",
       {{"index", "log_index", As::kNumber, "Index", true},
        {"--size", "tree_size", As::kNumber, "Tree size"}}},
      {"log",
       "extends",
       "AuditService/GetConsistencyProof",
       "auditor",
       "Proof that the log only grew",
       {{"from", "from_size", As::kNumber, "Size", true},
        {"to", "to_size", As::kNumber, "Size", true}}},
      {"staff",
       "show",
       "StaffService/GetAccount",
       "security-admin",
       "Show an account",
       {{"staff", "name", As::kText, "staff/…", true}}},
      {"staff",
       "list",
       "StaffService/ListAccounts",
       "security-admin",
       "All accounts",
       {{"--page-size", "page_size", As::kNumber, "At most 1000"},
        {"--page-token", "page_token", As::kText, "From the page before"}}},
      {"staff",
       "reset",
       "StaffService/ResetAccount",
       "security-admin",
       "Have somebody enrol anew: a password lost, an account locked",
       {{"staff", "name", As::kText, "staff/…", true}}},
      {"staff",
       "disable",
       "StaffService/DisableAccount",
       "security-admin",
       "Let somebody in no more, at once",
       {{"staff", "name", As::kText, "staff/…", true}}},
      {"staff",
       "sign-out",
       "StaffService/SignOut",
       "clerk",
       "End your session",
       {{"--everywhere", "everywhere", As::kFlag, "All your sessions"}}},
      {"clock",
       "show",
       "RehearsalService/GetClock",
       "system",
       "A rehearsal's clock",
       {}},
      {"clock",
       "advance",
       "RehearsalService/AdvanceClock",
       "system",
       "Move a rehearsal's clock",
       {{"time", "time", As::kTime, "RFC 3339, or a day", true}}},
  };
  return *commands;
}

absl::StatusOr<Json> DocumentJson(const std::string& text) {
  static const std::map<std::string, const char*> kKinds = {
      {"resident", "RESIDENT_IDENTITY_CARD"},
      {"hmt", "HMT_RESIDENCE_PERMIT"},
      {"foreign", "FOREIGN_PERMANENT_RESIDENT"},
      {"foreign2017", "FOREIGN_PERMANENT_RESIDENT_2017"},
      {"hkm", "HK_MACAU_TRAVEL_PERMIT"},
      {"taiwan", "TAIWAN_TRAVEL_PERMIT"},
      {"passport", "PASSPORT"},
      {"birth", "BIRTH_CERTIFICATE"},
      {"old", "OLD_RESIDENT_NUMBER"}};
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() == 1)
    return Json{{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", text}};
  const auto kind = kKinds.find(parts[0]);
  if (kind == kKinds.end() || parts.size() > 3) {
    return absl::InvalidArgumentError(
        "a document is NUMBER or KIND:NUMBER[:STATE]; kinds: resident, hmt, "
        "foreign, foreign2017, hkm, taiwan, passport, birth, old");
  }
  Json document = {{"kind", kind->second}, {"number", parts[1]}};
  if (parts.size() == 3) document["issuing_state"] = parts[2];
  return document;
}

absl::StatusOr<Json> ValueOf(As as, const std::vector<std::string>& texts) {
  const std::string& text = texts.back();
  switch (as) {
    case As::kText:
      return Json(text);
    case As::kNumber: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(text, &number))
        return absl::InvalidArgumentError(
            absl::StrCat("`", text, "` is not a whole number"));
      return Json(number);
    }
    case As::kFlag:
      return Json(text != "false");
    case As::kDate:
      return DateJson(text);
    case As::kTime:
      return Json(text.size() == 10 ? absl::StrCat(text, "T00:00:00+08:00")
                                    : text);
    case As::kDocument:
      return DocumentJson(text);
    case As::kPairs: {
      Json pairs = Json::object();
      for (const std::string& pair : texts) {
        const std::vector<std::string> parts =
            absl::StrSplit(pair, absl::MaxSplits('=', 1));
        if (parts.size() != 2)
          return absl::InvalidArgumentError(
              absl::StrCat("`", pair, "` is not ID=VALUE"));
        pairs[parts[0]] = parts[1];
      }
      return pairs;
    }
    case As::kJson: {
      Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
      if (json.is_discarded())
        return absl::InvalidArgumentError("the JSON cannot be read");
      return json;
    }
  }
  return Json();
}

// Puts a value at a path; a `+` at its end makes a list of one.
void Place(Json& request, const std::string& path, const Json& value) {
  if (path.empty()) {
    request.update(value);
    return;
  }
  Json* at = &request;
  const bool list = absl::EndsWith(path, "+");
  for (const auto part :
       absl::StrSplit(list ? path.substr(0, path.size() - 1) : path, '.'))
    at = &(*at)[std::string(part)];
  if (list) {
    at->push_back(value);
  } else if (at->is_object() && value.is_object()) {
    at->update(value);
  } else {
    *at = value;
  }
}

bool TakesRequestId(const std::string& method) {
  for (const char* word :
       {"Get", "List", "Search", "Find", "Count", "Assess", "Explain", "Export",
        "Clock", "Validate", "Sign", "Enrol"}) {
    if (absl::StrContains(method.substr(method.find('/')), word)) return false;
  }
  return true;
}

// A proposal is about the state its proposer sees: that of now.
Json OnPresentState(Client& client, const Asker& asker,
                    const std::string& method, Json request) {
  const std::string name = request.value("name", "");
  if (absl::StartsWith(name, "cards/")) {
    const auto card =
        client.Call(asker, "CardService/GetCard", {{"name", name}});
    if (card.ok()) request["etag"] = card->value("etag", "");
  } else if (method == "PolicyService/PublishPolicy") {
    const auto policy =
        client.Call(asker, "PolicyService/GetPolicyInForce", Json::object());
    if (policy.ok())
      request["expected_digest"] =
          policy->value("name", "policies/").substr(sizeof("policies"));
  }
  return request;
}

int Run(const Setting& setting, const std::string& method,
        const std::string& default_asker, Json request, Show show) {
  Asker asker = setting.asker;
  if (asker.kind.empty()) asker.kind = default_asker;
  if (asker.institution.empty()) {
    asker.institution = asker.kind == "hospital" ? "hospitals/haicheng-central"
                        : asker.kind == "school" ? "schools/first-primary"
                        : asker.kind == "security-admin" ? "offices/security"
                                                         : "stations/haizhou";
  }
  if (asker.kind == "hospital" &&
      absl::StartsWith(method, "HospitalService/Verify"))
    request["hospital"] = asker.institution;
  if (request.contains("patient"))
    request["patient"]["hospital"] = asker.institution;
  if (TakesRequestId(method) && !request.contains("request_id"))
    request["request_id"] = NewRequestId();
  std::string called = method;
  Client client(setting.server, setting.tls);
  if (!setting.propose.empty()) {
    const bool look = method == "RegistryService/GetPerson" ||
                      method == "RegistryService/ExportPerson";
    if (look && !request.contains("ticket_id"))
      request["ticket_id"] = NewRequestId();
    const auto proposal =
        ProposalOf(method, OnPresentState(client, asker, method, request),
                   setting.propose, setting.emergency);
    if (!proposal.ok()) {
      std::cerr << proposal.status().message() << "\n";
      return kBadInput;
    }
    request = *proposal;
    request["request_id"] = NewRequestId();
    called = "ApprovalService/ProposeAct";
  }
  Failure failure;
  const absl::StatusOr<Json> answer =
      client.Call(asker, called, request, &failure);
  if (!answer.ok()) {
    const bool chinese = setting.language == Language::kChinese;
    std::cerr << Sentence(failure, setting.language);
    if (failure.reason == "APPROVAL_NEEDED")
      std::cerr << (chinese ? "加 --propose 理由 提请，批准后 chengzhou "
                              "proposal run\n"
                            : "add --propose REASON, then `chengzhou proposal "
                              "run`\n");
    return ExitCodeOf(answer.status());
  }
  if (setting.json) {
    std::cout << answer->dump(2) << "\n";
  } else if (show == Show::kRights) {
    std::cout << RenderRights(*answer, setting.language);
  } else if (show == Show::kDecision) {
    std::cout << RenderDecision(
        answer->contains("decision") ? (*answer)["decision"] : *answer,
        setting.language);
    if (answer->contains("decision")) {
      const bool same = answer->value("replays", false);
      std::cout << (setting.language == Language::kChinese
                        ? (same ? "重放一致\n" : "重放不一致\n")
                        : (same ? "replays to the same bits\n"
                                : "does NOT replay\n"));
    }
  } else {
    std::cout << Render(*answer, setting.language);
  }
  return kDone;
}

void AddCommand(CLI::App& app, const Command& command, Setting& setting,
                int& exit_code) {
  CLI::App* parent = &app;
  if (*command.group != '\0') {
    const auto groups = app.get_subcommands(
        [&](CLI::App* group) { return group->get_name() == command.group; });
    parent = groups.empty() ? nullptr : groups[0];
    if (parent == nullptr) {
      parent = app.add_subcommand(
          command.group, absl::StrCat("Commands about a ", command.group));
      parent->require_subcommand(1);
    }
  }
  CLI::App* sub = parent->add_subcommand(command.name, command.help);
  const auto texts = std::make_shared<std::vector<std::vector<std::string>>>(
      command.options.size());
  for (size_t i = 0; i < command.options.size(); ++i) {
    const Option& option = command.options[i];
    if (option.as == As::kFlag) {
      sub->add_flag_callback(
          option.name, [texts, i] { (*texts)[i] = {"true"}; }, option.help);
      continue;
    }
    CLI::Option* added = sub->add_option(option.name, (*texts)[i], option.help);
    if (option.as != As::kPairs) added->expected(1)->allow_extra_args(false);
    if (option.required) added->required();
  }
  sub->callback([&command, texts, &setting, &exit_code] {
    Json request = Json::object();
    if (std::string_view(command.name) == "rights")
      request["include_relatives"] = true;
    for (size_t i = 0; i < command.options.size(); ++i) {
      if ((*texts)[i].empty()) continue;
      const absl::StatusOr<Json> value =
          ValueOf(command.options[i].as, (*texts)[i]);
      if (!value.ok()) {
        std::cerr << command.options[i].name << ": " << value.status().message()
                  << "\n";
        exit_code = kBadInput;
        return;
      }
      Place(request, command.options[i].path, *value);
    }
    exit_code = Run(setting, command.method, command.asker, std::move(request),
                    command.show);
  });
}

}  // namespace

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kBadInput;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kNotAllowed;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kRefused;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnreachable;
    default:
      return kFailed;
  }
}

namespace {

Json FilesJson(const std::map<std::string, std::string>& files) {
  Json list = Json::array();
  for (const auto& [path, content] : files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  return list;
}

void AddBundleCommand(CLI::App& app, const char* name, const char* method,
                      const char* help, Setting& setting, int& exit_code) {
  CLI::App* sub = app.get_subcommand("policy")->add_subcommand(name, help);
  const auto directory = std::make_shared<std::string>();
  sub->add_option("directory", *directory, "The bundle, e.g. rules/haicheng")
      ->required();
  sub->callback([=, &setting, &exit_code] {
    const auto files = ReadBundle(*directory);
    if (!files.ok()) {
      std::cerr << files.status().message() << "\n";
      exit_code = kBadInput;
      return;
    }
    exit_code = Run(setting, method, "policy-author",
                    {{"files", FilesJson(*files)}}, Show::kPlain);
  });
}

}  // namespace

void AddCommands(CLI::App& app, Setting& setting, int& exit_code) {
  for (const Command& command : Commands())
    AddCommand(app, command, setting, exit_code);
  AddBundleCommand(app, "publish", "PolicyService/PublishPolicy",
                   "Publish a rule bundle", setting, exit_code);
  AddBundleCommand(app, "validate", "PolicyService/ValidatePolicy",
                   "Check a rule bundle on the server", setting, exit_code);
  CLI::App* call = app.add_subcommand("call", "Call any RPC with JSON");
  const auto method = std::make_shared<std::string>();
  const auto data = std::make_shared<std::string>("{}");
  call->add_option("method", *method, "Service/Method")->required();
  call->add_option("-d,--data", *data, "The request as JSON");
  call->callback([=, &setting, &exit_code] {
    const Json request =
        Json::parse(*data, nullptr, /*allow_exceptions=*/false);
    if (!request.is_object()) {
      std::cerr << "--data: give a request as JSON, e.g. {\"name\": \"…\"}\n";
      exit_code = kBadInput;
      return;
    }
    if (!absl::StrContains(*method, '/')) {
      std::cerr << "method: `" << *method
                << "` is not SERVICE/METHOD, e.g. CardService/GetCard\n";
      exit_code = kBadInput;
      return;
    }
    exit_code = Run(setting, *method, "clerk", request, Show::kPlain);
  });
}

}  // namespace talentcard::client
