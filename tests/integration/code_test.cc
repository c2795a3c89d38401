// A card's code from its issue to a desk without network.
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "engine/code/reader.h"
#include "gmock/gmock.h"
#include "services/ledger/verify.h"
#include "services/signing/signer.h"
#include "tests/integration/world.h"
#include "tools/chengzhou/code_root.h"
#include "tools/chengzhou/desk.h"

namespace talentcard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "test"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "test"};
const Asker kKeeper{"security-admin", "offices/security", "staff/keeper",
                    "test"};
const Asker kKeeper2{"security-admin", "offices/security", "staff/other",
                     "test"};
const Asker kAuditor{"auditor", "offices/audit", "staff/auditor", "test"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "at the desk"};

std::string Bytes(const Json& base64) {
  std::string bytes;
  absl::Base64Unescape(base64.get<std::string>(), &bytes);
  return bytes;
}

class CodeTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    card_ = Do(kClerk, "CardService/IssueCard",
               {{"holder", population::StoryFamilies().at("d2").name()},
                {"series", "SERIES_PERSON"}})["name"];
    const auto published = PublishKeys(Vouched());
    ASSERT_TRUE(published.ok()) << published.status();
    Fetch();
  }

  // What the server asks the root for.
  Json Wanted(int months = 0) {
    const auto keys =
        client_->Call(kKeeper, "CardService/GetCodeKeys", {{"months", months}});
    EXPECT_TRUE(keys.ok()) << keys.status();
    return keys.value_or(Json::object());
  }
  // What the root answers, as of now.
  Json Vouched(const client::Cuts& cuts = {}, int days = 40) {
    return *client::VouchFor(Wanted(), *root_, clock_.Now(), days, cuts);
  }
  absl::StatusOr<Json> PublishKeys(Json list,
                                   client::Failure* failure = nullptr) {
    list["request_id"] = absl::StrCat("request-", ++requests_, "-keys");
    return Together(*client_, kKeeper, "CardService/PublishCodeKeys", list,
                    failure, kKeeper2);
  }

  Json Do(const Asker& asker, const std::string& method, Json request) {
    request["request_id"] = absl::StrCat("request-", ++requests_, "-code");
    const auto answer = client_->Call(asker, method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.status();
    return answer.value_or(Json::object());
  }
  std::string Reason(const Asker& asker, const std::string& method,
                     Json request) {
    client::Failure failure;
    request["request_id"] = absl::StrCat("request-", ++requests_, "-code");
    EXPECT_FALSE(client_->Call(asker, method, request, &failure).ok());
    return failure.reason;
  }
  Json Code() {
    return Do(kClerk, "CardService/IssueCardCode", {{"name", card_}});
  }
  void Change(const Asker& asker, const std::string& verb,
              const std::string& cause) {
    if (verb != "RevokeCard" && verb != "ResumeCard") {
      Do(asker, "CardService/" + verb, {{"name", card_}, {"cause", cause}});
      return;
    }
    const auto card =
        client_->Call(asker, "CardService/GetCard", {{"name", card_}});
    const auto done = Together(
        *client_, asker, "CardService/" + verb,
        {{"name", card_},
         {"cause", cause},
         {"etag", card->value("etag", "")},
         {"request_id", absl::StrCat("request-", ++requests_, "-code")}});
    EXPECT_TRUE(done.ok()) << verb << ": " << done.status();
  }

  // What a desk fetches while it has network.
  client::CachedLists Lists() {
    const auto answer =
        client_->Call(kHospital, "CardService/GetCodeLists", Json::object());
    EXPECT_TRUE(answer.ok()) << answer.status();
    return client::ListsFromJson(*answer);
  }
  void Fetch() {
    const client::CachedLists lists = Lists();
    const auto keys =
        code::OpenKeyList(lists.key_list, *code::ParsePublicKey(lists.root));
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *keys;
    lists_.clear();
    for (const std::string& bytes : lists.status_lists)
      lists_.push_back(*code::OpenStatusList(bytes, keys_));
  }
  code::Verdict Scan(const std::string& text) const {
    return code::Judge(text, {keys_, lists_, clock_.Now()}, nullptr);
  }

  const std::unique_ptr<code::Signer> root_ =
      signing::MakeSigner(code::Algorithm::kEdDsa, KeyOf(4));
  std::string card_;
  code::KeyList keys_;
  std::vector<code::StatusList> lists_;
  int requests_ = 0;
};

