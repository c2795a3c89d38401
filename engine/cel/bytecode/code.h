#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_CODE_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_CODE_H_

#include <cstdint>
#include <vector>

#include "engine/cel/bytecode/term.h"

namespace talentcard::cel::bytecode {

// A test goes on with the next instruction if it holds, else to `target`; its
// negation (…Not) the other way round. Several tests in one are taken without a
// jump between them, which a processor would have to guess. `word` is where a
// fact is; registers are 64 bits.
// clang-format off
#define TALENTCARD_BYTECODE_TESTS(X)                                           \
  X(Range)        /* low <= fact <= low + span, 32 bits */                     \
  X(Range2)       /* this and the next instruction's bounds, both */           \
  X(Range3)                                                                    \
  X(Range4)                                                                    \
  X(Member)       /* the number of fact is in mask, 64 bits */                 \
  X(MemberOf)     /* the same, `count` words of masks from `first` */          \
  X(Overlap)      /* fact has a bit of mask, 32 bits */                        \
  X(Overlap2)     /* the same, 64 bits */                                      \
  X(OverlapOf)    /* the same, `count` words of masks from `first` */          \
  X(Contains)     /* bit `first`'s fact of fact, which has `count` bits */     \
  X(EqualFacts)   /* fact == fact at `first`, 32 bits */                       \
  X(LessFacts)                                                                 \
  X(AtMostFacts)                                                               \
  X(AtMostFacts2) /* this and the next instruction's facts, both */            \
  X(AtLeast)      /* register word >= value */                                 \
  X(AtMost)                                                                    \
  X(Holds)        /* register word is true */                                  \
  X(Equal)        /* registers word and first */                               \
  X(EqualDouble)                                                               \
  X(LessInt)                                                                   \
  X(AtMostInt)                                                                 \
  X(LessUint)                                                                  \
  X(AtMostUint)                                                                \
  X(LessDouble)                                                                \
  X(AtMostDouble)
#define TALENTCARD_BYTECODE_OTHERS(X)                                          \
  X(Load)         /* register first = fact, 32 bits */                         \
  X(Load2)        /* the same, 64 bits */                                      \
  X(Constant)     /* register word = value */                                  \
  X(Add)          /* register word += the one after it; overflow: target */    \
  X(Subtract)                                                                  \
  X(Multiply)                                                                  \
  X(Call)         /* register word = term first of registers from word; error: target */ \
  X(Jump)                                                                      \
  X(Grant)        /* rule value holds */                                       \
  X(Doubt)        /* rule value is for Careful */                              \
  X(Return)       /* value */                                                  \
  X(ReturnFact)
// clang-format on

enum class Opcode : uint16_t {
#define X(name) k##name, k##name##Not,
  TALENTCARD_BYTECODE_TESTS(X)
#undef X
#define X(name) k##name,
      TALENTCARD_BYTECODE_OTHERS(X)
#undef X
};

struct Instruction {
  Opcode opcode = Opcode::kReturn;
  uint16_t word = 0;
  uint32_t target = 0;
  struct Bounds {
    uint32_t low;
    uint32_t span;
  };
  struct Part {
    uint32_t first;
    uint32_t count;
  };
  union {
    int64_t value = 0;
    uint64_t mask;
    Bounds bounds;
    Part part;
  };
};
static_assert(sizeof(Instruction) == 16);

inline constexpr int kRegisters = 16;
// Returned where only Careful can say.
inline constexpr int64_t kNotPlain = -1;

struct Code {
  std::vector<Instruction> instructions;
  std::vector<uint32_t> masks;
};

// Runs from `entry` until it returns. `facts` must be plain where the code
// reads them. `holds` and `doubts`, a bit a rule, are for code that grants.
// Allocates nothing.
int64_t Run(const Terms& terms, const Code& code, uint32_t entry,
            const uint32_t* facts, uint64_t* holds, uint64_t* doubts);

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_CODE_H_
