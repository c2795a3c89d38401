// Every cell of access.yaml, through the handlers, and the matrix against a
// second reading of it.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <ctime>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "engine/policy/services.h"
#include "services/edge/certificate.h"
#include "services/rpc/access.h"
#include "tests/integration/access_model.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(type)
          ->New());
}

// Puts a text at a path, into one element where it goes through a list.
void Name(Message& message, std::string_view path, const std::string& text) {
  const size_t dot = path.find('.');
  const auto* field = message.GetDescriptor()->FindFieldByName(
      std::string(path.substr(0, dot)));
  const auto* reflection = message.GetReflection();
  if (dot == std::string_view::npos)
    return reflection->SetString(&message, field, text);
  Message& inner = field->is_repeated()
                       ? *reflection->AddMessage(&message, field)
                       : *reflection->MutableMessage(&message, field);
  Name(inner, path.substr(dot + 1), text);
}

// The paths of the fields that are set, down to what is no message.
void Paths(const Message& message, const std::string& prefix,
           std::set<std::string>& paths) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const std::string path = prefix + field->name();
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      paths.insert(path);
    } else if (field->is_repeated()) {
      if (reflection->FieldSize(message, field) == 0) continue;
      for (int i = 0; i < reflection->FieldSize(message, field); ++i)
        Paths(reflection->GetRepeatedMessage(message, field, i), path + ".",
              paths);
    } else {
      paths.insert(path);
      Paths(reflection->GetMessage(message, field), path + ".", paths);
    }
  }
}

// Sets every field, three messages deep.
void Fill(Message& message, int depth = 0) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (depth == 3) continue;
      Fill(field->is_repeated() ? *reflection->AddMessage(&message, field)
                                : *reflection->MutableMessage(&message, field),
           depth + 1);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      field->is_repeated() ? reflection->AddString(&message, field, "x")
                           : reflection->SetString(&message, field, "x");
    } else if (!field->is_repeated()) {
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
          reflection->SetInt32(&message, field, 1);
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          reflection->SetInt64(&message, field, 1);
          break;
        case FieldDescriptor::CPPTYPE_UINT32:
          reflection->SetUInt32(&message, field, 1);
          break;
        case FieldDescriptor::CPPTYPE_UINT64:
          reflection->SetUInt64(&message, field, 1);
          break;
        case FieldDescriptor::CPPTYPE_DOUBLE:
          reflection->SetDouble(&message, field, 1);
          break;
        case FieldDescriptor::CPPTYPE_BOOL:
          reflection->SetBool(&message, field, true);
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          reflection->SetEnumValue(&message, field, 1);
          break;
        default:
          ADD_FAILURE() << "no value for " << field->full_name();
      }
    }
  }
}

// Whether a path is listed, or lies below or above one that is.
bool Listed(const std::set<std::string>& fields, const std::string& path) {
  return std::any_of(
      fields.begin(), fields.end(), [&](const std::string& field) {
        return path == field || absl::StartsWith(path, field + ".") ||
               absl::StartsWith(field, path + ".");
      });
}

std::string ShownBeyond(const std::set<std::string>& fields,
                        const Message& answer) {
  if (fields.empty()) return "";
  std::set<std::string> paths;
  Paths(answer, "", paths);
  for (const std::string& path : paths) {
    if (!Listed(fields, path)) return path;
  }
  return "";
}

struct Told {
  grpc::Status status;
  std::vector<std::string> answers;
};

// One message to an RPC of any form, in process, by these metadata.
Told Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& rpc,
         const Message& request,
         const std::map<std::string, std::string>& metadata) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const auto done = [&] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call =
      stub.PrepareCall(&context,
                       absl::StrCat("/chengzhou.talentcard.v1.",
                                    absl::StrReplaceAll(rpc, {{".", "/"}})),
                       &queue);
  call->StartCall(nullptr);
  done();
  const grpc::Slice slice(request.SerializeAsString());
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  done();
  Told told;
  grpc::ByteBuffer received;
  while (call->Read(&received, nullptr), done()) {
    std::vector<grpc::Slice> slices;
    received.Dump(&slices);
    std::string& bytes = told.answers.emplace_back();
    for (const grpc::Slice& s : slices)
      bytes.append(reinterpret_cast<const char*>(s.begin()), s.size());
  }
  call->Finish(&told.status, nullptr);
  done();
  return told;
}

