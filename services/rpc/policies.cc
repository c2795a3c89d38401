#include "services/rpc/policies.h"

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::rpc {
namespace {

absl::StatusOr<std::shared_ptr<const policy::Policy>> LoadStored(
    const store::Reader& reader, const std::string& digest) {
  ASSIGN_OR_RETURN(const std::optional<v1::Policy> record,
                   ReadBundleRecord(reader, digest));
  if (!record)
    return absl::NotFoundError(
        absl::StrCat("there is no policy `", digest, "`"));
  std::map<std::string, std::string> files;
  for (const v1::RuleFile& file : record->files())
    files[file.path()] = file.content();
  policy::LoadResult result = policy::Load(files);
  if (!result.policy || result.policy->digest != digest) {
    return absl::DataLossError(
        absl::StrCat("the stored policy `", digest, "` no longer loads"));
  }
  return result.policy;
}

}  // namespace

absl::StatusOr<std::optional<v1::Policy>> ReadBundleRecord(
    const store::Reader& reader, const std::string& digest) {
  ASSIGN_OR_RETURN(const std::optional<store::Version> version,
                   store::ReadVersion(reader, store::Table::kPolicy, digest));
  if (!version) return std::nullopt;
  v1::Policy record;
  if (!record.ParseFromString(version->payload))
    return absl::DataLossError("a stored policy is malformed");
  record.set_log_index(static_cast<int64_t>(version->log_index));
  return record;
}

absl::StatusOr<std::string> NewestDigest(const store::Reader& reader,
                                         uint64_t known_revision) {
  // Rows are ordered by the revision that published them.
  std::string digest;
  const store::Key first =
      store::Key(store::Table::kPolicyOrder).Add(uint64_t{0});
  const std::string last =
      store::Key(store::Table::kPolicyOrder).Add(known_revision).bytes() + '\0';
  RETURN_IF_ERROR(reader.ScanBackwards(
      first, last, [&](std::string_view, std::string_view value) {
        digest = std::string(value);
        return false;
      }));
  return digest;
}

absl::StatusOr<std::unique_ptr<Policies>> Policies::Open(
    const store::Reader& reader) {
  auto policies = std::make_unique<Policies>();
  ASSIGN_OR_RETURN(const std::string digest, NewestDigest(reader));
  if (!digest.empty()) {
    ASSIGN_OR_RETURN(std::shared_ptr<const policy::Policy> policy,
                     LoadStored(reader, digest));
    policies->Publish(std::move(policy));
  }
  return policies;
}

std::shared_ptr<const policy::Policy> Policies::Current() const {
  const std::shared_lock lock(mutex_);
  return current_;
}

void Policies::Publish(std::shared_ptr<const policy::Policy> policy) {
  const std::unique_lock lock(mutex_);
  loaded_[policy->digest] = policy;
  current_ = std::move(policy);
}

absl::StatusOr<std::shared_ptr<const policy::Policy>> Policies::ByDigest(
    const store::Reader& reader, const std::string& digest) {
  {
    const std::shared_lock lock(mutex_);
    const auto it = loaded_.find(digest);
    if (it != loaded_.end()) return it->second;
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const policy::Policy> policy,
                   LoadStored(reader, digest));
  const std::unique_lock lock(mutex_);
  return loaded_.emplace(digest, std::move(policy)).first->second;
}

}  // namespace talentcard::rpc