// 技师 is of tier E: the green channel is theirs, referral is not.
TEST_F(CodeTest, ACodeShowsTheHoldersOwnRightsOfTheirTier) {
  card_ = Do(kClerk, "CardService/IssueCard",
             {{"holder", population::StoryFamilies().at("technician").name()},
              {"series", "SERIES_PERSON"}})["name"];
  const std::string text = Code()["text"];
  Fetch();
  const code::Verdict verdict = Scan(text);
  ASSERT_EQ(verdict.finding, code::Finding::kGood);
  EXPECT_EQ(verdict.claims->benefits & 3, 1u) << "MED_GREEN, not MED_REF";
}

TEST_F(CodeTest, ACodeIsComparedWithTheNewestValidDocument) {
  const std::string holder = population::StoryFamilies().at("d2").name();
  const auto link = [&](const char* number, const char* valid_to) {
    Do(kClerk, "RegistryService/LinkDocument",
       {{"parent", holder},
        {"document",
         {{"kind", "PASSPORT"},
          {"number", number},
          {"issuing_state", "FRA"},
          {"valid_to", *client::DateJson(valid_to)}}}});
    return Scan(Code()["text"]).claims->last_four;
  };
  EXPECT_EQ(link("12AB34567", "2030-01-01"), "4567");
  EXPECT_EQ(link("12AB38888", "2025-05-11"), "4567") << "it ended yesterday";
  EXPECT_EQ(link("12AB39999", "2025-05-12"), "9999") << "its last day";
}

TEST_F(CodeTest, AFreshCodeIsGreenAndSaysWhoseItIsAndNoMore) {
  const std::string text = Code()["text"];
  const code::Verdict verdict = Scan(text);
  ASSERT_EQ(verdict.finding, code::Finding::kGood);
  const auto holder = population::StoryFamilies().at("d2");
  EXPECT_THAT(verdict.claims->masked_name, testing::EndsWith("＊"));
  EXPECT_THAT(holder.documents(0).number(),
              testing::EndsWith(verdict.claims->last_four));
  EXPECT_EQ(
      absl::BytesToHexString(absl::string_view(
          reinterpret_cast<const char*>(verdict.claims->reference.data()), 8)),
      card_.substr(6, 16));
  EXPECT_NE(verdict.claims->benefits, 0u);
  EXPECT_THAT(*code::ClaimsOf(Bytes(Code()["signed_part"])),
              testing::Ne(*verdict.claims));
}

TEST_F(CodeTest, ACodeLivesTwoMinutesAndAMinuteOfSkew) {
  const std::string text = Code()["text"];
  clock_.Advance(clock_.Now() + absl::Seconds(179));
  EXPECT_EQ(Scan(text).finding, code::Finding::kGood);
  clock_.Advance(clock_.Now() + absl::Seconds(1));
  EXPECT_EQ(Scan(text).finding, code::Finding::kExpired);
}

struct Step {
  Asker asker;
  const char* verb;
  const char* cause;
  code::Finding finding;
};

TEST_F(CodeTest, ACodeFollowsItsCardOnceTheListIsFetched) {
  const std::string text = Code()["text"];
  for (const Step& step :
       {Step{kOffice, "SuspendCard", "INVESTIGATION",
             code::Finding::kSuspended},
        {kOffice, "ResumeCard", "CLEARED", code::Finding::kGood},
        {kClerk, "ReportCardLost", "LOST", code::Finding::kSuspended},
        {kOffice, "ResumeCard", "FOUND", code::Finding::kGood},
        {kOffice, "RevokeCard", "FRAUD", code::Finding::kRevoked}}) {
    const code::Finding before = Scan(text).finding;
    Change(step.asker, step.verb, step.cause);
    EXPECT_EQ(Scan(text).finding, before) << step.verb;
    Fetch();
    EXPECT_EQ(Scan(text).finding, step.finding) << step.verb;
  }
}

TEST_F(CodeTest, AReissuedCardHasAnotherPlaceAndTheOldOneIsRevoked) {
  const std::string old = Code()["text"];
  const code::Claims before = *Scan(old).claims;
  card_ = Do(kClerk, "CardService/ReissueCard",
             {{"name", card_}, {"cause", "DAMAGED"}})["name"];
  const std::string text = Code()["text"];
  Fetch();
  EXPECT_EQ(Scan(old).finding, code::Finding::kRevoked);
  ASSERT_EQ(Scan(text).finding, code::Finding::kGood);
  EXPECT_NE(Scan(text).claims->status_index, before.status_index);
}

