#include "tools/chengzhou/desk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "tools/pki/files.h"

namespace talentcard::client {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLists = 16;
constexpr int kMostOver = 1000;  // Codes taken that cannot be shown again.

constexpr mode_t kOwn = 0600;  // Codes as they were shown.

std::optional<std::string> ReadFile(const std::string& path) {
  absl::StatusOr<std::string> bytes = pki::ReadFile(path);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

absl::Status WriteFile(const std::string& path, const std::string& bytes) {
  return pki::WriteFile(path, bytes, pki::kPublic);
}

// The root in a file; `offered` only if there is no file. One that cannot be
// read is no reason to trust another.
absl::StatusOr<std::string> Trusted(const std::string& path,
                                    const std::string& offered) {
  absl::StatusOr<std::string> known = pki::ReadFile(path);
  return absl::IsNotFound(known.status()) ? offered : known;
}

// Held by whoever changes the queue: of two programs neither loses the other's
// lines.
class QueueLock {
 public:
  explicit QueueLock(const std::string& directory)
      : file_(open((directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                   0600)) {
    if (file_ >= 0) flock(file_, LOCK_EX);
  }
  ~QueueLock() {
    if (file_ >= 0) close(file_);
  }
  QueueLock(const QueueLock&) = delete;
  QueueLock& operator=(const QueueLock&) = delete;

 private:
  const int file_;
};

// Behind a line that a crash cut short, a new one begins.
absl::Status AppendLine(const std::string& path, const std::string& line) {
  if (!fs::exists(path)) RETURN_IF_ERROR(pki::WriteFile(path, "", kOwn));
  std::ifstream file(path, std::ios::ate | std::ios::binary);
  bool cut = false;
  if (file && file.tellg() > 0) {
    file.seekg(-1, std::ios::end);
    cut = file.get() != '\n';
  }
  return pki::AppendLine(path, (cut ? "\n" : "") + line);
}

using Opened = OpenedLists;

absl::StatusOr<Opened> OpenLists(const CachedLists& lists,
                                 const code::PublicKey& root) {
  Opened opened;
  ASSIGN_OR_RETURN(opened.keys, code::OpenKeyList(lists.key_list, root));
  for (const std::string& bytes : lists.status_lists) {
    ASSIGN_OR_RETURN(code::StatusList list,
                     code::OpenStatusList(bytes, opened.keys));
    opened.lists.push_back(std::move(list));
  }
  return opened;
}

absl::Time UntilOf(const code::Claims& claims, int slot) {
  return claims.chain ? claims.chain->start + code::kChainSlot * (slot + 2)
                      : claims.expires + code::kClockSkew;
}

// A line of the queue: when, and the code, in which spaces may stand.
std::string QueueLine(const QueuedScan& scan) {
  return absl::StrCat(absl::ToUnixSeconds(scan.time), " ", scan.code);
}

// nullopt for one that a crash cut short.
std::optional<QueuedScan> ReadQueueLine(const std::string& line) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(line, absl::MaxSplits(' ', 1));
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(parts.first, &seconds) || parts.second.empty())
    return std::nullopt;
  return QueuedScan{parts.second, absl::FromUnixSeconds(seconds)};
}

}  // namespace

CachedLists ListsFromJson(const Json& lists) {
  const auto bytes = [](const Json& base64) {
    std::string out;
    absl::Base64Unescape(base64.get<std::string>(), &out);
    return out;
  };
  CachedLists out{lists.value("root", ""),
                  bytes(lists.value("key_list", Json(""))),
                  {},
                  lists.value("benefits", std::vector<std::string>())};
  for (const Json& list : lists.value("status_lists", Json::array()))
    out.status_lists.push_back(bytes(list));
  return out;
}

absl::StatusOr<code::Finding> JudgeWith(const CachedLists& lists,
                                        std::string_view text) {
  ASSIGN_OR_RETURN(const code::PublicKey root,
                   code::ParsePublicKey(lists.root));
  ASSIGN_OR_RETURN(const Opened opened, OpenLists(lists, root));
  // A list is signed as it is fetched.
  const absl::Time now =
      opened.lists.empty() ? opened.keys.issued : opened.lists[0].issued;
  return code::Judge(text, {opened.keys, opened.lists, now}, nullptr).finding;
}

