// What was edited on disk behind the server's back: either it does not start,
// or the auditor names the entry.
#include "tools/auditor/audit.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "gmock/gmock.h"
#include "services/ledger/anchor.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "tests/integration/office.h"
#include "tools/population/people.h"

namespace talentcard {
namespace {

namespace fs = std::filesystem;
using client::Asker;
using client::Json;
using testing::Contains;
using testing::HasSubstr;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "a patient"};

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The server's files, as of a quiet evening: some decisions, a checkpoint after
// each.
class AuditTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const fs::path evening = Evening();
    fs::remove_all(evening);
    fs::create_directories(evening);
    {
      Office office(evening);
      key_ = new std::string(office.verifier_key());
      office.Publish();
      std::vector<chengzhou::talentcard::v1::Person> people;
      for (const auto& [role, person] : population::StoryFamilies())
        people.push_back(person);
      office.Import(people);
      office.SignCheckpoint();
      for (int i = 0; i < 4; ++i) {
        Decide(office, i);
        office.SignCheckpoint();
      }
      size_ = ledger::ReadHead(office.database().Latest())->size();
    }
    const store::SecretKey master = Office::KeyOf(1);
    std::ofstream(evening / "master.key", std::ios::binary)
        .write(reinterpret_cast<const char*>(master.bytes.data()), 32);
    chmod((evening / "master.key").c_str(), 0400);
    EXPECT_TRUE(Start(evening, /*adopt=*/true).ok());
  }
  static void TearDownTestSuite() {
    fs::remove_all(Evening());
    delete key_;
  }
  void SetUp() override {
    fs::remove_all(data_);
    fs::copy(Evening(), data_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(data_); }

  static fs::path Evening() {
    return fs::temp_directory_path() / absl::StrCat("evening-", getpid());
  }

  static void Decide(Office& office, int i) {
    const auto person = population::StoryFamilies().at("d2");
    const auto& document = person.documents(0);
    const Json asked = {{"hospital", kHospital.institution},
                        {"document",
                         {{"kind", chengzhou::talentcard::v1::DocumentKind_Name(
                                       document.kind())},
                          {"number", document.number()}}}};
    int calls = 0;
    const auto call = [&](const Asker& asker, const std::string& method,
                          Json request) {
      request["request_id"] = absl::StrCat("audit-test-", i, "-", ++calls);
      const auto answer = office.client().Call(asker, method, request);
      EXPECT_TRUE(answer.ok()) << answer.status();
    };
    if (i == 1)
      call(kClerk, "CardService/IssueCard",
           {{"holder", person.name()}, {"series", "SERIES_PERSON"}});
    call(kHospital, "HospitalService/VerifyGreenChannel", asked);
    call(kHospital, "HospitalService/BatchVerifyGreenChannel",
         {{"hospital", kHospital.institution}, {"requests", {asked, asked}}});
  }

  // As the server does it before it answers anybody.
  static absl::Status Start(const fs::path& data, bool adopt = false) {
    ASSIGN_OR_RETURN(auto base, store::OpenRocksDb(data / "database"));
    ASSIGN_OR_RETURN(auto anchor, ledger::AnchorFile::Open(data / "anchor"));
    ASSIGN_OR_RETURN(const auto database,
                     ledger::OpenAnchored(std::move(base), std::move(anchor),
                                          {.adopt = adopt}));
    return rpc::Policies::Open(database->Latest()).status();
  }

  absl::StatusOr<auditor::AuditReport> Audit(const std::string& kept = "") {
    auditor::AuditOptions options;
    options.data = data_;
    options.verifier_key = *key_;
    options.kept_note = kept;
    return auditor::Audit(options);
  }

  // Edits with the database's own access, so that its checksums hold.
  void Edit(
      const std::function<std::vector<store::Mutation>(const store::Reader&)>&
          edit) {
    const auto database = store::OpenRocksDb(data_ / "database");
    ASSERT_TRUE(database.ok()) << database.status();
    ASSERT_TRUE((*database)->WriteSynced(edit((*database)->Latest())).ok());
  }

  const fs::path data_ =
      fs::temp_directory_path() / absl::StrCat("edited-", getpid());
  static std::string* key_;
  static uint64_t size_;
};

