#ifndef TALENTCARD_ENGINE_IDENTITY_RELATION_H_
#define TALENTCARD_ENGINE_IDENTITY_RELATION_H_

#include <optional>
#include <string_view>

namespace talentcard::identity {

// What a kinship code means to rules; the constants conditions see.
enum class RelationClass {
  kNone,  // Not related.
  kSelf,
  kSpouse,
  kParent,
  kChild,
  kParentInLaw,
  kChildInLaw,
  kGrandparent,
  kGrandchild,
  kSibling,
  kOther,
};

// One code of GB/T 4761-2008 (family relation).
struct RelationCode {
  std::string_view code;  // Two digits.
  RelationClass relation;
  // 养 and 继 share codes in the standard; which of the two it is is a fact of
  // its own.
  bool step_or_adoptive;
  std::string_view zh;
  std::string_view en;
};

// nullopt if the standard has no such code.
std::optional<RelationCode> FindRelation(std::string_view code);

// `SELF`, `SPOUSE`, `PARENT`, `CHILD`, `PARENT_IN_LAW`, `CHILD_IN_LAW`, `GRANDPARENT`,
// `GRANDCHILD`, `SIBLING`, `OTHER`, `NONE`.
std::string_view RelationName(RelationClass relation);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_RELATION_H_
