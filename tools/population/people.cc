#include "tools/population/people.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "engine/date/civil_date.h"
#include "engine/identity/check_digit.h"
#include "engine/status_macros.h"

namespace talentcard::population {
namespace {

constexpr int kTitles = 6000;
constexpr int kSeniorTechnicians = 190;
constexpr int kDoctors = 5;
constexpr int kProfessional = 14000;
constexpr int kSkilled = 41000;

// Every person has a place in a household; an id and an ID number follow from
// both.
enum Member {
  kTalent,
  kSpouse,
  kFather,
  kMother,
  kFatherInLaw,
  kMotherInLaw,
  kFirstChild,
  kSecondChild
};

constexpr std::array<const char*, 24> kSurnames = {
    "王", "李", "张", "刘", "陈",   "杨",   "赵", "黄",
    "周", "吴", "徐", "孙", "胡",   "朱",   "高", "林",
    "何", "郭", "马", "罗", "欧阳", "司徒", "𠮷", "尉迟"};
constexpr std::array<const char*, 24> kGiven = {
    "海", "芳",   "建国", "秀英", "志强", "婷",   "子轩", "雨桐",
    "明", "丽华", "宏伟", "晓燕", "浩然", "思远", "𬱖", "喆",
    "玥", "昱",   "博文", "梓涵", "永刚", "桂兰", "䶮",   "一诺"};
constexpr std::array<const char*, 4> kForeign = {
    "Maria del Carmen Fernández de la Vega y Álvarez de Toledo",
    "阿依古丽·买买提吐尔逊", "Nguyễn Thị Minh Khai",
    "Александр Константинопольский"};

class Dice {
 public:
  Dice(uint64_t seed, uint64_t a, uint64_t b)
      : state_(seed ^ (a * 0x9E3779B97F4A7C15) ^ (b * 0xC2B2AE3D27D4EB4F)) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  int Below(int n) { return static_cast<int>(Next() % n); }

