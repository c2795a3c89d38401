// A whole server behind a real edge: nginx with the configuration that is
// deployed, certificates of a real CA.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/time/clock.h"
#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
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

class EdgeTest : public World {
 protected:
  EdgeTest() : World(rpc::Door::kEdge) {
    std::filesystem::create_directories(directory_ + "/run");
    EXPECT_TRUE(pki::Found(pki_, {"127.0.0.1"}, absl::Now()).ok());
    Issue(kAuthor);
    Issue(kClerk);
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
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
    return grpc::CreateCustomChannel(edge_, grpc::SslCredentials(options),
                                     arguments);
  }

  // What the edge or the server says to a question that authors may ask.
  grpc::Status Ask(const std::string& certificate,
                   const std::map<std::string, std::string>& metadata = {}) {
    const auto stub = v1::PolicyService::NewStub(ChannelWith(certificate));
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    v1::ValidatePolicyRequest request;
    v1::ValidatePolicyResponse response;
    return stub->ValidatePolicy(&context, request, &response);
  }

  const std::string directory_ =
      absl::StrCat("/tmp/talentcard-edge-test-", getpid());
  const std::string pki_ = directory_ + "/pki";
  const std::string edge_ = absl::StrCat("127.0.0.1:", FreePort());
  pid_t nginx_ = 0;
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
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/"}) {
    grpc::GenericStub stub(ChannelWith(PathOf(kAuthor)));
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const grpc::ByteBuffer request;
    grpc::ByteBuffer response;
    const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
    grpc::Status status;
    call->StartCall();
    call->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << path;
  }
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

TEST_F(EdgeTest, WithoutTheServerCallersAreToldToComeAgain) {
  Start();
  server_->Shutdown();
  EXPECT_EQ(Ask(PathOf(kAuthor)).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace talentcard