std::map<std::string, std::string> Metadata(const Asker& asker) {
  std::map<std::string, std::string> out = {
      {"asker-kind", asker.kind},
      {"asker-institution", asker.institution},
      {"asker-staff", asker.staff}};
  if (!asker.purpose.empty()) out["asker-purpose"] = asker.purpose;
  return out;
}

// An institution as askers of this kind have one, by number.
std::string InstitutionOf(const std::string& kind, int number) {
  const std::map<std::string, std::string> collections = {
      {"clerk", "stations"},
      {"hospital", "hospitals"},
      {"school", "schools"},
      {"department", "departments"},
      {"employer", "employers"}};
  const auto it = collections.find(kind);
  return absl::StrCat(it == collections.end() ? "offices" : it->second, "/i",
                      number);
}

const AccessModel& Model() {
  static const auto* const model =
      new AccessModel(TALENTCARD_SOURCE_DIR "/rules/haicheng/access.yaml");
  return *model;
}

class MatrixTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
  }

  // One cell, asked with `named` where the institution stands.
  void Check(const std::string& rpc, const MethodDescriptor& method,
             const Asker& asker, const std::string& named) {
    const YAML::Node cell = Model().Cell(rpc, asker.kind);
    const std::string field = AccessModel::OwnField(cell);
    const auto request = New(method.input_type());
    if (!field.empty() && !named.empty()) Name(*request, field, named);
    const uint64_t reads = database_.reads(), writes = database_.writes();
    const Told told = Ask(channel_, rpc, *request, Metadata(asker));
    const grpc::StatusCode code = told.status.error_code();
    const std::string where =
        absl::StrCat(rpc, " asked by ", asker.kind, " of ", asker.institution,
                     " for `", named, "`, purpose `", asker.purpose,
                     "`: ", told.status.error_message());
    ++cells_;
    if (!Model().May(asker.kind, asker.institution, rpc, named,
                     !asker.purpose.empty())) {
      ++denied_;
      EXPECT_EQ(code, grpc::StatusCode::PERMISSION_DENIED) << where;
      EXPECT_TRUE(told.answers.empty()) << where;
      EXPECT_EQ(database_.reads(), reads) << where;
      EXPECT_EQ(database_.writes(), writes) << where;
      return;
    }
    EXPECT_NE(code, grpc::StatusCode::PERMISSION_DENIED) << where;
    EXPECT_NE(code, grpc::StatusCode::UNAUTHENTICATED) << where;
    EXPECT_NE(code, grpc::StatusCode::INTERNAL) << where;
    for (const std::string& bytes : told.answers) {
      const auto answer = New(method.output_type());
      ASSERT_TRUE(answer->ParseFromString(bytes)) << where;
      EXPECT_EQ(ShownBeyond(Model().Fields(cell), *answer), "") << where;
    }
    if (told.status.ok()) ++answered_;
  }

  const std::shared_ptr<grpc::Channel> channel_ =
      server_->InProcessChannel(grpc::ChannelArguments());
  int cells_ = 0, denied_ = 0, answered_ = 0;
};

TEST_F(MatrixTest, EveryCellAnswersOrIsDeniedBeforeAnythingIsRead) {
  std::set<std::string> kinds = Model().Kinds();
  kinds.insert("stranger");
  kinds.insert("everybody");
  for (const auto& [rpc, method] : policy::AllMethods()) {
    for (const std::string& kind : kinds) {
      for (const char* purpose : {"", "test"}) {
        const Asker asker{kind, InstitutionOf(kind, 1), "staff/x", purpose};
        Check(rpc, *method, asker, asker.institution);
        if (AccessModel::OwnField(Model().Cell(rpc, kind)).empty()) continue;
        Check(rpc, *method, asker, InstitutionOf(kind, 2));
        Check(rpc, *method, asker, "");
        // Of the same collection as somebody else's, or no name at all.
        Check(rpc, *method, asker, InstitutionOf("clerk", 1));
        Check(rpc, *method, asker, asker.institution + " ");
      }
    }
    const auto request = New(method->input_type());
    EXPECT_EQ(Ask(channel_, rpc, *request, {}).status.error_code(),
              grpc::StatusCode::UNAUTHENTICATED)
        << rpc;
    ++cells_;
  }
  EXPECT_EQ(Model().Rpcs().size(), policy::AllMethods().size());
  RecordProperty("cells", cells_);
  std::cout << cells_ << " cells, " << denied_ << " denied, " << answered_
            << " answered in full\n";
  EXPECT_GT(denied_, 1000);
  EXPECT_GT(answered_, 20);
}

