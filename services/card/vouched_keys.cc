#include "services/card/vouched_keys.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/code/reader.h"
#include "engine/code/signature.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/records/sealed.h"
#include "services/rpc/validation.h"

namespace talentcard::card {
namespace {

using code::TrustedKey;
using rpc::Call;
using rpc::Violation;
using store::Table;

constexpr std::string_view kId = "code";
constexpr int kMonths = 3;
constexpr int kMostMonths = 6;

absl::StatusOr<VouchedKeys> OpenKeys(const std::string& root,
                                     const std::string& signed_list) {
  ASSIGN_OR_RETURN(const code::PublicKey key, code::ParsePublicKey(root));
  ASSIGN_OR_RETURN(code::KeyList list, code::OpenKeyList(signed_list, key));
  return VouchedKeys{root, signed_list, std::move(list)};
}

bool Vouches(const VouchedKeys& vouched, const code::Signer& signer,
             TrustedKey::Use use, absl::Time now) {
  const TrustedKey* key =
      vouched.list.Find(code::KeyId(signer.public_key()), use);
  return key != nullptr && key->key == signer.public_key() &&
         key->Covers(now) && now < vouched.list.expires;
}

absl::Status NotVouched(const std::optional<VouchedKeys>& vouched,
                        absl::Time now) {
  return rpc::Error(absl::StatusCode::kFailedPrecondition,
                    v1::CODE_KEYS_NOT_VOUCHED,
                    !vouched ? "no root vouches for the keys of codes yet; "
                               "sign and publish a key list first"
                    : now >= vouched->list.expires
                        ? "the key list has expired; sign and "
                          "publish another"
                        : "the key list does not name this "
                          "month's keys; sign and publish another");
}

v1::CodeKey ToProto(const TrustedKey& key) {
  v1::CodeKey out;
  out.set_use(key.use == TrustedKey::Use::kCodes ? v1::CodeKey::CODES
                                                 : v1::CodeKey::STATUS_LISTS);
  out.set_public_key(code::ToText(key.key));
  *out.mutable_not_before() = decision::ToTimestamp(key.not_before);
  *out.mutable_not_after() = decision::ToTimestamp(key.not_after);
  if (key.reject_issued_after)
    *out.mutable_reject_issued_after() =
        decision::ToTimestamp(*key.reject_issued_after);
  return out;
}

v1::CodeKeys Describe(const VouchedKeys& vouched) {
  v1::CodeKeys out;
  out.set_root(vouched.root);
  out.set_key_list(vouched.signed_list);
  *out.mutable_issue_time() = decision::ToTimestamp(vouched.list.issued);
  *out.mutable_expire_time() = decision::ToTimestamp(vouched.list.expires);
  for (const TrustedKey& key : vouched.list.keys)
    *out.add_vouched() = ToProto(key);
  out.set_log_index(static_cast<int64_t>(vouched.log_index));
  return out;
}

absl::Status CheckList(const absl::StatusOr<VouchedKeys>& vouched,
                       const signing::CodeKeys& keys, absl::Time now) {
  if (!vouched.ok())
    return rpc::Invalid(
        {{"key_list", std::string(vouched.status().message())}});
  std::vector<Violation> violations;
  if (vouched->list.issued > now + code::kClockSkew)
    violations.push_back(
        {"key_list", "it was signed by a clock ahead of ours"});
  if (vouched->list.expires <= now)
    violations.push_back({"key_list", "it has expired already"});
  for (const auto use : {TrustedKey::Use::kCodes, TrustedKey::Use::kLists}) {
    if (!Vouches(*vouched, keys.SignerOn(now, use), use, now))
      violations.push_back(
          {"key_list",
           use == TrustedKey::Use::kCodes
               ? "it does not vouch for the key codes are signed with now"
               : "it does not vouch for the key status lists are signed with "
                 "now"});
  }
  return rpc::Invalid(violations);
}

}  // namespace

absl::StatusOr<std::optional<VouchedKeys>> ReadVouchedKeys(
    const store::Reader& reader) {
  ASSIGN_OR_RETURN(const std::optional<store::Version> version,
                   store::ReadVersion(reader, Table::kKeyList, kId));
  if (!version) return std::nullopt;
  v1::CodeKeys record;
  if (!record.ParseFromString(version->payload))
    return absl::DataLossError("the key list kept is malformed");
  absl::StatusOr<VouchedKeys> vouched =
      OpenKeys(record.root(), record.key_list());
  if (!vouched.ok())
    return absl::DataLossError("the key list kept does not open");
  vouched->log_index = version->log_index;
  return *std::move(vouched);
}

absl::StatusOr<VouchedSigner> SignerNow(const store::Reader& reader,
                                        const signing::CodeKeys& keys,
                                        absl::Time now, TrustedKey::Use use) {
  ASSIGN_OR_RETURN(std::optional<VouchedKeys> vouched, ReadVouchedKeys(reader));
  const code::Signer& signer = keys.SignerOn(now, use);
  if (!vouched || !Vouches(*vouched, signer, use, now))
    return NotVouched(vouched, now);
  return VouchedSigner{*std::move(vouched), signer};
}

absl::StatusOr<v1::CodeKeys> DescribeCodeKeys(const store::Reader& reader,
                                              const signing::CodeKeys& keys,
                                              const Call& call,
                                              const v1::GetCodeKeysRequest& q) {
  std::vector<Violation> violations;
  if (q.months() < 0 || q.months() > kMostMonths)
    violations.push_back({"months", absl::StrCat("from 1 to ", kMostMonths)});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const std::optional<VouchedKeys> vouched,
                   ReadVouchedKeys(reader));
  v1::CodeKeys out = vouched ? Describe(*vouched) : v1::CodeKeys();
  for (const TrustedKey& key :
       keys.KeysAround(call.now, q.months() == 0 ? kMonths : q.months()))
    *out.add_wanted() = ToProto(key);
  return out;
}

absl::StatusOr<v1::CodeKeys> PublishCodeKeys(
    const rpc::Foundation& foundation, const signing::CodeKeys& keys,
    const Call& call, const v1::PublishCodeKeysRequest& q,
    store::Transaction& transaction) {
  absl::StatusOr<VouchedKeys> vouched = OpenKeys(q.root(), q.key_list());
  RETURN_IF_ERROR(CheckList(vouched, keys, call.now));
  ASSIGN_OR_RETURN(const std::optional<VouchedKeys> before,
                   ReadVouchedKeys(transaction));
  if (before && before->list.issued >= vouched->list.issued)
    return rpc::Error(
        absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
        absl::StrCat("desks have a list signed at ",
                     absl::FormatTime(absl::RFC3339_sec, before->list.issued,
                                      absl::FixedTimeZone(8 * 3600)),
                     " and take only a newer one; sign another"));
  v1::CodeKeys record;
  record.set_root(q.root());
  record.set_key_list(q.key_list());
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(
      change.Put(Table::kKeyList, kId, records::Deterministic(record)));
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kKey, std::string(store::kSystemOwner),
      absl::StrCat("keys of codes vouched for by ", q.root())));
  vouched->log_index = change.log_index();
  return Describe(*vouched);
}

}  // namespace talentcard::card