TEST_F(CodeTest, OneCardKeepsItsPlaceFromCodeToCode) {
  const std::string one = Code()["text"], two = Code()["text"];
  EXPECT_NE(one, two);
  EXPECT_EQ(Scan(one).claims->status_index, Scan(two).claims->status_index);
}

TEST_F(CodeTest, ACardNotInForceShowsNoCode) {
  Change(kOffice, "SuspendCard", "INVESTIGATION");
  EXPECT_EQ(Reason(kClerk, "CardService/IssueCardCode", {{"name", card_}}),
            "STATE_FORBIDS");
  Change(kOffice, "ResumeCard", "CLEARED");
  EXPECT_EQ(Scan(Code()["text"]).finding, code::Finding::kGood);
  Change(kOffice, "RevokeCard", "FRAUD");
  EXPECT_EQ(Reason(kClerk, "CardService/IssueCardCode", {{"name", card_}}),
            "STATE_FORBIDS");
}

TEST_F(CodeTest, BadRequestsAreToldEverythingAtOnce) {
  client::Failure failure;
  EXPECT_FALSE(client_
                   ->Call(kClerk, "CardService/IssueCardCode",
                          {{"name", "x"},
                           {"request_id", "request-0009"},
                           {"chain", {{"code_id", "AA=="}, {"anchor", ""}}}},
                          &failure)
                   .ok());
  for (const char* part : {"name", "chain.code_id", "chain.anchor"})
    EXPECT_THAT(failure.message, HasSubstr(part));
  EXPECT_EQ(Reason(kClerk, "CardService/IssueCardCode",
                   {{"name", "cards/00000000000000000000000000000000"}}),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Reason(kHospital, "CardService/IssueCardCode", {{"name", card_}}),
            "ACCESS_DENIED");
}

TEST_F(CodeTest, ARetriedRequestGetsTheSameCode) {
  const Json request = {{"name", card_}, {"request_id", "request-same"}};
  const auto one = client_->Call(kClerk, "CardService/IssueCardCode", request);
  const auto two = client_->Call(kClerk, "CardService/IssueCardCode", request);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(*one, *two);
}

TEST_F(CodeTest, AnOfflineCodeMovesEveryMinuteForADay) {
  const code::CodeId id = {1, 2, 3};
  const code::ChainValue seed = {4, 5, 6};
  const code::HolderChain chain(id, seed);
  const code::ChainValue anchor = chain.Anchor();
  const Json answer =
      Do(kClerk, "CardService/IssueCardCode",
         {{"name", card_},
          {"chain",
           {{"code_id", absl::Base64Escape(std::string(id.begin(), id.end()))},
            {"anchor",
             absl::Base64Escape(std::string(anchor.begin(), anchor.end()))}}}});
  EXPECT_FALSE(answer.contains("text"));
  const std::string signed_part = Bytes(answer["signed_part"]);
  const auto shown = [&](int slot) {
    return code::OfflineCode(signed_part, *chain.StepOf(slot));
  };
  Fetch();
  EXPECT_EQ(Scan(shown(0)).finding, code::Finding::kGood);
  clock_.Advance(clock_.Now() + absl::Hours(10));
  EXPECT_EQ(Scan(shown(600)).finding, code::Finding::kGood);
  EXPECT_EQ(Scan(shown(0)).finding, code::Finding::kChainNotNow);
  clock_.Advance(clock_.Now() + absl::Hours(14) + absl::Seconds(60));
  EXPECT_EQ(Scan(shown(1439)).finding, code::Finding::kExpired);
}

TEST_F(CodeTest, TheServerHasNoRootAndItsKeysAreNotBelievedForEver) {
  Code();
  clock_.Advance(clock_.Now() + absl::Hours(24) * 40);
  EXPECT_EQ(Reason(kClerk, "CardService/IssueCardCode", {{"name", card_}}),
            "CODE_KEYS_NOT_VOUCHED");
  client::Failure failure;
  EXPECT_FALSE(client_
                   ->Call(kHospital, "CardService/GetCodeLists", Json::object(),
                          &failure)
                   .ok());
  EXPECT_EQ(failure.reason, "CODE_KEYS_NOT_VOUCHED");
  ASSERT_TRUE(PublishKeys(Vouched()).ok());
  Fetch();
  EXPECT_EQ(Scan(Code()["text"]).finding, code::Finding::kGood);
}

