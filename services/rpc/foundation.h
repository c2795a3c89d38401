#ifndef TALENTCARD_SERVICES_RPC_FOUNDATION_H_
#define TALENTCARD_SERVICES_RPC_FOUNDATION_H_

#include <functional>
#include <string_view>

#include "engine/identity/document.h"
#include "services/records/dossier.h"
#include "services/rpc/asker.h"
#include "services/rpc/clock.h"
#include "services/rpc/gate.h"
#include "services/rpc/policies.h"
#include "services/store/database.h"
#include "services/store/sealing.h"
#include "services/store/writer.h"

namespace talentcard::records {
class ErasureList;
}

namespace talentcard::rpc {

class Sessions;

// What every service stands on; nothing here is owned, and all of it outlives
// the services.
struct Foundation {
  store::Database& database;
  store::Writer& writer;
  const store::Vault& vault;
  records::Dossiers& dossiers;
  Policies& policies;
  const Clock& clock;
  Gate& gate;
  // Rehearsals use documents of an unallocated region.
  bool allow_unallocated_region = false;
  Door door = Door::kLoopback;
  // Who was erased, kept outside the database; null: nothing outlives it.
  records::ErasureList* erasures = nullptr;
  // Told of every alarm, in words without personal data; on the writer's
  // thread, before the alarm's entry is durable.
  std::function<void(std::string_view)> on_alarm = [](std::string_view) {};
  // Of people who have signed in; null: nobody can, so behind the edge nobody
  // whose certificate names a person is served.
  Sessions* sessions = nullptr;

  identity::DocumentRules DocumentRulesOn(absl::Time now) const {
    return {CivilDate::InBeijing(now), allow_unallocated_region};
  }
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_FOUNDATION_H_
