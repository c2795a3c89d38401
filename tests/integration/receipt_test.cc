// What a holder keeps of an answer, verified by our program and by one that
// shares no code with it.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "services/ledger/tree.h"
#include "tests/integration/world.h"
#include "tools/chengzhou/receipt_file.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class ReceiptTest : public World {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    Publish();
    ImportFamilies();
    card_ = Do(clerk_, "CardService/IssueCard",
               {{"holder", person_.name()}, {"series", "SERIES_PERSON"}})
                .value("name", "");
    answer_ = Do(hospital_, "HospitalService/VerifyGreenChannel",
                 {{"hospital", hospital_.institution},
                  {"document", DocumentOf(person_)}});
    batch_ = Do(hospital_, "HospitalService/BatchVerifyGreenChannel",
                {{"hospital", hospital_.institution},
                 {"requests",
                  {Question(population::StoryFamilies().at("d2")),
                   Question(population::StoryFamilies().begin()->second),
                   Question(population::StoryFamilies().at("d2"))}}});
    ASSERT_TRUE(checkpointer_.Update().ok());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static Json DocumentOf(const v1::Person& person) {
    const auto& document = person.documents(0);
    return {{"kind", v1::DocumentKind_Name(document.kind())},
            {"number", document.number()}};
  }
  Json Question(const v1::Person& person) const {
    return {{"hospital", hospital_.institution},
            {"document", DocumentOf(person)}};
  }
  Json Do(const Asker& asker, const std::string& method, Json request) {
    request["request_id"] = absl::StrCat("request-", ++requests_, "-receipt");
    const auto answer = client_->Call(asker, method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.status();
    return answer.value_or(Json::object());
  }
  static int64_t IndexOf(const Json& answer) {
    return std::stoll(answer.value("log_index", "-1"));
  }
  Json Receipt(const Asker& asker, const Json& request) {
    failure_ = {};
    const auto answer =
        client_->Call(asker, "AuditService/GetReceipt", request, &failure_);
    return answer.value_or(Json::object());
  }
  std::string FileOf(const Asker& asker, const Json& request) {
    const auto file = client::ReceiptFile(Receipt(asker, request));
    EXPECT_TRUE(file.ok()) << file.status() << failure_.message;
    return file.value_or("");
  }
  client::ProvenEntry Verified(const std::string& file) {
    const auto entry = client::VerifyReceipt(file, key_);
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.value_or(client::ProvenEntry());
  }
  // What Node says of it: exit code 0 is proven.
  int Node(const std::string& script, const std::string& file) {
    const std::string path = directory_ + "/receipt";
    std::ofstream(path) << file;
    return std::system(absl::StrCat("node " TALENTCARD_SOURCE_DIR "/", script,
                                    " ", path, " '", key_, "' >", directory_,
                                    "/said 2>&1")
                           .c_str());
  }
  std::string Said() {
    std::ifstream file(directory_ + "/said");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const Asker clerk_ = {"clerk", "stations/haizhou", "staff/a", "test"};
  const Asker office_ = {"talent-office", "offices/talent", "staff/b", "test"};
  const Asker hospital_ = {"hospital", "hospitals/haicheng-central", "staff/c",
                           "at the desk"};
  const v1::Person person_ = population::StoryFamilies().at("d2");
  const std::string key_ = signer_.verifier().ToString();
  const std::string directory_ =
      testing::TempDir() + "/receipts-" + std::to_string(getpid());
  std::string card_;
  Json answer_, batch_;
  client::Failure failure_;
  int requests_ = 0;
};

TEST_F(ReceiptTest, ProvesTheAnswerThatWasGiven) {
  const std::string file = FileOf(clerk_, {{"log_index", IndexOf(answer_)}});
  const client::ProvenEntry entry = Verified(file);
  EXPECT_EQ(entry.index, static_cast<uint64_t>(IndexOf(answer_)));
  ASSERT_TRUE(entry.record.has_value());
  EXPECT_EQ(entry.record->decision().name(), answer_["decision"]);
  EXPECT_EQ(v1::Outcome_Name(entry.record->decision().outcome()),
            answer_["outcome"]);
  EXPECT_EQ(Node("tools/verify/receipt.mjs", file), 0) << Said();
  const Json said = Json::parse(Said(), nullptr, false);
  ASSERT_TRUE(said.is_object());
  EXPECT_EQ(said["index"], IndexOf(answer_));
  EXPECT_EQ(said["record"]["decision"], answer_["decision"]);
  EXPECT_EQ(said["record"]["outcome"], answer_["outcome"]);
  EXPECT_EQ(said["outcome"], answer_["outcome"]);
}

TEST_F(ReceiptTest, NoBitOfItMayBeAnother) {
  EXPECT_EQ(Node("tests/crosscheck/receipts.mjs",
                 FileOf(clerk_, {{"log_index", IndexOf(answer_)}})),
            0)
      << Said();
  std::string file = FileOf(clerk_, {{"log_index", IndexOf(answer_)}});
  for (size_t at = 0; at < file.size(); ++at) {
    file[at] ^= 1;
    const auto entry = client::VerifyReceipt(file, key_);
    if (entry.ok() && entry->record) {
      EXPECT_EQ(entry->record->decision().name(), answer_["decision"]) << at;
    }
    file[at] ^= 1;
  }
}

TEST_F(ReceiptTest, EachAnswerOfABatchHasItsOwn) {
  for (int position = 0; position < 3; ++position) {
    const std::string file =
        FileOf(clerk_, {{"log_index", IndexOf(batch_["responses"][0])},
                        {"position", position}});
    const client::ProvenEntry entry = Verified(file);
    ASSERT_TRUE(entry.record.has_value());
    EXPECT_EQ(entry.record->decision().name(),
              batch_["responses"][position]["decision"]);
    EXPECT_EQ(Node("tools/verify/receipt.mjs", file), 0) << Said();
  }
  const int64_t index = IndexOf(batch_["responses"][0]);
  for (const Json& wrong :
       {Json{{"log_index", index}}, Json{{"log_index", index}, {"position", 3}},
        Json{{"log_index", IndexOf(answer_)}, {"position", 0}}}) {
    Receipt(clerk_, wrong);
    EXPECT_THAT(failure_.message, testing::HasSubstr("position")) << wrong;
  }
}

TEST_F(ReceiptTest, WhoMayNotReadTheAnswerGetsHashesOnly) {
  const Json request = {{"log_index", IndexOf(answer_)}};
  const Json receipt = Receipt(hospital_, request);
  EXPECT_TRUE(receipt.contains("proof"));
  EXPECT_FALSE(receipt.contains("record"));
  EXPECT_FALSE(receipt.contains("salt"));
  EXPECT_FALSE(Verified(FileOf(hospital_, request)).record.has_value());
  EXPECT_EQ(Node("tools/verify/receipt.mjs", FileOf(hospital_, request)), 0)
      << Said();
}

// Who looked at whom, who signed in and why is read by auditors.
TEST_F(ReceiptTest, OfWhatIsNoAnswerOpensToAnAuditorOnly) {
  ASSERT_TRUE(client_
                  ->Call(clerk_, "RegistryService/GetPerson",
                         {{"name", person_.name()}})
                  .ok());
  ASSERT_TRUE(checkpointer_.Update().ok());
  const Asker auditor = {"auditor", "offices/audit", "staff/d", "test"};
  const auto size =
      static_cast<int64_t>(ledger::ReadHead(database_.Latest())->size());
  const Json look = {{"log_index", size - 1}};
  for (const Asker& asker : {clerk_, office_, hospital_}) {
    EXPECT_FALSE(Verified(FileOf(asker, look)).record.has_value())
        << asker.kind;
    EXPECT_FALSE(Receipt(asker, look).contains("salt")) << asker.kind;
  }
  const client::ProvenEntry opened = Verified(FileOf(auditor, look));
  ASSERT_TRUE(opened.record.has_value());
  EXPECT_EQ(opened.record->method(), "RegistryService.GetPerson");
}

TEST_F(ReceiptTest, OutlivesWhomItIsAbout) {
  const Json request = {{"log_index", IndexOf(answer_)}};
  const std::string before = FileOf(clerk_, request);
  Do(clerk_, "CardService/CancelCard",
     {{"name", card_}, {"cause", "OWN_REQUEST"}});
  ASSERT_TRUE(Together(*client_, office_, "RegistryService/ErasePerson",
                       {{"name", person_.name()},
                        {"ground", "at the person's request"},
                        {"request_id", "receipt-erase-0001"}})
                  .ok());
  ASSERT_TRUE(checkpointer_.Update().ok());
  const std::string after = FileOf(clerk_, request);
  EXPECT_FALSE(Verified(after).record.has_value());
  EXPECT_EQ(Verified(after).leaf, Verified(before).leaf);
  EXPECT_EQ(Node("tools/verify/receipt.mjs", after), 0) << Said();
  // What he has on paper still proves what he was answered.
  EXPECT_TRUE(Verified(before).record.has_value());
}

TEST_F(ReceiptTest, WaitsForACheckpointAndRefusesWhatIsNotThere) {
  const Json later = Do(
      hospital_, "HospitalService/VerifyGreenChannel",
      {{"hospital", hospital_.institution}, {"document", DocumentOf(person_)}});
  Receipt(clerk_, {{"log_index", IndexOf(later)}});
  EXPECT_EQ(failure_.reason, "STALE_READ");
  Receipt(clerk_, {{"log_index", 1000}});
  EXPECT_EQ(failure_.reason, "RESOURCE_NOT_FOUND");
  Receipt(clerk_, {{"log_index", -1}});
  EXPECT_THAT(failure_.message, testing::HasSubstr("log_index"));
}

TEST_F(ReceiptTest, OfAnotherKeyOrAnotherRecordProvesNothing) {
  Json receipt = Receipt(clerk_, {{"log_index", IndexOf(answer_)}});
  const std::string file = *client::ReceiptFile(receipt);
  const ledger::NoteSigner other("test.example/log", KeyOf(9));
  EXPECT_FALSE(client::VerifyReceipt(file, other.verifier().ToString()).ok());
  v1::LogRecord record = *Verified(file).record;
  record.mutable_decision()->set_outcome(v1::ALLOW_WITH_CONDITIONS);
  receipt["record"] = absl::Base64Escape(record.SerializeAsString());
  const std::string forged = *client::ReceiptFile(receipt);
  EXPECT_FALSE(client::VerifyReceipt(forged, key_).ok());
  EXPECT_NE(Node("tools/verify/receipt.mjs", forged), 0);
  EXPECT_THAT(Said(), testing::HasSubstr("not the one the leaf commits to"));
}

}  // namespace
}  // namespace talentcard
