#include "services/records/erasure.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "gmock/gmock.h"
#include "services/records/people.h"
#include "services/records/uses.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Records of a change, without its leaf.
class Records : public store::StateWriter {
 public:
  explicit Records(store::Transaction& transaction)
      : transaction_(transaction) {}
  absl::Status Put(store::Table table, std::string_view id,
                   std::string_view payload) override {
    return store::WriteVersion(transaction_, table, id, 1, payload);
  }

 private:
  store::Transaction& transaction_;
};

v1::IdentityDocument Passport(const char* number) {
  v1::IdentityDocument document;
  document.set_kind(v1::PASSPORT);
  document.set_issuing_state("CHN");
  document.set_number(number);
  return document;
}

void SetDocuments(v1::Person& person, const std::vector<const char*>& numbers) {
  person.clear_documents();
  for (const char* number : numbers) *person.add_documents() = Passport(number);
}

void SetRelatives(v1::Person& person, const std::vector<std::string>& ids) {
  person.clear_relations();
  for (const std::string& id : ids)
    person.add_relations()->set_person(absl::StrCat("people/", id));
}

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() {
    child_.set_name(absl::StrCat("people/", child_id_));
    child_.set_full_name("孙玥");
    holder_.set_name(absl::StrCat("people/", holder_id_));
    holder_.set_full_name("孙喆");
  }

  absl::Status Run(const store::Writer::Body& body) {
    return writer_.Run(body).status();
  }
  absl::Status Save(const v1::Person& person) {
    return Run([&](store::Transaction& t) -> absl::Status {
      Records records(t);
      ASSIGN_OR_RETURN(const auto before,
                       ReadPerson(t, vault_, person.name().substr(7)));
      return WritePerson(t, vault_, records, before, person);
    });
  }
  absl::Status TakePlace(const char* use_id) {
    v1::Use use;
    use.set_name(absl::StrCat("uses/", use_id));
    use.set_beneficiary(child_.name());
    use.set_holder(holder_.name());
    for (const auto& [key, value] :
         {std::pair{"school", "school-2"}, {"season", "2025"}, {"grade", "1"}})
      (*use.mutable_attributes())[key] = value;
    return Run([&](store::Transaction& t) {
      Records records(t);
      return WriteUse(t, vault_, records, use);
    });
  }
  absl::Status Erase(const std::string& id) {
    return Run(
        [&](store::Transaction& t) { return ErasePerson(t, vault_, id); });
  }

  std::string Finds(const char* passport) {
    return FindByDocument(database_.Latest(), vault_, Passport(passport))
        .value()
        .value_or("nobody");
  }
  size_t Places() {
    return PlacesAt(database_.Latest(), vault_, "school-2", 2025, 1)->size();
  }
  // The tables of rows that hold an id, each once.
  std::string TablesWith(const std::string& id) {
    std::string tables;
    EXPECT_TRUE(database_.Latest()
                    .Scan("", "\xff",
                          [&](std::string_view key, std::string_view value) {
                            if ((key.find(id) != key.npos ||
                                 value.find(id) != value.npos) &&
                                !tables.ends_with(key[0]))
                              tables += key[0];
                            return true;
                          })
                    .ok());
    return tables;
  }

  const std::string child_id_ = std::string(32, 'c');
  const std::string holder_id_ = std::string(32, 'd');
  v1::Person child_, holder_;
  int64_t now_ms_ = 0;
  store::MemoryDatabase database_;
  store::SeededRandom random_{5};
  const store::Vault vault_{store::SecretKey{}, random_};
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [this] { return ++now_ms_; }}};
};

TEST_F(ErasureTest, NoRowOfAnIndexHoldsTheIdOfWhoWasErased) {
  SetDocuments(child_, {"E1", "E2"});
  SetRelatives(child_, {holder_id_});
  SetRelatives(holder_, {child_id_});
  ASSERT_TRUE(Save(child_).ok());
  ASSERT_TRUE(Save(holder_).ok());
  ASSERT_TRUE(TakePlace("use-1").ok());
  // Named, found and related otherwise since.
  SetDocuments(child_, {"E2", "E3"});
  child_.set_full_name("孙月");
  child_.clear_relations();
  ASSERT_TRUE(Save(child_).ok());
  EXPECT_EQ(Places(), 1u);
  EXPECT_EQ(TablesWith(child_id_), "Hdknpqrux");

  ASSERT_TRUE(Erase(child_id_).ok());
  // Sealed records, and that there was a key.
  EXPECT_EQ(TablesWith(child_id_), "Hkpu");
  EXPECT_EQ(Places(), 0u);
  EXPECT_EQ(ReadUse(database_.Latest(), vault_, "use-1")->has_value(), false);
  EXPECT_EQ(ReadPerson(database_.Latest(), vault_, child_id_)->has_value(),
            false);
  EXPECT_EQ(ReadPerson(database_.Latest(), vault_, holder_id_)->has_value(),
            true);
}