TEST_F(MatrixTest, AnAnswerIsCutToTheFieldsOfItsCell) {
  int cells = 0;
  const policy::Access& access = policies_->Current()->access;
  for (const auto& [rpc, method] : policy::AllMethods()) {
    for (const std::string& kind : Model().Kinds()) {
      const YAML::Node cell = Model().Cell(rpc, kind);
      if (!cell) continue;
      const auto answer = New(method->output_type());
      Fill(*answer);
      std::set<std::string> before, after;
      Paths(*answer, "", before);
      rpc::Disclose(access.rules.at(rpc).at(kind), *answer);
      Paths(*answer, "", after);
      const std::set<std::string> fields = Model().Fields(cell);
      for (const std::string& path : before) {
        EXPECT_EQ(after.contains(path), fields.empty() || Listed(fields, path))
            << rpc << " " << kind << " " << path;
      }
      ++cells;
    }
  }
  EXPECT_GT(cells, 150);
}

TEST_F(MatrixTest, RandomAskersAndObjectsAgreeWithASecondReadingOfTheMatrix) {
  const uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const auto pick = [&](const auto& from) -> const auto& {
    return *std::next(from.begin(),
                      static_cast<int64_t>(random() % from.size()));
  };
  std::set<std::string> kinds = Model().Kinds();
  kinds.insert({"", "everybody", "stranger", "Hospital"});
  const auto methods = policy::AllMethods();
  const policy::Access& access = policies_->Current()->access;
  int allowed = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto& [rpc, method] = pick(methods);
    const std::string kind = pick(kinds);
    rpc::Asker asker;
    asker.actor.kind = kind;
    asker.actor.institution = InstitutionOf(kind, random() % 3);
    asker.purpose = random() % 2 == 0 ? "" : "test";
    const std::string named =
        random() % 8 == 0 ? "" : InstitutionOf(pick(kinds), random() % 3);
    const auto request = New(method->input_type());
    const std::string field =
        AccessModel::OwnField(Model().Cell(rpc, asker.actor.kind));
    if (!field.empty() && !named.empty()) Name(*request, field, named);
    const auto rule = rpc::Authorise(access, rpc, asker);
    const bool may =
        rule.ok() && rpc::CheckRequest(**rule, rpc, asker, *request).ok();
    ASSERT_EQ(may, Model().May(kind, asker.actor.institution, rpc, named,
                               !asker.purpose.empty()))
        << rpc << " " << kind << " " << asker.actor.institution << " `" << named
        << "` seed " << seed;
    if (may) ++allowed;
  }
  std::cout << allowed << " of 100000 allowed\n";
  EXPECT_GT(allowed, 1000);
}

