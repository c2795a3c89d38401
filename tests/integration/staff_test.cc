// Behind the edge a person signs in, with a password and a one-time code,
// before anything else; and no account is there that nobody made.
#include "services/records/staff.h"

#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/match.h"
#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/staff_service.grpc.pb.h"
#include "engine/policy/services.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/answer/record.h"
#include "services/edge/certificate.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/staff/account.h"
#include "services/staff/account_records.h"
#include "services/staff/totp.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

constexpr char kPassword[] = "four words of mine";
constexpr char kSecret[] = "12345678901234567890";

// Somebody at the edge, with a certificate and perhaps a session.
struct Caller {
  edge::Certificate certificate;
  std::string session;

  Caller(std::string staff, std::string kind, std::string institution,
         std::string serial = "1A")
      : certificate{std::move(serial), "", std::move(staff), std::move(kind),
                    std::move(institution)} {}
};

// An ErrorReason's name; empty if the call did not fail.
std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

class StaffTest : public World {
 protected:
  StaffTest() : World(rpc::Door::kEdge) {}

  void SetUp() override {
    PublishAtTheEdge();
    const auto code =
        staff::MakeFirstAccount(foundation_, "staff/first@offices/security");
    ASSERT_TRUE(code.ok()) << code.status();
    ASSERT_EQ(ReasonOf(Enrol(first_, *code)), "");
    Later();
    ASSERT_EQ(ReasonOf(SignIn(first_)), "");
  }

  void PublishAtTheEdge() {
    const Caller author("staff/author", "policy-author", "offices/talent");
    v1::PublishPolicyRequest request;
    request.set_request_id("publish-0001");
    const auto files = ReadBundle(Rules());
    ASSERT_TRUE(files.ok()) << files.status();
    for (const auto& [path, content] : *files) {
      v1::RuleFile& file = *request.add_files();
      file.set_path(path);
      file.set_content(content);
    }
    v1::Policy policy;
    grpc::ClientContext context;
    Name(author, context);
    const grpc::Status status =
        v1::PolicyService::NewStub(channel_)->PublishPolicy(&context, request,
                                                            &policy);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  static void Name(const Caller& caller, grpc::ClientContext& context) {
    context.AddMetadata(edge::kCertificateHeader,
                        edge::CertificateHeader(caller.certificate));
    context.AddMetadata("asker-purpose", "test");
    if (!caller.session.empty())
      context.AddMetadata(rpc::kSessionHeader, caller.session);
  }

  // Calls one of the service's RPCs.
  template <typename Request, typename Response>
  grpc::Status Call(const Caller& caller,
                    grpc::Status (v1::StaffService::Stub::*method)(
                        grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    Name(caller, context);
    return ((*stub_).*method)(&context, request, &response);
  }

  std::string Code() const {
    return staff::TotpCode(kSecret, staff::TotpStep(clock_.Now()));
  }
  // So that the authenticator shows another code.
  void Later(absl::Duration time = absl::Seconds(30)) {
    clock_.Advance(clock_.Now() + time);
  }

  v1::PutAccountRequest Account(const std::string& name,
                                std::vector<std::string> kinds) {
    v1::PutAccountRequest request;
    request.set_request_id(absl::StrCat("put-account-", ++requests_));
    request.mutable_account()->set_name(name);
    for (const std::string& kind : kinds) {
      v1::StaffRole& role = *request.mutable_account()->add_roles();
      role.set_kind(kind);
      role.set_institution("stations/haizhou");
    }
    return request;
  }
  grpc::Status Put(const Caller& caller, const v1::PutAccountRequest& request) {
    return Call(caller, &v1::StaffService::Stub::PutAccount, request,
                invitation_);
  }
  grpc::Status Reset(const std::string& name) {
    v1::ResetAccountRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("reset-account-", ++requests_));
    return Call(first_, &v1::StaffService::Stub::ResetAccount, request,
                invitation_);
  }
  grpc::Status Disable(const std::string& name) {
    v1::DisableAccountRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("disable-account-", ++requests_));
    v1::StaffAccount account;
    return Call(first_, &v1::StaffService::Stub::DisableAccount, request,
                account);
  }
  grpc::Status Enrol(const Caller& caller, const std::string& code,
                     const std::string& password = kPassword) {
    v1::EnrolAccountRequest request;
    request.set_enrolment_code(code);
    request.set_password(password);
    request.set_totp_secret(kSecret);
    request.set_totp_code(Code());
    v1::StaffAccount account;
    return Call(caller, &v1::StaffService::Stub::EnrolAccount, request,
                account);
  }
  grpc::Status SignIn(Caller& caller, const std::string& password = kPassword,
                      std::string code = "") {
    v1::SignInRequest request;
    request.set_password(password);
    request.set_totp_code(code.empty() ? Code() : code);
    session_.Clear();
    const grpc::Status status =
        Call(caller, &v1::StaffService::Stub::SignIn, request, session_);
    if (status.ok()) caller.session = session_.session_token();
    return status;
  }
  // What a clerk is told who asks for nobody: in, it is the request that is
  // wrong.
  std::string Find(const Caller& caller) {
    grpc::ClientContext context;
    Name(caller, context);
    v1::Person person;
    return ReasonOf(v1::RegistryService::NewStub(channel_)->FindPerson(
        &context, v1::FindPersonRequest(), &person));
  }

