#ifndef TALENTCARD_SERVICES_RECORDS_ERASURE_LIST_H_
#define TALENTCARD_SERVICES_RECORDS_ERASURE_LIST_H_

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/store/sealing.h"

// Erasing has to survive a restore: an old copy of the database still holds the
// keys of people erased since. Who was erased is therefore also written to a
// file outside the database, never restored with it, as keyed hashes that name
// nobody; before an old copy serves, its erasures are repeated.
namespace talentcard::records {

// The file: 16 bytes each, and 4 that check them. Only grows. Thread-safe.
class ErasureList {
 public:
  // Creates it, durably, if absent. kDataLoss if something of it is damaged but
  // a torn end, which was never acknowledged and is cut off.
  static absl::StatusOr<std::unique_ptr<ErasureList>> Open(
      const std::string& path);
  ~ErasureList();

  // Durable when it returns. The same again changes nothing, and a failure
  // leaves nothing in the way of the next.
  absl::Status Add(std::string_view hash);
  bool Contains(std::string_view hash) const;
  std::set<std::string> All() const;

 private:
  explicit ErasureList(int fd) : fd_(fd) {}
  absl::Status Load();
  // Cuts off what is behind the last whole line.
  absl::Status CutTornEnd();

  const int fd_;
  mutable std::mutex mutex_;
  std::set<std::string> hashes_;
  size_t whole_ = 0;  // Bytes of lines that were acknowledged.
  bool torn_ = false;
};

// Before the transaction that erases is durable: what was begun is finished at
// the next start, whatever becomes of the transaction.
absl::Status NoteErasure(const store::Vault& vault, ErasureList& list,
                         std::string_view person);

bool IsNoted(const store::Vault& vault, const ErasureList& list,
             std::string_view person);

// The people of the list whose key the database still holds: ids.
absl::StatusOr<std::vector<std::string>> ErasedButPresent(
    const store::Reader& reader, const store::Vault& vault,
    const ErasureList& list);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_ERASURE_LIST_H_
