#include "services/ledger/batch.h"

#include <bit>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"

namespace talentcard::ledger {
namespace {

// Opening row of a batch: for each answer its commitment (32), its subject
// (32), the length of its sealed facts (8), and those.
constexpr size_t kSubject = 32;
constexpr size_t kAnswerHeader = 32 + kSubject + 8;

std::string Context(uint64_t index, uint64_t position) {
  std::string context = OpeningRow(index);
  store::AppendNumber(position, context);
  return context;
}

std::vector<Hash> Path(const std::vector<Hash>& leaves, size_t index) {
  std::vector<Hash> proof;
  size_t begin = 0;
  size_t end = leaves.size();
  const auto root = [&](size_t from, size_t to) {
    Frontier frontier;
    for (size_t i = from; i < to; ++i) frontier.Append(leaves[i]);
    return frontier.Root();
  };
  while (end - begin > 1) {
    const size_t middle = begin + std::bit_floor(end - begin - 1);
    proof.push_back(index < middle ? root(middle, end) : root(begin, middle));
    (index < middle ? end : begin) = middle;
  }
  return {proof.rbegin(), proof.rend()};
}

absl::Status Damaged(uint64_t index) {
  return absl::DataLossError(absl::StrCat(
      "the answers of entry `", index, "` are not those its leaf commits to"));
}

}  // namespace

absl::Status FinishAnswers(store::Transaction& transaction,
                           const store::Vault& vault, Change& change,
                           const Account& account,
                           const std::vector<BatchAnswer>& answers) {
  if (answers.empty() || answers.size() > kMostAnswers) {
    return absl::InvalidArgumentError(
        absl::StrCat("a batch has 1 to ", kMostAnswers, " answers, not `",
                     answers.size(), "`"));
  }
  Frontier tree;
  std::string opening;
  for (size_t i = 0; i < answers.size(); ++i) {
    const BatchAnswer& answer = answers[i];
    if (answer.subject.size() != kSubject) {
      return absl::InvalidArgumentError(
          "the subject of an answer must be an id of 32 characters");
    }
    const Hash commitment =
        Commit(CommitmentTag::kAnswer,
               Salt(answer.key, change.log_index(), CommitmentTag::kAnswer, i),
               answer.facts);
    tree.Append(HashLeaf(AsBytes(commitment)));
    const std::string sealed = vault.SealUnder(
        answer.key, Context(change.log_index(), i), answer.facts);
    opening += AsBytes(commitment);
    opening += answer.subject;
    store::AppendNumber(sealed.size(), opening);
    opening += sealed;
    transaction.Put(SubjectRows(answer.subject).Add(change.log_index()), "");
  }
  return change.FinishBatch(account, tree.Root(), opening);
}

absl::StatusOr<std::vector<ProvenAnswer>> OpenAnswers(
    const store::Reader& reader, const store::Vault& vault, uint64_t index,
    const Leaf& leaf) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   reader.Get(OpeningRow(index)));
  if (!row) return absl::NotFoundError("the entry was erased");
  const std::string_view bytes = *row;
  std::vector<ProvenAnswer> answers;
  std::vector<Hash> leaves;
  Frontier tree;
  for (size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < kAnswerHeader) return Damaged(index);
    const uint64_t length = store::ReadNumber(bytes, at + 32 + kSubject);
    if (length > bytes.size() - at - kAnswerHeader) return Damaged(index);
    const std::string_view commitment = bytes.substr(at, 32);
    ProvenAnswer answer;
    answer.subject = std::string(bytes.substr(at + 32, kSubject));
    answer.leaf_hash = HashLeaf(commitment);
    const auto key = vault.PersonKey(reader, answer.subject);
    if (absl::IsNotFound(key.status())) {
      answer.erased = true;
    } else {
      RETURN_IF_ERROR(key.status());
      auto facts = store::Open(*key, Context(index, answers.size()),
                               bytes.substr(at + kAnswerHeader, length));
      if (!facts.ok()) return Damaged(index);
      answer.facts = *std::move(facts);
      answer.salt = Salt(*key, index, CommitmentTag::kAnswer, answers.size());
      const Hash expected =
          Commit(CommitmentTag::kAnswer, answer.salt, answer.facts);
      if (AsBytes(expected) != commitment) return Damaged(index);
    }
    leaves.push_back(answer.leaf_hash);
    tree.Append(answer.leaf_hash);
    answers.push_back(std::move(answer));
    at += kAnswerHeader + length;
  }
  ASSIGN_OR_RETURN(const store::SecretKey system,
                   vault.PersonKey(reader, store::kSystemOwner));
  const auto commits = [&](CommitmentTag tag, std::string_view data) {
    return Commit(tag, Salt(system, index, tag), data);
  };
  if (tree.Root() != leaf.facts || leaf.kind != LeafKind::kBatchAnswer ||
      commits(CommitmentTag::kSubject, store::kSystemOwner) != leaf.subject ||
      commits(CommitmentTag::kState, "") != leaf.state) {
    return Damaged(index);
  }
  for (size_t i = 0; i < answers.size(); ++i)
    answers[i].proof = Path(leaves, i);
  return answers;
}

}  // namespace talentcard::ledger
