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

// nullopt if the standard has no such code. `02` (户主) says who heads a
// household, not what kin they are, so it is kOther and never kSelf.
std::optional<RelationCode> FindRelation(std::string_view code);

// The same kinship seen from the other side: `code` is what B is to A, the
// result what A is to B, and `female` A's sex if it is known. `51` (B is A's
// father) gives `30` for a daughter, `20` for a son and nullopt for a child of
// unknown sex.
//
// nullopt unless the standard has one code that is certain: also for `02`, for
// a sex the code contradicts, and where aunts' and in-laws' codes run together.
std::optional<std::string_view> InverseRelation(std::string_view code,
                                                std::optional<bool> female);

// `SELF`, `SPOUSE`, `PARENT`, `CHILD`, `PARENT_IN_LAW`, `CHILD_IN_LAW`,
// `GRANDPARENT`, `GRANDCHILD`, `SIBLING`, `OTHER`, `NONE`.
std::string_view RelationName(RelationClass relation);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_RELATION_H_
