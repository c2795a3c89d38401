#include "services/rpc/sessions.h"

#include <array>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/rpc/errors.h"

namespace talentcard::rpc {
namespace {

std::string WhoseIs(const Asker& asker) {
  return absl::StrCat(asker.actor.ToString(), "\n", asker.certificate);
}

}  // namespace

Sessions::Begun Sessions::Begin(const Asker& asker) {
  std::array<uint8_t, 32> bytes;
  random_.Fill(bytes);
  Begun begun;
  begun.token = absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), 32));
  const absl::Time now = clock_.Now();
  begun.until = now + kLongest;
  const std::lock_guard lock(mutex_);
  MakeRoom(asker.actor.staff, now);
  sessions_[Sha256(begun.token)] = {WhoseIs(asker), asker.actor.staff, now,
                                    now};
  return begun;
}

bool Sessions::IsOpen(const Asker& asker) {
  const Sha256Hash hash = Sha256(asker.session);
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || found->second.whose != WhoseIs(asker))
    return false;
  if (HasEnded(found->second, now)) {
    sessions_.erase(found);
    return false;
  }
  found->second.used = now;
  return true;
}

size_t Sessions::End(const Asker& asker) {
  const Sha256Hash hash = Sha256(asker.session);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || found->second.whose != WhoseIs(asker))
    return 0;
  sessions_.erase(found);
  return 1;
}

size_t Sessions::EndAll(std::string_view staff) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(sessions_, [staff](const auto& session) {
    return session.second.staff == staff;
  });
}

bool Sessions::HasEnded(const Session& session, absl::Time now) const {
  return now - session.used >= kIdle || now - session.begun >= kLongest;
}

void Sessions::MakeRoom(const std::string& staff, absl::Time now) {
  std::erase_if(sessions_, [&](const auto& session) {
    return HasEnded(session.second, now);
  });
  auto first = sessions_.end();
  size_t open = 0;
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    if (it->second.staff != staff) continue;
    ++open;
    if (first == sessions_.end() || it->second.begun < first->second.begun)
      first = it;
  }
  if (open >= kMost) sessions_.erase(first);
}

absl::Status SignInNeeded(const Asker& asker) {
  return Error(absl::StatusCode::kUnauthenticated, v1::SIGN_IN_NEEDED,
               absl::StrCat(asker.actor.staff,
                            " has to sign in first: StaffService.SignIn"));
}

}  // namespace talentcard::rpc
