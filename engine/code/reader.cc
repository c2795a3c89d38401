#include "engine/code/reader.h"

#include <algorithm>
#include <cstdlib>

#include "engine/code/base45.h"
#include "engine/code/sign1.h"

namespace talentcard::code {
namespace {

constexpr size_t kPrefixSize = kOnlinePrefix.size();

std::string_view PrefixFor(const Claims& claims) {
  return claims.chain ? kOfflinePrefix : kOnlinePrefix;
}

// A code on its way through the steps. Each returns the failure it found.
class Judging {
 public:
  using Failure = std::optional<Finding>;

  Judging(const Desk& desk, ReplayMemory* memory)
      : desk_(desk), memory_(memory) {}

  Verdict Run(std::string_view text) {
    verdict_.finding = Finding::kGood;
    Failure failure = Decode(text);
    for (const auto step :
         {&Judging::CheckShape, &Judging::CheckHeaders, &Judging::CheckKey,
          &Judging::CheckKeyWindow, &Judging::CheckSignature,
          &Judging::CheckTime, &Judging::CheckChain, &Judging::CheckStatus,
          &Judging::CheckReplay}) {
      if (failure) break;
      failure = (this->*step)();
    }
    if (failure) {
      verdict_.finding = *failure;
    } else if (doubt_) {
      verdict_.finding = *doubt_;
    }
    return std::move(verdict_);
  }

 private:
  void Doubt(Finding finding) {
    if (!doubt_) doubt_ = finding;
  }

  Failure Decode(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n'))
      text.remove_suffix(1);
    prefix_ = text.substr(0, kPrefixSize);
    if (prefix_ != kOnlinePrefix && prefix_ != kOfflinePrefix)
      return Finding::kNotOurs;
    auto bytes = DecodeBase45(text.substr(kPrefixSize), kLongestCode);
    if (absl::IsOutOfRange(bytes.status())) return Finding::kTooLong;
    if (!bytes.ok()) return Finding::kNotBase45;
    bytes_ = *std::move(bytes);
    return std::nullopt;
  }

  bool offline() const { return prefix_ == kOfflinePrefix; }

  Failure CheckShape() {
    auto envelope = ReadEnvelope(bytes_, offline() ? kChainStepSize : 0);
    if (!envelope.ok()) return Finding::kMalformed;
    envelope_ = *std::move(envelope);
    auto claims = ReadClaims(envelope_.payload);
    if (!claims.ok() || claims->chain.has_value() != offline())
      return Finding::kMalformed;
    claims_ = *std::move(claims);
    return std::nullopt;
  }

  Failure CheckHeaders() {
    const auto headers = ReadHeaders(envelope_);
    if (!headers.ok()) return Finding::kWrongHeaders;
    headers_ = *headers;
    return std::nullopt;
  }

  Failure CheckKey() {
    key_ = desk_.keys.Find(headers_.key_id, TrustedKey::Use::kCodes);
    // The algorithm is the key's, never the code's choice.
    if (key_ == nullptr ||
        headers_.algorithm != static_cast<int64_t>(key_->key.algorithm))
      return Finding::kUnknownKey;
    if (desk_.now > desk_.keys.expires) Doubt(Finding::kKeyListStale);
    return std::nullopt;
  }

  Failure CheckKeyWindow() {
    if (!key_->Covers(claims_.issued)) return Finding::kOutsideKeyWindow;
    return std::nullopt;
  }

  Failure CheckSignature() {
    if (!VerifySignature(
            key_->key,
            ToBeSigned(envelope_.protected_header, prefix_, envelope_.payload),
            envelope_.signature))
      return Finding::kForged;
    verdict_.claims = claims_;
    return std::nullopt;
  }

  // True if the desk says so, or its own lists are from its future.
  bool ClockDoubtful() const {
    const absl::Time latest = desk_.now + kClockSkew;
    return desk_.clock_doubtful || desk_.keys.issued > latest ||
           std::any_of(
               desk_.lists.begin(), desk_.lists.end(),
               [&](const StatusList& list) { return list.issued > latest; });
  }

