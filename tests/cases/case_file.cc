#include "tests/cases/case_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/identity/relation.h"
#include "tests/cases/yaml_message.h"

namespace talentcard::cases {
namespace {

constexpr char kFirstDay[] = "2022-11-16";  // Of the plan.

std::string PersonName(const std::string& short_name) {
  return absl::StrCat("people/", short_name);
}

std::string Text(const YAML::Node& node, const std::string& fallback = "") {
  return node.IsDefined() && node.IsScalar() ? node.as<std::string>()
                                             : fallback;
}

std::vector<std::string> Texts(const YAML::Node& node) {
  std::vector<std::string> texts;
  if (!node.IsDefined()) return texts;
  for (const auto& item : node) texts.push_back(item.as<std::string>());
  return texts;
}

// The key as it is spelt in the proto.
std::string FieldName(const std::string& key) {
  if (key == "from") return "valid_from";
  if (key == "until") return "valid_to";
  return key;
}

void ReadFact(const YAML::Node& node, v1::Person* person, Mistakes* mistakes) {
  v1::Fact* fact = person->add_facts();
  fact->set_name(absl::StrCat(person->name(), "/facts/", person->facts_size()));
  for (const auto& entry : node) {
    SetField(FieldName(entry.first.as<std::string>()), entry.second, fact,
             mistakes);
  }
  if (fact->detail_case() == v1::Fact::DETAIL_NOT_SET) {
    mistakes->Add(node,
                  "a fact says what it is, e.g. {title: {level: SENIOR}}");
  }
  if (!fact->has_valid_from()) mistakes->Add(node, "a fact has a `from`");
  if (fact->has_custody()) {
    fact->mutable_custody()->set_guardian(
        PersonName(fact->custody().guardian()));
  }
}

// A criterion alone, or {criterion, from, until, series}.
void ReadRecognition(const YAML::Node& node, const std::string& from,
                     v1::Person* person, Mistakes* mistakes) {
  v1::Fact* fact = person->add_facts();
  fact->set_name(absl::StrCat(person->name(), "/facts/", person->facts_size()));
  auto* recognition = fact->mutable_recognition();
  recognition->set_series("SERIES_PERSON");
  const YAML::Node criterion = node.IsMap() ? node["criterion"] : node;
  recognition->set_criterion(Text(criterion));
  SetField("valid_from", YAML::Node(from), fact, mistakes);
  if (!node.IsMap()) return;
  for (const auto& entry : node) {
    const auto key = FieldName(entry.first.as<std::string>());
    const bool dated = key == "valid_from" || key == "valid_to";
    google::protobuf::Message* target = recognition;
    if (dated) target = fact;
    SetField(key, entry.second, target, mistakes);
  }
}

void ReadRelative(const YAML::Node& node, v1::Person* person,
                  Mistakes* mistakes) {
  v1::Relation* relation = person->add_relations();
  relation->set_filed(true);
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (key == "who") {
      relation->set_person(PersonName(entry.second.as<std::string>()));
    } else {
      SetField(FieldName(key), entry.second, relation, mistakes);
    }
  }
  if (relation->person().empty() || relation->code().empty()) {
    mistakes->Add(node, "a relative has `who` and `code`");
  }
}

void CheckKeys(const YAML::Node& node, const std::vector<std::string>& known,
               Mistakes* mistakes) {
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    bool found = false;
    for (const std::string& name : known) found = found || name == key;
    if (!found) {
      mistakes->Add(entry.first, absl::StrCat("unknown `", key, "`; one of ",
                                              absl::StrJoin(known, ", ")));
    }
  }
}

// A purpose alone, to whoever it is for; or `{purpose, to, by, from, until}`.
void ReadConsents(const YAML::Node& node, const std::string& given_by,
                  v1::Person* person, Mistakes* mistakes) {
  if (!node.IsDefined()) return;
  for (const auto& row : node) {
    const bool whole = row.IsMap();
    if (whole)
      CheckKeys(row, {"purpose", "to", "by", "from", "until"}, mistakes);
    v1::Consent* consent = person->add_consents();
    consent->set_purpose(Text(whole ? row["purpose"] : row));
    const char* kind =
        consent->purpose() == "SPOUSE_PLACEMENT" ? "department" : "school";
    consent->set_recipient(whole ? Text(row["to"], kind) : kind);
    consent->set_given_by(whole && row["by"].IsDefined()
                              ? PersonName(Text(row["by"]))
                              : given_by);
    SetField("valid_from",
             YAML::Node(whole ? Text(row["from"], kFirstDay) : kFirstDay),
             consent, mistakes);
    if (whole && row["until"].IsDefined())
      SetField("valid_to", row["until"], consent, mistakes);
  }
}

