#include "services/card/code_issuing.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/code/reader.h"
#include "engine/decision/decide.h"
#include "engine/decision/scene.h"
#include "engine/decision/view.h"
#include "engine/digest/sha256.h"
#include "engine/identity/masking.h"
#include "engine/policy/environment.h"
#include "services/answer/record.h"
#include "services/card/status_rows.h"
#include "services/card/vouched_keys.h"
#include "services/records/cards.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/rpc/validation.h"

namespace talentcard::card {
namespace {

using code::TrustedKey;
using rpc::Call;
using rpc::Violation;

absl::Status CheckRequest(const v1::IssueCardCodeRequest& q) {
  std::vector<Violation> violations;
  rpc::CheckName("name", "cards", q.name(), violations);
  if (q.has_chain() && q.chain().code_id().size() != code::CodeId{}.size())
    violations.push_back({"chain.code_id", "8 random bytes"});
  if (q.has_chain() && q.chain().anchor().size() != code::ChainValue{}.size())
    violations.push_back({"chain.anchor", "16 bytes, the end of the chain"});
  return rpc::Invalid(violations);
}

// The last four characters of the document shown with the card: of those valid
// on the day the one linked last. nullopt if there is none that long.
std::optional<std::string> LastFour(const v1::Person& holder, CivilDate day) {
  std::optional<std::string> shown;
  for (const v1::IdentityDocument& document : holder.documents()) {
    const std::string& number = document.number();
    if (number.size() < 4 || !decision::DocumentValidOn(document, day))
      continue;
    const std::string last = number.substr(number.size() - 4);
    if (std::all_of(last.begin(), last.end(), absl::ascii_isalnum))
      shown = last;
  }
  return shown;
}

uint32_t BenefitsOf(const policy::Policy& policy, const decision::Seen& seen,
                    CivilDate day) {
  decision::Scene scene(policy, day);
  scene[policy::kHolder] = cel::Value::Message(seen.person);
  scene[policy::kCard] = cel::Value::Message(seen.card);
  scene[policy::kTier] = cel::Value::Message(seen.tier.tier);
  uint32_t bits = 0;
  for (size_t i = 0; i < policy.code_benefits.size(); ++i) {
    const auto& when = policy.code_benefits[i].when;
    if (cel::Evaluate(*when.program, scene).is_true()) bits |= 1u << i;
  }
  return bits;
}

// The first bytes of the card's id, by which the issuing desk finds it.
std::array<uint8_t, 8> ReferenceOf(const std::string& card_id) {
  std::array<uint8_t, 8> reference{};
  const std::string bytes = records::IsRandomId(card_id)
                                ? absl::HexStringToBytes(card_id)
                                : std::string(AsBytes(Sha256(card_id)));
  std::copy_n(bytes.begin(), reference.size(), reference.begin());
  return reference;
}

// Card and holder, if a code may be issued now.
struct Bearer {
  v1::Card card;
  v1::Person person;
  decision::Seen seen;
  std::string last_four;
};

absl::StatusOr<Bearer> ReadBearer(const rpc::Foundation& foundation,
                                  const Call& call, const std::string& name,
                                  const store::Reader& reader) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Card> card,
      records::ReadCard(reader, foundation.vault,
                        records::IdOf("cards", name).value_or("-")));
  if (!card) return rpc::NotFound("card", name);
  ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                   records::ReadPerson(
                       reader, foundation.vault,
                       records::IdOf("people", card->holder()).value_or("-")));
  if (!person) return rpc::NotFound("card", name);
  Bearer bearer{*std::move(card), *std::move(person), {}, ""};
  decision::Holder holder;
  holder.person = &bearer.person;
  holder.cards = {&bearer.card};
  bearer.seen = decision::See(*call.policy, holder, call.now);
  if (!bearer.seen.card.in_force()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      absl::StrCat("a card that is ", bearer.seen.card.state(),
                                   " shows no code; put it in force first"),
                      {{"reason", bearer.seen.card.state_reason()}});
  }
  const std::optional<std::string> last_four =
      LastFour(bearer.person, CivilDate::InBeijing(call.now));
  if (!last_four) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      "the holder has no valid document to compare a code "
                      "with; link one first");
  }
  bearer.last_four = *last_four;
  return bearer;
}

