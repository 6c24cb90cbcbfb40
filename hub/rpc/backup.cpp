#include "hub/rpc/backup.h"

#include "hub/base/error.h"
#include "hub/base/log.h"
#include "hub/rpc/pulled_stream.h"

namespace muster {
namespace {

constexpr size_t kChunk = 256 * 1024;

}  // namespace

// Copies, then hands out the archive a chunk at a time; the last one says the hash of all.
class BackupService::Stream final : public PulledStream {
public:
    Stream(BackupService& service, grpc::CallbackServerContext* context, Caller caller)
        : PulledStream(context,
                       std::move(caller),
                       {.pool = service.pool_,
                        .strand = service.strand_,
                        .clock = service.clock_,
                        .still_valid = service.still_valid_,
                        .not_read = "backup.not_read",
                        .gone = [&service](PulledStream*) { service.gone(); }}),
          clock_(service.clock_),
          backup_(service.data_) {}

private:
    Status prepare() override {
        return backup_.prepare(build_name(), clock_.now(), [this] { return !is_over(); });
    }

    Result<std::optional<std::string>> next() override {
        if (said_sha_) return std::optional<std::string>();
        MUSTER_ASSIGN(auto piece, backup_.read(kChunk));
        v1::BackupChunk chunk;
        if (first_) chunk.set_total_bytes(backup_.total_bytes());
        first_ = false;
        if (piece.empty()) {
            chunk.set_sha256(backup_.sha256());
            said_sha_ = true;
        }
        chunk.set_data(std::move(piece));
        return std::optional(chunk.SerializeAsString());
    }

    const Clock& clock_;
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

void BackupService::gone() {
    const std::lock_guard lock(mutex_);
    busy_ = false;
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
