#include "services/staff/signing_in.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/records/names.h"
#include "services/records/staff.h"
#include "services/rpc/sessions.h"
#include "services/staff/account.h"
#include "services/staff/account_records.h"
#include "services/staff/totp.h"

namespace talentcard::staff {
namespace {

using rpc::Call;
using rpc::Violation;

// RFC 4226 §4: at least 128 bits, 160 recommended.
constexpr size_t kShortestSecret = 20;
constexpr size_t kLongestSecret = 64;

absl::Status Refused() {
  return rpc::Error(
      absl::StatusCode::kUnauthenticated, v1::SIGN_IN_REFUSED,
      "password or code is wrong, or the account is locked, disabled or not "
      "enrolled; five failures lock it for 15 minutes with this certificate, "
      "and a security administrator can reset it");
}

absl::Status TooMany() {
  return rpc::Error(absl::StatusCode::kResourceExhausted, v1::TOO_MANY_REQUESTS,
                    "others are signing in; try again in a second");
}

void CheckCode(const std::string& code, std::vector<Violation>& violations) {
  const bool digits =
      std::all_of(code.begin(), code.end(),
                  [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (code.size() != kTotpDigits || !digits)
    violations.push_back({"totp_code", "six digits of your authenticator"});
}

// Devices have no accounts.
absl::StatusOr<std::string> IdOfAsker(const Call& call) {
  const auto id = records::IdOf("staff", call.asker.actor.staff);
  if (id) return *id;
  return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                    absl::StrCat("`", call.asker.actor.staff,
                                 "` is no person: only people sign in"));
}

// Another certificate of the same name takes nobody's place.
std::string WhoHashes(const Call& call) {
  return absl::StrCat(call.asker.actor.staff, "\n", call.asker.certificate);
}

const char* Words(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return "signed in";
    case Outcome::kWrong:
      return "sign-in refused: password or code is wrong";
    case Outcome::kLocked:
      return "sign-in refused: locked";
    case Outcome::kUnused:
      return "sign-in refused: not used for 90 days";
    case Outcome::kDisabled:
      return "sign-in refused: disabled";
    case Outcome::kNoRole:
      return "sign-in refused: the account has not this certificate's role";
  }
  return "";
}

// The one-time code that proves the secret to be in the authenticator.
absl::StatusOr<uint64_t> CheckEnrolment(const v1::EnrolAccountRequest& q,
                                        const std::string& staff,
                                        absl::Time now) {
  std::vector<Violation> violations;
  if (q.enrolment_code().empty())
    violations.push_back({"enrolment_code", "from your invitation"});
  const std::string mistake = PasswordMistake(q.password(), staff);
  if (!mistake.empty()) violations.push_back({"password", mistake});
  if (q.totp_secret().size() < kShortestSecret ||
      q.totp_secret().size() > kLongestSecret)
    violations.push_back({"totp_secret", "20 to 64 random bytes"});
  CheckCode(q.totp_code(), violations);
  const std::optional<uint64_t> step =
      MatchTotp(q.totp_secret(), q.totp_code(), now, 0);
  if (violations.empty() && !step)
    violations.push_back({"totp_code",
                          "is not that secret's code of now; is the "
                          "authenticator's clock right?"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  return *step;
}

}  // namespace

// An attempt, as the writer left it.
struct SigningIn::Tried {
  Outcome outcome = Outcome::kWrong;
  v1::StaffSession session;
};

SigningIn::SigningIn(const rpc::Foundation& foundation)
    : foundation_(foundation),
      nobodys_(HashPassword("", foundation.vault.random())) {}

absl::Status SigningIn::Enrol(const std::shared_ptr<const Call>& call,
                              const v1::EnrolAccountRequest& request,
                              v1::StaffAccount* response,
                              grpc::ServerUnaryReactor* reactor) {
  const absl::Time now = foundation_.sessions->Now();
  ASSIGN_OR_RETURN(const std::string id, IdOfAsker(*call));
  ASSIGN_OR_RETURN(const uint64_t step,
                   CheckEnrolment(request, call->asker.actor.staff, now));
  std::string password;
  {
    const auto place = places_.Take(WhoHashes(*call));
    if (place == nullptr) return TooMany();
    password = HashPassword(request.password(), foundation_.vault.random());
  }
  foundation_.writer.Submit(
      [=, &request, this](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(
            auto staff, records::ReadStaff(transaction, foundation_.vault, id));
        if (!staff || !IsInvited(staff->record, request.enrolment_code(), now))
          return Refused();
        v1::StaffRecord& record = staff->record;
        record.clear_enrolment_hash();
        record.clear_enrolment_until();
        record.set_password(password);
        record.set_totp_secret(request.totp_secret());
        record.set_last_step(step);
        *record.mutable_last_used_time() = decision::ToTimestamp(now);
        ASSIGN_OR_RETURN(*response, KeepAccount(transaction, foundation_, *call,
                                                id, record, "enrolled"));
        return absl::OkStatus();
      },
      [=](const absl::StatusOr<uint64_t>& revision) {
        if (!revision.ok()) response->Clear();
        reactor->Finish(rpc::ToGrpc(revision.status()));
      });
  return absl::OkStatus();
}

absl::StatusOr<bool> SigningIn::IsRight(const Call& call, const std::string& id,
                                        const std::string& password,
                                        std::string& encoded) {
  ASSIGN_OR_RETURN(const auto staff,
                   records::ReadStaff(*foundation_.writer.Durable().reader,
                                      foundation_.vault, id));
  if (staff) encoded = staff->record.password();
  const auto place = places_.Take(WhoHashes(call));
  if (place == nullptr) return TooMany();
  return IsPassword(password, encoded.empty() ? nobodys_ : encoded);
}

absl::Status SigningIn::Try(const Call& call, const std::string& id,
                            const std::string& totp_code, bool password_right,
                            const std::string& encoded,
                            store::Transaction& transaction, Tried& tried) {
  const absl::Time now = foundation_.sessions->Now();
  tried = Tried();
  ASSIGN_OR_RETURN(auto staff,
                   records::ReadStaff(transaction, foundation_.vault, id));
  if (!staff) return absl::OkStatus();
  v1::StaffRecord& record = staff->record;
  *tried.session.mutable_last_used_time() = record.last_used_time();
  tried.session.set_failures(record.failures());
  tried.outcome =
      Attempt(record, call.asker.certificate,
              password_right && encoded == record.password(), totp_code, now);
  if (tried.outcome == Outcome::kLocked) return absl::OkStatus();
  const auto& actor = call.asker.actor;
  if (tried.outcome == Outcome::kDone &&
      (!HasRole(record, actor.kind, actor.institution) ||
       !CheckOfficesApart(call.policy->access.offices, actor.staff, record)
            .ok()))
    tried.outcome = Outcome::kNoRole;
  return KeepAccount(transaction, foundation_, call, id, record,
                     Words(tried.outcome))
      .status();
}

absl::Status SigningIn::SignIn(const std::shared_ptr<const Call>& call,
                               const v1::SignInRequest& request,
                               v1::StaffSession* response,
                               grpc::ServerUnaryReactor* reactor) {
  std::vector<Violation> violations;
  if (request.password().empty()) violations.push_back({"password", "type it"});
  CheckCode(request.totp_code(), violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const std::string id, IdOfAsker(*call));
  std::string encoded;
  ASSIGN_OR_RETURN(const bool right,
                   IsRight(*call, id, request.password(), encoded));
  const auto tried = std::make_shared<Tried>();
  const auto token = std::make_shared<rpc::Asker>(call->asker);
  foundation_.writer.Submit(
      [=, &request, this](store::Transaction& transaction) -> absl::Status {
        foundation_.sessions->End(*token);  // Of a run that came to nothing.
        RETURN_IF_ERROR(Try(*call, id, request.totp_code(), right, encoded,
                            transaction, *tried));
        if (tried->outcome != Outcome::kDone) return absl::OkStatus();
        // Here and not when it is durable: whoever disables the account next
        // ends this session too.
        const rpc::Sessions::Begun begun =
            foundation_.sessions->Begin(call->asker);
        token->session = begun.token;
        tried->session.set_session_token(begun.token);
        *tried->session.mutable_expire_time() =
            decision::ToTimestamp(begun.until);
        tried->session.set_idle_minutes(
            static_cast<int32_t>(absl::ToInt64Minutes(rpc::Sessions::kIdle)));
        return absl::OkStatus();
      },
      [=, this](const absl::StatusOr<uint64_t>& revision) {
        absl::Status status = revision.status();
        if (status.ok() && tried->outcome != Outcome::kDone) status = Refused();
        if (status.ok()) {
          *response = tried->session;
        } else {
          foundation_.sessions->End(*token);
        }
        reactor->Finish(rpc::ToGrpc(status));
      });
  return absl::OkStatus();
}

}  // namespace talentcard::staff
