#include "hub/rpc/backup.h"

#include <atomic>

#include "hub/base/error.h"
#include "hub/base/log.h"
#include "hub/rpc/stream_reactor.h"

namespace muster {
namespace {

constexpr size_t kChunk = 256 * 1024;
constexpr std::chrono::seconds kTick{2};
// A reader that takes nothing for so long holds a copy of the journal for nobody.
constexpr std::chrono::seconds kPatience{60};

}  // namespace

// Copies, then writes a chunk whenever the former is taken. Everything that touches the backup runs
// on the service's one thread.
class BackupService::Stream final : public StreamReactor<WriteReactor>,
                                    public std::enable_shared_from_this<Stream> {
public:
    Stream(BackupService& service, grpc::CallbackServerContext* context, Caller caller)
        : service_(service),
          context_(context),
          caller_(std::move(caller)),
          backup_(service.data_) {}

    void start() {
        self_ = shared_from_this();
        tick_later();
        on_thread([this] {
            const Status status =
                backup_.prepare(build_name(), service_.clock_.now(), [this] { return !over_; });
            if (!status.ok()) {
                end(status);
                return;
            }
            const std::lock_guard lock(mutex_);
            prepared_ = true;
            progress_at_ = service_.clock_.steady();
            pump_locked();
        });
    }

    void give_up(const Status& status) {
        over_ = true;
        end(status);
        // A write that nobody takes would hold the end back.
        context_->TryCancel();
    }

private:
    void pump_locked() override {
        if (!prepared_ || reading_ || !may_write_locked()) return;
        progress_at_ = service_.clock_.steady();
        reading_ = true;
        on_thread([this] { next(); });
    }

    void next() {
        auto piece = backup_.read(kChunk);
        if (!piece.ok()) {
            end(piece.status());
            return;
        }
        if (said_sha_) {
            end({});
            return;
        }
        v1::BackupChunk chunk;
        if (first_) chunk.set_total_bytes(backup_.total_bytes());
        first_ = false;
        if (piece->empty()) {
            chunk.set_sha256(backup_.sha256());
            said_sha_ = true;
        }
        chunk.set_data(*std::move(piece));
        const std::lock_guard lock(mutex_);
        reading_ = false;
        if (may_write_locked()) write_locked(to_buffer(chunk.SerializeAsString()));
    }

    void drop_locked() override { over_ = true; }

    void on_thread(Task task) {
        const bool taken = service_.pool_.run([self = shared_from_this(), task = std::move(task)] {
            if (!self->over_) task();
        });
        if (!taken)
            service_.strand_.post([self = shared_from_this()] { self->end(busy_status()); });
    }
    static Status busy_status() { return refuse(absl::StatusCode::kUnavailable, "hub.stopping"); }

    void tick_later() {
        service_.strand_.post_after(kTick, [weak = weak_from_this()] {
            if (const auto stream = weak.lock()) stream->tick();
        });
    }
    void tick() {
        if (over_) return;
        if (const Status valid = service_.still_valid_(caller_); !valid.ok()) {
            give_up(valid);
            return;
        }
        bool stuck = false;
        {
            const std::lock_guard lock(mutex_);
            stuck = prepared_ && writing_ && service_.clock_.steady() - progress_at_ > kPatience;
        }
        if (stuck) {
            give_up(refuse(absl::StatusCode::kDeadlineExceeded, "backup.not_read"));
        } else {
            tick_later();
        }
    }

    void OnDone() override {
        over_ = true;
        {
            const std::lock_guard lock(service_.mutex_);
            service_.busy_ = false;
        }
        self_.reset();
    }

    BackupService& service_;
    grpc::CallbackServerContext* const context_;
    const Caller caller_;
    std::shared_ptr<Stream> self_;
    std::atomic<bool> over_ = false;
    // With mutex_ held.
    bool prepared_ = false;
    bool reading_ = false;
    SteadyTime progress_at_{};
    // On the service's thread.
    Backup backup_;
    bool first_ = true;
    bool said_sha_ = false;
};

BackupService::BackupService(std::filesystem::path data,
                             const Clock& clock,
                             Strand& strand,
                             std::function<Status(const Caller&)> still_valid)
    : data_(std::move(data)),
      clock_(clock),
      strand_(strand),
      still_valid_(std::move(still_valid)) {}

BackupService::~BackupService() {
    stop();
}

StreamHandler BackupService::handler() {
    return [this](grpc::CallbackServerContext* context,
                  Caller caller,
                  const std::string&) -> WriteReactor* {
        const auto stream = std::make_shared<Stream>(*this, context, std::move(caller));
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) {
                return refused_stream(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
            }
            if (busy_) {
                return refused_stream(
                    refuse(absl::StatusCode::kResourceExhausted, "backup.running"));
            }
            busy_ = true;
            running_ = stream;
        }
        stream->start();
        return stream.get();
    };
}

void BackupService::stop() {
    std::shared_ptr<Stream> running;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        running = running_.lock();
    }
    if (running != nullptr) {
        running->give_up(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
    }
    running.reset();
    pool_.stop();
}

}  // namespace muster
