#include "services/policy/policy_service.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/records/names.h"
#include "services/records/sealed.h"
#include "services/rpc/validation.h"

namespace talentcard::policies {
namespace {

using rpc::Call;
using rpc::Violation;

std::map<std::string, std::string> FilesOf(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  std::map<std::string, std::string> out;
  for (const v1::RuleFile& file : files) out[file.path()] = file.content();
  return out;
}

void AddMistakes(const std::vector<policy::Mistake>& mistakes,
                 google::protobuf::RepeatedPtrField<v1::PolicyMistake>& out) {
  for (const policy::Mistake& mistake : mistakes) {
    v1::PolicyMistake& m = *out.Add();
    m.set_path(mistake.path);
    m.set_line(mistake.line);
    m.set_column(mistake.column);
    m.mutable_message()->set_zh(mistake.message.zh);
    m.mutable_message()->set_en(mistake.message.en);
    m.set_text(mistake.text);
    m.set_suggestion(mistake.suggestion);
  }
}

absl::Status Refused(const std::vector<policy::Mistake>& mistakes) {
  std::string message =
      absl::StrCat(mistakes.size(), " mistakes; the policy in force stays");
  for (size_t i = 0; i < mistakes.size() && i < 50; ++i)
    absl::StrAppend(&message, "\n", policy::ToString(mistakes[i]));
  return rpc::Error(absl::StatusCode::kInvalidArgument, v1::POLICY_INVALID,
                    message, {{"mistakes", absl::StrCat(mistakes.size())}});
}

absl::StatusOr<v1::Policy> Published(const store::Reader& reader,
                                     const std::string& digest,
                                     bool with_files) {
  ASSIGN_OR_RETURN(std::optional<v1::Policy> record,
                   rpc::ReadBundleRecord(reader, digest));
  if (!record)
    return rpc::NotFound("policy", records::NameOf("policies", digest));
  if (!with_files) record->clear_files();
  return *std::move(record);
}

absl::StatusOr<v1::Policy> Publish(
    const rpc::Foundation& foundation, const Call& call,
    const v1::PublishPolicyRequest& q,
    const std::shared_ptr<const policy::Policy>& loaded,
    store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const std::string present, rpc::NewestDigest(transaction));
  // The last comes into force once it is durable: until then calls are let in
  // by the rules before it, which do not say who may replace it.
  if (call.policy->digest != present ||
      (!q.expected_digest().empty() && q.expected_digest() != present)) {
    return rpc::Error(
        absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
        "another policy was published meanwhile; look at it first");
  }
  if (loaded->digest == present)
    return Published(transaction, present, /*with_files=*/false);
  v1::Policy record;
  record.set_name(records::NameOf("policies", loaded->digest));
  *record.mutable_publish_time() = decision::ToTimestamp(call.now);
  record.set_publisher(call.asker.actor.ToString());
  for (const auto& [path, content] : loaded->files) {
    v1::RuleFile& file = *record.add_files();
    file.set_path(path);
    file.set_content(content);
  }
  for (const auto& [code, entitlement] : loaded->entitlements)
    record.add_entitlements(code);
  for (const policy::Tier& tier : loaded->catalogue.tiers)
    record.add_tiers(tier.code);
  for (const auto& [id, matter] : loaded->matters) record.add_matters(id);
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(change.Put(store::Table::kPolicy, loaded->digest,
                             records::Deterministic(record)));
  transaction.Put(
      store::Key(store::Table::kPolicyOrder).Add(transaction.revision()),
      loaded->digest);
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kRuleSet,
      std::string(store::kSystemOwner),
      absl::StrCat("policy ", loaded->digest, " published")));
  record.set_log_index(static_cast<int64_t>(change.log_index()));
  record.clear_files();
  return record;
}

}  // namespace