TEST_F(ErasureTest, WhoStaysAndNamesThemDoesNotBringTheRowBack) {
  SetRelatives(holder_, {child_id_});
  ASSERT_TRUE(Save(child_).ok());
  ASSERT_TRUE(Save(holder_).ok());
  ASSERT_TRUE(Erase(child_id_).ok());
  holder_.set_phone("13800000000");
  ASSERT_TRUE(Save(holder_).ok());
  EXPECT_THAT(*HoldersOf(database_.Latest(), child_id_), IsEmpty());
}

TEST_F(ErasureTest, WhoWasErasedIsNotWrittenAgain) {
  ASSERT_TRUE(Save(child_).ok());
  ASSERT_TRUE(Erase(child_id_).ok());
  EXPECT_EQ(Save(child_).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TakePlace("use-1").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TablesWith(child_id_), "kp");
}

TEST_F(ErasureTest, ARecordThatDoesNotOpenIsErasedAllTheSame) {
  ASSERT_TRUE(Save(child_).ok());
  ASSERT_TRUE(TakePlace("use-1").ok());
  ASSERT_TRUE(Run([&](store::Transaction& t) -> absl::Status {
                for (const auto& [table, id] :
                     {std::pair{store::Table::kPerson, child_id_},
                      {store::Table::kUse,
                       child_id_ + std::string(1, '\0') + "use-1"}}) {
                  RETURN_IF_ERROR(store::WriteVersion(
                      t, table, id, 1, child_id_ + std::string(64, '?')));
                }
                return absl::OkStatus();
              }).ok());
  ASSERT_EQ(ReadPerson(database_.Latest(), vault_, child_id_).status().code(),
            absl::StatusCode::kDataLoss);
  ASSERT_TRUE(Erase(child_id_).ok());
  EXPECT_EQ(ReadPerson(database_.Latest(), vault_, child_id_)->has_value(),
            false);
  EXPECT_TRUE(*vault_.IsDestroyed(database_.Latest(), child_id_));
}

TEST_F(ErasureTest, ADocumentThatWasDroppedFindsNobody) {
  SetDocuments(child_, {"E1", "E2"});
  ASSERT_TRUE(Save(child_).ok());
  SetDocuments(child_, {"E2"});
  ASSERT_TRUE(Save(child_).ok());
  EXPECT_EQ(Finds("E1"), "nobody");
  EXPECT_EQ(Finds("E2"), child_id_);
}

TEST_F(ErasureTest, ADocumentThatIsAnothersByNowStaysTheirs) {
  SetDocuments(child_, {"E1"});
  ASSERT_TRUE(Save(child_).ok());
  SetDocuments(child_, {});
  ASSERT_TRUE(Save(child_).ok());
  SetDocuments(holder_, {"E1"});
  ASSERT_TRUE(Save(holder_).ok());
  ASSERT_TRUE(Erase(child_id_).ok());
  EXPECT_EQ(Finds("E1"), holder_id_);
}

TEST_F(ErasureTest, ARelationThatWasDroppedIsKnownAsLongAsItsHolder) {
  SetRelatives(holder_, {child_id_});
  ASSERT_TRUE(Save(child_).ok());
  ASSERT_TRUE(Save(holder_).ok());
  SetRelatives(holder_, {});
  ASSERT_TRUE(Save(holder_).ok());
  EXPECT_THAT(*HoldersOf(database_.Latest(), child_id_),
              ElementsAre(holder_id_))
      << "old answers rest on it";
  ASSERT_TRUE(Erase(holder_id_).ok());
  EXPECT_THAT(*HoldersOf(database_.Latest(), child_id_), IsEmpty());
}

}  // namespace
}  // namespace talentcard::records