std::string* AuditTest::key_ = nullptr;
uint64_t AuditTest::size_ = 0;

std::vector<std::string> AllOf(const auditor::AuditReport& report) {
  std::vector<std::string> all = report.log.differences;
  all.insert(all.end(), report.decisions.differences.begin(),
             report.decisions.differences.end());
  return all;
}

// True if a difference names the entry, alone or in a range of at most four.
bool Names(const std::vector<std::string>& differences, uint64_t index) {
  static const std::regex one("entry `([0-9]+)`");
  static const std::regex range("entry from `([0-9]+)` to `([0-9]+)`");
  for (const std::string& text : differences) {
    for (std::sregex_iterator it(text.begin(), text.end(), one), end; it != end;
         ++it) {
      if (std::stoull((*it)[1]) == index) return true;
    }
    std::smatch match;
    if (std::regex_search(text, match, range)) {
      const uint64_t from = std::stoull(match[1]), to = std::stoull(match[2]);
      if (from <= index && index <= to && to - from < 4) return true;
    }
  }
  return false;
}

TEST_F(AuditTest, EverythingHoldsAndEveryDecisionComesOutTheSame) {
  const auto report = Audit();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok()) << testing::PrintToString(AllOf(*report));
  EXPECT_EQ(report->log.leaves, size_);
  EXPECT_GE(report->decisions.decisions, 4u * 3);
  EXPECT_EQ(report->decisions.policies, 1u);
  // What it keeps is good for the next time.
  const auto next = Audit(report->newest_note);
  ASSERT_TRUE(next.ok() && next->ok());
  EXPECT_EQ(next->newest_note, report->newest_note);
}

TEST_F(AuditTest, ReadsWithoutTouchingAFile) {
  const auto files = [this] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(data_))
      if (entry.is_regular_file()) all[entry.path()] = Contents(entry.path());
    return all;
  };
  const auto before = files();
  ASSERT_TRUE(Audit().ok());
  EXPECT_EQ(files(), before);
}

TEST_F(AuditTest, ReadsWhileTheServerGoesOn) {
  Office office(data_);
  Decide(office, 7);
  const auto report = Audit();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok()) << testing::PrintToString(AllOf(*report));
  EXPECT_GT(report->log.leaves, size_);
}

TEST_F(AuditTest, AnEditedRuleFileStopsTheStartAndEveryDecisionIsNamed) {
  // A letter of a text in the archived bundle; the digest is still its key.
  for (const char* const text : {"access.yaml", "med_green.yaml"}) {
    SetUp();
    Edit([&](const store::Reader& reader) {
      std::vector<store::Mutation> edits;
      const store::Key rows(store::Table::kPolicy);
      EXPECT_TRUE(reader
                      .Scan(rows.First(), rows.Last(),
                            [&](std::string_view key, std::string_view value) {
                              const size_t at = value.find(text);
                              if (at == std::string_view::npos) return true;
                              std::string edited(value);
                              // Past the file's name, inside of its content.
                              const size_t letter =
                                  edited.find_first_of("aeiou", at + 200);
                              edited[letter] =
                                  edited[letter] == 'a' ? 'e' : 'a';
                              edits.push_back({std::string(key), edited});
                              return true;
                            })
                      .ok());
      EXPECT_EQ(edits.size(), 1u) << text;
      return edits;
    });
    const absl::Status start = Start(data_);
    EXPECT_TRUE(absl::IsDataLoss(start)) << text << ": " << start;
    const auto report = Audit();
    ASSERT_TRUE(report.ok()) << report.status();
    // The bundle is entry 0; all later ones were answered under it.
    const std::vector<std::string> named = AllOf(*report);
    EXPECT_TRUE(Names(named, 0)) << testing::PrintToString(named);
    EXPECT_TRUE(Names(named, size_ - 1)) << testing::PrintToString(named);
    EXPECT_EQ(report->newest_note, "");
  }
}