TEST_F(CodeTest, AListThatDoesNotReachTheNewMonthIsNotEnoughInIt) {
  ASSERT_TRUE(
      PublishKeys(*client::VouchFor(Wanted(1), *root_,
                                    clock_.Now() + absl::Seconds(1), 60, {}))
          .ok());
  const absl::Time june =
      absl::FromCivil(absl::CivilMonth(2025, 6), absl::FixedTimeZone(8 * 3600));
  clock_.Advance(june - absl::Seconds(1));
  Code();
  clock_.Advance(june);
  EXPECT_EQ(Reason(kClerk, "CardService/IssueCardCode", {{"name", card_}}),
            "CODE_KEYS_NOT_VOUCHED");
}

TEST_F(CodeTest, OnePersonCannotChangeWhatDesksBelieve) {
  clock_.Advance(clock_.Now() + absl::Seconds(1));
  Json list = Vouched();
  EXPECT_EQ(Reason(kKeeper, "CardService/PublishCodeKeys", list),
            "APPROVAL_NEEDED");
  client::Failure failure;
  list["request_id"] = "request-keys-alone";
  EXPECT_FALSE(Together(*client_, kKeeper, "CardService/PublishCodeKeys", list,
                        &failure, kKeeper)
                   .ok());
  EXPECT_EQ(failure.reason, "ACCESS_DENIED");
  EXPECT_EQ(Reason(kOffice, "CardService/PublishCodeKeys", list),
            "ACCESS_DENIED");
}

TEST_F(CodeTest, WhatTheRootDidNotSignLikeThisIsNotPublished) {
  clock_.Advance(clock_.Now() + absl::Seconds(1));
  const auto thief = signing::MakeSigner(code::Algorithm::kEdDsa, KeyOf(9));
  const signing::CodeKeys others(code::Algorithm::kEdDsa, KeyOf(8));
  const absl::Time now =
      absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now()));
  const auto signed_list = [&](absl::Time issued, absl::Time expires,
                               std::vector<code::TrustedKey> keys) {
    return Json{{"root", code::ToText(root_->public_key())},
                {"key_list", absl::Base64Escape(code::SignKeyList(
                                 {issued, expires, std::move(keys)}, *root_))}};
  };
  const auto mine = code_keys_.KeysAround(now, 2);
  Json elsewhere = Vouched();
  elsewhere["root"] = code::ToText(thief->public_key());
  Json flipped = Vouched();
  std::string bytes = Bytes(flipped["key_list"]);
  bytes[bytes.size() / 2] ^= 1;
  flipped["key_list"] = absl::Base64Escape(bytes);
  struct Case {
    const char* what;
    Json list;
    const char* says;
  };
  const Case cases[] = {
      {"no root", {{"root", "eddsa:12"}, {"key_list", ""}}, "64 hexadecimal"},
      {"another root than signed it", elsewhere, "key_list"},
      {"one bit another", flipped, "key_list"},
      {"another server's keys",
       signed_list(now, now + absl::Hours(24), others.KeysAround(now, 2)),
       "codes are signed with now"},
      {"expired",
       signed_list(now - absl::Hours(2), now - absl::Seconds(1), mine),
       "expired already"},
      {"of a clock ahead",
       signed_list(now + absl::Seconds(62), now + absl::Hours(24), mine),
       "a clock ahead"},
      {"older than what desks have",
       signed_list(now - absl::Seconds(1), now + absl::Hours(24), mine),
       "only a newer one"},
  };
  for (const Case& c : cases) {
    client::Failure failure;
    EXPECT_FALSE(PublishKeys(c.list, &failure).ok()) << c.what;
    EXPECT_THAT(failure.message, HasSubstr(c.says)) << c.what;
  }
}