// A guardian's consent that does not say whose is the first parent's in the
// case who has the child on record.
void FillGuardians(Case& in) {
  for (auto& [child, read] : in.people) {
    for (v1::Consent& consent : *read.person.mutable_consents()) {
      if (!consent.given_by().empty()) continue;
      for (const auto& [name, other] : in.people) {
        for (const v1::Relation& relation : other.person.relations()) {
          const auto code = identity::FindRelation(relation.code());
          if (consent.given_by().empty() &&
              relation.person() == read.person.name() && code &&
              code->relation == identity::RelationClass::kChild)
            consent.set_given_by(other.person.name());
        }
      }
    }
  }
}

void AddEvent(const YAML::Node& node, v1::Card* card, Mistakes* mistakes) {
  v1::CardEvent* event = card->add_events();
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    SetField(key == "at" ? "effective_time" : key, entry.second, event,
             mistakes);
  }
  *event->mutable_record_time() = event->effective_time();
  card->set_state(event->state());
}

v1::Card ReadCard(const YAML::Node& node, const std::string& holder, int number,
                  Mistakes* mistakes) {
  v1::Card card;
  card.set_name(absl::StrCat("cards/", number));
  card.set_holder(holder);
  card.set_series(Text(node["series"], "SERIES_PERSON"));
  card.set_tier(Text(node["tier"]));
  SetField("valid_from", node["from"], &card, mistakes);
  SetField("valid_until", node["until"], &card, mistakes);
  YAML::Node issue;
  issue["state"] = "ACTIVE";
  issue["at"] = absl::StrCat(Text(node["from"]), " 00:00");
  issue["valid_until"] = Text(node["until"]);
  AddEvent(issue, &card, mistakes);
  if (node["events"].IsDefined()) {
    for (const auto& event : node["events"]) AddEvent(event, &card, mistakes);
  }
  return card;
}

CasePerson ReadPerson(const std::string& short_name, const YAML::Node& node,
                      Mistakes* mistakes) {
  CheckKeys(node,
            {"born", "nationality", "sex", "documents", "facts", "recognised",
             "recognised_from", "relatives", "consents", "own_consents", "card",
             "cards", "recognition_open"},
            mistakes);
  CasePerson read;
  v1::Person& person = read.person;
  person.set_name(PersonName(short_name));
  person.set_full_name(short_name);
  if (node["born"].IsDefined()) {
    SetField("birth_date", node["born"], &person, mistakes);
  }
  for (const char* key : {"nationality", "sex", "documents"}) {
    if (node[key].IsDefined()) SetField(key, node[key], &person, mistakes);
  }
  for (const auto& fact : node["facts"]) ReadFact(fact, &person, mistakes);
  for (const auto& criterion : node["recognised"]) {
    ReadRecognition(criterion, Text(node["recognised_from"], kFirstDay),
                    &person, mistakes);
  }
  for (const auto& relative : node["relatives"]) {
    ReadRelative(relative, &person, mistakes);
  }
  ReadConsents(node["consents"], /*given_by=*/"", &person, mistakes);
  ReadConsents(node["own_consents"], person.name(), &person, mistakes);
  if (node["card"].IsDefined()) {
    read.cards.push_back(ReadCard(node["card"], person.name(), 1, mistakes));
  }
  for (const auto& card : node["cards"]) {
    const int number = static_cast<int>(read.cards.size()) + 1;
    read.cards.push_back(ReadCard(card, person.name(), number, mistakes));
  }
  read.recognition_open = Text(node["recognition_open"]) == "true";
  return read;
}

v1::Use ReadUse(const YAML::Node& node, Mistakes* mistakes) {
  v1::Use use;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (key == "holder") {
      use.set_holder(PersonName(entry.second.as<std::string>()));
    } else if (key == "for") {
      use.set_beneficiary(PersonName(entry.second.as<std::string>()));
    } else {
      SetField(key == "at" ? "reserve_time" : key, entry.second, &use,
               mistakes);
    }
  }
  if (use.state() == v1::Use::CONFIRMED) {
    *use.mutable_confirm_time() = use.reserve_time();
  } else if (use.state() == v1::Use::RELEASED) {
    *use.mutable_release_time() = use.reserve_time();
  }
  return use;
}