  Failure CheckTime() {
    if (claims_.expires - claims_.issued >
        (offline() ? kLongestOfflineLife : kLongestOnlineLife))
      return Finding::kLivesTooLong;
    if (ClockDoubtful()) {
      Doubt(Finding::kClockDoubtful);
      return std::nullopt;
    }
    if (claims_.issued > desk_.now + kClockSkew) return Finding::kFromTheFuture;
    if (claims_.expires <= desk_.now - kClockSkew) return Finding::kExpired;
    return std::nullopt;
  }

  Failure CheckChain() {
    if (!offline()) return std::nullopt;
    const ChainStep step = ReadStep(
        std::string_view(bytes_).substr(bytes_.size() - kChainStepSize));
    if (!LeadsTo(step, claims_.id, *claims_.chain))
      return Finding::kChainBroken;
    verdict_.slot = step.number - 1;
    const int64_t now = SlotAt(claims_.chain->start, desk_.now);
    if (!ClockDoubtful() && std::abs(now - verdict_.slot) > kChainTolerance)
      return Finding::kChainNotNow;
    return std::nullopt;
  }

  Failure CheckStatus() {
    const auto list = std::find_if(
        desk_.lists.begin(), desk_.lists.end(),
        [&](const StatusList& l) { return l.uri == claims_.status_uri; });
    if (list == desk_.lists.end()) {
      Doubt(Finding::kStatusListMissing);
      return std::nullopt;
    }
    if (claims_.status_index >= list->statuses.entries())
      return Finding::kNotOnTheList;
    switch (static_cast<CardStatus>(list->statuses.Get(claims_.status_index))) {
      case CardStatus::kRevoked:
        return Finding::kRevoked;
      case CardStatus::kSuspended:
        return Finding::kSuspended;
      case CardStatus::kBenefitsPaused:
        return Finding::kBenefitsPaused;
      case CardStatus::kValid:
        break;
    }
    if (desk_.now > list->expires) Doubt(Finding::kStatusListStale);
    return std::nullopt;
  }

  Failure CheckReplay() {
    // What is asked online is not taken yet.
    if (memory_ == nullptr || doubt_) return std::nullopt;
    const absl::Duration slots = kChainSlot * (kChainTolerance + 1);
    const absl::Time until =
        offline() ? claims_.chain->start + kChainSlot * verdict_.slot + slots
                  : claims_.expires + kClockSkew;
    switch (memory_->Take(claims_.id, verdict_.slot, until, desk_.now)) {
      case ReplayMemory::Answer::kShownBefore:
        return Finding::kShownBefore;
      case ReplayMemory::Answer::kFull:
        Doubt(Finding::kReplayMemoryFull);
        break;
      case ReplayMemory::Answer::kNew:
        break;
    }
    return std::nullopt;
  }

  const Desk& desk_;
  ReplayMemory* const memory_;
  std::string_view prefix_;
  std::string bytes_;
  Envelope envelope_;  // Views of bytes_.
  Headers headers_;
  Claims claims_;
  const TrustedKey* key_ = nullptr;
  std::optional<Finding> doubt_;
  Verdict verdict_;
};

}  // namespace

std::string SignCode(const Claims& claims, const Signer& signer) {
  return WriteSign1(signer, PrefixFor(claims), WriteClaims(claims));
}

std::string OnlineCode(std::string_view signed_part) {
  return std::string(kOnlinePrefix) + EncodeBase45(signed_part);
}

std::string OfflineCode(std::string_view signed_part, const ChainStep& step) {
  return std::string(kOfflinePrefix) +
         EncodeBase45(std::string(signed_part) + WriteStep(step));
}

absl::StatusOr<Claims> ClaimsOf(std::string_view signed_part) {
  const auto envelope = ReadEnvelope(signed_part);
  if (!envelope.ok()) return envelope.status();
  return ReadClaims(envelope->payload);
}

Verdict Judge(std::string_view text, const Desk& desk, ReplayMemory* memory) {
  return Judging(desk, memory).Run(text);
}

}  // namespace talentcard::code