TEST_F(CodeTest, AfterACompromiseNothingSignedLaterIsGreenAnywhere) {
  const std::string before = Code()["text"];
  clock_.Advance(clock_.Now() + absl::Seconds(10));
  const std::string after = Code()["text"];
  const std::string stolen = code::ToText(
      code_keys_.SignerOn(clock_.Now(), code::TrustedKey::Use::kCodes)
          .public_key());
  const absl::Time stolen_at = clock_.Now() - absl::Seconds(5);
  client::Failure failure;
  // A server that still signs with it has to be given another secret first.
  EXPECT_FALSE(PublishKeys(Vouched({{stolen, stolen_at}}), &failure).ok());
  EXPECT_THAT(failure.message, HasSubstr("codes are signed with now"));
  Json asked = Wanted();
  const signing::CodeKeys others(code::Algorithm::kEdDsa, KeyOf(8));
  asked["wanted"] = Json::array();
  for (const code::TrustedKey& key : others.KeysAround(clock_.Now(), 1))
    asked["wanted"].push_back(
        {{"use",
          key.use == code::TrustedKey::Use::kCodes ? "CODES" : "STATUS_LISTS"},
         {"public_key", code::ToText(key.key)},
         {"not_before", absl::FormatTime(key.not_before)},
         {"not_after", absl::FormatTime(key.not_after)}});
  const auto cut =
      client::VouchFor(asked, *root_, clock_.Now(), 40, {{stolen, stolen_at}});
  ASSERT_TRUE(cut.ok()) << cut.status();
  keys_ = *code::OpenKeyList(Bytes((*cut)["key_list"]), root_->public_key());
  EXPECT_EQ(Scan(before).finding, code::Finding::kGood);
  EXPECT_EQ(Scan(after).finding, code::Finding::kOutsideKeyWindow);
}

TEST_F(CodeTest, WhoApprovesAListSeesWhatItSays) {
  const Json list = Vouched({}, 7);
  const auto shown = client::ShowKeyList(list);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ((*shown)["root"], list["root"]);
  std::vector<std::string> wanted, keys;
  const Json asked = Wanted();
  for (const Json& key : asked["wanted"]) wanted.push_back(key["public_key"]);
  for (const Json& key : (*shown)["keys"]) keys.push_back(key["public_key"]);
  EXPECT_EQ(keys, wanted);
  EXPECT_EQ(*client::ShowKeyList({{"name", "proposals/1"}, {"act", list}}),
            *shown);
  Json other = list;
  other["root"] = code::ToText(
      signing::MakeSigner(code::Algorithm::kEdDsa, KeyOf(77))->public_key());
  EXPECT_FALSE(client::ShowKeyList(other).ok()) << "another root";
  other["key_list"] = "not base64!";
  EXPECT_FALSE(client::ShowKeyList(other).ok());
  EXPECT_FALSE(client::ShowKeyList(Json::object()).ok());
}

TEST_F(CodeTest, TheRootVouchesForNothingItWasNotAskedFor) {
  const Json wanted = Wanted();
  EXPECT_EQ(wanted["wanted"].size(), 8u);  // Four months, two uses.
  struct Case {
    const char* what;
    Json wanted;
    int days;
    client::Cuts cuts;
    const char* says;
  };
  Json no_use = wanted, no_time = wanted;
  no_use["wanted"][0].erase("use");
  no_time["wanted"][1].erase("not_after");
  const Case cases[] = {
      {"nothing", Json::object(), 40, {}, "wanted keys"},
      {"no object", Json::array(), 40, {}, "wanted keys"},
      {"a key without use", no_use, 40, {}, "`use`"},
      {"a key without end", no_time, 40, {}, "`not_after`"},
      {"no day", wanted, 0, {}, "--days"},
      {"too many days", wanted, 191, {}, "--days"},
      {"a cut of no key", wanted, 40, {{"eddsa:00", clock_.Now()}}, "none of"}};
  for (const Case& c : cases) {
    const auto vouched =
        client::VouchFor(c.wanted, *root_, clock_.Now(), c.days, c.cuts);
    ASSERT_FALSE(vouched.ok()) << c.what;
    EXPECT_THAT(std::string(vouched.status().message()), HasSubstr(c.says))
        << c.what;
  }
  EXPECT_EQ(Wanted(6)["wanted"].size(), 14u);
  for (const int months : {-1, 7}) {
    client::Failure failure;
    EXPECT_FALSE(client_
                     ->Call(kAuditor, "CardService/GetCodeKeys",
                            {{"months", months}}, &failure)
                     .ok());
    EXPECT_THAT(failure.message, HasSubstr("from 1 to 6"));
  }
}