grpc::ServerUnaryReactor* PolicyService::ListPolicies(
    grpc::CallbackServerContext* context,
    const v1::ListPoliciesRequest* request,
    v1::ListPoliciesResponse* response) {
  return rpc::Read(
      foundation_, context, "PolicyService.ListPolicies", request, response,
      [this](const Call&, const v1::ListPoliciesRequest& q)
          -> absl::StatusOr<v1::ListPoliciesResponse> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        const store::Key all(store::Table::kPolicyOrder);
        const std::string end = q.page_token().empty()
                                    ? all.Last()
                                    : absl::HexStringToBytes(q.page_token());
        if (!q.page_token().empty() && !absl::StartsWith(end, all.First()))
          violations.push_back({"page_token", "as the last answer gave it"});
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto reader = foundation_.database.TakeSnapshot();
        std::vector<std::pair<std::string, std::string>> rows;
        RETURN_IF_ERROR(reader->ScanBackwards(
            all.First(), end,
            [&](std::string_view key, std::string_view digest) {
              rows.emplace_back(key, digest);
              return static_cast<int>(rows.size()) <= size;
            }));
        v1::ListPoliciesResponse out;
        for (const auto& [key, digest] : rows) {
          if (out.policies_size() == size) {
            out.set_next_page_token(
                absl::BytesToHexString(rows[size - 1].first));
            break;
          }
          ASSIGN_OR_RETURN(*out.add_policies(),
                           Published(*reader, digest, /*with_files=*/false));
        }
        return out;
      });
}

grpc::ServerUnaryReactor* PolicyService::GetPolicy(
    grpc::CallbackServerContext* context, const v1::GetPolicyRequest* request,
    v1::Policy* response) {
  return rpc::Read(
      foundation_, context, "PolicyService.GetPolicy", request, response,
      [this](const Call&,
             const v1::GetPolicyRequest& q) -> absl::StatusOr<v1::Policy> {
        return Published(*foundation_.database.TakeSnapshot(),
                         records::IdOf("policies", q.name()).value_or("-"),
                         /*with_files=*/true);
      });
}

grpc::ServerUnaryReactor* PolicyService::GetPolicyInForce(
    grpc::CallbackServerContext* context,
    const v1::GetPolicyInForceRequest* request, v1::Policy* response) {
  return rpc::Read(
      foundation_, context, "PolicyService.GetPolicyInForce", request, response,
      [this](const Call&, const v1::GetPolicyInForceRequest& q)
          -> absl::StatusOr<v1::Policy> {
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(const uint64_t revision,
                         rpc::RevisionAsOf(*reader, q));
        ASSIGN_OR_RETURN(const std::string digest,
                         rpc::NewestDigest(*reader, revision));
        if (digest.empty()) {
          return rpc::Error(absl::StatusCode::kFailedPrecondition,
                            v1::NO_POLICY_IN_FORCE,
                            "no policy was published yet at that time");
        }
        return Published(*reader, digest, /*with_files=*/false);
      });
}

grpc::ServerUnaryReactor* PolicyService::ValidatePolicy(
    grpc::CallbackServerContext* context,
    const v1::ValidatePolicyRequest* request,
    v1::ValidatePolicyResponse* response) {
  return rpc::Read(
      foundation_, context, "PolicyService.ValidatePolicy", request, response,
      [](const Call&, const v1::ValidatePolicyRequest& q)
          -> absl::StatusOr<v1::ValidatePolicyResponse> {
        const policy::LoadResult result = policy::Load(FilesOf(q.files()));
        v1::ValidatePolicyResponse out;
        if (result.policy) out.set_digest(result.policy->digest);
        AddMistakes(result.mistakes, *out.mutable_mistakes());
        return out;
      });
}

grpc::ServerUnaryReactor* PolicyService::PublishPolicy(
    grpc::CallbackServerContext* context,
    const v1::PublishPolicyRequest* request, v1::Policy* response) {
  const auto loaded = std::make_shared<policy::LoadResult>();
  return rpc::Write(
      foundation_, context, "PolicyService.PublishPolicy", request, response,
      [this, loaded](const Call& call, const v1::PublishPolicyRequest& q,
                     store::Transaction& t) {
        return Publish(foundation_, call, q, loaded->policy, t);
      },
      // Before it waits for the writer, because checking a bundle takes longer
      // than a write; and for nobody who may not publish it.
      [loaded, request] {
        *loaded = policy::Load(FilesOf(request->files()));
        return loaded->policy ? absl::OkStatus() : Refused(loaded->mistakes);
      },
      [this, loaded] { foundation_.policies.Publish(loaded->policy); });
}

}  // namespace talentcard::policies