 private:
  uint64_t state_;
};

CivilDate D(const char* text) { return *CivilDate::Parse(text); }

// Numbers must differ: each household has a day of birth range and a sequence
// of its own. 16,000 days × 7 households a day, four numbers of either sex for
// each.
CivilDate BirthOf(int index, Member member, Dice& dice) {
  const CivilDate talent = D("1956-01-01").AddDays(index % 14000);
  switch (member) {
    case kTalent:
      return talent;
    case kSpouse:
      return talent.AddDays(400);
    case kFather:
    case kMother:
    case kFatherInLaw:
    case kMotherInLaw:
      return talent.AddDays(-9862 + 31 * (member - kFather));
    default: {
      // Around the school cut-offs: 31 August and 1 September of 2012 to 2021.
      const CivilDate cut_off =
          *CivilDate::FromYmd(2012 + dice.Below(10), 8, 31);
      return cut_off.AddDays(dice.Below(5) - 2);
    }
  }
}

std::string Compact(CivilDate date) {
  return absl::StrReplaceAll(date.ToString(), {{"-", ""}});
}

std::string PersonName(uint64_t seed, int index, int member) {
  Dice dice(seed, 1000003 + index, member);
  return absl::StrFormat("people/%016x%016x", dice.Next(), dice.Next());
}

std::string FullName(Dice& dice) {
  if (dice.Below(400) == 0) return kForeign[dice.Below(kForeign.size())];
  return absl::StrCat(kSurnames[dice.Below(kSurnames.size())],
                      kGiven[dice.Below(kGiven.size())]);
}

v1::Person NewPerson(std::string name, std::string full_name, CivilDate birth,
                     int sequence) {
  v1::Person person;
  person.set_name(std::move(name));
  person.set_full_name(std::move(full_name));
  person.set_sex(sequence % 2 == 0 ? "FEMALE" : "MALE");
  *person.mutable_birth_date() = birth.ToProto();
  person.set_nationality("CHN");
  v1::IdentityDocument& document = *person.add_documents();
  document.set_kind(v1::RESIDENT_IDENTITY_CARD);
  document.set_number(IdNumber(Compact(birth), sequence));
  return person;
}

v1::Fact& AddFact(v1::Person& person, const char* from) {
  v1::Fact& fact = *person.add_facts();
  *fact.mutable_valid_from() = D(from).ToProto();
  return fact;
}

void Recognise(v1::Person& person, const char* criterion, const char* route) {
  v1::Recognition& recognition =
      *AddFact(person, "2022-11-16").mutable_recognition();
  recognition.set_criterion(criterion);
  recognition.set_route(route);
  recognition.set_series("SERIES_PERSON");
}

void AddTitle(v1::Person& person, const char* level) {
  AddFact(person, "2018-06-30").mutable_title()->set_level(level);
  Recognise(person,
            std::string_view(level) == "SENIOR" ? "senior-title"
                                                : "deputy-senior-title",
            "R_TITLE");
}

void AddProgramme(v1::Person& person, const char* code, const char* level,
                  const char* criterion) {
  v1::Programme& programme = *AddFact(person, "2020-01-01").mutable_programme();
  programme.set_code(code);
  programme.set_level(level);
  Recognise(person, criterion, "R_PROGRAMME");
}

// What makes the first 6,195 talents high-level. The elite (1 + 5 + 9) are
// among those with a title.
void AddHighLevel(int index, v1::Person& person) {
  if (index < kTitles) {
    AddTitle(person, index % 5 == 0 ? "SENIOR" : "DEPUTY_SENIOR");
    if (index == 0)
      AddProgramme(person, "TOP_TALENT", "NATIONAL", "top-talent");
    if (index >= 1 && index <= 5)
      AddProgramme(person, "XINGLIAO", "PROVINCIAL", "xingliao-programme");
    if (index >= 6 && index <= 14)
      AddProgramme(person, "GANGDU", "ANSHAN", "gangdu-programme");
  } else if (index < kTitles + kDoctors) {
    AddFact(person, "2017-06-30").mutable_degree()->set_level("DOCTOR");
    Recognise(person, "doctor", "R_DEGREE");
  } else {
    AddFact(person, "2019-12-01")
        .mutable_skill()
        ->set_level("SENIOR_TECHNICIAN");
    Recognise(person, "senior-technician", "R_TITLE");
  }
}

// High-level talents come first: 6,005 professionals, then 190 of the skilled.
std::string CategoryOf(int index) {
  if (index < kTitles + kDoctors) return "PROFESSIONAL";
  if (index < kHighLevel) return "SKILLED";
  int rest = index - kHighLevel;
  for (const auto& [category, count] : CategoryCounts()) {
    int left = count;
    if (category == "PROFESSIONAL") left -= kTitles + kDoctors;
    if (category == "SKILLED") left -= kSeniorTechnicians;
    if (rest < left) return category;
    rest -= left;
  }
  return "";
}

// Employers with valid codes: the organisation part counts up.
std::string Uscc(int number) {
  const std::string organisation = absl::StrFormat("MAT%05d", number);
  const std::string first =
      absl::StrCat("91219900", organisation,
                   std::string(1, identity::OrganisationCheck(organisation)));
  return first + identity::UsccCheck(first);
}

void Employ(v1::Person& person, int employer, const char* contract_end) {
  v1::Employment& employment =
      *AddFact(person, "2019-03-01").mutable_employment();
  employment.set_employer(absl::StrCat("employers/", Uscc(employer)));
  *employment.mutable_contract_end() = D(contract_end).ToProto();
  employment.set_engagement("FULL_TIME");
  employment.set_in_haicheng(true);
  employment.set_sector("OTHER");
}

void Relate(v1::Person& person, const v1::Person& relative, const char* code,
            CivilDate from) {
  v1::Relation& relation = *person.add_relations();
  relation.set_person(relative.name());
  relation.set_code(code);
  *relation.mutable_valid_from() = from.ToProto();
  relation.set_filed(true);
}

void Consent(v1::Person& child, const v1::Person& guardian) {
  v1::Consent& consent = *child.add_consents();
  consent.set_purpose("SCHOOL_PLACE");
  consent.set_recipient("school");
  consent.set_given_by(guardian.name());
  consent.set_text_version("2025-01");
  *consent.mutable_valid_from() = D("2025-01-01").ToProto();
}

}  // namespace

std::string IdNumber(const std::string& birth_yyyymmdd, int sequence) {
  const std::string first =
      absl::StrFormat("219900%s%03d", birth_yyyymmdd, sequence);
  return first + identity::Mod11_2(first);
}

std::map<std::string, int> CategoryCounts() {
  return {{"ENTERPRISE_MANAGEMENT", 16200},
          {"PARTY_GOVERNMENT", 6300},
          {"PROFESSIONAL", kProfessional},
          {"RURAL", 23000},
          {"SKILLED", kSkilled},
          {"SOCIAL_WORK", 540}};
}

std::vector<v1::Person> Population::Household(int index) const {
  Dice dice(seed_, index, 0);
  const int lane = index / 14000;  // Households born on the same day, 0 to 7.
  const auto make = [&](Member member, int parity) {
    Dice own(seed_, index, member + 1);
    // Children share few days among all households: their sequence comes from
    // the index.
    const bool child = member >= kFirstChild;
    const CivilDate birth = BirthOf(index, member, own);
    const int sequence =
        child ? 0 : 100 + 100 * (member % 6) + 2 * lane + parity;
    return NewPerson(PersonName(seed_, index, member), FullName(own), birth,
                     sequence);
  };
  std::vector<v1::Person> household;
  household.reserve(8);  // References into it are kept below.
  household.push_back(make(kTalent, dice.Below(2)));
  v1::Person& talent = household[0];
  AddFact(talent, "2020-12-31")
      .mutable_talent_category()
      ->set_code(CategoryOf(index));
  if (index < kHighLevel) AddHighLevel(index, talent);
  if (index % 3 != 2 || index < kHighLevel)
    Employ(talent, dice.Below(300),
           index % 7 == 0 ? "2026-07-12" : "2029-12-31");
  if (index >= kHighLevel) return household;

  const bool female = talent.sex() == "FEMALE";
  household.push_back(make(kSpouse, female ? 1 : 0));
  household.push_back(make(kFather, 1));
  household.push_back(make(kMother, 0));
  household.push_back(make(kFatherInLaw, 1));
  household.push_back(make(kMotherInLaw, 0));
  const CivilDate married = D("2008-05-20");
  Relate(household[0], household[1], female ? "11" : "12", married);
  Relate(household[0], household[2], "51",
         *CivilDate::FromProto(talent.birth_date()));
  Relate(household[0], household[3], "52",
         *CivilDate::FromProto(talent.birth_date()));
  Relate(household[0], household[4], female ? "53" : "55", married);
  Relate(household[0], household[5], female ? "54" : "56", married);
  for (int i = 0; i < dice.Below(3); ++i) {
    v1::Person child = make(i == 0 ? kFirstChild : kSecondChild, 0);
    // A newborn's number has any sequence; a passport keeps these unique
    // instead.
    child.clear_documents();
    v1::IdentityDocument& passport = *child.add_documents();
    passport.set_kind(v1::PASSPORT);
    passport.set_issuing_state("CHN");
    passport.set_number(absl::StrFormat("E%c%07d", 'A' + i, index));
    Consent(child, household[0]);
    Relate(household[0], child, i == 0 ? "20" : "30",
           *CivilDate::FromProto(child.birth_date()));
    household.push_back(std::move(child));
  }
  return household;
}

std::map<std::string, v1::Person> StoryFamilies() {
  std::map<std::string, v1::Person> people;
  int number = 900;
  const auto add = [&](const std::string& role, const char* full_name,
                       const char* birth) -> v1::Person& {
    const std::string name = absl::StrFormat("people/%032d", ++number);
    return people[role] = NewPerson(name, full_name, D(birth), number);
  };
  const auto family = [&](const std::string& role, const char* name,
                          const char* birth,
                          const char* child_name) -> v1::Person& {
    v1::Person& child = add(role + "-child", child_name, "2019-03-10");
    v1::Person& talent = add(role, name, birth);
    Relate(talent, child, "20", D("2019-03-10"));
    Consent(child, talent);
    Employ(talent, 1, "2029-12-31");
    return talent;
  };
  AddProgramme(family("c1", "赵思远", "1980-02-03", "赵一诺"), "GANGDU",
               "ANSHAN", "gangdu-programme");
  v1::Person& d1 = family("d1", "钱博文", "1982-04-05", "钱昱");
  AddFact(d1, "2015-06-30").mutable_degree()->set_level("DOCTOR");
  Recognise(d1, "doctor", "R_DEGREE");
  AddTitle(family("d2", "孙喆", "1979-06-07", "孙玥"), "DEPUTY_SENIOR");
  AddTitle(family("d3", "欧阳明", "1981-08-09", "欧阳雨桐"), "DEPUTY_SENIOR");
  v1::Person& mother = add("technician-mother", "吴桂兰", "1955-11-12");
  v1::Person& technician = add("technician", "郭永刚", "1983-10-11");
  AddFact(technician, "2019-12-01").mutable_skill()->set_level("TECHNICIAN");
  Recognise(technician, "skilled-worker", "R_TITLE");
  Employ(technician, 2, "2029-12-31");
  Relate(technician, mother, "52", D("1983-10-11"));
  return people;
}

}  // namespace talentcard::population