  // A clerk with an account, enrolled.
  Caller Wang(const std::string& serial = "2B") {
    EXPECT_EQ(ReasonOf(Put(first_, Account("staff/wang", {"clerk"}))), "");
    Caller wang("staff/wang", "clerk", "stations/haizhou", serial);
    EXPECT_EQ(ReasonOf(Enrol(wang, invitation_.enrolment_code())), "");
    Later();
    return wang;
  }

  std::string NewestNote() {
    const store::Reader& reader = database_.Latest();
    const uint64_t size = ledger::ReadHead(reader)->size();
    const auto record = answer::OpenRecord(reader, vault_, size - 1);
    return record.ok() ? record->note()
                       : std::string(record.status().message());
  }

  const std::shared_ptr<grpc::Channel> channel_ =
      server_->InProcessChannel(grpc::ChannelArguments());
  const std::unique_ptr<v1::StaffService::Stub> stub_ =
      v1::StaffService::NewStub(channel_);
  Caller first_{"staff/first", "security-admin", "offices/security"};
  v1::StaffInvitation invitation_;
  v1::StaffSession session_;
  int requests_ = 0;
};

TEST_F(StaffTest, APersonIsServedOnceSignedIn) {
  Caller wang = Wang();
  EXPECT_EQ(Find(wang), "SIGN_IN_NEEDED");
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  EXPECT_EQ(session_.idle_minutes(), 15);
  EXPECT_EQ(Find(wang), "INVALID_REQUEST") << "now the registry answers";
  EXPECT_EQ(NewestNote(), "staff/wang: signed in");
}

TEST_F(StaffTest, ADeviceHasItsCertificateOnlyAndActsAsNobodyElse) {
  const policy::Access& access = policies_->Current()->access;
  int may = 0;
  for (const std::string& kind : access.askers) {
    Caller device("devices/desk-1", kind, "stations/haizhou");
    grpc::ClientContext context;
    Name(device, context);
    v1::Policy policy;
    const std::string reason =
        ReasonOf(v1::PolicyService::NewStub(channel_)->GetPolicyInForce(
            &context, v1::GetPolicyInForceRequest(), &policy));
    EXPECT_EQ(reason, access.devices.contains(kind) ? "" : "ACCESS_DENIED")
        << kind;
    may += reason.empty();
    EXPECT_EQ(ReasonOf(SignIn(device)), "STATE_FORBIDS") << kind;
  }
  EXPECT_EQ(may, 4);
  EXPECT_EQ(Find({"devices/desk-1", "clerk", "stations/haizhou"}),
            "ACCESS_DENIED");
}

TEST_F(StaffTest, ASessionIsOfNoUseWithAnotherCertificate) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  Caller other = wang;
  other.certificate.serial = "2C";
  EXPECT_EQ(Find(other), "SIGN_IN_NEEDED");
  Caller nobody("staff/li", "clerk", "stations/haizhou");
  nobody.session = wang.session;
  EXPECT_EQ(Find(nobody), "SIGN_IN_NEEDED");
}