TEST_F(AuditTest, AnEditedEntryStopsTheStartOrIsNamed) {
  using ledger::EntryRow;
  const uint64_t k = size_ / 2;
  const auto entry = [](const store::Reader& reader, uint64_t index) {
    return reader.Get(EntryRow(index))->value();
  };
  const struct {
    const char* what;
    std::function<std::vector<store::Mutation>(const store::Reader&)> edit;
    uint64_t named;
    bool starts = false;
  } cases[] = {
      {"its time is another",
       [&](const store::Reader& reader) {
         std::string leaf = entry(reader, k);
         leaf[9] ^= 1;
         return std::vector<store::Mutation>{{EntryRow(k), leaf}};
       },
       k},
      {"its commitment is another",
       [&](const store::Reader& reader) {
         std::string leaf = entry(reader, k);
         leaf[90] ^= 1;
         return std::vector<store::Mutation>{{EntryRow(k), leaf}};
       },
       k},
      {"the last is another",
       [&](const store::Reader& reader) {
         std::string leaf = entry(reader, size_ - 1);
         leaf[9] ^= 1;
         return std::vector<store::Mutation>{{EntryRow(size_ - 1), leaf}};
       },
       size_ - 1},
      {"two changed places",
       [&](const store::Reader& reader) {
         return std::vector<store::Mutation>{
             {EntryRow(k), entry(reader, k + 1)},
             {EntryRow(k + 1), entry(reader, k)}};
       },
       k},
      {"one is gone",
       [&](const store::Reader&) {
         return std::vector<store::Mutation>{{EntryRow(k), std::nullopt}};
       },
       k},
      {"the last is gone",
       [&](const store::Reader&) {
         return std::vector<store::Mutation>{
             {EntryRow(size_ - 1), std::nullopt}};
       },
       size_ - 1},
      {"one is added",
       [&](const store::Reader& reader) {
         return std::vector<store::Mutation>{
             {EntryRow(size_), entry(reader, size_ - 1)}};
       },
       size_,
       /*starts=*/true},
  };
  for (const auto& c : cases) {
    SetUp();
    Edit(c.edit);
    const absl::Status start = Start(data_);
    const auto report = Audit();
    ASSERT_TRUE(report.ok()) << c.what << ": " << report.status();
    EXPECT_FALSE(report->ok()) << c.what;
    const std::vector<std::string> named = AllOf(*report);
    EXPECT_TRUE(Names(named, c.named))
        << c.what << ": " << testing::PrintToString(named);
    EXPECT_EQ(start.ok(), c.starts) << c.what << ": " << start;
  }
}

// Whoever has the log's key and its files writes another history; only what was
// kept outside of them tells.
TEST_F(AuditTest, AHistoryWrittenAnewMeetsTheKeptCheckpoint) {
  const auto kept = Audit();
  ASSERT_TRUE(kept.ok() && kept->ok());
  Edit([&](const store::Reader& reader) {
    std::string last = reader.Get(ledger::EntryRow(size_ - 1))->value();
    last[9] ^= 1;  // Its time; nothing in it commits to that.
    ledger::Frontier tree;
    for (uint64_t i = 0; i + 1 < size_; ++i)
      tree.Append(ledger::HashLeaf(reader.Get(ledger::EntryRow(i))->value()));
    tree.Append(ledger::HashLeaf(last));
    const ledger::NoteSigner log("test.example/log", Office::KeyOf(2));
    return std::vector<store::Mutation>{
        {ledger::EntryRow(size_ - 1), last},
        {ledger::HeadRow(), tree.Serialise()},
        {ledger::CheckpointRow(size_),
         log.Sign(ledger::Checkpoint{log.verifier().name(), size_, tree.Root()}
                      .Body())}};
  });
  fs::remove(data_ / "anchor");
  ASSERT_TRUE(Start(data_, /*adopt=*/true).ok());
  const auto fooled = Audit();
  EXPECT_TRUE(fooled.ok() && fooled->ok());
  const auto report = Audit(kept->newest_note);
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->log.differences,
              Contains(HasSubstr("the kept checkpoint")));
  EXPECT_TRUE(Names(report->log.differences, size_ - 1))
      << testing::PrintToString(report->log.differences);
}

