#include "services/store/writer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::store {
namespace {

using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

constexpr int64_t kProbeIntervalMs = 500;

// Visits `base` in [begin, end) as changed by `over`, which wins.
absl::Status MergedScan(const Reader& base, const Changes& over,
                        std::string_view begin, std::string_view end,
                        bool backwards, const Reader::Visitor& visit) {
  std::vector<Changes::const_iterator> changed;
  for (auto it = over.lower_bound(begin); it != over.end() && it->first < end;
       ++it) {
    changed.push_back(it);
  }
  if (backwards) std::reverse(changed.begin(), changed.end());
  size_t next = 0;
  bool go_on = true;
  const auto before = [backwards](std::string_view a, std::string_view b) {
    return backwards ? a > b : a < b;
  };
  const auto emit_changed = [&] {
    const auto& [key, value] = *changed[next++];
    if (value) go_on = visit(key, *value);
  };
  const Reader::Visitor merge = [&](std::string_view key,
                                    std::string_view value) {
    while (go_on && next < changed.size() &&
           before(changed[next]->first, key)) {
      emit_changed();
    }
    if (!go_on) return false;
    if (next < changed.size() && changed[next]->first == key) {
      emit_changed();
    } else {
      go_on = visit(key, value);
    }
    return go_on;
  };
  RETURN_IF_ERROR(backwards ? base.ScanBackwards(begin, end, merge)
                            : base.Scan(begin, end, merge));
  while (go_on && next < changed.size()) emit_changed();
  return absl::OkStatus();
}

// A reader with changes laid over it.
class Overlay : public Transaction {
 public:
  // `stamps` may be null.
  Overlay(const Reader& base, uint64_t revision, Stamps* stamps)
      : base_(base), revision_(revision), stamps_(stamps) {}

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    const auto it = changes_.find(key);
    if (it != changes_.end()) return it->second;
    return base_.Get(key);
  }
  absl::Status Scan(std::string_view begin, std::string_view end,
                    const Visitor& visit) const override {
    return MergedScan(base_, changes_, begin, end, /*backwards=*/false, visit);
  }
  absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                             const Visitor& visit) const override {
    return MergedScan(base_, changes_, begin, end, /*backwards=*/true, visit);
  }
  void Put(std::string_view key, std::string_view value) override {
    if (stamps_ != nullptr) stamps_->Touch(key, revision_);
    changes_.insert_or_assign(std::string(key), std::string(value));
  }
  void Delete(std::string_view key) override {
    if (stamps_ != nullptr) stamps_->Touch(key, revision_);
    changes_.insert_or_assign(std::string(key), std::nullopt);
  }
  uint64_t revision() const override { return revision_; }

  Changes& changes() { return changes_; }
  void Absorb(Changes&& newer) {
    while (!newer.empty()) {
      auto placed = changes_.insert(newer.extract(newer.begin()));
      if (!placed.inserted) {
        placed.position->second = std::move(placed.node.mapped());
      }
    }
  }

 private:
  const Reader& base_;
  Changes changes_;
  uint64_t revision_;
  Stamps* stamps_;
};

}  // namespace