TEST_F(StaffTest, EveryRpcButSigningInNeedsASession) {
  const auto policy = policies_->Current();
  int held = 0;
  for (const auto& [rpc, method] : policy::AllMethods()) {
    if (method->client_streaming() || method->server_streaming()) continue;
    const auto& row = policy->access.rules.at(rpc);
    for (const auto& [kind, rule] : row) {
      grpc::ClientContext context;
      Name({"staff/nobody", kind, "offices/x"}, context);
      const grpc::Slice empty;
      const grpc::ByteBuffer request(&empty, 1);
      grpc::ByteBuffer response;
      grpc::CompletionQueue queue;
      grpc::GenericStub stub(channel_);
      std::string path = "/chengzhou.talentcard.v1." + rpc;
      path[path.rfind('.')] = '/';
      const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
      grpc::Status status;
      call->StartCall();
      call->Finish(&response, &status, this);
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
      EXPECT_EQ(ReasonOf(status) == "SIGN_IN_NEEDED", !rule.before_sign_in)
          << rpc << " " << kind << " " << ReasonOf(status);
      held += !rule.before_sign_in;
    }
  }
  EXPECT_GT(held, 150);
}

struct Wrong {
  const char* name;
  const char* password;
  const char* code;  // Empty: the right one.
};

class WrongFactorTest : public StaffTest,
                        public testing::WithParamInterface<Wrong> {};

TEST_P(WrongFactorTest, IsRefusedLikeAnyOther) {
  Caller wang = Wang();
  const grpc::Status status =
      SignIn(wang, GetParam().password, GetParam().code);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(status), "SIGN_IN_REFUSED");
  EXPECT_EQ(NewestNote(),
            "staff/wang: sign-in refused: password or code is wrong");
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang)), "");
  EXPECT_EQ(session_.failures(), 1) << "they are told that somebody tried";
}

INSTANTIATE_TEST_SUITE_P(Table, WrongFactorTest,
                         testing::ValuesIn<Wrong>({
                             {"Password", "four words of yours", ""},
                             {"Code", kPassword, "000000"},
                             {"Both", "four words of yours", "000000"},
                         }),
                         [](const auto& test) { return test.param.name; });

TEST_F(StaffTest, WhoHasNoAccountIsRefusedInTheSameWords) {
  Caller wang = Wang();
  Caller nobody("staff/nobody", "clerk", "stations/haizhou");
  const grpc::Status unknown = SignIn(nobody);
  const grpc::Status wrong = SignIn(wang, "four words of yours");
  EXPECT_EQ(unknown.error_code(), wrong.error_code());
  EXPECT_EQ(unknown.error_message(), wrong.error_message());
}

TEST_F(StaffTest, FiveFailuresLockAndARestartDoesNotUnlock) {
  Caller wang = Wang();
  for (int i = 0; i < staff::kMostFailures; ++i)
    EXPECT_EQ(ReasonOf(SignIn(wang, "wrong", "000000")), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(SignIn(wang)), "SIGN_IN_REFUSED");
  // What a new server would begin with.
  const auto kept = records::ReadStaff(database_.Latest(), vault_, "wang");
  ASSERT_TRUE(kept.ok() && *kept);
  EXPECT_EQ(staff::StateOf((*kept)->record, clock_.Now()),
            v1::StaffAccount::LOCKED);
  Later(staff::kLock);
  EXPECT_EQ(ReasonOf(SignIn(wang)), "");
}

TEST_F(StaffTest, WhoeverGuessesWithAnotherCertificateLocksThatOneOut) {
  Caller wang = Wang();
  Caller guesser = wang;
  guesser.certificate.serial = "66";
  for (int i = 0; i < staff::kMostFailures; ++i)
    EXPECT_EQ(ReasonOf(SignIn(guesser, "wrong", "000000")), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(SignIn(guesser)), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(SignIn(wang)), "");
  EXPECT_EQ(session_.failures(), staff::kMostFailures)
      << "they are told that somebody tried";
  Later();
  EXPECT_EQ(ReasonOf(SignIn(guesser)), "SIGN_IN_REFUSED");
}

