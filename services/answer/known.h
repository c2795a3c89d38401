#ifndef TALENTCARD_SERVICES_ANSWER_KNOWN_H_
#define TALENTCARD_SERVICES_ANSWER_KNOWN_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "services/records/dossier.h"
#include "services/rpc/foundation.h"
#include "services/store/transaction.h"

namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// What an answer rests on: everything known at one revision. Cheap to copy; the
// foundation, transaction or reader it is made from must outlive it.
class Known {
 public:
  // Everything durable by now.
  static Known Now(const rpc::Foundation& foundation);
  // Everything the transactions before this one wrote.
  static Known Before(const rpc::Foundation& foundation,
                      const store::Transaction& transaction);
  // What a later reader still knows of an earlier revision.
  static Known Formerly(const store::Reader& reader, const store::Vault& vault,
                        uint64_t revision);

  const store::Reader& reader() const { return *reader_; }
  uint64_t revision() const { return revision_; }

  // `id` is the {person} of `people/{person}`; null if not on record.
  absl::StatusOr<records::DossierPointer> About(std::string_view id) const;
  // Whom a canonical document belongs to; not of formerly. With `card`, a name,
  // it is nobody unless the card is theirs or of one whose relative they are.
  absl::StatusOr<records::FoundPointer> Seek(
      const v1::IdentityDocument& document, std::string_view card) const;

 private:
  absl::StatusOr<bool> HasCard(std::string_view id,
                               std::string_view card) const;
  Known(std::shared_ptr<const store::Reader> reader, const store::Vault& vault,
        records::Dossiers* dossiers, uint64_t revision)
      : reader_(std::move(reader)),
        vault_(&vault),
        dossiers_(dossiers),
        revision_(revision) {}

  std::shared_ptr<const store::Reader> reader_;
  const store::Vault* vault_;
  records::Dossiers* dossiers_;  // Null: not of now.
  uint64_t revision_;
};

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_KNOWN_H_
