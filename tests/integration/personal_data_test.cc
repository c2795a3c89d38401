// What is left of people in files and words: nothing in the clear, and nothing
// at all of who was erased, old copies included.
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gmock/gmock.h"
#include "services/store/purge.h"
#include "tests/integration/office.h"
#include "tests/integration/together.h"
#include "tools/population/people.h"

namespace talentcard {
namespace {

namespace fs = std::filesystem;
namespace v1 = chengzhou::talentcard::v1;
using client::Asker;
using client::Json;
using testing::Not;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "erasure"};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "test"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "a patient"};

class PersonalDataTest : public testing::Test {
 protected:
  PersonalDataTest() {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  ~PersonalDataTest() override { fs::remove_all(directory_); }

  const fs::path directory_ =
      fs::temp_directory_path() / absl::StrCat("talentcard-office-", getpid());
};

// A marker in every personal field of a record.
const std::vector<std::string>& Markers() {
  static const auto* const markers = new std::vector<std::string>{
      "玛克姓名", "13899990001", population::IdNumber("19710203", 421),
      "EMARK4567", "MARKPAPER77"};
  return *markers;
}

v1::Person Marked() {
  v1::Person person = population::StoryFamilies().at("d2");
  person.set_name("people/000000000000000000000000000face1");
  person.set_full_name(Markers()[0]);
  person.set_phone(Markers()[1]);
  person.clear_documents();
  auto* card = person.add_documents();
  card->set_kind(v1::RESIDENT_IDENTITY_CARD);
  card->set_number(Markers()[2]);
  auto* passport = person.add_documents();
  passport->set_kind(v1::PASSPORT);
  passport->set_number(Markers()[3]);
  passport->set_issuing_state("CHN");
  for (v1::Fact& fact : *person.mutable_facts())
    fact.mutable_evidence()->set_number(Markers()[4]);
  return person;
}

// Every byte of every file below, and their names.
std::string AllFiles(const fs::path& directory) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all += entry.path().string();
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

// No file of this process grows beyond so many bytes, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit less{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &less);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  void (*const handler_)(int);
  rlimit before_;
};

TEST_F(PersonalDataTest, IsNotInFilesErrorsAlarmsOrOutput) {
  std::string told;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    Office office(directory_);
    office.Publish();
    office.Import({Marked()});
    const Json document = {{"kind", "RESIDENT_IDENTITY_CARD"},
                           {"number", Markers()[2]}};
    const Json wrong = {{"kind", "RESIDENT_IDENTITY_CARD"},
                        {"number", Markers()[2] + "9"}};
    const std::string card = office.client()
                                 .Call(kClerk, "CardService/IssueCard",
                                       {{"holder", Marked().name()},
                                        {"series", "SERIES_PERSON"},
                                        {"request_id", "marker-issue-1"}})
                                 ->value("name", "");
    EXPECT_NE(card, "");
    const auto tell = [&](const Asker& asker, const std::string& method,
                          const Json& request) {
      client::Failure failure;
      if (!office.client().Call(asker, method, request, &failure).ok())
        told += failure.message + failure.reason;
    };
    tell(kHospital, "HospitalService/VerifyGreenChannel",
         {{"hospital", kHospital.institution}, {"document", document}});
    tell(kHospital, "HospitalService/VerifyGreenChannel",
         {{"hospital", kHospital.institution}, {"document", wrong}});
    tell(kHospital, "HospitalService/VerifyGreenChannel",
         {{"hospital", "hospitals/other"}, {"document", document}});
    tell(kClerk, "RegistryService/FindPerson", {{"document", document}});
    tell(kClerk, "RegistryService/FindPerson", {{"document", wrong}});
    tell(kClerk, "RegistryService/SearchPeople", {{"query", Markers()[0]}});
    tell(kHospital, "RegistryService/FindPerson", {{"document", document}});
    Json again;
    again["person"]["full_name"] = Markers()[0];
    again["person"]["phone"] = Markers()[1];
    again["person"]["documents"] = Json::array({document});
    again["request_id"] = "marker-create-1";
    tell(kClerk, "RegistryService/CreatePerson", again);
    again["person"]["sex"] = Markers()[0];
    tell(kClerk, "RegistryService/CreatePerson", again);
    tell(kOffice, "RegistryService/ErasePerson",
         {{"name", Marked().name()},
          {"ground", "too early"},
          {"request_id", "marker-erase-1"}});
    EXPECT_NE(told, "");
    for (const std::string& alarm : office.alarms()) told += alarm;
  }
  told += testing::internal::GetCapturedStdout();
  told += testing::internal::GetCapturedStderr();
  const std::string files = AllFiles(directory_);
  EXPECT_GT(files.size(), 100000u);
  EXPECT_NE(files.find("海委发"), std::string::npos)
      << "what is public is readable: the search works";
  for (const std::string& marker : Markers()) {
    EXPECT_EQ(files.find(marker), std::string::npos) << marker;
    EXPECT_EQ(told.find(marker), std::string::npos) << marker << "\n" << told;
  }
}