bool DeskFiles::HasRoot() const { return fs::exists(Path("root")); }

absl::Status DeskFiles::TrustRoot(const std::string& root) {
  RETURN_IF_ERROR(code::ParsePublicKey(root).status());
  ASSIGN_OR_RETURN(const std::string trusted, Trusted(Path("root"), root));
  if (trusted != root)
    return WithChinese(
        absl::FailedPreconditionError(
            "this desk trusts another root; clear its directory first if that "
            "is meant"),
        "本窗口信任的是另一个根公钥：确要更换，请先清空窗口目录");
  if (HasRoot()) return absl::OkStatus();
  std::error_code error;
  fs::create_directories(directory_, error);
  return WriteFile(Path("root"), root);
}

// Than what is kept: the keys, or any status list.
bool DeskFiles::IsOlder(const Opened& opened,
                        const code::PublicKey& root) const {
  const std::optional<CachedLists> kept = Kept();
  if (!kept) return false;
  const auto known = OpenLists(*kept, root);
  if (!known.ok()) return false;
  if (known->keys.issued > opened.keys.issued) return true;
  return std::any_of(known->lists.begin(), known->lists.end(),
                     [&](const code::StatusList& before) {
                       return std::none_of(opened.lists.begin(),
                                           opened.lists.end(),
                                           [&](const code::StatusList& now) {
                                             return now.uri == before.uri &&
                                                    now.issued >= before.issued;
                                           });
                     });
}

absl::Status DeskFiles::Keep(const CachedLists& lists) {
  ASSIGN_OR_RETURN(const std::string trusted,
                   Trusted(Path("root"), lists.root));
  ASSIGN_OR_RETURN(const code::PublicKey root, code::ParsePublicKey(trusted));
  const absl::StatusOr<Opened> opened = OpenLists(lists, root);
  if (!opened.ok())
    return WithChinese(
        absl::InvalidArgumentError(absl::StrCat(
            "the lists are not signed by the root this desk trusts (",
            opened.status().message(), "); nothing was changed")),
        "名单不是本窗口所信任的根公钥签发的：未作改动，请报告管理员");
  if (IsOlder(*opened, root))
    return WithChinese(
        absl::InvalidArgumentError("the lists are older than those this desk "
                                   "has; nothing was changed"),
        "名单比本窗口已有的旧：未作改动");
  if (static_cast<int>(lists.status_lists.size()) > kMostLists)
    return WithChinese(absl::InvalidArgumentError("too many status lists"),
                       "状态名单过多：未作改动，请报告管理员");
  RETURN_IF_ERROR(TrustRoot(trusted));
  RETURN_IF_ERROR(WriteFile(Path("key-list"), lists.key_list));
  for (size_t i = 0; i < lists.status_lists.size(); ++i)
    RETURN_IF_ERROR(WriteFile(Path(absl::StrCat("status-list-", i)),
                              lists.status_lists[i]));
  std::string names;
  for (const std::string& benefit : lists.benefits)
    absl::StrAppend(&names, benefit, "\n");
  return WriteFile(Path("benefits"), names);
}

std::optional<CachedLists> DeskFiles::Kept() const {
  const std::optional<std::string> root = ReadFile(Path("root"));
  const std::optional<std::string> key_list = ReadFile(Path("key-list"));
  if (!root || !key_list) return std::nullopt;
  CachedLists lists{*root, *key_list, {}, {}};
  for (int i = 0; i < kMostLists; ++i) {
    auto bytes = ReadFile(Path(absl::StrCat("status-list-", i)));
    if (!bytes) break;
    lists.status_lists.push_back(*std::move(bytes));
  }
  return lists;
}