// Where the handler has to show whose it is: a visit without a booking.
TEST_F(MatrixTest, AHospitalStartsVisitsInItsOwnNameOnly) {
  const v1::Person person = population::StoryFamilies().at("d2");
  const auto start = [&](const char* asker, const char* hospital,
                         const char* id) {
    return client_
        ->Call({"hospital", asker, "staff/a", "at the desk"},
               "HospitalService/StartVisit",
               {{"patient",
                 {{"hospital", hospital},
                  {"document",
                   {{"kind", "RESIDENT_IDENTITY_CARD"},
                    {"number", person.documents(0).number()}}}}},
                {"request_id", id}})
        .status()
        .code();
  };
  EXPECT_EQ(start("hospitals/haicheng-tcm", "hospitals/haicheng-central",
                  "visit-matrix-1"),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(start("hospitals/haicheng-central", "hospitals/haicheng-central",
                  "visit-matrix-2"),
            absl::StatusCode::kOk);
}

// A number alone is asked about for a reason that goes on record.
TEST_F(MatrixTest, WhoWasNotShownTheCardSaysWhyTheyAsk) {
  const v1::Person person = population::StoryFamilies().at("d2");
  const auto verify = [&](const char* card, const char* purpose) {
    return client_
        ->Call({"hospital", "hospitals/haicheng-central", "staff/a", purpose},
               "HospitalService/VerifyGreenChannel",
               {{"hospital", "hospitals/haicheng-central"},
                {"card", card},
                {"document",
                 {{"kind", "RESIDENT_IDENTITY_CARD"},
                  {"number", person.documents(0).number()}}}})
        .status()
        .code();
  };
  EXPECT_EQ(verify("", ""), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(verify("", "a patient at the desk"), absl::StatusCode::kOk);
  EXPECT_EQ(verify("cards/00000000000000000000000000000000", ""),
            absl::StatusCode::kOk);
}

// A handler that forgets to ask whose a record is cannot tell of it.
TEST(OwnTest, WhatNobodyShowedToBeOnesOwnIsNotTold) {
  policy::AccessRule rule;
  rule.relation = "own";
  rule.own_by = policy::kOwnByRecord;
  rpc::Call call;
  call.rule = &rule;
  call.shown_own = std::make_shared<std::atomic<bool>>(false);
  call.method = "HospitalService.StartVisit";
  call.asker.actor = {"hospital", "staff/x", "hospitals/a", ""};
  v1::Visit visit;
  EXPECT_TRUE(rpc::MayTell(call, visit).ok());
  visit.set_name("visits/1");
  EXPECT_TRUE(absl::IsPermissionDenied(rpc::MayTell(call, visit)));
  EXPECT_FALSE(call.Owns("hospitals/b"));
  EXPECT_FALSE(call.Owns(""));
  EXPECT_TRUE(absl::IsPermissionDenied(rpc::MayTell(call, visit)));
  EXPECT_TRUE(call.Owns("hospitals/a"));
  EXPECT_TRUE(rpc::MayTell(call, visit).ok());
}

// Loading a bundle takes the processor for longer than answering anybody.
TEST_F(MatrixTest, WhoMayNotPublishIsRefusedBeforeTheBundleIsLoaded) {
  const auto files = ReadBundle(Rules());
  ASSERT_TRUE(files.ok()) << files.status();
  v1::ValidatePolicyRequest validation;
  v1::PublishPolicyRequest publication;
  publication.set_request_id("publish-matrix");
  for (const auto& [path, content] : *files) {
    v1::RuleFile& file = *publication.add_files();
    file.set_path(path);
    file.set_content(content);
  }
  *validation.mutable_files() = publication.files();
  const auto cost = [&](const char* kind, const char* rpc,
                        const Message& request, grpc::StatusCode expected) {
    const Asker asker{kind, InstitutionOf(kind, 1), "staff/x", "test"};
    const std::clock_t before = std::clock();
    EXPECT_EQ(Ask(channel_, rpc, request, Metadata(asker)).status.error_code(),
              expected)
        << rpc << " " << kind;
    return std::clock() - before;
  };
  const std::clock_t loading =
      cost("policy-author", "PolicyService.ValidatePolicy", validation,
           grpc::StatusCode::OK);
  for (const auto& [rpc, request] :
       std::initializer_list<std::pair<const char*, const Message*>>{
           {"PolicyService.ValidatePolicy", &validation},
           {"PolicyService.PublishPolicy", &publication}}) {
    EXPECT_LT(
        cost("hospital", rpc, *request, grpc::StatusCode::PERMISSION_DENIED),
        loading / 2)
        << rpc;
  }
}

class EdgeMatrixTest : public World {
 protected:
  EdgeMatrixTest() : World(rpc::Door::kEdge) {}

  const std::shared_ptr<grpc::Channel> channel_ =
      server_->InProcessChannel(grpc::ChannelArguments());
};

// nginx refuses expired and revoked certificates (edge_test); without one it
// vouches for, no name given by the caller lets anybody in.
TEST_F(EdgeMatrixTest, NobodyIsLetInWithoutACertificate) {
  for (const auto& [rpc, method] : policy::AllMethods()) {
    const auto request = New(method->input_type());
    for (const std::map<std::string, std::string>& metadata :
         std::vector<std::map<std::string, std::string>>{
             {},
             Metadata({"system", "offices/data", "staff/system", "test"}),
             {{edge::kCertificateHeader, ""}},
             {{edge::kCertificateHeader, "SUCCESS"}},
             {{edge::kCertificateHeader, "FAILED:certificate has expired"}}}) {
      EXPECT_EQ(Ask(channel_, rpc, *request, metadata).status.error_code(),
                grpc::StatusCode::UNAUTHENTICATED)
          << rpc;
    }
  }
}

}  // namespace
}  // namespace talentcard
