#include "hub/rpc/past_picture.h"

#include <algorithm>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "hub/access/policy.h"
#include "hub/base/error.h"
#include "hub/desk/sight.h"
#include "hub/desk/validate.h"
#include "hub/rpc/picture_view.h"
#include "hub/rpc/pulled_stream.h"

namespace muster {
namespace {

constexpr size_t kEntitiesAtOnce = 256;

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

}  // namespace

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

// Reads a part whenever the former is taken.
class PastPicture::Stream final : public PulledStream {
public:
    Stream(PastPicture& service,
           grpc::CallbackServerContext* context,
           Caller caller,
           v1::AtRequest request)
        : PulledStream(context,
                       std::move(caller),
                       {.pool = service.pool_,
                        .strand = service.ports_.strand,
                        .clock = service.ports_.clock,
                        .still_valid = service.ports_.still_valid,
                        .not_read = "picture.not_read",
                        .gone = [&service](PulledStream* which) { service.gone(which); }}),
          ports_(service.ports_),
          request_(std::move(request)) {}

private:
    Status prepare() override {
        if (!request_.has_time()) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "field.missing", {{"field", "time"}}, "time");
        }
        MUSTER_TRY(check_time(request_.time(), "time"));
        const UtcTime time = from_proto(request_.time());
        if (time > ports_.clock.now()) {
            return refuse(absl::StatusCode::kOutOfRange,
                          "picture.in_future",
                          {{"time", rfc3339(time)}},
                          "time");
        }
        const auto find = [this](v1::EntityKind kind,
                                 const std::string& id,
                                 std::string_view field) -> Result<Uuid> {
            MUSTER_ASSIGN(const auto entity,
                          ports_.records.find(caller().actor, kind, id, std::string(field)));
            return entity->key.id;
        };
        MUSTER_ASSIGN(auto view, view_of(request_.view(), caller().actor, find));
        view.kinds = viewable(view.kinds);
        reader_.emplace(ports_.history, ports_.tracks, std::move(view));
        return reader_->begin(time);
    }

    Result<std::optional<std::string>> next() override {
        if (reader_->ended()) return std::optional<std::string>();
        MUSTER_ASSIGN(auto frame, reader_->next());
        return std::optional(std::move(frame));
    }

    const PastPicture::Ports& ports_;
    const v1::AtRequest request_;
    std::optional<PastReader> reader_;
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
        const auto stream =
            std::make_shared<Stream>(*this, context, std::move(caller), *std::move(request));
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
        stream->start();
        return stream.get();
    };
}

void PastPicture::gone(PulledStream* which) {
    const std::lock_guard lock(mutex_);
    streams_.erase(which);
}

void PastPicture::stop() {
    std::vector<std::shared_ptr<PulledStream>> streams;
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