TEST_F(AuditTest, AnAnswerGivenAnewIsNotTheOneOnRecord) {
  const auto reader = store::ReadRocksDb(data_ / "database");
  ASSERT_TRUE(reader.ok());
  store::SystemRandom random;
  const store::Vault vault(Office::KeyOf(1), random);
  const uint64_t index = size_ - 2;
  const auto leaf =
      ledger::Leaf::Parse((*reader)->Get(ledger::EntryRow(index))->value());
  const auto records = answer::DecisionsOf(**reader, vault, index, *leaf);
  ASSERT_TRUE(records.ok() && records->size() == 1);
  const auto policies = rpc::Policies::Open(**reader);
  const auto again = answer::AskAgain(**reader, vault, *(*policies)->Current(),
                                      records->front(),
                                      records->front().question().explained());
  ASSERT_TRUE(again.ok());
  const auto& recorded = records->front().decision();
  EXPECT_EQ(answer::Difference(recorded, *again), "");
  auto other = *again;
  other.mutable_grant()->set_level("another");
  EXPECT_THAT(answer::Difference(recorded, other), HasSubstr("`grant`"));
  other.set_outcome(chengzhou::talentcard::v1::MANUAL);
  EXPECT_THAT(answer::Difference(recorded, other),
              HasSubstr("comes out MANUAL"));
}

// Below the database's own access: its checksums do not hold.
TEST_F(AuditTest, AByteFlippedInItsFilesStopsTheStartOrIsNamed) {
  std::string leaf;
  {
    const auto database = store::OpenRocksDb(data_ / "database");
    ASSERT_TRUE(database.ok());
    leaf = (*database)->Latest().Get(ledger::EntryRow(3))->value();
  }
  int flipped = 0;
  for (const auto& file : fs::directory_iterator(data_ / "database")) {
    std::string bytes = Contents(file.path());
    const size_t at = bytes.find(leaf);
    if (at == std::string::npos) continue;
    ++flipped;
    bytes[at + 9] ^= 1;
    std::ofstream(file.path(), std::ios::binary) << bytes;
  }
  ASSERT_GT(flipped, 0);
  EXPECT_FALSE(Start(data_).ok());
  const auto report = Audit();
  if (report.ok()) {
    EXPECT_FALSE(report->log.differences.empty());
    EXPECT_THAT(AllOf(*report), Contains(HasSubstr("entry `")));
  } else {
    EXPECT_TRUE(absl::IsDataLoss(report.status())) << report.status();
  }
}

TEST_F(AuditTest, SaysWhatItCannotUse) {
  auditor::AuditOptions options;
  options.data = data_;
  options.verifier_key = "not a key";
  EXPECT_TRUE(absl::IsInvalidArgument(auditor::Audit(options).status()));
  options.verifier_key = *key_;
  options.kept_note = "not a note\n";
  EXPECT_THAT(auditor::Audit(options).status().message(),
              HasSubstr("the kept checkpoint"));
  options.kept_note =
      ledger::NoteSigner("test.example/log", Office::KeyOf(9))
          .Sign("test.example/log\n1\n" + std::string(43, 'A') + "=\n");
  EXPECT_THAT(auditor::Audit(options).status().message(),
              HasSubstr("not signed by this key"));
  options.kept_note = "";
  options.data = data_ / "elsewhere";
  EXPECT_FALSE(auditor::Audit(options).ok());
  options.data = data_;
  fs::remove(data_ / "master.key");
  EXPECT_TRUE(absl::IsNotFound(auditor::Audit(options).status()));
  options.tree_only = true;
  const auto tree = auditor::Audit(options);
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(tree->ok());
  EXPECT_EQ(tree->log.leaves, size_);
}

}  // namespace
}  // namespace talentcard
