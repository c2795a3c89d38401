#include "services/store/versions.h"

#include "engine/status_macros.h"

namespace talentcard::store {
namespace {

// Row: `V` or `D` (deleted), revision, log index, payload.
constexpr size_t kHeader = 17;

absl::StatusOr<Version> Decode(std::string_view row, bool& deleted) {
  if (row.size() < kHeader || (row[0] != 'V' && row[0] != 'D')) {
    return absl::DataLossError("a stored record is malformed");
  }
  deleted = row[0] == 'D';
  return Version{ReadNumber(row, 1), ReadNumber(row, 9),
                 std::string(row.substr(kHeader))};
}

std::string HistoryKey(Table table, std::string_view id, uint64_t revision) {
  const char letter = static_cast<char>(table);
  return Key(Table::kHistory)
      .Add(std::string_view(&letter, 1))
      .Add(id)
      .Add(revision)
      .bytes();
}

absl::StatusOr<std::optional<Version>> Checked(std::string_view row) {
  bool deleted = false;
  ASSIGN_OR_RETURN(Version version, Decode(row, deleted));
  if (deleted) return std::nullopt;
  return version;
}

}  // namespace

absl::StatusOr<std::optional<Version>> ReadVersion(const Reader& reader,
                                                   Table table,
                                                   std::string_view id,
                                                   uint64_t known_revision) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   reader.Get(Key(table).Add(id)));
  if (!row) return std::nullopt;
  bool deleted = false;
  ASSIGN_OR_RETURN(Version current, Decode(*row, deleted));
  if (current.revision <= known_revision) {
    if (deleted) return std::nullopt;
    return current;
  }
  std::optional<std::string> older;
  RETURN_IF_ERROR(reader.ScanBackwards(
      HistoryKey(table, id, 0), HistoryKey(table, id, known_revision) + '\0',
      [&](std::string_view, std::string_view value) {
        older = std::string(value);
        return false;
      }));
  if (!older) return std::nullopt;
  return Checked(*older);
}

absl::Status WriteVersion(Transaction& transaction, Table table,
                          std::string_view id, uint64_t log_index,
                          std::optional<std::string_view> payload) {
  const std::string key = Key(table).Add(id).bytes();
  ASSIGN_OR_RETURN(const std::optional<std::string> row, transaction.Get(key));
  if (row) {
    bool deleted = false;
    ASSIGN_OR_RETURN(const Version current, Decode(*row, deleted));
    if (current.revision < transaction.revision()) {
      transaction.Put(HistoryKey(table, id, current.revision), *row);
    }
  }
  std::string next(1, payload ? 'V' : 'D');
  AppendNumber(transaction.revision(), next);
  AppendNumber(log_index, next);
  if (payload) next += *payload;
  transaction.Put(key, next);
  return absl::OkStatus();
}

absl::Status ScanVersions(
    const Reader& reader, Table table, std::string_view begin_id,
    const std::function<bool(std::string_view, const Version&)>& visit) {
  absl::Status failure;
  const std::string prefix(1, static_cast<char>(table));
  RETURN_IF_ERROR(reader.Scan(
      prefix + std::string(begin_id), PrefixEnd(prefix),
      [&](std::string_view key, std::string_view value) {
        auto version = Checked(value);
        if (!version.ok()) {
          failure = version.status();
          return false;
        }
        return !version->has_value() || visit(key.substr(1), **version);
      }));
  return failure;
}

absl::StatusOr<uint64_t> RevisionAt(const Reader& reader, int64_t instant_ms) {
  if (instant_ms < 0) return 0;
  uint64_t revision = 0;
  RETURN_IF_ERROR(reader.ScanBackwards(
      Key(Table::kTimes).Add(uint64_t{0}),
      Key(Table::kTimes).Add(static_cast<uint64_t>(instant_ms)).bytes() + '\0',
      [&](std::string_view, std::string_view value) {
        revision = ReadNumber(value, 0);
        return false;
      }));
  return revision;
}

}  // namespace talentcard::store
