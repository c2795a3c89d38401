#include "engine/cel/inference.h"

#include <algorithm>
#include <utility>

namespace talentcard::cel {
namespace {

using enum Type::Kind;

// What null may stand for: messages and the kinds made of them.
bool Nullable(const Type& type) {
  switch (type.kind()) {
    case kNull:
    case kMessage:
    case kTimestamp:
    case kDuration:
    case kDate:
    case kWrapper:
    case kOpaque:
      return true;
    default:
      return false;
  }
}

// The same type once its parts are left aside.
bool SameHead(const Type& a, const Type& b) {
  // A parameter of a kind alone takes every enum.
  if (a.kind() == kEnum && b.kind() == kEnum && b.enumeration() == nullptr)
    return true;
  return a.SameHead(b);
}

bool IsWrapperOf(const Type& wrapper, const Type& primitive) {
  return wrapper.kind() == kWrapper && wrapper.primitive() == primitive.kind();
}

}  // namespace

void Inference::Set(int parameter, const Type& type) {
  trail_.emplace_back(parameter, known_[parameter]);
  known_[parameter] = type;
}

void Inference::Undo(size_t mark) {
  while (trail_.size() > mark) {
    known_[trail_.back().first] = std::move(trail_.back().second);
    trail_.pop_back();
  }
}

Type Inference::Head(Type type) const {
  while (type.kind() == kParameter && known_[type.parameter()])
    type = Type(*known_[type.parameter()]);
  return type;
}

template <typename Each>
Type Inference::Rebuilt(const Type& head, Each each) const {
  if (head.parts().empty()) return head;
  std::vector<Type> parts;
  for (const Type& part : head.parts()) parts.push_back(each(part));
  Type type = head.WithParts(std::move(parts));
  if (type.size() <= kLargest) return type;
  work_ = kMostWork;
  return kDyn;
}

Type Inference::Known(const Type& type) const {
  if (!Affordable()) return kDyn;
  return Rebuilt(Head(type), [&](const Type& part) { return Known(part); });
}

Type Inference::Final(const Type& type) const {
  if (!Affordable()) return kDyn;
  const Type head = Head(type);
  if (head.kind() == kParameter) return kDyn;
  return Rebuilt(head, [&](const Type& part) { return Final(part); });
}

bool Inference::Occurs(int parameter, const Type& type) const {
  if (!Affordable()) return true;
  const Type head = Head(type);
  if (head.kind() == kParameter) return head.parameter() == parameter;
  return std::any_of(head.parts().begin(), head.parts().end(),
                     [&](const Type& part) { return Occurs(parameter, part); });
}

bool Inference::AsGeneral(const Type& a, const Type& b) const {
  if (!Affordable()) return false;
  const Type x = Head(a), y = Head(b);
  if (x.is_dyn() || x.kind() == kParameter) return true;
  if (y.is_dyn() || y.kind() == kParameter) return false;
  if (y.kind() == kNull) return Nullable(x);
  if (IsWrapperOf(x, y)) return true;
  if (!SameHead(x, y) || x.parts().size() != y.parts().size()) return false;
  if (x.kind() == kType) return true;
  for (size_t i = 0; i < x.parts().size(); ++i) {
    if (!AsGeneral(x.parts()[i], y.parts()[i])) return false;
  }
  return true;
}

bool Inference::TryParameter(const Type& parameter, const Type& other,
                             bool parameter_is_from) {
  // Follows known parameters to the last, which is the one to change.
  int last = parameter.parameter();
  while (known_[last] && known_[last]->kind() == kParameter)
    last = known_[last]->parameter();
  if (!known_[last]) {
    if (Head(other) == Type::Parameter(last)) return true;
    if (Occurs(last, other)) return false;
    Set(last, other);
    return true;
  }
  const Type known = *known_[last];
  const size_t mark = trail_.size();
  if (AsGeneral(other, known) && !Occurs(last, other) && Try(known, other)) {
    Set(last, other);
    return true;
  }
  Undo(mark);
  return parameter_is_from ? Try(known, other) : Try(other, known);
}

bool Inference::TryParts(const Type& from, const Type& to) {
  if (from.parts().size() != to.parts().size()) return from.kind() == kType;
  if (from.kind() == kType) return true;
  for (size_t i = 0; i < from.parts().size(); ++i) {
    if (!Try(from.parts()[i], to.parts()[i])) return false;
  }
  return true;
}

bool Inference::Try(const Type& from, const Type& to) {
  if (!Affordable()) return false;
  if (to.kind() == kParameter) return TryParameter(to, from, false);
  if (from.kind() == kParameter) return TryParameter(from, to, true);
  if (from.is_dyn() || to.is_dyn()) return true;
  if (from.kind() == kNull) return Nullable(to);
  if (to.kind() == kNull) return Nullable(from);
  if (IsWrapperOf(from, to) || IsWrapperOf(to, from)) return true;
  return SameHead(from, to) && TryParts(from, to);
}

bool Inference::Assign(const Type& from, const Type& to) {
  const size_t mark = trail_.size();
  if (Try(from, to)) return true;
  Undo(mark);
  return false;
}

Type Inference::Instantiate(const Type& type, std::map<int, Type>& fresh) {
  if (type.kind() == kParameter) {
    const auto [it, added] = fresh.try_emplace(type.parameter());
    if (added) it->second = Fresh();
    return it->second;
  }
  if (type.parts().empty()) return type;
  std::vector<Type> parts;
  for (const Type& part : type.parts())
    parts.push_back(Instantiate(part, fresh));
  return type.WithParts(std::move(parts));
}

std::optional<Type> Inference::Call(const Overload& overload,
                                    const std::vector<Type>& arguments) {
  if (overload.parameters.size() != arguments.size()) return std::nullopt;
  const size_t mark = trail_.size();
  std::map<int, Type> fresh;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!Try(arguments[i], Instantiate(overload.parameters[i], fresh))) {
      Undo(mark);
      return std::nullopt;
    }
  }
  return Known(Instantiate(overload.result, fresh));
}

Type Inference::Join(const std::vector<Type>& types) {
  if (types.empty()) return Fresh();
  Type joined = types[0];
  for (size_t i = 1; i < types.size(); ++i) {
    if (!Assign(joined, types[i])) return kDyn;
    if (!AsGeneral(joined, types[i])) joined = types[i];
  }
  return joined;
}

}  // namespace talentcard::cel
