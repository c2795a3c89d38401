#ifndef TALENTCARD_ENGINE_CEL_COLUMNAR_POPULATION_H_
#define TALENTCARD_ENGINE_CEL_COLUMNAR_POPULATION_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/columnar/kernels.h"

namespace talentcard::cel::columnar {

// The facts of many people by column, for one bundle: strings as numbers, ints
// as distances from the column's least in as few bytes as they need. Facts that
// are odd, and rules that columns cannot say, are left to the bundle, a person
// at a time.
//
// Immutable; safe to share between threads.
class Population {
 public:
  // `rows`: facts flattened for `bundle`, one person after another. The bundle
  // must outlive it.
  Population(const bytecode::Bundle& bundle, std::vector<uint32_t> rows);

  size_t size() const { return size_; }
  // Numbers of people that Judge takes at a time, the last fewer.
  static constexpr size_t kPeople = kBlock;

  // What Judge needs and gives for up to kPeople people; made once a thread.
  class Scratch {
   public:
    explicit Scratch(const Population& population);

    // A Verdict for every person of the block: value, error and unknown beside
    // each other in two bits of a byte.
    std::span<const uint8_t> verdicts(int rule) const {
      return {Row(rule_rows_[rule]), kBlock};
    }
    // By person, the number of the decided string.
    std::span<const uint8_t> decided() const {
      return {Row(decided_row_), kBlock};
    }

   private:
    friend class Population;
    const uint8_t* Row(int row) const {
      return rows_.data() + static_cast<size_t>(row) * kBlock;
    }

    std::vector<uint8_t> rows_;
    std::vector<int> rule_rows_;
    int decided_row_ = 0;
  };
  using ActivationOf = std::function<Activation(size_t person)>;

  // Every rule on the people from `first` (a multiple of kPeople) on.
  // `activation_of` is asked only where facts are odd or a rule has no form in
  // columns.
  void Judge(size_t first, const ActivationOf& activation_of,
             Scratch& scratch) const;
  // The same for whoever does not need every verdict: first what columns can
  // say of the block, then one verdict at a time.
  void JudgeColumns(size_t first, Scratch& scratch) const;
  bytecode::Verdict VerdictOf(int rule, size_t person,
                              const ActivationOf& activation_of,
                              const Scratch& scratch) const;
  // The same with the bundle's decided string in place of that fact. False if
  // somebody's facts are odd or a rule has no form in columns.
  bool DecideAll(size_t first, Scratch& scratch) const;

 private:
  struct Column {
    int width = 0;  // Bytes; 0 for none.
    int64_t least = 0;
    int64_t most = 0;
    std::vector<uint8_t> bytes;
  };
  // What it takes to have some terms in rows of the scratch.
  struct Plan {
    std::vector<Step> steps;
    std::vector<int> row;  // By term, -1 if it has none.
    int rows = 0;
    std::vector<int> rule_rows;
    int decided_row = -1;
  };

  void FillColumns(const std::vector<int>& needs_32_bits);
  void FillColumn(int slot, bool needs_32_bits);
  int64_t FactAt(size_t person, const bytecode::Slot& slot) const;
  bool CanPlan(int term) const;
  int Add(Plan& plan, int term) const;
  int AddFresh(Plan& plan, int term) const;
  int AddLogical(Plan& plan, const bytecode::Term& term) const;
  int AddRange(Plan& plan, const bytecode::Term& term) const;
  int AddMember(Plan& plan, const bytecode::Term& term) const;
  bool IsDecided(const Plan& plan, const bytecode::Term& term) const;
  Plan MakePlan(bool with_decided) const;

  const bytecode::Bundle& bundle_;
  const std::vector<uint32_t> rows_;
  const size_t words_;
  const size_t size_;
  std::vector<Column> columns_;     // By slot.
  std::vector<char> can_plan_;      // By term.
  std::vector<size_t> odd_people_;  // In order.
  std::vector<int> unplanned_;      // Rules.
  Plan plan_;
  Plan deciding_;
};

}  // namespace talentcard::cel::columnar

#endif  // TALENTCARD_ENGINE_CEL_COLUMNAR_POPULATION_H_
