#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/journal/backup.h"
#include "hub/journal/digest.h"
#include "muster/v1/hub_service.grpc.pb.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

Status unwritable(const std::string& file, int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return refuse(full ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kInvalidArgument,
                  full ? "cli.disk_full" : "cli.file_unwritable",
                  {{"file", file}, {"what", std::strerror(error)}});
}

std::string json_text(const std::string& text) {
    return boost::json::serialize(boost::json::string(text));
}

// A file beside the wanted one, which gets its name when it is whole and is gone otherwise.
class PartFile {
public:
    explicit PartFile(std::string file) : file_(std::move(file)), part_(file_ + ".part") {}
    ~PartFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
            ::unlink(part_.c_str());
        }
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    Status open() {
        descriptor_ = ::open(part_.c_str(),
                             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                             S_IRUSR | S_IWUSR);
        if (descriptor_ < 0 || ::fchmod(descriptor_, S_IRUSR | S_IWUSR) != 0) {
            return unwritable(part_, errno);
        }
        return {};
    }
    Status write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto wrote = ::write(descriptor_, bytes.data(), bytes.size());
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote < 0) return unwritable(part_, errno);
            bytes.remove_prefix(static_cast<size_t>(wrote));
        }
        return {};
    }
    Status keep() {
        if (::fsync(descriptor_) != 0) return unwritable(part_, errno);
        if (::rename(part_.c_str(), file_.c_str()) != 0) return unwritable(file_, errno);
        ::close(std::exchange(descriptor_, -1));
        return {};
    }

private:
    const std::string file_;
    const std::string part_;
    int descriptor_ = -1;
};

// One line on stderr that counts up; nothing where nobody reads along.
class Progress {
public:
    explicit Progress(Cli& cli) : cli_(cli), shown_(::isatty(STDERR_FILENO) != 0 && !cli.json()) {}
    ~Progress() {
        if (said_) cli_.err() << "\n";
    }
    void operator()(uint64_t done, uint64_t total) {
        if (!shown_ || done < next_) return;
        next_ = done + kStep;
        said_ = true;
        constexpr double kMiB = 1024.0 * 1024.0;
        cli_.err() << fmt::format("\r{:.1f} MiB", static_cast<double>(done) / kMiB);
        if (total > 0)
            cli_.err() << fmt::format(" / {:.1f} MiB ", static_cast<double>(total) / kMiB);
        cli_.err().flush();
    }

private:
    static constexpr uint64_t kStep = 4 * 1024 * 1024;
    Cli& cli_;
    const bool shown_;
    bool said_ = false;
    uint64_t next_ = 0;
};

Status fetch(Cli& cli, Client& client, PartFile& part, uint64_t& bytes, std::string& sha256) {
    grpc::ClientContext context;
    client.authorize(context);
    const auto stub = v1::HubService::NewStub(client.channel());
    const auto reader = stub->Backup(&context, v1::BackupRequest());
    Progress progress(cli);
    Digest digest;
    v1::BackupChunk chunk;
    uint64_t total = 0;
    std::string said;
    Status written;
    while (written.ok() && reader->Read(&chunk)) {
        if (chunk.total_bytes() != 0) total = chunk.total_bytes();
        if (!chunk.sha256().empty()) said = chunk.sha256();
        digest.add(chunk.data());
        bytes += chunk.data().size();
        written = part.write(chunk.data());
        progress(bytes, total);
    }
    if (!written.ok()) context.TryCancel();
    const grpc::Status status = reader->Finish();
    MUSTER_TRY(written);
    MUSTER_TRY(client.status_of(status));
    sha256 = digest.finish();
    if (said == sha256) return {};
    return refuse(absl::StatusCode::kDataLoss, "cli.backup_incomplete");
}

Status backup(Cli& cli, const std::string& file) {
    MUSTER_ASSIGN(Client * client, cli.client());
    PartFile part(file);
    MUSTER_TRY(part.open());
    uint64_t bytes = 0;
    std::string sha256;
    MUSTER_TRY(fetch(cli, *client, part, bytes, sha256));
    MUSTER_TRY(part.keep());
    if (cli.json()) {
        cli.out() << fmt::format(R"({{"file":{},"bytes":"{}","sha256":"{}"}})",
                                 json_text(file),
                                 bytes,
                                 to_hex(sha256))
                  << "\n";
        return {};
    }
    Table table({"file", "bytes", "sha256"});
    table.add({file, std::to_string(bytes), to_hex(sha256)});
    cli.out() << table.upright(cli.language());
    cli.warn(make_reason("cli.backup_secret", {{"file", file}}));
    return {};
}

Status restore(Cli& cli, const std::string& file, const std::string& folder) {
    Restored restored;
    {
        Progress progress(cli);
        MUSTER_ASSIGN(restored,
                      restore_backup(file, folder, [&progress](uint64_t done, uint64_t total) {
                          progress(done, total);
                      }));
    }
    if (cli.json()) {
        cli.out() << fmt::format(
                         R"({{"data":{},"changes":"{}","head":"{}","madeAt":{},"build":{}}})",
                         json_text(folder),
                         restored.changes,
                         restored.head,
                         json_text(restored.made_at),
                         json_text(restored.build))
                  << "\n";
        return {};
    }
    Table table({"data", "changes", "head", "made"});
    table.add({folder, std::to_string(restored.changes), restored.head, restored.made_at});
    cli.out() << table.upright(cli.language());
    cli.warn(make_reason("cli.restored", {{"folder", folder}}));
    return {};
}

}  // namespace

void add_backup_verbs(Cli& cli) {
    const auto file = std::make_shared<std::string>();
    auto* make = cli.verb(nullptr,
                          "backup",
                          "Save the running hub's journal, keys and certificates into one file",
                          "muster backup /media/usb/muster-2026-11-24.tar",
                          [file](Cli& run) { return backup(run, *file); });
    make->add_option("FILE", *file, "Where to; it holds secrets")->required()->type_name("FILE");
    const auto from = std::make_shared<std::string>();
    const auto folder = std::make_shared<std::string>();
    auto* take = cli.verb(nullptr,
                          "restore",
                          "Make a data folder from a backup, verified to the last link",
                          "muster restore muster-2026-11-24.tar --data /var/lib/muster",
                          [from, folder](Cli& run) { return restore(run, *from, *folder); });
    take->add_option("FILE", *from, "A backup")->required()->type_name("FILE");
    take->add_option("--data", *folder, "The new folder; absent or empty")
        ->required()
        ->type_name("DIR");
}

}  // namespace muster
