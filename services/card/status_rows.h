#ifndef TALENTCARD_SERVICES_CARD_STATUS_ROWS_H_
#define TALENTCARD_SERVICES_CARD_STATUS_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "engine/code/status_list.h"
#include "services/store/random.h"
#include "services/store/transaction.h"
#include "services/store/versions.h"

// Where cards stand on the status lists that desks judge codes by.
//
//   S card (versioned)   number (8), status (1): what the log commits to
//   N number             card
//   Z number             status, if it is not 0: all a list is made from
//
// A number is 2^18 times the list's plus the place on it. It is drawn at random
// with a card's first code, so that it says nothing of when the card was issued
// or to whom; a reissued card is another card and gets another.
namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

struct StatusPlace {
  std::string uri;  // `cz:s/0`
  uint32_t index = 0;
};
StatusPlace PlaceOf(uint64_t number);

// The card's number, drawn if it has none yet. `state` ties it to the log.
absl::StatusOr<uint64_t> NumberOrNew(store::Transaction& transaction,
                                     store::StateWriter& state,
                                     store::Random& random,
                                     const v1::Card& card);

// The card that has this place; nullopt if none has.
absl::StatusOr<std::optional<std::string>> CardAt(const store::Reader& reader,
                                                  const StatusPlace& place);

// Puts the card's state on its place; nothing if it has no number.
absl::Status MarkStatus(store::Transaction& transaction,
                        store::StateWriter& state, const v1::Card& card);

// Every list that has a number on it, without times; the first one always.
absl::StatusOr<std::vector<code::StatusList>> ReadStatusLists(
    const store::Reader& reader);

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_STATUS_ROWS_H_