TEST_F(CodeTest, AProposalIsShownToThoseItIsFor) {
  clock_.Advance(clock_.Now() + absl::Seconds(1));
  Json list = Vouched();
  list["request_id"] = "request-keys-shown";
  Json proposing =
      *client::ProposalOf("CardService/PublishCodeKeys", list, "rotation");
  const std::string name =
      Do(kKeeper, "ApprovalService/ProposeAct", proposing)["name"];
  const Asker author{"policy-author", "offices/talent", "staff/author", ""};
  for (const auto& [asker, shown] :
       {std::pair(kKeeper2, true), std::pair(kAuditor, true),
        std::pair(kOffice, true), std::pair(author, false),
        std::pair(kClerk, false)}) {
    const auto found =
        client_->Call(asker, "ApprovalService/GetProposal", {{"name", name}});
    EXPECT_EQ(found.ok(), shown) << asker.kind;
    EXPECT_TRUE(shown || absl::IsNotFound(found.status())) << asker.kind;
  }
  const auto listed =
      client_->Call(author, "ApprovalService/ListProposals", Json::object());
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->value("proposals", Json::array()).size(), 0u);
}

class ScanTest : public CodeTest {
 protected:
  struct Told {
    Asker desk = kHospital;
    absl::Duration after = absl::ZeroDuration();  // The scan, since now.
    std::string code;
  };
  Json Tell(const Told& told, const std::string& request = "") {
    const Json scan = {{"code", told.code},
                       {"scan_time", absl::FormatTime(absl::RFC3339_full,
                                                      clock_.Now() + told.after,
                                                      absl::UTCTimeZone())}};
    if (request.empty())
      return Do(told.desk, "CardService/ReportScans",
                {{"scans", {scan}}})["findings"][0];
    return client_
        ->Call(told.desk, "CardService/ReportScans",
               {{"scans", {scan}}, {"request_id", request}})
        ->at("findings")[0];
  }
  Json Copies() {
    const auto answer =
        client_->Call(kOffice, "CardService/ListDoubleUses", Json::object());
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer->value("uses", Json::array());
  }

  const Asker other_{"hospital", "hospitals/haicheng-tcm", "staff/desk",
                     "at the desk"};
};

TEST_F(ScanTest, ACodeTakenAtTwoDesksIsFoundWhicheverTellsLastAndAttributed) {
  const std::string code = Code()["text"];
  EXPECT_EQ(Tell({.code = code})["outcome"], "RECORDED");
  EXPECT_EQ(Copies(), Json::array());
  const Json second =
      Tell({.desk = other_, .after = absl::Seconds(30), .code = code});
  EXPECT_EQ(second["outcome"], "TAKEN_ELSEWHERE");
  EXPECT_FALSE(second.dump().find("haicheng-central") != std::string::npos);
  const Json copies = Copies();
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0]["card"], card_);
  EXPECT_EQ(copies[0]["scans"][0]["institution"], kHospital.institution);
  EXPECT_EQ(copies[0]["scans"][1]["institution"], other_.institution);
}

TEST_F(ScanTest, ToldAgainAScanGetsItsFirstFindingAndNoLeaf) {
  const std::string code = Code()["text"];
  const Json first = Tell({.code = code});
  EXPECT_EQ(Tell({.code = code}), first);
  EXPECT_EQ(Tell({.code = code}, "another-request-id"), first);
  Asker next_shift = kHospital;
  next_shift.staff = "staff/night";
  EXPECT_EQ(Tell({.desk = next_shift, .code = code}, "the-next-shift-tells"),
            first);
  EXPECT_EQ(Copies(), Json::array());
}

TEST_F(ScanTest, WhatWasNoGoodCodeThenIsRefusedWithItsReason) {
  const std::string code = Code()["text"];
  struct Case {
    const char* what;
    Told told;
    const char* finding;
  };
  std::string forged = code;
  forged[40] = forged[40] == 'A' ? 'B' : 'A';
  const Case cases[] = {
      {"nothing of ours", {.code = "https://example.org"}, "NOT_A_CARD_CODE"},
      {"before it was issued",
       {.after = -absl::Seconds(90), .code = code},
       "FROM_THE_FUTURE"},
      {"a minute to come",
       {.after = absl::Seconds(61), .code = code},
       "SCAN_TO_COME"},
      {"more than seven days ago",
       {.after = -absl::Hours(7 * 24) - absl::Seconds(1), .code = code},
       "SCAN_TOO_OLD"},
  };
  for (const Case& c : cases) {
    const Json finding = Tell(c.told);
    EXPECT_EQ(finding["outcome"], "REFUSED") << c.what;
    EXPECT_EQ(finding["finding"], c.finding) << c.what;
    EXPECT_FALSE(finding.contains("log_index")) << c.what;
  }
  EXPECT_EQ(Tell({.code = forged})["outcome"], "REFUSED");
}