TEST_F(PersonalDataTest, WhoWasErasedStaysErasedWhenAnOldCopyIsRestored) {
  const v1::Person person = Marked();
  const fs::path database = directory_ / "database";
  const fs::path backup = directory_ / "backup";
  {
    Office office(directory_);
    office.Publish();
    office.Import({person, population::StoryFamilies().at("d2")});
  }
  fs::copy(database, backup, fs::copy_options::recursive);
  {
    Office office(directory_);
    EXPECT_EQ(office.erased_again(), 0u);
    const auto erased =
        Together(office.client(), kOffice, "RegistryService/ErasePerson",
                 {{"name", person.name()},
                  {"ground", "at the person's request"},
                  {"request_id", "restore-erase-1"}});
    ASSERT_TRUE(erased.ok()) << erased.status();
  }
  fs::remove_all(database);
  fs::rename(backup, database);
  for (const size_t again : {1u, 0u}) {
    Office office(directory_);
    EXPECT_EQ(office.erased_again(), again);
    client::Failure failure;
    EXPECT_FALSE(office.client()
                     .Call(kClerk, "RegistryService/GetPerson",
                           {{"name", person.name()}}, &failure)
                     .ok());
    EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
    EXPECT_TRUE(
        office.client()
            .Call(kClerk, "RegistryService/GetPerson",
                  {{"name", population::StoryFamilies().at("d2").name()}})
            .ok())
        << "and nobody else";
  }
}

TEST_F(PersonalDataTest, ARecordThatDoesNotOpenDoesNotStopTheStart) {
  const v1::Person person = Marked();
  const std::string id = person.name().substr(person.name().find('/') + 1);
  {
    Office office(directory_);
    office.Publish();
    office.Import({person});
  }
  {
    const auto database = *store::OpenRocksDb(directory_ / "database");
    const std::string row = store::Key(store::Table::kPerson).Add(id).bytes();
    std::string record = **database->Latest().Get(row);
    record.back() ^= 1;
    ASSERT_TRUE(database->WriteSynced({{row, record}}).ok());
    store::SystemRandom random;
    const auto list = *records::ErasureList::Open(directory_ / "erasures");
    ASSERT_TRUE(
        records::NoteErasure(store::Vault(Office::KeyOf(1), random), *list, id)
            .ok());
  }
  Office office(directory_);
  EXPECT_EQ(office.erased_again(), 1u);
  client::Failure failure;
  EXPECT_FALSE(office.client()
                   .Call(kClerk, "RegistryService/GetPerson",
                         {{"name", person.name()}}, &failure)
                   .ok());
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
}

TEST_F(PersonalDataTest, TheListOfErasuresTakesBackALineThereWasNoRoomFor) {
  const std::string path = directory_ / "erasures";
  const std::string one(16, 'a'), two(16, 'b');
  const auto list = *records::ErasureList::Open(path);
  ASSERT_TRUE(list->Add(one).ok());
  absl::Status refused;
  {
    const FullDisk full(30);
    refused = list->Add(two);
  }
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(fs::file_size(path), 20u);
  EXPECT_FALSE(list->Contains(two));
  ASSERT_TRUE(list->Add(two).ok());
  EXPECT_EQ(fs::file_size(path), 40u);
  EXPECT_EQ((*records::ErasureList::Open(path))->All(),
            (std::set<std::string>{one, two}));
}

TEST_F(PersonalDataTest, TheListOfErasuresLosesOnlyATornEnd) {
  const std::string path = directory_ / "erasures";
  const std::string one(16, 'a'), two(16, 'b');
  {
    const auto list = *records::ErasureList::Open(path);
    ASSERT_TRUE(list->Add(one).ok());
    ASSERT_TRUE(list->Add(two).ok());
    ASSERT_TRUE(list->Add(one).ok());
  }
  EXPECT_EQ(fs::file_size(path), 40u);
  for (const uint64_t size : {39u, 21u}) {
    fs::resize_file(path, size);
    EXPECT_EQ((*records::ErasureList::Open(path))->All(),
              std::set<std::string>{one});
    EXPECT_EQ(fs::file_size(path), 20u);
    ASSERT_TRUE((*records::ErasureList::Open(path))->Add(two).ok());
  }
  // A place that was made and not written yet.
  fs::resize_file(path, 60);
  EXPECT_EQ((*records::ErasureList::Open(path))->All(),
            (std::set<std::string>{one, two}));
  EXPECT_EQ(fs::file_size(path), 40u);
  // Damage is not a torn end, wherever it is.
  for (const int at : {3, 25, 39}) {
    const auto put = [&](char c) {
      std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
          .seekp(at)
          .put(c);
    };
    char before = 0;
    std::ifstream(path, std::ios::binary).seekg(at).get(before);
    put(static_cast<char>(before ^ 1));
    EXPECT_EQ(records::ErasureList::Open(path).status().code(),
              absl::StatusCode::kDataLoss)
        << at;
    put(before);
    EXPECT_TRUE(records::ErasureList::Open(path).ok()) << at;
  }
}

}  // namespace
}  // namespace talentcard
