#include "engine/identity/relation.h"

#include <array>

namespace talentcard::identity {
namespace {

using enum RelationClass;

constexpr auto kCodes = std::to_array<RelationCode>({
    {"01", kSelf, false, "本人", "self"},
    {"02", kSelf, false, "户主", "head of household"},
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
    {"68", kOther, false, "配偶的曾祖父母或外曾祖父母", "spouse's great-grandparent"},
    {"69", kOther, false, "其他祖父母或外祖父母关系", "other grandparental relation"},
    {"70", kSibling, false, "兄弟姐妹", "sibling"},
    {"71", kSibling, false, "兄", "elder brother"},
    {"73", kSibling, false, "弟", "younger brother"},
    {"75", kSibling, false, "姐姐", "elder sister"},
    {"77", kSibling, false, "妹妹", "younger sister"},
    {"79", kSibling, false, "其他兄弟姐妹", "other sibling"},
    {"80", kOther, false, "其他", "other"},
    {"97", kOther, false, "其他亲属", "other relative"},
    {"99", kOther, false, "非亲属", "not a relative"},
});

}  // namespace

std::optional<RelationCode> FindRelation(std::string_view code) {
  for (const RelationCode& candidate : kCodes) {
    if (candidate.code == code) return candidate;
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