TEST_F(ScanTest, ADeskWithAnOldListLearnsThatTheCardWasNotInForce) {
  const std::string code = Code()["text"];
  clock_.Advance(clock_.Now() + absl::Seconds(30));
  EXPECT_EQ(Tell({.after = -absl::Seconds(1), .code = code})["outcome"],
            "RECORDED");
  Change(kOffice, "RevokeCard", "FRAUD");
  EXPECT_EQ(Tell({.after = absl::Seconds(1), .code = code})["outcome"],
            "CARD_NOT_IN_FORCE");
}

TEST_F(ScanTest, AnOfflineCodeMayBeTakenAtTwoDesksInMinutesApart) {
  const code::CodeId id = {1, 2, 3};
  const code::HolderChain chain(id, {4, 5, 6});
  const code::ChainValue anchor = chain.Anchor();
  const std::string signed_part = Bytes(
      Do(kClerk, "CardService/IssueCardCode",
         {{"name", card_},
          {"chain",
           {{"code_id", absl::Base64Escape(std::string(id.begin(), id.end()))},
            {"anchor", absl::Base64Escape(std::string(
                           anchor.begin(), anchor.end()))}}}})["signed_part"]);
  const auto shown = [&](int slot) {
    return code::OfflineCode(signed_part, *chain.StepOf(slot));
  };
  EXPECT_EQ(Tell({.code = shown(0)})["outcome"], "RECORDED");
  clock_.Advance(clock_.Now() + absl::Minutes(5));
  EXPECT_EQ(Tell({.desk = other_, .code = shown(5)})["outcome"], "RECORDED");
  EXPECT_EQ(Tell({.code = shown(5)})["outcome"], "TAKEN_ELSEWHERE");
  // Whoever photographed slot 5 can make slot 4, and show it in the same
  // minute.
  EXPECT_EQ(Tell({.code = shown(4)})["outcome"], "TAKEN_ELSEWHERE");
  const Json copies = Copies();
  ASSERT_EQ(copies.size(), 2u);
  EXPECT_EQ(copies[0]["scans"][0]["institution"], other_.institution);
  EXPECT_EQ(copies[0]["scans"][1]["institution"], kHospital.institution);
}

TEST_F(ScanTest, CopiesComeInPagesNewestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    const std::string code = Code()["text"];
    Tell({.code = code});
    Tell({.desk = other_, .code = code});
    clock_.Advance(clock_.Now() + absl::Seconds(1));
  }
  const Json all = Copies();
  ASSERT_EQ(all.size(), 5u);
  Json paged = Json::array();
  std::string token;
  do {
    const auto page = client_->Call(kOffice, "CardService/ListDoubleUses",
                                    {{"page_size", 2}, {"page_token", token}});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Json& use : page->at("uses")) paged.push_back(use);
    token = page->value("next_page_token", "");
  } while (!token.empty());
  EXPECT_EQ(paged, all);
  EXPECT_GT(all[0]["scans"][1]["record_time"],
            all[4]["scans"][1]["record_time"]);
  client::Failure failure;
  EXPECT_FALSE(client_
                   ->Call(kOffice, "CardService/ListDoubleUses",
                          {{"page_token", "zz"}}, &failure)
                   .ok());
  EXPECT_THAT(failure.message, HasSubstr("page_token"));
}

TEST_F(ScanTest, ACallOfNothingOrTooMuchIsToldWhatIsWrong) {
  client::Failure failure;
  EXPECT_FALSE(
      client_
          ->Call(kHospital, "CardService/ReportScans",
                 {{"scans", {{{"code", ""}}}}, {"request_id", "request-0001"}},
                 &failure)
          .ok());
  for (const char* part : {"scans[0].code", "scans[0].scan_time"})
    EXPECT_THAT(failure.message, HasSubstr(part));
  EXPECT_FALSE(client_
                   ->Call(kHospital, "CardService/ReportScans",
                          {{"request_id", "request-0002"}}, &failure)
                   .ok());
  EXPECT_THAT(failure.message, HasSubstr("from 1 to 32"));
  EXPECT_FALSE(client_
                   ->Call(kHospital, "CardService/ListDoubleUses",
                          Json::object(), &failure)
                   .ok());
  EXPECT_EQ(failure.reason, "ACCESS_DENIED");
}

