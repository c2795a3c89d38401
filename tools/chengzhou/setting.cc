#include "tools/chengzhou/setting.h"

#include <iostream>
#include <map>

#include "tools/chengzhou/render.h"

namespace talentcard::client {

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kBadInput;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kNotAllowed;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kRefused;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnreachable;
    default:
      return kFailed;
  }
}

Asker AskerOf(const Setting& setting, const std::string& kind) {
  static const std::map<std::string, const char*> kUsualPlaces = {
      {"auditor", "offices/audit"},
      {"department", "departments/hr-bureau"},
      {"education-bureau", "offices/education"},
      {"employer", "employers/91219900MAT0001300"},
      {"hospital", "hospitals/haicheng-central"},
      {"policy-author", "offices/talent"},
      {"reviewer", "towns/haizhou"},
      {"school", "schools/first-primary"},
      {"security-admin", "offices/security"},
      {"system", "offices/data"},
      {"talent-office", "offices/talent"}};
  Asker asker = setting.asker;
  if (asker.kind.empty()) asker.kind = kind;
  if (!asker.institution.empty()) return asker;
  const auto place = kUsualPlaces.find(asker.kind);
  asker.institution =
      place != kUsualPlaces.end() ? place->second : "stations/haizhou";
  return asker;
}

std::string_view In(const Setting& setting, std::string_view zh,
                    std::string_view en) {
  return setting.language == Language::kChinese ? zh : en;
}

int Report(const absl::Status& status, const Setting& setting) {
  if (!status.ok()) std::cerr << Sentence(FailureOf(status), setting.language);
  return ExitCodeOf(status);
}

int Show(const absl::StatusOr<Json>& answer, const Setting& setting) {
  if (answer.ok())
    std::cout << (setting.json ? answer->dump(2) + "\n"
                               : Render(*answer, setting.language));
  return Report(answer.status(), setting);
}

}  // namespace talentcard::client
