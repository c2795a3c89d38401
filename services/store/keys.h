#ifndef TALENTCARD_SERVICES_STORE_KEYS_H_
#define TALENTCARD_SERVICES_STORE_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

// Every key in the database, drawn in one place.
//
// A key is one table letter and its parts. Ids are text without NUL; a part
// that is followed by another ends with one NUL, so keys order by their parts.
// Numbers are eight bytes, big-endian. Tables marked V are versioned records:
// see versions.h. No key holds a name, a number or a phone in the clear.
//
// clang-format off
//   letter  parts                         value
//   ------  ----------------------------  -------------------------------------
//   R       -                             last revision
//   T       ms                            revision known at that instant
//   k       person                        person key, wrapped; empty once it was
//                                         destroyed
//   p V     person                        v1.Person, sealed
//   c V     card                          v1.Card, sealed
//   m V     matter                        v1.Matter, sealed
//   u V     beneficiary, use              v1.Use, sealed
//   e V     uscc                          v1.Employer
//   s V     school                        v1.School
//   b V     policy digest                 v1.Policy
//   B       number                        digest of the number-th published
//   H       letter, id, revision          an older version of a V record
//   d       HMAC(kind, document)          person
//   n       HMAC(name beginning), person  -
//   r       relative, holder              - (now or formerly)
//   C       holder, card                  -
//   M       subject, matter               -
//   O       owner, due ms, matter         -
//   q       school, season, grade, use    beneficiary
//   x       use                           beneficiary
//   i       request id                    HMAC(request), the answer sealed for all
//                                         it is about
//   S V     card                          number and status on the lists of
//                                         services/card/status_rows.h
//   N       number                        card
//   Z       number                        status, if it is not 0
//   X V     code id, slot                 v1.CodeUse, sealed
//   Y       ms, code id, slot             -, if two desks took it
//   V       holder, code id, slot         -
//   Q V     `code`                        v1.CodeKeys: the signed key list desks
//                                         trust, and its root
//   W       institution                   who asked about whom not on record:
//                                         services/answer/misses.h
//   A V     proposal                      v1.Proposal, sealed under the system's
//                                         key
//   K V     staff                         the public key they rule with
//   F V     staff                         v1.StaffRecord, sealed under the
//                                         system's key
//   P       -                             revision of a request to purge k
//   L…      see services/ledger/rows.h
// clang-format on
namespace talentcard::store {

enum class Table : char {
  kRevision = 'R',
  kTimes = 'T',
  kPersonKey = 'k',
  kPerson = 'p',
  kCard = 'c',
  kMatter = 'm',
  kUse = 'u',
  kEmployer = 'e',
  kSchool = 's',
  kPolicy = 'b',
  kPolicyOrder = 'B',
  kHistory = 'H',
  kDocument = 'd',
  kName = 'n',
  kRelative = 'r',
  kCardsOfHolder = 'C',
  kMattersOfSubject = 'M',
  kMattersOfOwner = 'O',
  kPlaces = 'q',
  kUseOwner = 'x',
  kRequest = 'i',
  kCardStatus = 'S',
  kStatusNumber = 'N',
  kStatusMark = 'Z',
  kCodeUse = 'X',
  kDoubleUse = 'Y',
  kCodeUsesOfHolder = 'V',
  kKeyList = 'Q',
  kMisses = 'W',
  kProposal = 'A',
  kRulingKey = 'K',
  kStaff = 'F',
  kPurge = 'P',
  kLedger = 'L',
};

// Builds a key part by part.
class Key {
 public:
  explicit Key(Table table) : bytes_(1, static_cast<char>(table)) {}
  // Text; a NUL is added when another part follows.
  Key& Add(std::string_view text);
  Key& Add(uint64_t number);
  const std::string& bytes() const { return bytes_; }
  operator std::string_view() const { return bytes_; }  // NOLINT
  // The keys that begin with this one and have more parts: [First(), Last()).
  std::string First() const;
  std::string Last() const;

 private:
  std::string bytes_;
  bool text_open_ = false;
};

void AppendNumber(uint64_t number, std::string& out);
// The number in the eight bytes at `offset`; the caller checks the length.
uint64_t ReadNumber(std::string_view bytes, size_t offset);
// The smallest string greater than every string that begins with `prefix`.
std::string PrefixEnd(std::string prefix);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_KEYS_H_
