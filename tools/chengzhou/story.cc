// The main job, told as it is played: one card from recognition to revocation.
#include "tools/chengzhou/story.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/receipt_file.h"
#include "tools/chengzhou/render.h"
#include "tools/chengzhou/second_verifier.h"
#include "tools/chengzhou/story_cast.h"
#include "tools/chengzhou/story_codes.h"
#include "tools/chengzhou/story_teller.h"
#include "tools/population/people.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard::client {
namespace {

Json Resident(const std::string& number) {
  return {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}};
}
Json Date(const char* text) { return *DateJson(text); }

std::array<uint8_t, 32> HashOf(const std::string& base64) {
  std::string bytes;
  ledger::Hash hash{};
  if (absl::Base64Unescape(base64, &bytes) && bytes.size() == hash.size())
    std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

class Story {
 public:
  Story(Client& client, Language language, const StoryFiles& files)
      : client_(client),
        files_(files),
        t_(client, language),
        codes_(client, t_, files) {}

  bool Tell() {
    Prepare();
    Family();
    Recognition();
    Hospital();
    School();
    Places();
    Spouse();
    Technician();
    Revocation();
    Audit();
    Erasure();
    return t_.Close();
  }

 private:
  void Clock(const char* time, Line what) {
    t_.Do(kSystem, what, "RehearsalService/AdvanceClock", {{"time", time}});
  }

  // The first proposal, told again; its like cannot be made twice.
  Json ProposedBefore() {
    const auto all = client_.Call(kAuditor, "ApprovalService/ListProposals",
                                  {{"state", "EXECUTED"}});
    std::string name;
    for (const Json& proposal :
         all.ok() ? all->value("proposals", Json::array()) : Json::array()) {
      if (proposal.value("method", "") == "PolicyService.PublishPolicy")
        name = proposal.value("name", "");
    }
    return t_.Do(kAuthor, {"当时提请的勘误", "the erratum, as it was proposed"},
                 "ApprovalService/GetProposal", {{"name", name}});
  }

  // The rules are in force already; now they are replaced.
  void PublishByTwo(const Json& files) {
    const auto present =
        client_.Call(kAuthor, "PolicyService/GetPolicyInForce", Json::object());
    const std::string digest =
        present.ok() ? present->value("name", "").substr(9) : "";
    const Json publication = {{"files", files},
                              {"expected_digest", digest},
                              {"request_id", "story-publication"}};
    const Json proposal =
        t_.retelling()
            ? ProposedBefore()
            : t_.Do(kAuthor,
                    {"提请发布规则的勘误", "proposes an erratum to the rules"},
                    "ApprovalService/ProposeAct",
                    *ProposalOf("PolicyService/PublishPolicy", publication,
                                "文字勘误，不改变任何待遇"));
    t_.Expect(
        t_.Do(kHeadOfOffice,
              {"另一人核对后签名批准", "somebody else checks it and signs"},
              "ApprovalService/ApproveProposal",
              RulingOn(proposal, RehearsalKeyOf(kHeadOfOffice),
                       /*approves=*/true, "已核对")),
        "state", "APPROVED");
    const ProposedAct act = ActOf(proposal);
    const Json policy =
        t_.Do(kAuthor, {"发布海城市规则", "publishes the rules of Haicheng"},
              act.method, act.request);
    t_.Say({"规则摘要 ", "policy "},
           policy.value("name", "").substr(0, 25) + "…");
  }

  void Prepare() {
    const auto clock =
        client_.Call(kSystem, "RehearsalService/GetClock", Json::object());
    if (clock.ok() && clock->value("time", "") >= "2025-07-15") {
      t_.set_retelling(true);
      t_.Say({"演练已演过：按请求号给出第一次的答复",
              "played before: the first answers are given, by request id"});
    }
    t_.Chapter(
        {"准备：规则、单位、学校", "Preparation: rules, an employer, schools"});
    auto files = ReadBundle(files_.rules);
    if (!files.ok()) {
      t_.Expect(false, std::string(files.status().message()));
      return;
    }
    (*files)["policy.yaml"] += "# 2025年5月勘误\n";
    Json list = Json::array();
    for (const auto& [path, content] : *files)
      list.push_back(
          {{"path", path}, {"content", absl::Base64Escape(content)}});
    PublishByTwo(list);
    list[0]["content"] = absl::Base64Escape("broken: [");
    t_.Refused(kAuthor,
               {"误发一份有错的规则：原规则继续有效",
                "publishes broken rules by mistake: the old ones stay"},
               "PolicyService/PublishPolicy", {{"files", list}},
               "POLICY_INVALID");
    t_.Do(kClerk, {"登记用人单位", "registers the employer"},
          "RegistryService/PutEmployer",
          {{"employer",
            {{"name", kEmployer},
             {"display_name", "海城镁新材料有限公司"},
             {"sector", "OTHER"}}}});
    const auto school = [](const char* name, const char* shown, double lat,
                           double lon, int places) {
      return Json{{"school",
                   {{"name", name},
                    {"display_name", shown},
                    {"stages", {"PRI"}},
                    {"public", true},
                    {"latitude", lat},
                    {"longitude", lon},
                    {"quotas",
                     {{{"season", 2025},
                       {"grade", 1},
                       {"stage", "PRI"},
                       {"places", places}}}}}}};
    };
    t_.Do(kBureau,
          {"第一小学为人才子女留3个学位",
           "keeps 3 places at the first primary school"},
          "SchoolService/PutSchool",
          school(kFirstSchool, "海城市第一小学", 40.852, 122.685, 3));
    t_.Do(kBureau, {"第二小学留5个学位", "keeps 5 places at the second"},
          "SchoolService/PutSchool",
          school(kSecondSchool, "海城市第二小学", 40.871, 122.742, 5));
  }

  std::string Create(Line what, const char* name, const char* born,
                     int sequence, Json more = Json::object()) {
    std::string digits = born;
    std::erase(digits, '-');
    Json person = {
        {"full_name", name},
        {"birth_date", Date(born)},
        {"documents", {Resident(population::IdNumber(digits, sequence))}}};
    person.update(more);
    return t_
        .Do(kClerk, what, "RegistryService/CreatePerson", {{"person", person}})
        .value("name", "");
  }

  void Relate(const std::string& relative, const char* code, const char* from) {
    t_.Do(kClerk, {"备案亲属关系", "files the relative"},
          "RegistryService/PutRelation",
          {{"parent", talent_},
           {"relation",
            {{"person", relative},
             {"code", code},
             {"valid_from", Date(from)},
             {"filed", true}}}});
  }

  void Family() {
    t_.Chapter({"一家人来到窗口", "A family comes to the window"});
    Clock("2025-05-12T08:30:00+08:00",
          {"演练时钟：2025年5月12日", "rehearsal clock: 12 May 2025"});
    talent_ = Create(
        {"登记人才：王海，副高级工程师",
         "registers the talent: 王海, deputy senior engineer"},
        "王海", "1982-03-14", 801,
        {{"sex", "MALE"},
         {"facts",
          {{{"valid_from", Date("2019-06-30")},
            {"title", {{"level", "DEPUTY_SENIOR"}, {"field", "耐火材料"}}},
            {"evidence",
             {{"kind", "title-certificate"}, {"number", "L2019-0417"}}}},
           {{"valid_from", Date("2021-03-01")},
            {"employment",
             {{"employer", kEmployer},
              {"contract_end", Date("2027-12-31")},
              {"engagement", "FULL_TIME"},
              {"in_haicheng", true},
              {"sector", "OTHER"}}}}}}});
    mother_ = Create({"登记母亲", "registers his mother"}, "李桂兰",
                     "1955-02-02", 802);
    father_in_law_ = Create({"登记岳父", "registers his father-in-law"},
                            "张建国", "1953-07-07", 803);
    wife_ = Create({"登记妻子：沈阳市公务员",
                    "registers his wife: a civil servant in Shenyang"},
                   "张婷", "1984-09-09", 804,
                   {{"facts",
                     {{{"valid_from", Date("2010-07-01")},
                       {"employment",
                        {{"employer", "employers/11210000000000000X"},
                         {"sector", "CIVIL_SERVANT"},
                         {"in_haicheng", false},
                         {"post", "主任科员"}}}},
                      {{"valid_from", Date("2025-05-12")},
                       {"declaration", {{"code", "WANTS_PLACEMENT"}}}}}}});
    older_ = Create(
        {"登记孩子：2019年8月31日生", "registers a child born 31 August 2019"},
        "王浩然", "2019-08-31", 805);
    younger_ = Create(
        {"登记孩子：2019年9月1日生", "registers a child born 1 September 2019"},
        "王雨桐", "2019-09-01", 806);
    Relate(mother_, "52", "1982-03-14");
    Relate(father_in_law_, "55", "2010-10-01");
    Relate(wife_, "12", "2010-10-01");
    Relate(older_, "20", "2019-08-31");
    Relate(younger_, "30", "2019-09-01");
    for (const std::string& child : {older_, younger_})
      Consent({"父亲签署同意书：可向学校提供入学资格",
               "the father signs: schools may learn the right"},
              child, talent_);
  }

  void Consent(Line what, const std::string& child,
               const std::string& guardian) {
    t_.Do(kClerk, what, "RegistryService/GiveConsent",
          {{"parent", child},
           {"consent",
            {{"purpose", "SCHOOL_PLACE"},
             {"recipient", "school"},
             {"given_by", guardian},
             {"text_version", "2025-01"}}}});
  }

  Json Act(const Asker& asker, Line what, const char* action) {
    return t_.Do(asker, what, "MatterService/ActOnMatter",
                 {{"name", matter_}, {"action", action}});
  }

  void Recognition() {
    t_.Chapter({"申报认定 → 公示 → 发卡",
                "Recognition by title → publication → card"});
    const Json opened =
        t_.Do(kClerk, {"申报认定：副高级职称", "opens recognition by title"},
              "MatterService/OpenMatter",
              {{"matter",
                {{"kind", "recognition"},
                 {"subject", talent_},
                 {"station", "stations/haizhou"},
                 {"fields",
                  {{"criterion", "deputy-senior-title"},
                   {"route", "R_TITLE"},
                   {"series", "SERIES_PERSON"}}}}}});
    matter_ = opened.value("name", "");
    Act(kClerk, {"受理", "accepts"}, "accept");
    t_.Refused(kClerkReviewing,
               {"受理人自己初审：四眼原则拒绝",
                "the same officer reviews: four eyes refuse"},
               "MatterService/ActOnMatter",
               {{"name", matter_}, {"action", "pass"}}, "ACCESS_DENIED");
    Act(kReviewer, {"初审通过", "passes the first review"}, "pass");
    t_.Expect(Act(kDepartment, {"部门审核通过并公示", "passes and publishes"},
                  "publish"),
              "state", "PUBLICITY");
    t_.Refused(kOffice,
               {"公示期未满就认定：被拒绝",
                "approves before publication ends: refused"},
               "MatterService/ActOnMatter",
               {{"name", matter_}, {"action", "approve"}}, "STATE_FORBIDS");
    const Json early = t_.Do(
        kClerk,
        {"公示期间问母亲能否就医", "asks for the mother during publication"},
        "EntitlementService/CheckEntitlement",
        {{"entitlement", "MED_GREEN"},
         {"beneficiary", mother_},
         {"holder", talent_}});
    t_.Answered(early);
    t_.Expect(
        early.value("reasons", Json::array({""}))[0] == "CARD_NOT_YET_ACTIVE",
        "the reason should be CARD_NOT_YET_ACTIVE");
    Clock("2025-05-20T09:00:00+08:00",
          {"五个工作日过去", "five working days pass"});
    t_.Expect(Act(kOffice, {"公示期满，认定", "approves after publication"},
                  "approve"),
              "state", "APPROVED");
    const Json card =
        t_.Do(kClerk, {"发卡", "issues the card"}, "CardService/IssueCard",
              {{"holder", talent_},
               {"series", "SERIES_PERSON"},
               {"matter", matter_}});
    card_ = card.value("name", "");
    t_.Expect(card, "tier", "CZ_D_SENIOR");
    if (card.contains("valid_until")) {
      t_.Say({"有效期受合同约束：至 ", "bounded by the contract: until "},
             DateText(card["valid_until"]));
      t_.Expect(DateText(card["valid_until"]) == "2027-12-31",
                "the card should end with the contract");
    }
  }

  Json Verify(Line what, const std::string& number,
              Json more = Json::object()) {
    Json request = {{"hospital", "hospitals/haicheng-central"},
                    {"document", Resident(number)},
                    {"specialty", "cardiology"}};
    request.update(more);
    const Json answer =
        t_.Do(kHospital, what, "HospitalService/VerifyGreenChannel", request);
    t_.Answered(answer);
    return answer;
  }

  // The same decision as the talent station may see it, asked again.
  void Explain(const Json& answer, const char* reason) {
    const Json full = t_.Do(
        kClerk,
        {"窗口按决定号查看完整理由", "looks the decision up at the station"},
        "EntitlementService/ExplainDecision",
        {{"name", answer.value("decision", "")}});
    const Json decision = full.value("decision", Json::object());
    t_.Answered(decision);
    t_.Expect(full, "replays", true);
    t_.Expect(decision.value("reasons", Json::array({""}))[0] == reason,
              absl::StrCat("the reason should be ", reason));
  }

  void Hospital() {
    t_.Chapter({"医院窗口", "At the hospital desk"});
    const Json mother =
        Verify({"母亲在海城市中心医院", "the mother at 海城市中心医院"},
               MotherNumber());
    allowed_ = std::stoll(mother.value("log_index", "0"));
    t_.Expect(mother, "outcome", "ALLOW");
    t_.Expect(mother, "relation", "PARENT");
    const Json in_law = Verify(
        {"岳父：医院只知道不在名单",
         "the father-in-law: the desk only learns he is not on the list"},
        population::IdNumber("19530707", 803));
    t_.Expect(in_law, "outcome", "DENY");
    Explain(in_law, "REL_NOT_COVERED");
    const Json stranger = Verify(
        {"一个系统里没有的人：答复一样", "somebody unknown: the same answer"},
        population::IdNumber("19700101", 999));
    t_.Expect(stranger.value("reason", "") == in_law.value("reason", "-"),
              "an unknown person must look like one not entitled");
    t_.Refused(
        kElsewhere,
        {"别的医院冒用：被拒绝", "another hospital in its name: refused"},
        "HospitalService/VerifyGreenChannel",
        {{"hospital", "hospitals/haicheng-central"},
         {"document", Resident(MotherNumber())}},
        "ACCESS_DENIED");
  }

  void School() {
    t_.Chapter({"入学资格：2025年秋季", "School rights: autumn 2025"});
    Clock("2025-06-01T08:00:00+08:00", {"六月一日", "1 June"});
    const auto query = [this](Line what, const std::string& number) {
      const Json answer = t_.Do(kBureau, what, "SchoolService/QueryEnrolment",
                                {{"document", Resident(number)},
                                 {"stage", "PRI"},
                                 {"season", 2025},
                                 {"grade", 1}});
      t_.Answered(answer);
      return answer;
    };
    t_.Expect(query({"2019年8月31日出生", "born 31 August 2019"},
                    population::IdNumber("20190831", 805)),
              "outcome", "ALLOW");
    const Json younger = query({"2019年9月1日出生", "born 1 September 2019"},
                               population::IdNumber("20190901", 806));
    t_.Expect(younger, "outcome", "DENY");
    t_.Expect(younger, "reason", "AGE_OUT_OF_RANGE");
    t_.Do(kClerk,
          {"父亲撤回同意：即刻生效", "the father withdraws his consent"},
          "RegistryService/WithdrawConsent",
          {{"parent", older_}, {"withdrawn_by", talent_}});
    t_.Expect(query({"撤回后再问：待遇还在，先不告知学校",
                     "asked again: the right waits, schools learn nothing"},
                    population::IdNumber("20190831", 805)),
              "reason", "CONSENT_MISSING");
    Consent({"父亲重新签署", "the father signs again"}, older_, talent_);
    const Json child =
        t_.Do(kClerk,
              {"看孩子的档案：未成年人只显示窗口必需的内容",
               "looks at the child's record: of a minor what a desk needs"},
              "RegistryService/GetPerson", {{"name", older_}});
    t_.Expect(child, "withheld", true);
    t_.Expect(!child.contains("documents"), "documents");
    t_.Refused(kClerk,
               {"要看全部内容：须经人才办批准",
                "asks for all of it: the talent office has to approve"},
               "RegistryService/GetPerson",
               {{"name", older_}, {"ticket_id", "story-look-at-a-child"}},
               "APPROVAL_NEEDED");
  }

  Json Reserve(Line what, const char* role, const char* accepted) {
    const auto& child = families_.at(std::string(role) + "-child");
    const Json place =
        t_.Do(kBureau, what, "SchoolService/ReservePlace",
              {{"school", kFirstSchool},
               {"document", Resident(child.documents(0).number())},
               {"stage", "PRI"},
               {"season", 2025},
               {"grade", 1},
               {"acceptance_time", accepted}});
    t_.Say({"排序 ", "position "},
           absl::StrCat(place.value("position", 0),
                        place.value("placed", false) ? "  ✓" : "  …", "  #",
                        place.value("log_index", "")));
    return place;
  }

  void Places() {
    t_.Chapter({"第一小学只有3个学位：按类别、子级、受理时间排序",
                "Three places at one school: by tier, sub-rank, acceptance"});
    for (const char* role : {"c1", "d1", "d2", "d3"}) {
      t_.Do(
          kClerk, {"为人才家庭发卡", "issues the family's card"},
          "CardService/IssueCard",
          {{"holder", families_.at(role).name()}, {"series", "SERIES_PERSON"}});
    }
    Clock("2025-06-04T08:00:00+08:00", {"六月四日", "4 June"});
    const Json d2 = Reserve(
        {"D2 家庭，6月1日9时受理", "a D2 family, accepted 1 June 09:00"}, "d2",
        "2025-06-01T09:00:00+08:00");
    Reserve({"D1（博士）家庭，6月1日受理", "a D1 family (doctor), 1 June"},
            "d1", "2025-06-01T11:00:00+08:00");
    const Json c1 = Reserve({"C 类家庭，6月3日受理", "a tier C family, 3 June"},
                            "c1", "2025-06-03T09:00:00+08:00");
    const Json d3 = Reserve(
        {"D2 家庭，6月1日10时受理", "another D2 family, accepted 1 June 10:00"},
        "d3", "2025-06-01T10:00:00+08:00");
    t_.Expect(c1, "position", 1);
    t_.Expect(d3, "position", 4);
    t_.Expect(d3, "reason", "QUOTA_EXHAUSTED");
    t_.Expect(d3.contains("offers"), "the fourth should have an offer");
    if (d3.contains("offers")) {
      const Json& offer = d3["offers"][0];
      t_.Say({"第四名 QUOTA_EXHAUSTED，但有实在的去处：",
              "the fourth: QUOTA_EXHAUSTED, with a real offer: "},
             absl::StrCat(offer.value("display_name", ""), ", ",
                          offer["distance_km"].dump(), " km"));
    }
    const std::string waiting = d3.value("name", "");
    t_.Refused(
        kBureau, {"未排上就确认：被拒绝", "confirms one that waits: refused"},
        "SchoolService/ConfirmPlace", {{"name", waiting}}, "RULES_REFUSE");
    t_.Do(kBureau, {"C 类家庭放弃", "the tier C family withdraws"},
          "SchoolService/ReleasePlace", {{"name", c1.value("name", "")}});
    const Json places = List();
    bool moved_up = false;
    for (const Json& place : places)
      moved_up = moved_up || (place.value("name", "") == waiting &&
                              place.value("placed", false));
    t_.Expect(places.size() == 3 && moved_up,
              "the one who waited should move up");
    t_.Expect(t_.Do(kBureau, {"递补者确认", "who moved up is confirmed"},
                    "SchoolService/ConfirmPlace", {{"name", waiting}}),
              "state", "CONFIRMED");
    t_.Expect(
        t_.Do(kBureau, {"D2 家庭确认", "the D2 family is confirmed"},
              "SchoolService/ConfirmPlace", {{"name", d2.value("name", "")}}),
        "state", "CONFIRMED");
    const Json again = t_.Do(
        kBureau,
        {"同一孩子再问：本学段已用",
         "asks for the same child again: the stage is used"},
        "SchoolService/QueryEnrolment",
        {{"document", Resident(families_.at("d2-child").documents(0).number())},
         {"stage", "PRI"},
         {"season", 2025},
         {"grade", 1}});
    t_.Answered(again);
    t_.Expect(again, "reason", "STAGE_ALREADY_USED");
  }

  Json List() {
    return t_
        .Do(kBureau, {"查看排序", "looks at the order"},
            "SchoolService/ListPlaces",
            {{"school", kFirstSchool}, {"season", 2025}, {"grade", 1}})
        .value("places", Json::array());
  }

  void Spouse() {
    t_.Chapter({"配偶安置：分轨交办", "Spouse placement: by track"});
    const Json opened =
        t_.Do(kClerk, {"为妻子申请安置", "applies for his wife"},
              "SpousePlacementService/OpenPlacement",
              {{"holder", talent_}, {"spouse", wife_}});
    t_.Answered(opened.value("decision", Json::object()));
    t_.Expect(opened, "track", "CIVIL_SERVANT");
    t_.Expect(opened, "owner", "organisation-department");
    const std::string placement = opened.value("name", "");
    t_.Do(kOrganisation, {"组织部签收", "acknowledges the hand-over"},
          "SpousePlacementService/AcknowledgePlacement", {{"name", placement}});
    t_.Do(kOrganisation, {"推荐岗位", "offers a post"},
          "SpousePlacementService/OfferPost",
          {{"name", placement},
           {"employer", "employers/11210381000000000X"},
           {"post", "四级主任科员"}});
    const Json placed = t_.Do(kClerk, {"妻子接受", "she accepts"},
                              "SpousePlacementService/AnswerOffer",
                              {{"name", placement}, {"accept", true}});
    t_.Expect(placed.value("matter", Json::object()), "state", "PLACED");
  }

  void Technician() {
    t_.Chapter({"技师不是高级技师", "A technician is not a senior technician"});
    const auto& technician = families_.at("technician");
    t_.Do(kClerk, {"为技师发新锐卡", "issues the technician's card"},
          "CardService/IssueCard",
          {{"holder", technician.name()}, {"series", "SERIES_PERSON"}});
    const Json answer = t_.Do(
        kHospital, {"技师的母亲预约转诊", "his mother needs a referral"},
        "HospitalService/VerifyReferral",
        {{"hospital", "hospitals/haicheng-central"},
         {"document",
          Resident(families_.at("technician-mother").documents(0).number())},
         {"referral_opinion", "ZZ-2025-0613"}});
    t_.Answered(answer);
    t_.Expect(answer, "outcome", "DENY");
    Explain(answer, "NOT_HIGH_LEVEL");
  }

  std::string MotherNumber() const {
    return population::IdNumber("19550202", 802);
  }

  // Proposed on the card as it was the day before: told again, it is the same.
  void RevokeByTwo() {
    const Json card = t_.Do(
        kOffice,
        {"查实弄虚作假，看卡的现状", "fraud is proven; looks at the card"},
        "CardService/GetCard",
        {{"name", card_}, {"known_time", "2025-07-14T10:00:00+08:00"}});
    Json revocation = {{"name", card_},
                       {"cause", "FRAUD"},
                       {"basis", "海人才办〔2025〕9号"},
                       {"etag", card.value("etag", "")},
                       {"request_id", "story-revocation-alone"}};
    t_.Refused(kOffice,
               {"一个人撤销：须由另一人批准",
                "revokes it alone: a second person has to approve"},
               "CardService/RevokeCard", revocation, "APPROVAL_NEEDED");
    revocation["request_id"] = "story-revocation";
    t_.Approved(kOffice, kHeadOfOffice,
                {"提请撤销，写明理由", "proposes the revocation and says why"},
                "CardService/RevokeCard", revocation, "学位证书系伪造");
    t_.Expect(t_.Do(kOffice, {"撤销该卡", "the card is revoked"},
                    "CardService/RevokeCard", revocation),
              "state", "REVOKED");
  }

  void Revocation() {
    t_.Chapter(
        {"撤销立即生效，昨天的答复不变",
         "A revocation takes effect at once; yesterday stays what it was"});
    Clock("2025-07-15T10:00:00+08:00", {"七月十五日", "15 July"});
    codes_.VouchForKeys();
    const std::string code = codes_.Show(card_);
    RevokeByTwo();
    codes_.Scan(
        {"医院更新名单后离线扫同一个码",
         "the desk refreshes its lists and scans the same code offline"},
        code, code::Finding::kRevoked);
    const Json now = Verify({"母亲今天再来", "the mother comes again today"},
                            MotherNumber());
    t_.Expect(now, "outcome", "DENY");
    Explain(now, "CARD_REVOKED");
    const Json yesterday =
        Verify({"同一问题，问的是昨天", "the same question as of yesterday"},
               MotherNumber(), {{"visit_time", "2025-07-14T10:00:00+08:00"}});
    t_.Expect(yesterday, "outcome", "ALLOW");
  }

  // The newest checkpoint, once it covers an entry: one is signed about once a
  // second.
  Json CheckpointOver(int64_t index) {
    for (int i = 0; i < 100; ++i) {
      if (i > 0) absl::SleepFor(absl::Milliseconds(50));
      const auto found = client_.Call(kAuditor, "AuditService/GetCheckpoint",
                                      {{"at_least_size", index + 1}});
      if (found.ok()) return *found;
    }
    return Json::object();
  }

  void Audit() {
    t_.Chapter({"审计：证明全过程", "The audit proves all of it"});
    const Json seen = t_.Do(
        kAuditor, {"谁问过母亲的情况", "lists who asked about the mother"},
        "AuditService/ListEntries",
        {{"subject", mother_}, {"page_size", 1000}});
    t_.Say({"相关日志 ", "entries: "},
           absl::StrCat(seen.value("entries", Json::array()).size()));
    t_.Expect(seen.value("entries", Json::array()).size() >= 4,
              "at least four entries");
    const int64_t index =
        seen.contains("entries")
            ? std::stoll(seen["entries"].back().value("log_index", "0"))
            : 0;
    const Json checkpoint = CheckpointOver(index);
    const std::string key = checkpoint.value("verifier_key", "");
    const auto verifier = ledger::NoteVerifier::Parse(key);
    const auto body = verifier.ok()
                          ? verifier->Open(checkpoint.value("note", ""))
                          : absl::StatusOr<std::string>(verifier.status());
    t_.Expect(body.ok(), "the checkpoint's signature should verify");
    if (!body.ok()) return;
    const auto signed_head = ledger::Checkpoint::Parse(*body);
    const Json proof =
        t_.Do(kAuditor,
              {"取一条日志的包含证明并自行验证",
               "fetches an inclusion proof and verifies it itself"},
              "AuditService/GetInclusionProof",
              {{"log_index", index},
               {"tree_size", static_cast<int64_t>(signed_head->size)}});
    std::vector<ledger::Hash> hashes;
    for (const Json& hash : proof.value("hashes", Json::array()))
      hashes.push_back(HashOf(hash.get<std::string>()));
    const absl::Status included = ledger::VerifyInclusion(
        static_cast<uint64_t>(index), signed_head->size,
        HashOf(proof.value("leaf_hash", "")), hashes, signed_head->root);
    t_.Expect(included.ok(), std::string(included.message()));
    t_.Say({"已签名检查点 ", "signed checkpoint of "},
           absl::StrCat(signed_head->size, ", #", index,
                        included.ok() ? " ✓" : " ✗"));
    Receipt(kClerk,
            {"母亲要一张回执，带回家存着",
             "gives the mother a receipt of her answer to keep"},
            allowed_, /*opened=*/true);
  }

  // Fetches a receipt and has it verified by the program that shares no code
  // with ours. `opened`: it still says what was answered.
  void Receipt(const Asker& asker, Line what, int64_t index, bool opened) {
    CheckpointOver(index);
    const Json receipt =
        t_.Do(asker, what, "AuditService/GetReceipt", {{"log_index", index}});
    const auto file = ReceiptFile(receipt);
    t_.Expect(file.ok(), std::string(file.status().message()));
    if (!file.ok()) return;
    const Json said = AskSecondVerifier(files_.verifier, *file,
                                        receipt.value("verifier_key", ""));
    t_.Expect(said.value("index", int64_t{-1}) == index,
              "Node should find the receipt proven");
    t_.Expect(said.contains("record") == opened, "what the receipt opens");
    t_.Say(opened ? Line{"Node 独立核验属实：", "proven, says Node by itself: "}
                  : Line{"Node 独立核验属实，内容已不可读：",
                         "proven, says Node; what it said is gone: "},
           absl::StrCat("#", index, "  ", said.value("outcome", "?"), "  ",
                        said.value("time", "").substr(0, 10)));
  }

  // At the end, because told again nothing of it can be told again: what was
  // answered about somebody erased is gone.
  void Erasure() {
    t_.Chapter({"删除一个人：资料不再可读，证明仍然成立",
                "A person erased: nothing to read, and the proof holds"});
    const Json document = Resident(population::IdNumber("19610606", 805));
    if (!t_.retelling()) {
      const std::string person =
          Create({"登记一位随行长辈", "registers an elderly companion"},
                 "周淑芬", "1961-06-06", 805);
      t_.Expect(
          t_.Do(kCompanionHospital,
                {"另一医院问此人", "another hospital asks about the person"},
                "HospitalService/VerifyGreenChannel",
                {{"hospital", kCompanionHospital.institution},
                 {"document", document}}),
          "outcome", "DENY");
      const Json erasure = {{"name", person},
                            {"ground", "本人申请"},
                            {"request_id", "story-erasure"}};
      t_.Approved(
          kOffice, kHeadOfOffice,
          {"本人要求删除：提请", "is asked to erase the person: proposes"},
          "RegistryService/ErasePerson", erasure, "本人书面申请");
      t_.Do(kOffice, {"删除：销毁其密钥", "erases: one key is destroyed"},
            "RegistryService/ErasePerson", erasure);
    }
    t_.Refused(kClerk, {"再查此人：查无", "looks the person up: nothing there"},
               "RegistryService/FindPerson", {{"document", document}},
               "RESOURCE_NOT_FOUND");
    const Json seen =
        t_.Do(kAuditor,
              {"那次答复的日志还在，内容已不可读",
               "still has the entry of that answer, which opens no more"},
              "AuditService/ListEntries",
              {{"actor", absl::StrCat("hospital:", kCompanionHospital.staff,
                                      "@", kCompanionHospital.institution)}});
    const Json entries = seen.value("entries", Json::array());
    const auto erased = std::find_if(
        entries.begin(), entries.end(),
        [](const Json& entry) { return entry.value("erased", false); });
    if (erased == entries.end())
      return t_.Expect(false, "no entry of this desk is closed");
    Receipt(kAuditor, {"取它的回执", "fetches its receipt"},
            std::stoll(erased->value("log_index", "0")), /*opened=*/false);
  }

  Client& client_;
  const StoryFiles files_;
  StoryTeller t_;
  StoryCodes codes_;
  const std::map<std::string, chengzhou::talentcard::v1::Person> families_ =
      population::StoryFamilies();
  std::string talent_, mother_, father_in_law_, wife_, older_, younger_,
      matter_, card_;
  int64_t allowed_ = 0;  // The entry of the mother's first answer.
};

}  // namespace

bool TellStory(Client& client, Language language, const StoryFiles& files) {
  return Story(client, language, files).Tell();
}

}  // namespace talentcard::client
