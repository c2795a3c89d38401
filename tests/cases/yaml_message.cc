#include "tests/cases/yaml_message.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/date/civil_date.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"

namespace talentcard::cases {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool SetDate(const std::string& text, google::type::Date* date) {
  const absl::StatusOr<CivilDate> parsed = CivilDate::Parse(text);
  if (parsed.ok()) *date = parsed->ToProto();
  return parsed.ok();
}

bool SetTimestamp(const std::string& text,
                  google::protobuf::Timestamp* timestamp) {
  const std::optional<absl::Time> time = ParseTime(text);
  if (time.has_value()) timestamp->set_seconds(absl::ToUnixSeconds(*time));
  return time.has_value();
}

// Sets or adds one message value.
void SetMessage(const FieldDescriptor& field, const YAML::Node& value,
                Message* message, Mistakes* mistakes) {
  Message* child =
      field.is_repeated()
          ? message->GetReflection()->AddMessage(message, &field)
          : message->GetReflection()->MutableMessage(message, &field);
  if (auto* date = dynamic_cast<google::type::Date*>(child)) {
    if (!SetDate(value.as<std::string>(), date)) {
      mistakes->Add(value, "not a date; write YYYY-MM-DD");
    }
  } else if (auto* time = dynamic_cast<google::protobuf::Timestamp*>(child)) {
    if (!SetTimestamp(value.as<std::string>(), time)) {
      mistakes->Add(value, "not a time; write YYYY-MM-DD HH:MM");
    }
  } else {
    SetFields(value, child, mistakes);
  }
}

// Sets or adds one scalar value.
void SetScalar(const FieldDescriptor& field, const YAML::Node& value,
               Message* message) {
  const auto* reflection = message->GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      auto text = value.as<std::string>();
      if (many) return reflection->AddString(message, &field, std::move(text));
      return reflection->SetString(message, &field, std::move(text));
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, &field, value.as<int32_t>());
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(message, &field, value.as<int64_t>());
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, &field, value.as<bool>());
    default:
      throw YAML::RepresentationException(value.Mark(),
                                          "a field that cases cannot set");
  }
}

void SetEnum(const FieldDescriptor& field, const YAML::Node& value,
             Message* message, Mistakes* mistakes) {
  const auto* found =
      field.enum_type()->FindValueByName(value.as<std::string>());
  if (found == nullptr) {
    mistakes->Add(value, absl::StrCat("no such ", field.enum_type()->name(),
                                      ": `", value.as<std::string>(), "`"));
    return;
  }
  message->GetReflection()->SetEnum(message, &field, found);
}

void SetMap(const FieldDescriptor& field, const YAML::Node& value,
            Message* message) {
  for (const auto& entry : value) {
    Message* pair = message->GetReflection()->AddMessage(message, &field);
    SetScalar(*field.message_type()->map_key(), entry.first, pair);
    SetScalar(*field.message_type()->map_value(), entry.second, pair);
  }
}

void SetOne(const FieldDescriptor& field, const YAML::Node& value,
            Message* message, Mistakes* mistakes) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    SetMessage(field, value, message, mistakes);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    SetEnum(field, value, message, mistakes);
  } else {
    SetScalar(field, value, message);
  }
}

}  // namespace

void Mistakes::Add(const YAML::Node& node, const std::string& text) {
  all_.push_back(absl::StrCat(path_, ":", node.Mark().line + 1, ": ", text));
}

std::optional<absl::Time> ParseTime(const std::string& text) {
  const bool day_only = text.size() == 10;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M",
                       day_only ? absl::StrCat(text, " 12:00") : text,
                       absl::FixedTimeZone(8 * 60 * 60), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

void SetField(const std::string& key, const YAML::Node& value, Message* message,
              Mistakes* mistakes) {
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(key);
  if (field == nullptr) {
    mistakes->Add(value, absl::StrCat(message->GetDescriptor()->name(),
                                      " has no field `", key, "`"));
    return;
  }
  try {
    if (field->is_map()) {
      SetMap(*field, value, message);
    } else if (!field->is_repeated()) {
      SetOne(*field, value, message, mistakes);
    } else if (!value.IsSequence()) {
      mistakes->Add(value, absl::StrCat("`", key, "` is a list: write [ … ]"));
    } else {
      for (const auto& item : value) SetOne(*field, item, message, mistakes);
    }
  } catch (const YAML::Exception& e) {
    mistakes->Add(value, absl::StrCat("bad value of `", key, "`: ", e.msg));
  }
}

void SetFields(const YAML::Node& node, Message* message, Mistakes* mistakes) {
  if (!node.IsMap()) {
    mistakes->Add(node,
                  absl::StrCat("fields of ", message->GetDescriptor()->name(),
                               " expected, as {key: value}"));
    return;
  }
  for (const auto& entry : node) {
    SetField(entry.first.as<std::string>(), entry.second, message, mistakes);
  }
}

}  // namespace talentcard::cases
