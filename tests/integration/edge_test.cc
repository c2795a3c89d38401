// A whole server behind a real edge: nginx with the configuration that is
// deployed, certificates of a real CA.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "tests/integration/world.h"
#include "tools/pki/city_ca.h"
#include "tools/pki/files.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

const pki::Subject kAuthor{"", "", "staff/author", "policy-author",
                           "offices/talent"};
const pki::Subject kClerk{"", "", "staff/wang", "clerk", "stations/haizhou"};

const pki::Subject kSchool{"", "", "devices/register", "school",
                           "schools/first-primary"};

constexpr char kPackage[] = "/chengzhou.talentcard.v1.";
constexpr auto kPatience = std::chrono::seconds(20);

// A port that was free a moment ago.
int FreePort() {
  const int file = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(file, any, size), 0);
  EXPECT_EQ(getsockname(file, any, &size), 0);
  close(file);
  return ntohs(address.sin_port);
}

// Calls whose requests never come.
class Unfinished {
 public:
  explicit Unfinished(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel) {}
  ~Unfinished() {
    for (One& one : calls_) one.context.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  void Begin(const std::string& rpc) {
    One& one = calls_.emplace_back();
    one.call = stub_.PrepareCall(&one.context, kPackage + rpc, &queue_);
    one.call->StartCall(&one.begun);
    one.call->Finish(&one.status, &one.ended);
  }
  // What the next that ends, ends with; nullopt if none does in time.
  std::optional<grpc::StatusCode> NextEnd(
      std::chrono::system_clock::duration patience = kPatience) {
    const auto end = std::chrono::system_clock::now() + patience;
    void* tag = nullptr;
    bool ok = false;
    while (queue_.AsyncNext(&tag, &ok, end) ==
           grpc::CompletionQueue::GOT_EVENT) {
      for (const One& one : calls_)
        if (tag == &one.ended) return one.status.error_code();
    }
    return std::nullopt;
  }

 private:
  struct One {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
    grpc::Status status;
    char begun = 0, ended = 0;  // Their addresses are the tags.
  };
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  std::deque<One> calls_;
};

class EdgeTest : public World {
 protected:
  EdgeTest() : World(rpc::Door::kEdge) {
    std::filesystem::create_directories(directory_ + "/run");
    EXPECT_TRUE(pki::Found(pki_, {"127.0.0.1"}, absl::Now()).ok());
    for (const pki::Subject& subject : {kAuthor, kClerk, kSchool})
      Issue(subject);
  }
  ~EdgeTest() override {
    Stop();
    std::filesystem::remove_all(directory_);
  }

  std::string Issue(const pki::Subject& subject, absl::Time now = absl::Now()) {
    const auto path = pki::Issue(pki_, subject, absl::Hours(24), now);
    EXPECT_TRUE(path.ok()) << path.status();
    return path.value_or("");
  }

  // `limits` as tools/deploy/configure takes them, e.g. `RATE=5`.
  void Start(const std::string& limits = "") {
    const std::string deploy = TALENTCARD_SOURCE_DIR "/tools/deploy/";
    const std::string configuration = directory_ + "/nginx.conf";
    ASSERT_EQ(
        std::system(absl::StrCat(limits, " WORKERS=1 ", deploy, "configure ",
                                 edge_, " ", address_.substr(5), " ", pki_, " ",
                                 directory_, "/run >", configuration)
                        .c_str()),
        0);
    nginx_ = fork();
    if (nginx_ == 0) {
      execl((deploy + "edge").c_str(), "edge", configuration.c_str(), nullptr);
      _exit(127);
    }
    ASSERT_TRUE(Reachable());
  }
  void Stop() {
    if (nginx_ <= 0) return;
    kill(nginx_, SIGTERM);
    waitpid(nginx_, nullptr, 0);
    nginx_ = 0;
  }
  bool Reachable() {
    const auto channel = ChannelWith(PathOf(kClerk));
    return channel->WaitForConnected(std::chrono::system_clock::now() +
                                     std::chrono::seconds(20));
  }

