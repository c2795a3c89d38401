#ifndef TALENTCARD_SERVICES_LEDGER_ROWS_H_
#define TALENTCARD_SERVICES_LEDGER_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "services/store/keys.h"

// The log's rows in the database, below the table letter `L`:
//
//   h                  size, then frontier hashes; rewritten by every change
//   e index            exact leaf bytes
//   t level index      8192 bytes: 256 hashes; full tiles only, never changed
//   r level index      32 bytes: the root of that tile, so that the unfinished
//                      tile above it is read without the tiles below
//   c size             signed checkpoint
//   g index            what the log has another name for from this leaf on
//   o index            opening, sealed under the subject's key
//   s subject index    -
//   a actor index      -
namespace talentcard::ledger {

inline store::Key LedgerRow(char kind) {
  return store::Key(store::Table::kLedger).Add(std::string_view(&kind, 1));
}
inline const std::string& HeadRow() {
  static const std::string row = LedgerRow('h').bytes();
  return row;
}
inline std::string EntryRow(uint64_t index) {
  return LedgerRow('e').Add(index).bytes();
}
inline std::string TileRow(uint64_t level, uint64_t index) {
  return LedgerRow('t').Add(level).Add(index).bytes();
}
inline std::string TileRootRow(uint64_t level, uint64_t index) {
  return LedgerRow('r').Add(level).Add(index).bytes();
}
inline std::string CheckpointRow(uint64_t size) {
  return LedgerRow('c').Add(size).bytes();
}
inline std::string GenesisRow(uint64_t index) {
  return LedgerRow('g').Add(index).bytes();
}
inline std::string OpeningRow(uint64_t index) {
  return LedgerRow('o').Add(index).bytes();
}
inline store::Key SubjectRows(std::string_view subject) {
  return LedgerRow('s').Add(subject);
}
inline store::Key ActorRows(std::string_view actor) {
  return LedgerRow('a').Add(actor);
}

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_ROWS_H_