TEST_F(StaffTest, AResetUnlocksAndForgetsThePassword) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  ASSERT_EQ(ReasonOf(Reset("staff/wang")), "");
  EXPECT_EQ(Find(wang), "SIGN_IN_NEEDED") << "its sessions have ended";
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang)), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(Enrol(wang, invitation_.enrolment_code(),
                           "other words of mine")),
            "");
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang)), "SIGN_IN_REFUSED");
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang, "other words of mine")), "");
}

TEST_F(StaffTest, WhoIsDisabledIsOutAtOnce) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  ASSERT_EQ(ReasonOf(Disable("staff/wang")), "");
  EXPECT_EQ(Find(wang), "SIGN_IN_NEEDED");
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang)), "SIGN_IN_REFUSED");
  EXPECT_EQ(NewestNote(), "staff/wang: sign-in refused: disabled");
}

TEST_F(StaffTest, AnotherRolesCertificateLetsNobodyIn) {
  Wang();
  Caller auditor("staff/wang", "auditor", "offices/audit", "2D");
  EXPECT_EQ(ReasonOf(SignIn(auditor)), "SIGN_IN_REFUSED");
  EXPECT_EQ(NewestNote(),
            "staff/wang: sign-in refused: the account has not this "
            "certificate's role");
}

TEST_F(StaffTest, OtherRolesEndTheSessions) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  v1::PutAccountRequest request = Account("staff/wang", {"reviewer"});
  EXPECT_EQ(ReasonOf(Put(first_, request)), "ETAG_MISMATCH");
  request = Account("staff/wang", {"reviewer"});
  request.mutable_account()->set_etag(invitation_.account().etag());
  EXPECT_EQ(ReasonOf(Put(first_, request)), "ETAG_MISMATCH")
      << "it was enrolled and used since";
  v1::GetAccountRequest get;
  get.set_name("staff/wang");
  v1::StaffAccount account;
  ASSERT_TRUE(
      Call(first_, &v1::StaffService::Stub::GetAccount, get, account).ok());
  request = Account("staff/wang", {"reviewer"});
  request.mutable_account()->set_etag(account.etag());
  ASSERT_EQ(ReasonOf(Put(first_, request)), "");
  EXPECT_EQ(invitation_.enrolment_code(), "") << "the password stays";
  EXPECT_EQ(Find(wang), "SIGN_IN_NEEDED");
  Later();
  EXPECT_EQ(ReasonOf(SignIn(wang)), "SIGN_IN_REFUSED");
}

TEST_F(StaffTest, NobodyHoldsTwoOffices) {
  for (const std::vector<std::string>& two :
       std::vector<std::vector<std::string>>{{"auditor", "system"},
                                             {"security-admin", "auditor"},
                                             {"system", "security-admin"}}) {
    EXPECT_EQ(ReasonOf(Put(first_, Account("staff/two", two))),
              "STATE_FORBIDS");
  }
  EXPECT_EQ(ReasonOf(Put(first_, Account("staff/two", {"auditor", "clerk"}))),
            "");
  EXPECT_TRUE(staff::CheckAccounts(foundation_).ok());
}

TEST_F(StaffTest, AServerDoesNotStartWhileSomebodyHoldsTwoOffices) {
  ASSERT_EQ(ReasonOf(Put(first_, Account("staff/two", {"auditor"}))), "");
  const auto add = [&](store::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(auto staff,
                     records::ReadStaff(transaction, vault_, "two"));
    staff->record.add_roles()->set_kind("system");
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, vault_));
    RETURN_IF_ERROR(
        records::WriteStaff(transaction, vault_, change, "two", staff->record));
    return change.Finish({});
  };
  ASSERT_TRUE(writer_.Run(add).ok());
  const absl::Status status = staff::CheckAccounts(foundation_);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("staff/two"));
}

TEST_F(StaffTest, NobodyChangesTheirOwnAccount) {
  EXPECT_EQ(ReasonOf(Put(first_, Account("staff/first", {"clerk"}))),
            "STATE_FORBIDS");
  EXPECT_EQ(ReasonOf(Reset("staff/first")), "STATE_FORBIDS");
  EXPECT_EQ(ReasonOf(Disable("staff/first")), "STATE_FORBIDS");
}

