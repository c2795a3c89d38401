#include "tools/chengzhou/story_teller.h"

#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/digest/sha256.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/render.h"

namespace talentcard::client {

Ed25519Key RehearsalKeyOf(const Asker& asker) {
  return Ed25519Key(Sha256({"rehearsal\n", asker.staff}));
}

void StoryTeller::Chapter(Line title) {
  std::cout << "\n── " << In(title) << "\n";
}

void StoryTeller::Say(Line line, const std::string& more) {
  std::cout << "      " << In(line) << more << "\n";
}

void StoryTeller::Tell(const Asker& asker, Line what) {
  std::cout << absl::StrFormat("%3d  ", ++steps_) << Padded(asker.kind, 17)
            << In(what) << "\n";
}

Json StoryTeller::WithRequestId(const std::string& method, Json request) {
  for (const char* word : {"/Get", "/List", "/Find", "/Explain", "/AssessTier",
                           "/Advance", "/Count"}) {
    if (absl::StrContains(method, word)) return request;
  }
  if (!request.contains("request_id"))
    request["request_id"] = absl::StrFormat("story-step-%04d", steps_);
  return request;
}

Json StoryTeller::Do(const Asker& asker, Line what, const std::string& method,
                     Json request) {
  Tell(asker, what);
  Failure failure;
  const absl::StatusOr<Json> answer = client_.Call(
      asker, method, WithRequestId(method, std::move(request)), &failure);
  if (!answer.ok()) {
    Expect(false, absl::StrCat(method, ": ", answer.status().message(), " [",
                               failure.reason, "]"));
    return Json::object();
  }
  return *answer;
}

void StoryTeller::Refused(const Asker& asker, Line what,
                          const std::string& method, Json request,
                          const std::string& reason) {
  Tell(asker, what);
  Failure failure;
  const absl::StatusOr<Json> answer = client_.Call(
      asker, method, WithRequestId(method, std::move(request)), &failure);
  if (answer.ok() || (failure.reason != reason && !retelling_)) {
    Expect(false, absl::StrCat(method, " should be refused with ", reason));
    return;
  }
  std::cout << "      → "
            << (language_ == Language::kChinese ? failure.in_chinese
                                                : failure.message)
            << "  [" << failure.reason << "]\n";
}

void StoryTeller::Approved(const Asker& asker, const Asker& second, Line what,
                           const std::string& method, const Json& request,
                           const char* ground) {
  const Json proposal = Do(asker, what, "ApprovalService/ProposeAct",
                           *ProposalOf(method, request, ground));
  Expect(Do(second,
            {"另一人看过材料后签名批准",
             "somebody else looks at it, approves and signs"},
            "ApprovalService/ApproveProposal",
            RulingOn(proposal, RehearsalKeyOf(second), /*approves=*/true,
                     "材料属实")),
         "state", "APPROVED");
}

void StoryTeller::Answered(const Json& answer) {
  std::string reason = answer.value("reason", "");
  if (reason.empty() && answer.contains("reasons"))
    reason = answer["reasons"][0].get<std::string>();
  std::string clause;
  for (const Json& finding : answer.value("findings", Json::array())) {
    if (clause.empty() && finding.value("result", "") == "FAILED")
      clause = finding.value("clause", "");
  }
  std::cout << "      → " << Word(answer.value("outcome", ""), language_)
            << "  " << reason << "  "
            << InLanguage(answer.value("explanation", Json()), language_)
            << (clause.empty() ? "" : "  [" + clause + "]");
  if (answer.contains("valid_until"))
    std::cout << "  ≤ " << DateText(answer["valid_until"]);
  if (answer.contains("log_index"))
    std::cout << "  #" << answer["log_index"].get<std::string>();
  std::cout << "\n";
}

bool StoryTeller::Close() const {
  std::cout << "\n" << steps_;
  if (mistakes_ == 0)
    std::cout << In({" 步，全部符合预期\n", " steps, all as expected\n"});
  else
    std::cout << In({" 步，不符合预期的：", " steps, NOT as expected: "})
              << mistakes_ << "\n";
  return mistakes_ == 0;
}

void StoryTeller::Expect(bool as_expected, const std::string& what) {
  if (as_expected) return;
  ++mistakes_;
  std::cout << "      ✗ " << what << "\n";
}

void StoryTeller::Expect(const Json& answer, const char* key,
                         const Json& value) {
  const Json found = answer.contains(key) ? answer[key] : Json();
  Expect(found == value,
         absl::StrCat(key, " is ", found.dump(), ", expected ", value.dump()));
}

}  // namespace talentcard::client
