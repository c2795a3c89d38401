#ifndef TALENTCARD_SERVICES_RPC_POLICIES_H_
#define TALENTCARD_SERVICES_RPC_POLICIES_H_

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/policy_service.pb.h"
#include "engine/policy/load.h"
#include "services/store/database.h"
#include "services/store/versions.h"

namespace talentcard::rpc {

namespace v1 = chengzhou::talentcard::v1;

// The published rule bundles, loaded. A swap is seen by the next call as a
// whole; calls under way keep the one they began with. Thread-safe.
class Policies {
 public:
  // Loads the newest published bundle, if there is one. kDataLoss if it does
  // not load.
  static absl::StatusOr<std::unique_ptr<Policies>> Open(
      const store::Reader& reader);

  // The bundle in force; null before the first is published.
  std::shared_ptr<const policy::Policy> Current() const;
  // A bundle by its digest, loaded on first use. kNotFound.
  absl::StatusOr<std::shared_ptr<const policy::Policy>> ByDigest(
      const store::Reader& reader, const std::string& digest);
  // Puts a bundle in force that is on record already, so that none is in force
  // that a failed write left out.
  void Publish(std::shared_ptr<const policy::Policy> policy);

 private:
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const policy::Policy> current_;
  std::map<std::string, std::shared_ptr<const policy::Policy>> loaded_;
};

// A stored bundle; nullopt if there is none with this digest.
absl::StatusOr<std::optional<v1::Policy>> ReadBundleRecord(
    const store::Reader& reader, const std::string& digest);
// The digest of the newest bundle published at or before a revision; empty if
// none.
absl::StatusOr<std::string> NewestDigest(
    const store::Reader& reader,
    uint64_t known_revision = store::kLatestRevision);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_POLICIES_H_