TEST_F(ScanTest, TheWholeLogHoldsWithScansInIt) {
  const std::string code = Code()["text"];
  Tell({.code = code});
  Tell({.desk = other_, .code = code});
  const auto report =
      ledger::VerifyLog(*database_.TakeSnapshot(), vault_, signer_.verifier());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->differences, ElementsAre());
}

TEST_F(CodeTest, TheWholeLogHoldsWithCodesAndPlacesInIt) {
  Code();
  Change(kOffice, "RevokeCard", "FRAUD");
  const auto report =
      ledger::VerifyLog(*database_.TakeSnapshot(), vault_, signer_.verifier());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->differences, ElementsAre());
}

TEST_F(CodeTest, ADeskRemembersWhatItTookAndWhomItTrusts) {
  const std::string directory =
      testing::TempDir() + "/desk-" + std::to_string(getpid());
  std::filesystem::remove_all(directory);
  const std::string text = Code()["text"];
  const absl::Time now = clock_.Now();
  client::DeskFiles first(directory);
  EXPECT_TRUE(absl::IsFailedPrecondition(first.Open(now)));
  const client::CachedLists lists = Lists();
  ASSERT_TRUE(first.Keep(lists).ok());
  ASSERT_TRUE(first.Open(now).ok());
  EXPECT_EQ(first.Judge(text, now)->finding, code::Finding::kGood);
  EXPECT_THAT(first.BenefitsOf(1), ElementsAre("MED_GREEN"));

  client::DeskFiles second(directory);
  ASSERT_TRUE(second.Open(now).ok());
  EXPECT_EQ(second.Judge(text, now)->finding, code::Finding::kShownBefore);
  ASSERT_EQ(second.Queue().size(), 1u);
  EXPECT_EQ(second.Queue()[0].code, text);
  EXPECT_EQ(second.Queue()[0].time,
            absl::FromUnixSeconds(absl::ToUnixSeconds(now)));
  // A line that a crash cut short costs no other.
  std::ofstream(directory + "/queue", std::ios::app) << "17";
  const std::string next = Code()["text"];
  EXPECT_EQ(second.Judge(next + "\r\n", now)->finding, code::Finding::kGood);
  ASSERT_EQ(second.Queue().size(), 2u);
  const std::vector<client::QueuedScan> told = {second.Queue()[0]};
  for (int program = 0; program < 2; ++program) {
    ASSERT_TRUE(second.Told(told).ok());
    ASSERT_EQ(second.Queue().size(), 1u) << "what was taken meanwhile stays";
  }
  EXPECT_EQ(second.Queue()[0].code, next);

  // What can be shown no more is forgotten, now and then.
  const auto taken = [&] {
    std::ifstream file(directory + "/taken");
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  };
  const auto before = taken();
  {
    std::ofstream file(directory + "/taken", std::ios::app);
    for (int i = 0; i < 1000; ++i) file << "0123456789abcdef 0 1 1 OK\n";
  }
  ASSERT_TRUE(second.Open(now).ok());
  EXPECT_EQ(taken(), before);
  EXPECT_EQ(second.Judge(text, now)->finding, code::Finding::kShownBefore);

  client::CachedLists forged = lists;
  forged.key_list[forged.key_list.size() - 1] ^= 1;
  EXPECT_TRUE(absl::IsInvalidArgument(second.Keep(forged)));
  const auto other = signing::MakeSigner(code::Algorithm::kEdDsa, KeyOf(9));
  forged.key_list = code::SignKeyList(keys_, *other);
  forged.root = code::ToText(other->public_key());
  EXPECT_TRUE(absl::IsInvalidArgument(second.Keep(forged)));
  EXPECT_TRUE(absl::IsFailedPrecondition(second.TrustRoot(forged.root)));
  clock_.Advance(now + absl::Seconds(5));
  ASSERT_TRUE(second.Keep(Lists()).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(second.Keep(lists)))
      << "older status lists under the same keys";
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace talentcard