class Writer::Impl {
 public:
  Impl(Database& database, Options options)
      : database_(database), options_(std::move(options)) {
    if (const absl::Status resumed = Resume(); !resumed.ok()) {
      broken_ = true;
      options_.on_fatal(resumed);
    }
    Publish();
    thread_ = std::thread([this] { Loop(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }

  void Submit(Body body, Done done, int64_t deadline_ms) {
    {
      const std::lock_guard lock(mutex_);
      if (static_cast<int>(waiting_.size()) < options_.max_waiting) {
        waiting_.push_back({std::move(body), std::move(done), deadline_ms});
        done = nullptr;
      }
    }
    if (done) {
      done(absl::UnavailableError("too many changes are waiting; try again"));
      return;
    }
    arrived_.notify_one();
  }

  View Durable() const {
    const std::lock_guard lock(durable_mutex_);
    return durable_;
  }
  bool read_only() const { return read_only_; }

 private:
  struct Job {
    Body body;
    Done done;
    int64_t deadline_ms;
    bool ran = false;
    absl::Status outcome = absl::OkStatus();
    uint64_t revision = 0;
  };

  // After every attempt: one that met a full disk leaves another handle behind.
  void Publish() {
    View view{database_.TakeSnapshot(), revision_};
    const std::lock_guard lock(durable_mutex_);
    std::swap(durable_, view);
  }

  // Where the writer before this one stopped.
  absl::Status Resume() {
    const Reader& latest = database_.Latest();
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     latest.Get(Key(Table::kRevision)));
    if (row && row->size() != sizeof(uint64_t)) {
      return absl::DataLossError("the revision of the store is malformed");
    }
    if (row) revision_ = ReadNumber(*row, 0);
    const Key times(Table::kTimes);
    return latest.ScanBackwards(times.First(), times.Last(),
                                [this](std::string_view key, std::string_view) {
                                  last_ms_ =
                                      static_cast<int64_t>(ReadNumber(key, 1));
                                  return false;
                                });
  }

  void Loop() {
    while (true) {
      std::vector<Job> group;
      {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        while (!waiting_.empty() &&
               static_cast<int>(group.size()) < options_.max_group) {
          group.push_back(std::move(waiting_.front()));
          waiting_.pop_front();
        }
      }
      Commit(group);
      for (Job& job : group) {
        if (job.outcome.ok()) {
          job.done(job.revision);
        } else {
          job.done(job.outcome);
        }
      }
    }
  }

  void Commit(std::vector<Job>& group) {
    if (const absl::Status refused = Refusal(); !refused.ok()) {
      for (Job& job : group) job.outcome = refused;
      return;
    }
    Overlay open(database_.Latest(), revision_, nullptr);
    uint64_t revision = revision_;
    const int64_t now_ms = options_.now_ms();
    for (Job& job : group) {
      if (now_ms > job.deadline_ms) {
        job.outcome =
            absl::DeadlineExceededError("its turn came after its deadline");
        continue;
      }
      Overlay own(open, revision + 1, options_.stamps);
      job.ran = true;
      job.outcome = job.body(own);
      if (job.outcome.ok() && !own.changes().empty()) ++revision;
      job.revision = revision;
      if (job.outcome.ok()) open.Absorb(std::move(own.changes()));
    }
    if (open.changes().empty()) return;
    const absl::Status written = Write(open, revision);
    if (written.ok()) return;
    if (options_.stamps != nullptr) options_.stamps->Void();
    // Errors too: a body may have failed over changes that are now dropped.
    for (Job& job : group) {
      if (job.ran) job.outcome = written;
    }
  }

  absl::Status Refusal() const {
    if (broken_) return absl::UnavailableError("the store has stopped");
    if (read_only_ && options_.now_ms() - last_try_ms_ < kProbeIntervalMs) {
      return absl::ResourceExhaustedError("the disk is full: only reads go on");
    }
    return absl::OkStatus();
  }

  absl::Status Write(Overlay& open, uint64_t revision) {
    std::string number;
    AppendNumber(revision, number);
    open.Put(Key(Table::kRevision), number);
    last_ms_ = std::max(last_ms_ + 1, options_.now_ms());
    open.Put(Key(Table::kTimes).Add(static_cast<uint64_t>(last_ms_)), number);
    std::vector<Mutation> mutations;
    mutations.reserve(open.changes().size());
    for (auto& [key, value] : open.changes()) {
      mutations.push_back({key, std::move(value)});
    }
    const absl::Status written = database_.WriteSynced(mutations);
    last_try_ms_ = options_.now_ms();
    read_only_ = absl::IsResourceExhausted(written);
    if (!written.ok() && !read_only_) {
      broken_ = true;
      options_.on_fatal(written);
      return absl::UnavailableError("the store has stopped");
    }
    if (written.ok()) revision_ = revision;
    Publish();
    return written;
  }

  Database& database_;
  const Options options_;
  std::atomic<bool> read_only_ = false;
  mutable std::mutex durable_mutex_;
  View durable_;
  // Used on the writer's thread only.
  uint64_t revision_ = 0;
  bool broken_ = false;
  int64_t last_try_ms_ = 0;
  int64_t last_ms_ = 0;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

Writer::Writer(Database& database, Options options)
    : impl_(std::make_unique<Impl>(database, std::move(options))) {}
Writer::~Writer() = default;

void Writer::Submit(Body body, Done done, int64_t deadline_ms) {
  impl_->Submit(std::move(body), std::move(done), deadline_ms);
}

absl::StatusOr<uint64_t> Writer::Run(Body body, int64_t deadline_ms) {
  // Shared: set_value may still be running when the waiter has its value.
  const auto result =
      std::make_shared<std::promise<absl::StatusOr<uint64_t>>>();
  Submit(
      std::move(body),
      [result](absl::StatusOr<uint64_t> r) { result->set_value(std::move(r)); },
      deadline_ms);
  return result->get_future().get();
}

Writer::View Writer::Durable() const { return impl_->Durable(); }
bool Writer::read_only() const { return impl_->read_only(); }

}  // namespace talentcard::store