  std::string PathOf(const pki::Subject& subject) const {
    return absl::StrCat(pki_, "/issued/", pki::FileName(subject), ".pem");
  }
  // With this certificate; without any if it is empty. Never shared with
  // another test's.
  std::shared_ptr<grpc::Channel> ChannelWith(const std::string& certificate) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = *pki::ReadFile(pki_ + "/root.pem");
    if (!certificate.empty()) {
      options.pem_cert_chain = *pki::ReadFile(certificate);
      options.pem_private_key = *pki::ReadFile(
          certificate.substr(0, certificate.size() - 4) + ".key");
    }
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
    return grpc::CreateCustomChannel(edge_, grpc::SslCredentials(options),
                                     arguments);
  }

  // What the edge or the server says to a question that authors may ask.
  grpc::Status Ask(const std::string& certificate,
                   const std::map<std::string, std::string>& metadata = {}) {
    const auto stub = v1::PolicyService::NewStub(ChannelWith(certificate));
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    v1::ValidatePolicyRequest request;
    v1::ValidatePolicyResponse response;
    return stub->ValidatePolicy(&context, request, &response);
  }
  // What is said to an empty request at `path`.
  grpc::StatusCode Send(const std::string& certificate,
                        const std::string& path) {
    grpc::GenericStub stub(ChannelWith(certificate));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    grpc::CompletionQueue queue;
    const grpc::Slice empty;
    const grpc::ByteBuffer request(&empty, 1);
    grpc::ByteBuffer response;
    const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
    grpc::Status status;
    call->StartCall();
    call->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status.error_code();
  }
  // The rules, so that there is more than to publish them.
  void PublishAtTheEdge() {
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
    const grpc::Status status =
        v1::PolicyService::NewStub(ChannelWith(PathOf(kAuthor)))
            ->PublishPolicy(&context, request, &policy);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  std::vector<std::string> Lines(const std::string& log) {
    const auto text = pki::ReadFile(directory_ + "/run/" + log);
    if (!text.ok()) return {};
    return absl::StrSplit(*text, '\n', absl::SkipEmpty());
  }
  // Puts the access log away, as logrotate does, and has nginx open another
  // one. What was asked before is in the one put away.
  void Rotate() {
    const std::string mark = absl::StrCat("/mark", ++rotated_);
    Send(PathOf(kClerk), mark);
    const std::string log = directory_ + "/run/access.log";
    std::filesystem::rename(log, log + ".1");
    ASSERT_EQ(kill(nginx_, SIGUSR1), 0);
    const auto is_there = [&] {
      const std::vector<std::string> lines = Lines("access.log.1");
      return !lines.empty() && absl::StrContains(lines.back(), mark);
    };
    const absl::Time end = absl::Now() + absl::Seconds(20);
    while (!is_there() && absl::Now() < end) sched_yield();
    ASSERT_TRUE(is_there());
  }

  const std::string directory_ =
      absl::StrCat("/tmp/talentcard-edge-test-", getpid());
  const std::string pki_ = directory_ + "/pki";
  const std::string edge_ = absl::StrCat("127.0.0.1:", FreePort());
  pid_t nginx_ = 0;
  int rotated_ = 0;
};

TEST_F(EdgeTest, WhoAsksIsWhomTheCertificateNames) {
  Start();
  // The author's empty bundle is judged; the clerk's is not looked at.
  EXPECT_NE(Ask(PathOf(kAuthor)).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  const grpc::Status clerk = Ask(PathOf(kClerk));
  EXPECT_EQ(clerk.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(clerk.error_message(), testing::HasSubstr("`clerk`"));
}

TEST_F(EdgeTest, MetadataMakeNobodySomebodyElse) {
  Start();
  const grpc::Status clerk =
      Ask(PathOf(kClerk),
          {{"asker-certificate",
            "SUCCESS 1A CN=staff/author,OU=policy-author,O=offices/talent"},
           {"asker-kind", "policy-author"},
           {"asker-institution", "offices/talent"},
           {"asker-staff", "staff/author"},
           {"asker-person", "people/00"}});
  EXPECT_EQ(clerk.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(clerk.error_message(), testing::HasSubstr("`clerk`"));
}

TEST_F(EdgeTest, OnlyACertificateThatIsGoodTodayLetsIn) {
  // What another city's CA issued, for the same name.
  const std::string foreign = directory_ + "/foreign";
  ASSERT_TRUE(pki::Found(foreign, {"127.0.0.1"}, absl::Now()).ok());
  const auto stranger =
      pki::Issue(foreign, kAuthor, absl::Hours(24), absl::Now());
  const pki::Subject old{"", "", "staff/old", "policy-author",
                         "offices/talent"};
  const std::string ended = Issue(old, absl::Now() - absl::Hours(25));
  Start();
  for (const std::string& certificate : {std::string(), *stranger, ended}) {
    const grpc::Status status = Ask(certificate);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
        << certificate << ": " << status.error_message();
  }
}

TEST_F(EdgeTest, ARevokedCertificateIsRefusedOnceTheEdgeHasReadTheList) {
  Start();
  ASSERT_TRUE(pki::Revoke(pki_, kAuthor, absl::Now()).ok());
  ASSERT_EQ(kill(nginx_, SIGHUP), 0);
  grpc::Status status;
  const absl::Time end = absl::Now() + absl::Seconds(20);
  do {
    status = Ask(PathOf(kAuthor));
  } while (status.error_code() != grpc::StatusCode::UNAUTHENTICATED &&
           absl::Now() < end);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Ask(PathOf(kClerk)).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(EdgeTest, BulkLoadsAndReflectionAreNotThere) {
  Start();
  for (const char* path :
       {"/chengzhou.talentcard.v1.RegistryService/ImportPeople",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "/"})
    EXPECT_EQ(Send(PathOf(kAuthor), path), grpc::StatusCode::UNIMPLEMENTED)
        << path;
}

TEST_F(EdgeTest, OneCertificateIsHeldToItsRateAndOthersAreNot) {
  Start("DESK_RATE=1 DESK_BURST=3");
  int shed = 0;
  for (int i = 0; i < 20; ++i)
    shed += Ask(PathOf(kClerk)).error_code() ==
            grpc::StatusCode::RESOURCE_EXHAUSTED;
  EXPECT_GE(shed, 10);
  EXPECT_NE(Ask(PathOf(kAuthor)).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(EdgeTest, OneCertificateHoldsEightCallsAtDesksAndTheOthersGoOn) {
  Start();
  Unfinished held(ChannelWith(PathOf(kClerk)));
  for (int i = 0; i < 60; ++i) held.Begin("PolicyService/ValidatePolicy");
  for (int i = 0; i < 52; ++i)
    ASSERT_EQ(held.NextEnd(), grpc::StatusCode::RESOURCE_EXHAUSTED) << i;
  EXPECT_EQ(held.NextEnd(std::chrono::milliseconds(100)), std::nullopt)
      << "eight are held";
  EXPECT_NE(Ask(PathOf(kAuthor)).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(EdgeTest, WhenDesksAreFullHospitalsStreamsAndSigningInAreNot) {
  Start("DESK_PLACES=4");
  Unfinished held(ChannelWith(PathOf(kClerk)));
  for (int i = 0; i < 5; ++i) held.Begin("PolicyService/ValidatePolicy");
  ASSERT_EQ(held.NextEnd(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Ask(PathOf(kAuthor)).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  for (const char* const rpc :
       {"HospitalService/VerifyGreenChannel", "StaffService/SignIn",
        "SchoolService/BatchQueryEnrolment"}) {
    EXPECT_NE(Send(PathOf(kAuthor), kPackage + std::string(rpc)),
              grpc::StatusCode::RESOURCE_EXHAUSTED)
        << rpc;
  }
}

TEST_F(EdgeTest, NobodyTakesEveryPlaceOfSigningInOrOfStreams) {
  Start();
  for (const auto& [rpc, places] :
       {std::pair("StaffService/SignIn", 4),
        std::pair("SchoolService/BatchQueryEnrolment", 2)}) {
    Unfinished held(ChannelWith(PathOf(kSchool)));
    for (int i = 0; i < places + 3; ++i) held.Begin(rpc);
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(held.NextEnd(), grpc::StatusCode::RESOURCE_EXHAUSTED) << rpc;
    EXPECT_NE(Send(PathOf(kAuthor), kPackage + std::string(rpc)),
              grpc::StatusCode::RESOURCE_EXHAUSTED)
        << rpc;
  }
}

TEST_F(EdgeTest, ACallEndsInTimeHoweverItsRequestComesAndAStreamGoesOn) {
  Start("LONGEST=1S DESK_PLACES=1");
  PublishAtTheEdge();
  grpc::ClientContext context;
  context.AddMetadata("asker-purpose", "test");
  const auto stream = v1::SchoolService::NewStub(ChannelWith(PathOf(kSchool)))
                          ->BatchQueryEnrolment(&context);
  v1::BatchQueryEnrolmentRequest question;
  v1::QueryEnrolmentRequest& child = *question.add_requests();
  *child.mutable_document() = population::StoryFamilies().at("d2").documents(0);
  child.set_school(kSchool.institution);
  child.set_stage("PRI");
  child.set_season(2025);
  child.set_grade(1);
  v1::BatchQueryEnrolmentResponse answer;
  const auto ask = [&] {
    return stream->Write(question) && stream->Read(&answer);
  };
  ASSERT_TRUE(ask()) << stream->Finish().error_message();
  // Ended by the server: the edge's own word for one that says nothing is
  // another and comes later. gRPC 1.51 ends it twice; nginx reads either the
  // first end or that there are two.
  for (const char* const rpc :
       {"PolicyService/ValidatePolicy", "HospitalService/VerifyGreenChannel",
        "StaffService/SignIn"}) {
    Unfinished held(ChannelWith(PathOf(kClerk)));
    held.Begin(rpc);
    EXPECT_THAT(held.NextEnd(), testing::Optional(testing::AnyOf(
                                    grpc::StatusCode::DEADLINE_EXCEEDED,
                                    grpc::StatusCode::UNAVAILABLE)))
        << rpc;
  }
  EXPECT_NE(Ask(PathOf(kAuthor)).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED)
      << "its place is free again";
  EXPECT_TRUE(ask()) << stream->Finish().error_message();
}

TEST_F(EdgeTest, WhatIsShedIsNotLoggedAndTheRestIsWithItsAnswer) {
  Start("DESK_RATE=1 DESK_BURST=3");
  int shed = 0, passed = 0;
  for (int i = 0; i < 20; ++i) {
    ++(Ask(PathOf(kClerk)).error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED
           ? shed
           : passed);
  }
  ASSERT_GE(shed, 10);
  Rotate();
  const std::string asked =
      kPackage + std::string("PolicyService/ValidatePolicy");
  std::vector<std::string> lines;
  for (const std::string& line : Lines("access.log.1"))
    if (absl::StrContains(line, asked)) lines.push_back(line);
  EXPECT_EQ(lines.size(), static_cast<size_t>(passed));
  EXPECT_THAT(lines, testing::Each(testing::HasSubstr(asked + " 200 7 ")));
  EXPECT_THAT(Lines("access.log"),
              testing::Not(testing::Contains(testing::HasSubstr(asked))));
}

TEST_F(EdgeTest, AfterTheLogsWerePutAwayLoggingGoesOnInNewOnes) {
  Start();
  Ask(PathOf(kClerk));
  Rotate();
  EXPECT_THAT(Lines("access.log.1"),
              testing::Contains(testing::HasSubstr("ValidatePolicy 200 7 ")));
  Ask(PathOf(kAuthor));
  Rotate();
  EXPECT_THAT(Lines("access.log.1"),
              testing::Contains(testing::HasSubstr("ValidatePolicy 200 ")));
}

TEST_F(EdgeTest, WithoutTheServerCallersAreToldToComeAgain) {
  Start();
  server_->Shutdown();
  EXPECT_EQ(Ask(PathOf(kAuthor)).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace talentcard