absl::Time ReadTime(const YAML::Node& node, const YAML::Node& parent,
                    Mistakes* mistakes) {
  const auto time = ParseTime(Text(node));
  if (!time.has_value()) {
    mistakes->Add(parent, "a time is written YYYY-MM-DD HH:MM or YYYY-MM-DD");
  }
  return time.value_or(absl::UnixEpoch());
}

// Whether `key` says what is expected.
bool ReadExpectation(const std::string& key, const YAML::Node& value,
                     Expectation* expect, Mistakes* mistakes) {
  if (key == "expect") {
    expect->outcome = value.as<std::string>();
  } else if (key == "reason") {
    expect->reason = value.as<std::string>();
  } else if (key == "reasons") {
    expect->reasons = Texts(value);
  } else if (key == "level") {
    expect->level = value.as<std::string>();
  } else if (key == "track") {
    expect->track = value.as<std::string>();
  } else if (key == "owner") {
    expect->owner = value.as<std::string>();
  } else if (key == "tier") {
    expect->tier = value.as<std::string>();
  } else if (key == "valid_until") {
    expect->valid_until = value.as<std::string>();
  } else if (key == "remaining") {
    expect->remaining = value.as<int>();
  } else if (key == "next_change") {
    expect->next_change = ReadTime(value, value, mistakes);
  } else if (key == "high_level") {
    expect->high_level = value.as<bool>();
  } else if (key == "met") {
    expect->met = Texts(value);
  } else if (key == "not_met") {
    expect->not_met = Texts(value);
  } else {
    return false;
  }
  return true;
}

Ask ReadAsk(const YAML::Node& node, const Case& in, Mistakes* mistakes) {
  Ask ask;
  ask.line = node.Mark().line + 1;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (key == "ask") {
      ask.what = entry.second.as<std::string>();
    } else if (key == "for") {
      ask.about = entry.second.as<std::string>();
    } else if (key == "holder") {
      ask.holder = entry.second.as<std::string>();
    } else if (key != "at" && key != "known" &&
               !ReadExpectation(key, entry.second, &ask.expect, mistakes)) {
      SetField(key, entry.second, &ask.request, mistakes);
    }
  }
  ask.at = ReadTime(node["at"], node, mistakes);
  ask.known = node["known"].IsDefined()
                  ? ReadTime(node["known"], node, mistakes)
                  : ask.at;
  if (ask.what.empty() || ask.expect.outcome.empty()) {
    mistakes->Add(node, "a question has `ask`, `for`, `at` and `expect`");
  }
  for (const std::string& who : {ask.about, ask.holder}) {
    if (!who.empty() && !in.people.contains(who)) {
      mistakes->Add(node, absl::StrCat("nobody called `", who, "` here"));
    }
  }
  if (ask.about.empty()) mistakes->Add(node, "a question has a `for`");
  return ask;
}

Case ReadCase(const std::string& path, const YAML::Node& node,
              Mistakes* mistakes) {
  CheckKeys(node,
            {"case", "scenario", "people", "uses", "ask", "rules", "pending"},
            mistakes);
  Case read;
  read.path = path;
  read.line = node.Mark().line + 1;
  read.name = Text(node["case"]);
  read.pending = Text(node["pending"]);
  if (read.name.empty()) mistakes->Add(node, "a case has a sentence");
  for (const auto& change : node["rules"]) {
    read.rules.push_back({Text(change["file"]), Text(change["append"])});
  }
  for (const auto& entry : node["people"]) {
    const auto who = entry.first.as<std::string>();
    read.people.emplace(who, ReadPerson(who, entry.second, mistakes));
  }
  FillGuardians(read);
  for (const auto& use : node["uses"]) {
    read.uses.push_back(ReadUse(use, mistakes));
  }
  for (const auto& ask : node["ask"]) {
    read.asks.push_back(ReadAsk(ask, read, mistakes));
  }
  if (read.asks.empty() && read.pending.empty()) {
    mistakes->Add(node, "a case asks something, or says why it is `pending`");
  }
  return read;
}

}  // namespace

absl::StatusOr<std::vector<Case>> ReadCases(const std::string& path) {
  Mistakes mistakes(path);
  std::vector<Case> cases;
  try {
    const YAML::Node file = YAML::LoadFile(path);
    for (const auto& node : file["cases"]) {
      cases.push_back(ReadCase(path, node, &mistakes));
    }
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", e.mark.line + 1, ": ", e.msg));
  }
  if (!mistakes.all().empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(mistakes.all(), "\n"));
  }
  return cases;
}

}  // namespace talentcard::cases
