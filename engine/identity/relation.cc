#include "engine/identity/relation.h"

#include <array>

namespace talentcard::identity {
namespace {

using enum RelationClass;

constexpr auto kCodes = std::to_array<RelationCode>({
    {"01", kSelf, false, "本人", "self"},
    {"02", kOther, false, "户主", "head of household"},
    {"10", kSpouse, false, "配偶", "spouse"},
    {"11", kSpouse, false, "夫", "husband"},
    {"12", kSpouse, false, "妻", "wife"},
    {"20", kChild, false, "子", "son"},
    {"21", kChild, false, "独生子", "only son"},
    {"22", kChild, false, "长子", "eldest son"},
    {"23", kChild, false, "次子", "second son"},
    {"24", kChild, false, "三子", "third son"},
    {"25", kChild, false, "四子", "fourth son"},
    {"26", kChild, false, "五子", "fifth son"},
    {"27", kChild, true, "养子或继子", "adopted son or stepson"},
    {"28", kChildInLaw, false, "女婿", "son-in-law"},
    {"29", kOther, false, "其他儿子", "other son"},
    {"30", kChild, false, "女", "daughter"},
    {"31", kChild, false, "独生女", "only daughter"},
    {"32", kChild, false, "长女", "eldest daughter"},
    {"33", kChild, false, "次女", "second daughter"},
    {"34", kChild, false, "三女", "third daughter"},
    {"35", kChild, false, "四女", "fourth daughter"},
    {"36", kChild, false, "五女", "fifth daughter"},
    {"37", kChild, true, "养女或继女", "adopted daughter or stepdaughter"},
    {"38", kChildInLaw, false, "儿媳", "daughter-in-law"},
    {"39", kOther, false, "其他女儿", "other daughter"},
    {"40", kGrandchild, false, "孙子、孙女或外孙子、外孙女", "grandchild"},
    {"41", kGrandchild, false, "孙子", "grandson"},
    {"42", kGrandchild, false, "孙女", "granddaughter"},
    {"43", kGrandchild, false, "外孙子", "daughter's son"},
    {"44", kGrandchild, false, "外孙女", "daughter's daughter"},
    {"45", kOther, false, "孙媳妇或外孙媳妇", "grandson's wife"},
    {"46", kOther, false, "孙女婿或外孙女婿", "granddaughter's husband"},
    {"47", kOther, false, "曾孙子或外曾孙子", "great-grandson"},
    {"48", kOther, false, "曾孙女或外曾孙女", "great-granddaughter"},
    {"49", kOther, false, "其他孙子、孙女或外孙子、外孙女", "other grandchild"},
    {"50", kParent, false, "父母", "parent"},
    {"51", kParent, false, "父亲", "father"},
    {"52", kParent, false, "母亲", "mother"},
    {"53", kParentInLaw, false, "公公", "husband's father"},
    {"54", kParentInLaw, false, "婆婆", "husband's mother"},
    {"55", kParentInLaw, false, "岳父", "wife's father"},
    {"56", kParentInLaw, false, "岳母", "wife's mother"},
    {"57", kParent, true, "继父或养父", "stepfather or adoptive father"},
    {"58", kParent, true, "继母或养母", "stepmother or adoptive mother"},
    {"59", kOther, false, "其他父母关系", "other parental relation"},
    {"60", kGrandparent, false, "祖父母或外祖父母", "grandparent"},
    {"61", kGrandparent, false, "祖父", "father's father"},
    {"62", kGrandparent, false, "祖母", "father's mother"},
    {"63", kGrandparent, false, "外祖父", "mother's father"},
    {"64", kGrandparent, false, "外祖母", "mother's mother"},
    {"65", kOther, false, "配偶的祖父母或外祖父母", "spouse's grandparent"},
    {"66", kOther, false, "曾祖父", "great-grandfather"},
    {"67", kOther, false, "曾祖母", "great-grandmother"},
    {"68", kOther, false, "配偶的曾祖父母或外曾祖父母",
     "spouse's great-grandparent"},
    {"69", kOther, false, "其他祖父母或外祖父母关系",
     "other grandparental relation"},
    {"70", kSibling, false, "兄弟姐妹", "sibling"},
    {"71", kSibling, false, "兄", "elder brother"},
    {"72", kOther, false, "嫂", "elder brother's wife"},
    {"73", kSibling, false, "弟", "younger brother"},
    {"74", kOther, false, "弟媳", "younger brother's wife"},
    {"75", kSibling, false, "姐姐", "elder sister"},
    {"76", kOther, false, "姐夫", "elder sister's husband"},
    {"77", kSibling, false, "妹妹", "younger sister"},
    {"78", kOther, false, "妹夫", "younger sister's husband"},
    {"79", kSibling, false, "其他兄弟姐妹", "other sibling"},
    {"80", kOther, false, "其他", "other"},
    {"81", kOther, false, "伯父", "father's elder brother"},
    {"82", kOther, false, "伯母", "wife of father's elder brother"},
    {"83", kOther, false, "叔父", "father's younger brother"},
    {"84", kOther, false, "婶母", "wife of father's younger brother"},
    {"85", kOther, false, "舅父", "mother's brother"},
    {"86", kOther, false, "舅母", "wife of mother's brother"},
    {"87", kOther, false, "姨父", "husband of mother's sister"},
    {"88", kOther, false, "姨母", "mother's sister"},
    {"89", kOther, false, "姑父", "husband of father's sister"},
    {"90", kOther, false, "姑母", "father's sister"},
    {"91", kOther, false, "堂兄弟、堂姐妹", "cousin by father's brother"},
    {"92", kOther, false, "表兄弟、表姐妹",
     "cousin by father's sister or mother's sibling"},
    {"93", kOther, false, "侄子", "brother's son"},
    {"94", kOther, false, "侄女", "brother's daughter"},
    {"95", kOther, false, "外甥", "sister's son"},
    {"96", kOther, false, "外甥女", "sister's daughter"},
    {"97", kOther, false, "其他亲属", "other relative"},
    {"99", kOther, false, "非亲属", "not a relative"},
});

// What A is to B; empty where it is not certain.
struct Inverse {
  std::string_view code;
  std::string_view if_male;
  std::string_view if_female;
  std::string_view if_unknown;
};

constexpr auto kInverses = std::to_array<Inverse>({
    {"01", "01", "01", "01"}, {"10", "10", "10", "10"},
    {"11", "", "12", "12"},   {"12", "11", "", "11"},
    {"20", "51", "52", "50"}, {"21", "51", "52", "50"},
    {"22", "51", "52", "50"}, {"23", "51", "52", "50"},
    {"24", "51", "52", "50"}, {"25", "51", "52", "50"},
    {"26", "51", "52", "50"}, {"27", "57", "58", ""},
    {"28", "55", "56", ""},   {"30", "51", "52", "50"},
    {"31", "51", "52", "50"}, {"32", "51", "52", "50"},
    {"33", "51", "52", "50"}, {"34", "51", "52", "50"},
    {"35", "51", "52", "50"}, {"36", "51", "52", "50"},
    {"37", "57", "58", ""},   {"38", "53", "54", ""},
    {"40", "60", "60", "60"}, {"41", "61", "62", "60"},
    {"42", "61", "62", "60"}, {"43", "63", "64", "60"},
    {"44", "63", "64", "60"}, {"45", "65", "65", "65"},
    {"46", "65", "65", "65"}, {"50", "20", "30", ""},
    {"51", "20", "30", ""},   {"52", "20", "30", ""},
    {"53", "", "38", "38"},   {"54", "", "38", "38"},
    {"55", "28", "", "28"},   {"56", "28", "", "28"},
    {"57", "27", "37", ""},   {"58", "27", "37", ""},
    {"60", "40", "40", "40"}, {"61", "41", "42", "40"},
    {"62", "41", "42", "40"}, {"63", "43", "44", "40"},
    {"64", "43", "44", "40"}, {"65", "46", "45", ""},
    {"70", "70", "70", "70"}, {"71", "73", "77", "70"},
    {"73", "71", "75", "70"}, {"75", "73", "77", "70"},
    {"77", "71", "75", "70"}, {"79", "79", "79", "79"},
    {"81", "93", "94", ""},   {"82", "93", "94", ""},
    {"83", "93", "94", ""},   {"84", "93", "94", ""},
    {"85", "95", "96", ""},   {"86", "95", "96", ""},
    {"87", "95", "96", ""},   {"88", "95", "96", ""},
    {"89", "93", "94", ""},   {"90", "93", "94", ""},
    {"91", "91", "91", "91"}, {"92", "92", "92", "92"},
    {"97", "97", "97", "97"}, {"99", "99", "99", "99"},
});

}  // namespace

std::optional<RelationCode> FindRelation(std::string_view code) {
  for (const RelationCode& candidate : kCodes) {
    if (candidate.code == code) return candidate;
  }
  return std::nullopt;
}

std::optional<std::string_view> InverseRelation(std::string_view code,
                                                std::optional<bool> female) {
  for (const Inverse& inverse : kInverses) {
    if (inverse.code != code) continue;
    const std::string_view found = !female   ? inverse.if_unknown
                                   : *female ? inverse.if_female
                                             : inverse.if_male;
    if (found.empty()) return std::nullopt;
    return found;
  }
  return std::nullopt;
}

std::string_view RelationName(RelationClass relation) {
  switch (relation) {
    case kNone:
      return "NONE";
    case kSelf:
      return "SELF";
    case kSpouse:
      return "SPOUSE";
    case kParent:
      return "PARENT";
    case kChild:
      return "CHILD";
    case kParentInLaw:
      return "PARENT_IN_LAW";
    case kChildInLaw:
      return "CHILD_IN_LAW";
    case kGrandparent:
      return "GRANDPARENT";
    case kGrandchild:
      return "GRANDCHILD";
    case kSibling:
      return "SIBLING";
    case kOther:
      return "OTHER";
  }
  return "NONE";
}

}  // namespace talentcard::identity