TEST_F(StaffTest, ThereIsOneFirstAccount) {
  EXPECT_EQ(
      staff::MakeFirstAccount(foundation_, "staff/b@offices/b").status().code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(staff::MakeFirstAccount(foundation_, "staff/b").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(StaffTest, EveryMistakeOfAnEnrolmentIsSaidAtOnce) {
  ASSERT_EQ(ReasonOf(Put(first_, Account("staff/wang", {"clerk"}))), "");
  const Caller wang("staff/wang", "clerk", "stations/haizhou");
  v1::StaffAccount account;
  const grpc::Status status = Call(wang, &v1::StaffService::Stub::EnrolAccount,
                                   v1::EnrolAccountRequest(), account);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  for (const char* field :
       {"enrolment_code", "password", "totp_secret", "totp_code"})
    EXPECT_THAT(status.error_message(), testing::HasSubstr(field));
}

TEST_F(StaffTest, AnInvitationIsForItsPersonAndForOnce) {
  ASSERT_EQ(ReasonOf(Put(first_, Account("staff/wang", {"clerk"}))), "");
  const std::string code = invitation_.enrolment_code();
  const Caller wang("staff/wang", "clerk", "stations/haizhou");
  const Caller li("staff/li", "clerk", "stations/haizhou");
  EXPECT_EQ(ReasonOf(Enrol(li, code)), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(Enrol(wang, "0123456789abcdef")), "SIGN_IN_REFUSED");
  EXPECT_EQ(ReasonOf(Enrol(wang, code)), "");
  EXPECT_EQ(ReasonOf(Enrol(wang, code)), "SIGN_IN_REFUSED");
}

TEST_F(StaffTest, AnInvitationEndsAfterThreeDays) {
  ASSERT_EQ(ReasonOf(Put(first_, Account("staff/wang", {"clerk"}))), "");
  Later(staff::kInvitation);
  EXPECT_EQ(ReasonOf(Enrol({"staff/wang", "clerk", "stations/haizhou"},
                           invitation_.enrolment_code())),
            "SIGN_IN_REFUSED");
}

TEST_F(StaffTest, SigningOutEndsTheSessionOrAllOfThem) {
  Caller desk = Wang();
  Caller home = desk;
  home.certificate.serial = "2E";
  ASSERT_EQ(ReasonOf(SignIn(desk)), "");
  Later();
  ASSERT_EQ(ReasonOf(SignIn(home)), "");
  v1::SignOutRequest request;
  v1::SignOutResponse response;
  const auto sign_out = &v1::StaffService::Stub::SignOut;
  ASSERT_TRUE(Call(desk, sign_out, request, response).ok());
  EXPECT_EQ(response.ended(), 1);
  EXPECT_EQ(Find(desk), "SIGN_IN_NEEDED");
  EXPECT_EQ(Find(home), "INVALID_REQUEST");
  request.set_everywhere(true);
  ASSERT_TRUE(Call(home, sign_out, request, response).ok());
  EXPECT_EQ(Find(home), "SIGN_IN_NEEDED");
}

TEST_F(StaffTest, SigningOutEverywhereNeedsASession) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  Caller thief = wang;
  v1::SignOutRequest request;
  v1::SignOutResponse response;
  const auto sign_out = &v1::StaffService::Stub::SignOut;
  thief.session.clear();
  request.set_everywhere(true);
  EXPECT_EQ(ReasonOf(Call(thief, sign_out, request, response)),
            "SIGN_IN_NEEDED");
  thief.session = wang.session;
  thief.certificate.serial = "66";
  EXPECT_EQ(ReasonOf(Call(thief, sign_out, request, response)),
            "SIGN_IN_NEEDED");
  request.set_everywhere(false);
  ASSERT_TRUE(Call(thief, sign_out, request, response).ok());
  EXPECT_EQ(response.ended(), 0);
  EXPECT_EQ(Find(wang), "INVALID_REQUEST");
}

// A stream of questions that a signed-in member of the bureau has opened and
// asked one on.
class StreamTest : public StaffTest {
 protected:
  void SetUp() override {
    StaffTest::SetUp();
    ASSERT_EQ(
        ReasonOf(Put(first_, Account("staff/zhou", {"education-bureau"}))), "");
    ASSERT_EQ(ReasonOf(Enrol(zhou_, invitation_.enrolment_code())), "");
    Later();
    ASSERT_EQ(ReasonOf(SignIn(zhou_)), "");
    Name(zhou_, context_);
    stream_ =
        v1::SchoolService::NewStub(channel_)->BatchQueryEnrolment(&context_);
    ASSERT_EQ(Ask(), "");
  }

  // What ended the stream; empty if it was answered.
  std::string Ask() {
    v1::BatchQueryEnrolmentRequest message;
    v1::QueryEnrolmentRequest& question = *message.add_requests();
    *question.mutable_document() =
        population::StoryFamilies().at("d2").documents(0);
    question.set_stage("PRI");
    question.set_season(2025);
    question.set_grade(1);
    v1::BatchQueryEnrolmentResponse answer;
    return stream_->Write(message) && stream_->Read(&answer)
               ? ""
               : ReasonOf(stream_->Finish());
  }
  void TearDown() override { context_.TryCancel(); }

  Caller zhou_{"staff/zhou", "education-bureau", "stations/haizhou", "3C"};
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::BatchQueryEnrolmentRequest,
                                           v1::BatchQueryEnrolmentResponse>>
      stream_;
};

TEST_F(StreamTest, GoesOnWhileTheSessionDoes) {
  for (int i = 0; i < 4; ++i) {
    Later(rpc::Sessions::kIdle - absl::Seconds(1));
    EXPECT_EQ(Ask(), "") << "each message is a use of the session";
  }
  Later(rpc::Sessions::kIdle);
  EXPECT_EQ(Ask(), "SIGN_IN_NEEDED");
}

TEST_F(StreamTest, EndsWhenTheAccountIsDisabled) {
  ASSERT_EQ(ReasonOf(Disable("staff/zhou")), "");
  EXPECT_EQ(Ask(), "SIGN_IN_NEEDED");
}

TEST_F(StreamTest, EndsWhenTheRulesNoLongerLetItsAskerIn) {
  auto others = std::make_shared<policy::Policy>(*policies_->Current());
  others->access.rules.at("SchoolService.BatchQueryEnrolment")
      .erase("education-bureau");
  policies_->Publish(others);
  EXPECT_EQ(Ask(), "ACCESS_DENIED");
}

TEST_F(StaffTest, NeitherPasswordNorSecretIsKeptInTheClear) {
  Caller wang = Wang();
  ASSERT_EQ(ReasonOf(SignIn(wang)), "");
  int rows = 0;
  const auto see = [&](std::string_view key, std::string_view value) {
    ++rows;
    for (const std::string_view secret :
         {std::string_view(kPassword), std::string_view(kSecret),
          std::string_view(wang.session),
          std::string_view(invitation_.enrolment_code())}) {
      EXPECT_FALSE(absl::StrContains(A(key), A(secret)));
      EXPECT_FALSE(absl::StrContains(A(value), A(secret)));
    }
    return true;
  };
  ASSERT_TRUE(database_.Latest().Scan("", std::string(8, '\xFF'), see).ok());
  EXPECT_GT(rows, 20);
}

TEST_F(StaffTest, AccountsAreListedInOrderAndWithoutSecrets) {
  Wang();
  ASSERT_EQ(ReasonOf(Put(first_, Account("staff/li", {"clerk"}))), "");
  v1::ListAccountsRequest request;
  request.set_page_size(2);
  v1::ListAccountsResponse page;
  const auto list = &v1::StaffService::Stub::ListAccounts;
  ASSERT_TRUE(Call(first_, list, request, page).ok());
  ASSERT_EQ(page.accounts_size(), 2);
  EXPECT_EQ(page.accounts(0).name(), "staff/first");
  EXPECT_EQ(page.accounts(0).state(), v1::StaffAccount::ACTIVE);
  EXPECT_EQ(page.accounts(1).name(), "staff/li");
  EXPECT_EQ(page.accounts(1).state(), v1::StaffAccount::TO_ENROL);
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(Call(first_, list, request, page).ok());
  ASSERT_EQ(page.accounts_size(), 1);
  EXPECT_EQ(page.accounts(0).name(), "staff/wang");
  EXPECT_EQ(page.next_page_token(), "");
}

}  // namespace
}  // namespace talentcard
