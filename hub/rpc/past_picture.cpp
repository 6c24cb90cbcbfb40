#include "hub/rpc/past_picture.h"

#include <algorithm>
#include <atomic>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "hub/access/policy.h"
#include "hub/base/error.h"
#include "hub/desk/sight.h"
#include "hub/desk/validate.h"
#include "hub/rpc/stream_reactor.h"

namespace muster {
namespace {

constexpr size_t kEntitiesAtOnce = 256;
constexpr int kMaxKinds = 64;
constexpr int kMaxWindows = 8;
constexpr uint64_t kMaxTiles = 4096;
constexpr std::chrono::seconds kTick{2};
constexpr std::chrono::seconds kPatience{60};

Status too_many(std::string_view field, uint64_t count, uint64_t limit) {
    return refuse(absl::StatusCode::kInvalidArgument,
                  "field.too_many",
                  {{"field", std::string(field)},
                   {"count", std::to_string(count)},
                   {"limit", std::to_string(limit)}},
                  field);
}

// What says whom an entity concerns: known of all before the first is judged.
bool relates(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_AGENCY || kind == v1::ENTITY_KIND_TEAM ||
           kind == v1::ENTITY_KIND_ORDER || kind == v1::ENTITY_KIND_INCIDENT;
}

std::string field_of(int number, std::string_view bytes) {
    using google::protobuf::internal::WireFormatLite;
    std::string field;
    google::protobuf::io::StringOutputStream stream(&field);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
    out.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
    out.Trim();
    return field;
}

Status add_kinds(const v1::ViewFilter& filter, v1::Role role, View& view) {
    if (filter.kinds_size() > kMaxKinds) {
        return too_many("view.kinds", static_cast<uint64_t>(filter.kinds_size()), kMaxKinds);
    }
    for (const int number : filter.kinds()) {
        MUSTER_TRY(check_enum(static_cast<v1::EntityKind>(number), false, "view.kinds"));
        const auto kind = static_cast<v1::EntityKind>(number);
        if (!may_see(role, kind)) {
            return refuse(absl::StatusCode::kPermissionDenied,
                          "picture.kind_denied",
                          {{"kind", kind_name(kind)}, {"role", role_name(role)}},
                          "view.kinds");
        }
        view.kinds.set(static_cast<size_t>(number));
    }
    if (filter.kinds().empty()) {
        for (const auto kind : kinds_seen_by(role)) view.kinds.set(static_cast<size_t>(kind));
    }
    view.kinds = viewable(view.kinds);
    return {};
}

Status add_windows(const v1::ViewFilter& filter, View& view) {
    if (filter.windows_size() > kMaxWindows) {
        return too_many("view.windows", static_cast<uint64_t>(filter.windows_size()), kMaxWindows);
    }
    uint64_t tiles = 0;
    for (const auto& window : filter.windows()) {
        MUSTER_TRY(
            check_point(window.has_south_west(), window.south_west(), "view.windows.south_west"));
        MUSTER_TRY(
            check_point(window.has_north_east(), window.north_east(), "view.windows.north_east"));
        MUSTER_TRY(check_range(window.north_east().lat_deg(),
                               window.south_west().lat_deg(),
                               90,
                               "view.windows.north_east.lat_deg"));
        for (const auto& rect : tiles_of(window)) {
            tiles += rect.count();
            view.windows.push_back(rect);
        }
    }
    return tiles > kMaxTiles ? too_many("view.windows", tiles, kMaxTiles) : Status();
}

}  // namespace

Result<View> past_view(const Records& records, const v1::ViewFilter& filter, const Actor& actor) {
    View view;
    MUSTER_TRY(add_kinds(filter, actor.role, view));
    MUSTER_TRY(add_windows(filter, view));
    const AccessClass who = access_class_of(actor);
    view.limited = who.limited;
    view.partner = Uuid::parse(who.agency_id).value_or(Uuid{});
    if (!filter.incident_id().empty()) {
        MUSTER_ASSIGN(
            const auto incident,
            records.find(
                actor, v1::ENTITY_KIND_INCIDENT, filter.incident_id(), "view.incident_id"));
        view.incident = incident->key.id;
    }
    if (!filter.agency_id().empty()) {
        MUSTER_ASSIGN(
            const auto agency,
            records.find(actor, v1::ENTITY_KIND_AGENCY, filter.agency_id(), "view.agency_id"));
        view.agency = agency->key.id;
    }
    return view;
}

Status PastReader::begin(UtcTime time) {
    time_ = time;
    MUSTER_ASSIGN(const auto moment, history_.moment(time));
    if (!moment.began || time < *moment.began || moment.sequence == 0) {
        return refuse(absl::StatusCode::kOutOfRange,
                      "picture.before_beginning",
                      {{"began", moment.began ? rfc3339(*moment.began) : "-"}},
                      "time");
    }
    std::vector<v1::EntityKind> kinds;
    for (const auto& rule : kind_rules()) {
        if (is_live(rule.kind)) continue;
        if (view_.kinds.test(static_cast<size_t>(rule.kind)) || relates(rule.kind)) {
            kinds.push_back(rule.kind);
        }
    }
    MUSTER_ASSIGN(written_, history_.written(kinds, moment.sequence));
    // Few of them are needed twice.
    std::stable_partition(
        written_.begin(), written_.end(), [](const auto& one) { return relates(one.key.kind); });
    return relate();
}

Status PastReader::relate() {
    Relations::Affected ignored;
    size_t at = 0;
    while (at < written_.size() && relates(written_[at].key.kind)) {
        std::vector<History::Written> some;
        for (; at < written_.size() && some.size() < kEntitiesAtOnce; ++at) {
            if (!relates(written_[at].key.kind)) break;
            some.push_back(written_[at]);
        }
        MUSTER_ASSIGN(const auto entities, history_.states(std::move(some)));
        for (const auto& entity : entities) {
            relations_.put(*entity, ignored);
            if (entity->key.kind == v1::ENTITY_KIND_TEAM) teams_.push_back(entity->key.id);
        }
        ignored = {};
    }
    return {};
}

Status PastReader::add_positions() {
    positions_added_ = true;
    if (!view_.kinds.test(v1::ENTITY_KIND_POSITION)) return {};
    MUSTER_ASSIGN(auto positions, tracks_.at(time_, teams_));
    for (auto& position : positions) {
        v1::Live live;
        *live.mutable_position() = std::move(position);
        const Tile tile = tile_of(live.position().at());
        if (!sees(view_, relations_.cell_of(key_of(live), tile))) continue;
        fields_.push_back(field_of(v1::PastFrame::kLiveFieldNumber, live.SerializeAsString()));
    }
    return {};
}

Result<std::string> PastReader::next() {
    std::string frame;
    if (ended_) return frame;
    // Whether more follows: `more` has a tag and a value of a byte each.
    constexpr size_t kMore = 2;
    for (;;) {
        while (!fields_.empty()) {
            if (frame.size() + fields_.front().size() + kMore > kPastFrameBytes) {
                v1::PastFrame more;
                more.set_more(true);
                return frame + more.SerializeAsString();
            }
            frame += fields_.front();
            fields_.pop_front();
        }
        if (at_ < written_.size()) {
            const auto end = std::min(at_ + kEntitiesAtOnce, written_.size());
            std::vector<History::Written> some(written_.begin() + static_cast<ptrdiff_t>(at_),
                                               written_.begin() + static_cast<ptrdiff_t>(end));
            at_ = end;
            std::erase_if(some, [this](const auto& one) {
                return !view_.kinds.test(static_cast<size_t>(one.key.kind));
            });
            MUSTER_ASSIGN(const auto entities, history_.states(std::move(some)));
            for (const auto& entity : entities) {
                if (!sees(view_, relations_.cell_of(*entity))) continue;
                fields_.push_back(field_of(v1::PastFrame::kUpsertsFieldNumber, entity->bytes));
            }
        } else if (!positions_added_) {
            MUSTER_TRY(add_positions());
        } else {
            ended_ = true;
            return frame;
        }
    }
}

// Reads a part whenever the former is taken. What touches the reader runs on the service's pool,
// one task at a time.
class PastPicture::Stream final : public StreamReactor<WriteReactor>,
                                  public std::enable_shared_from_this<Stream> {
public:
    Stream(PastPicture& service, grpc::CallbackServerContext* context, Caller caller)
        : service_(service), context_(context), caller_(std::move(caller)) {}

    void start(v1::AtRequest request) {
        self_ = shared_from_this();
        progress_at_ = service_.ports_.clock.steady();
        tick_later();
        on_pool([this, request = std::move(request)] {
            if (const Status status = begin(request); !status.ok()) {
                end(status);
                return;
            }
            const std::lock_guard lock(mutex_);
            ready_ = true;
            pump_locked();
        });
    }

    void give_up(const Status& status) {
        over_ = true;
        end(status);
        context_->TryCancel();
    }

private:
    Status begin(const v1::AtRequest& request) {
        const auto& ports = service_.ports_;
        if (!request.has_time()) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "field.missing", {{"field", "time"}}, "time");
        }
        MUSTER_TRY(check_time(request.time(), "time"));
        const UtcTime time = from_proto(request.time());
        if (time > ports.clock.now()) {
            return refuse(absl::StatusCode::kOutOfRange,
                          "picture.in_future",
                          {{"time", rfc3339(time)}},
                          "time");
        }
        MUSTER_ASSIGN(auto view, past_view(ports.records, request.view(), caller_.actor));
        reader_.emplace(ports.history, ports.tracks, std::move(view));
        return reader_->begin(time);
    }

    void pump_locked() override {
        if (!ready_ || reading_ || !may_write_locked()) return;
        progress_at_ = service_.ports_.clock.steady();
        reading_ = true;
        on_pool([this] { next(); });
    }

    void next() {
        if (last_) {
            end({});
            return;
        }
        const auto frame = reader_->next();
        if (!frame.ok()) {
            end(frame.status());
            return;
        }
        last_ = reader_->ended();
        const std::lock_guard lock(mutex_);
        reading_ = false;
        if (may_write_locked()) write_locked(to_buffer(*frame));
    }

    void drop_locked() override { over_ = true; }

    void on_pool(Task task) {
        const bool taken = service_.pool_.run([self = shared_from_this(), task = std::move(task)] {
            if (!self->over_) task();
        });
        if (taken) return;
        service_.ports_.strand.post([self = shared_from_this()] { self->end(busy()); });
    }

    void tick_later() {
        service_.ports_.strand.post_after(kTick, [weak = weak_from_this()] {
            if (const auto stream = weak.lock()) stream->tick();
        });
    }
    void tick() {
        if (over_) return;
        if (const Status valid = service_.ports_.still_valid(caller_); !valid.ok()) {
            give_up(valid);
            return;
        }
        bool stuck = false;
        {
            const std::lock_guard lock(mutex_);
            stuck = writing_ && service_.ports_.clock.steady() - progress_at_ > kPatience;
        }
        if (stuck) {
            give_up(refuse(absl::StatusCode::kDeadlineExceeded, "picture.not_read"));
        } else {
            tick_later();
        }
    }

    void OnDone() override {
        over_ = true;
        {
            const std::lock_guard lock(service_.mutex_);
            service_.streams_.erase(this);
        }
        self_.reset();
    }

    PastPicture& service_;
    grpc::CallbackServerContext* const context_;
    const Caller caller_;
    std::shared_ptr<Stream> self_;
    std::atomic<bool> over_ = false;
    // With mutex_ held.
    bool ready_ = false;
    bool reading_ = false;
    SteadyTime progress_at_{};
    // On the pool, one task at a time.
    std::optional<PastReader> reader_;
    bool last_ = false;
};

PastPicture::PastPicture(Ports ports) : ports_(std::move(ports)) {}

PastPicture::~PastPicture() {
    stop();
}

StreamHandler PastPicture::handler() {
    return [this](grpc::CallbackServerContext* context,
                  Caller caller,
                  const std::string& body) -> WriteReactor* {
        auto request = decode<v1::AtRequest>(body);
        if (!request.ok()) return refused_stream(request.status());
        const auto stream = std::make_shared<Stream>(*this, context, std::move(caller));
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) {
                return refused_stream(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
            }
            if (streams_.size() >= kAtOnce) {
                return refused_stream(refuse(absl::StatusCode::kResourceExhausted,
                                             "picture.too_many_past",
                                             {{"limit", std::to_string(kAtOnce)}}));
            }
            streams_.emplace(stream.get(), stream);
        }
        stream->start(*std::move(request));
        return stream.get();
    };
}

void PastPicture::stop() {
    std::vector<std::shared_ptr<Stream>> streams;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [raw, weak] : streams_) {
            if (auto stream = weak.lock()) streams.push_back(std::move(stream));
        }
    }
    for (const auto& stream : streams) {
        stream->give_up(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
    }
    streams.clear();
    pool_.stop();
}

}  // namespace muster