absl::Time WholeSecond(absl::Time now) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(now));
}

// Everything but the place on the status list.
code::Claims ClaimsOf(const Bearer& bearer, const Call& call,
                      const v1::IssueCardCodeRequest& q,
                      store::Random& random) {
  code::Claims claims;
  claims.issued = WholeSecond(call.now);
  claims.expires =
      claims.issued + (q.has_chain() ? kOfflineCodeLife : kOnlineCodeLife);
  const auto until = CivilDate::FromProto(bearer.card.valid_until());
  if (until.ok())
    claims.expires = std::min(claims.expires, until->EndInBeijing());
  if (q.has_chain()) {
    std::copy_n(q.chain().code_id().begin(), claims.id.size(),
                claims.id.begin());
    claims.chain.emplace();
    claims.chain->start = claims.issued;
    std::copy_n(q.chain().anchor().begin(), claims.chain->value.size(),
                claims.chain->value.begin());
  } else {
    random.Fill(claims.id);
  }
  claims.reference =
      ReferenceOf(records::IdOf("cards", bearer.card.name()).value_or(""));
  claims.tier = bearer.card.tier().substr(0, code::kLongestTier);
  claims.masked_name = identity::MaskName(bearer.person.full_name());
  claims.last_four = bearer.last_four;
  claims.benefits =
      BenefitsOf(*call.policy, bearer.seen, CivilDate::InBeijing(call.now));
  return claims;
}

}  // namespace

absl::StatusOr<v1::CardCode> IssueCode(const rpc::Foundation& foundation,
                                       const signing::CodeKeys& keys,
                                       const Call& call,
                                       const v1::IssueCardCodeRequest& q,
                                       store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckRequest(q));
  ASSIGN_OR_RETURN(
      const VouchedSigner vouched,
      SignerNow(transaction, keys, call.now, TrustedKey::Use::kCodes));
  ASSIGN_OR_RETURN(const Bearer bearer,
                   ReadBearer(foundation, call, q.name(), transaction));
  store::Random& random = foundation.vault.random();
  code::Claims claims = ClaimsOf(bearer, call, q, random);
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  ASSIGN_OR_RETURN(const uint64_t number,
                   NumberOrNew(transaction, change, random, bearer.card));
  const StatusPlace place = PlaceOf(number);
  claims.status_uri = place.uri;
  claims.status_index = place.index;
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kIssue,
      *records::IdOf("people", bearer.card.holder()),
      absl::StrCat(q.has_chain() ? "offline" : "online", " code issued")));
  v1::CardCode answer;
  answer.set_signed_part(code::SignCode(claims, vouched.signer));
  if (!q.has_chain()) answer.set_text(code::OnlineCode(answer.signed_part()));
  *answer.mutable_issue_time() = decision::ToTimestamp(claims.issued);
  *answer.mutable_expire_time() = decision::ToTimestamp(claims.expires);
  answer.set_log_index(static_cast<int64_t>(change.log_index()));
  return answer;
}

absl::StatusOr<v1::CodeLists> SignLists(const rpc::Foundation& foundation,
                                        const signing::CodeKeys& keys,
                                        const Call& call) {
  const auto reader = foundation.database.TakeSnapshot();
  ASSIGN_OR_RETURN(const VouchedSigner vouched,
                   SignerNow(*reader, keys, call.now, TrustedKey::Use::kLists));
  ASSIGN_OR_RETURN(std::vector<code::StatusList> lists,
                   ReadStatusLists(*reader));
  v1::CodeLists answer;
  answer.set_root(vouched.keys.root);
  answer.set_key_list(vouched.keys.signed_list);
  for (const policy::CodeBenefit& benefit : call.policy->code_benefits)
    answer.add_benefits(benefit.entitlement);
  for (code::StatusList& list : lists) {
    list.issued = WholeSecond(call.now);
    list.expires = list.issued + kStatusListLife;
    list.refresh = kStatusListRefresh;
    answer.add_status_lists(code::SignStatusList(list, vouched.signer));
  }
  return answer;
}

}  // namespace talentcard::card