absl::Status DeskFiles::Open(absl::Time now) {
  const std::optional<CachedLists> lists = Kept();
  if (!lists)
    return WithChinese(
        absl::FailedPreconditionError(
            "this desk has no lists yet; run `chengzhou scan --refresh` once "
            "with network"),
        "本窗口还没有名单：请联网运行一次 chengzhou scan --refresh");
  ASSIGN_OR_RETURN(const code::PublicKey key,
                   code::ParsePublicKey(lists->root));
  absl::StatusOr<Opened> opened = OpenLists(*lists, key);
  if (!opened.ok())
    return WithChinese(
        absl::DataLossError(absl::StrCat("the lists of this desk are damaged (",
                                         opened.status().message(),
                                         "); refresh them")),
        "本窗口的名单已损坏：请联网运行 chengzhou scan --refresh");
  keys_ = std::move(opened->keys);
  lists_ = std::move(opened->lists);
  benefits_ = absl::StrSplit(ReadFile(Path("benefits")).value_or(""), '\n',
                             absl::SkipEmpty());
  return ReadTaken(now);
}

// A line: id, slot, until when it could be shown again, when it was taken.
absl::Status DeskFiles::ReadTaken(absl::Time now) {
  const QueueLock lock(directory_);
  std::ifstream file(Path("taken"));
  std::string current;
  int over = 0;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    int slot = 0;
    int64_t until = 0;
    // A line cut short by a crash was never answered.
    if (parts.size() != 5 || parts[0].size() != 16 ||
        !absl::SimpleAtoi(parts[1], &slot) ||
        !absl::SimpleAtoi(parts[2], &until) ||
        absl::FromUnixSeconds(until) < now) {
      ++over;
      continue;
    }
    absl::StrAppend(&current, line, "\n");
    code::CodeId id;
    const std::string bytes = absl::HexStringToBytes(parts[0]);
    std::copy_n(bytes.begin(), id.size(), id.begin());
    memory_.Take(id, slot, absl::FromUnixSeconds(until), now);
  }
  return over < kMostOver ? absl::OkStatus()
                          : pki::WriteFile(Path("taken"), current, kOwn);
}

absl::Status DeskFiles::Take(std::string_view text,
                             const code::Verdict& verdict, absl::Time now) {
  const QueueLock lock(directory_);
  const std::string_view code =
      text.substr(0, text.find_last_not_of("\r\n") + 1);
  RETURN_IF_ERROR(
      AppendLine(Path("queue"), QueueLine({std::string(code), now})));
  if (verdict.colour() != code::Colour::kGreen) return absl::OkStatus();
  const std::string id = absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(verdict.claims->id.data()),
      verdict.claims->id.size()));
  return AppendLine(
      Path("taken"),
      absl::StrCat(id, " ", verdict.slot, " ",
                   absl::ToUnixSeconds(UntilOf(*verdict.claims, verdict.slot)),
                   " ", absl::ToUnixSeconds(now), " ",
                   std::string(code::InfoOf(verdict.finding).code)));
}

std::vector<QueuedScan> DeskFiles::Queue() const {
  std::vector<QueuedScan> queue;
  std::ifstream file(Path("queue"));
  for (std::string line; std::getline(file, line);) {
    if (std::optional<QueuedScan> scan = ReadQueueLine(line))
      queue.push_back(*std::move(scan));
  }
  return queue;
}

absl::Status DeskFiles::Told(const std::vector<QueuedScan>& told) {
  const QueueLock lock(directory_);
  std::string rest;
  for (const QueuedScan& scan : Queue()) {
    if (std::find(told.begin(), told.end(), scan) == told.end())
      absl::StrAppend(&rest, QueueLine(scan), "\n");
  }
  return pki::WriteFile(Path("queue"), rest, kOwn);
}

absl::StatusOr<code::Verdict> DeskFiles::Judge(std::string_view text,
                                               absl::Time now) {
  const code::Desk desk{keys_, lists_, now};
  const code::Verdict verdict = code::Judge(text, desk, &memory_);
  if (verdict.colour() != code::Colour::kRed)
    RETURN_IF_ERROR(Take(text, verdict, now));
  return verdict;
}

std::vector<std::string> DeskFiles::BenefitsOf(uint32_t bits) const {
  std::vector<std::string> names;
  for (size_t i = 0; i < 32; ++i) {
    if ((bits >> i & 1) == 0) continue;
    names.push_back(i < benefits_.size() ? benefits_[i] : absl::StrCat("#", i));
  }
  return names;
}

}  // namespace talentcard::client
