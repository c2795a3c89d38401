// Every cell of access.yaml against a second reading of it.
#include <google/protobuf/message.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/load.h"
#include "engine/policy/services.h"
#include "gtest/gtest.h"
#include "services/rpc/access.h"
#include "tests/services/rpc/access_model.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard::rpc {
namespace {

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

constexpr char kRules[] = TALENTCARD_SOURCE_DIR "/rules/haicheng";

const AccessModel& Model() {
  static const auto* const model =
      new AccessModel(std::string(kRules) + "/access.yaml");
  return *model;
}

const policy::Access& Access() {
  static const auto* const access = [] {
    const auto files = ReadBundle(kRules);
    return new policy::Access(policy::Load(*files).policy->access);
  }();
  return *access;
}

// What is checked of a call: its message, or one of those in a list.
std::unique_ptr<Message> RequestOf(const std::string& rpc,
                                   const MethodDescriptor& method,
                                   const std::string& named) {
  const google::protobuf::Descriptor* type = method.input_type();
  if (rpc == "SchoolService.BatchQueryEnrolment")
    type = type->FindFieldByName("requests")->message_type();
  std::unique_ptr<Message> request = New(type);
  const auto own = AccessModel::OwnFields().find(rpc);
  if (own == AccessModel::OwnFields().end()) return request;
  if (!own->second.empty()) {
    Name(*request, own->second, named);
  } else if (type->FindFieldByName("name") != nullptr) {
    Name(*request, "name", "matters/1");
  }
  return request;
}

bool May(const std::string& rpc, const MethodDescriptor& method,
         const Asker& asker, const std::string& named) {
  return Authorise(Access(), rpc, asker, *RequestOf(rpc, method, named)).ok();
}

Asker AskerOf(const std::string& kind, int institution, bool purpose) {
  Asker asker;
  asker.actor = {kind, "staff/x", InstitutionOf(kind, institution), ""};
  if (purpose) asker.purpose = "test";
  return asker;
}

std::set<std::string> KindsAndStrangers() {
  std::set<std::string> kinds = Model().Kinds();
  for (const char* stranger : {"", "everybody", "stranger", "Hospital"})
    kinds.insert(stranger);
  return kinds;
}

TEST(MatrixTest, EveryCellIsAsTheFileSays) {
  int cells = 0, denied = 0;
  for (const auto& [rpc, method] : policy::AllMethods()) {
    for (const std::string& kind : KindsAndStrangers()) {
      for (const bool purpose : {false, true}) {
        const Asker asker = AskerOf(kind, 1, purpose);
        // Its own, another's, of another kind, and nearly its own.
        for (const std::string& named :
             {asker.actor.institution, InstitutionOf(kind, 2),
              InstitutionOf("clerk", 1), asker.actor.institution + "/",
              std::string("hospitals/i1 ")}) {
          const bool may =
              Model().May(kind, asker.actor.institution, rpc, named, purpose);
          EXPECT_EQ(May(rpc, *method, asker, named), may)
              << rpc << " asked by " << kind << " for `" << named << "`";
          ++cells;
          if (!may) ++denied;
        }
      }
    }
  }
  std::cout << cells << " cells, " << denied << " denied\n";
  EXPECT_GT(denied, 1000);
  EXPECT_EQ(Model().Rpcs().size(), policy::AllMethods().size());
}

TEST(MatrixTest, AnInstitutionLeftOutIsNobodysOwn) {
  for (const auto& [rpc, field] : AccessModel::OwnFields()) {
    if (field.empty() || field == "name") continue;
    const MethodDescriptor& method = *policy::AllMethods().at(rpc);
    for (const char* kind : {"hospital", "school"}) {
      if (!Model().Cell(rpc, kind)) continue;
      EXPECT_FALSE(May(rpc, method, AskerOf(kind, 1, true), "")) << rpc;
    }
  }
}

// A new cell has to say what shows whose something is, here and in its handler.
TEST(MatrixTest, EveryOwnSaysWhatShowsWhoseItIs) {
  std::set<std::string> own;
  for (const std::string& rpc : Model().Rpcs()) {
    for (const std::string& kind : Model().Kinds()) {
      const YAML::Node cell = Model().Cell(rpc, kind);
      if (cell && cell["relation"].as<std::string>() == "own") own.insert(rpc);
    }
  }
  std::set<std::string> said;
  for (const auto& [rpc, field] : AccessModel::OwnFields()) said.insert(rpc);
  EXPECT_EQ(own, said);
}

TEST(MatrixTest, AnAnswerIsCutToTheFieldsOfItsCell) {
  int cells = 0;
  for (const auto& [rpc, method] : policy::AllMethods()) {
    for (const std::string& kind : Model().Kinds()) {
      const YAML::Node cell = Model().Cell(rpc, kind);
      if (!cell) continue;
      const auto answer = New(method->output_type());
      Fill(*answer);
      std::set<std::string> before, after;
      Paths(*answer, "", before);
      Disclose(Access().rules.at(rpc).at(kind), *answer);
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

TEST(MatrixTest, RandomAskersAndObjectsAgreeWithASecondReadingOfTheFile) {
  const uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const auto pick = [&](const auto& from) -> const auto& {
    return *std::next(from.begin(),
                      static_cast<int64_t>(random() % from.size()));
  };
  const std::set<std::string> kinds = KindsAndStrangers();
  const auto methods = policy::AllMethods();
  int allowed = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto& [rpc, method] = pick(methods);
    const std::string& kind = pick(kinds);
    const Asker asker =
        AskerOf(kind, static_cast<int>(random() % 3), random() % 2 == 0);
    // Half of the time of the asker's own kind, or nothing would be its own.
    const std::string named = InstitutionOf(
        random() % 2 == 0 ? kind : pick(kinds), static_cast<int>(random() % 3));
    const bool may = May(rpc, *method, asker, named);
    ASSERT_EQ(may, Model().May(kind, asker.actor.institution, rpc, named,
                               !asker.purpose.empty()))
        << rpc << " asked by " << kind << " of " << asker.actor.institution
        << " for `" << named << "`, seed " << seed;
    if (may) ++allowed;
  }
  std::cout << allowed << " of 100000 allowed\n";
  EXPECT_GT(allowed, 1000);
}

}  // namespace
}  // namespace talentcard::rpc
