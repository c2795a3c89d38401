#ifndef TALENTCARD_SERVICES_RECORDS_CODE_USES_H_
#define TALENTCARD_SERVICES_RECORDS_CODE_USES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// What desks took of a code in one minute of it.
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

// The id of its record.
std::string CodeUseId(std::string_view code_id, int slot);

absl::StatusOr<std::optional<v1::CodeUse>> ReadCodeUse(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view id);
// Written under the key of the card's holder, an id.
absl::Status WriteCodeUse(store::Transaction& transaction,
                          const store::Vault& vault, store::StateWriter& state,
                          std::string_view holder, const v1::CodeUse& use);
// All that desks ever took of a holder's codes.
absl::StatusOr<std::vector<v1::CodeUse>> CodeUsesOf(const store::Reader& reader,
                                                    const store::Vault& vault,
                                                    std::string_view holder);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_CODE_USES_H_
