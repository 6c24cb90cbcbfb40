#include "hub/picture/frame.h"

namespace muster {
namespace {

enum FrameField { upserts = 1, removals = 2, live_entities = 3 };

void append_header(std::string& out, FrameField field, size_t size) {
    constexpr char kLengthDelimited = 2;
    out += static_cast<char>(field << 3 | kLengthDelimited);
    for (; size >= 0x80; size >>= 7) out += static_cast<char>(size | 0x80);
    out += static_cast<char>(size);
}

std::string wrap(FrameField field, const google::protobuf::Message& message) {
    std::string out;
    append_header(out, field, message.ByteSizeLong());
    message.AppendToString(&out);
    return out;
}

bool sees_node(const CellTable& cells, SharedView& view, const Lane::Node& node) {
    if (node.removed()) return false;
    return view.is_plain() ? view.view().kinds[static_cast<uint8_t>(node.key.kind)]
                           : view.sees(cells, node.cell);
}

bool saw_node(const CellTable& cells,
              const Lane& lane,
              SharedView& view,
              const Lane::Node& node,
              uint64_t order) {
    if (!view.is_plain()) return view.sees(cells, node.cell_at(order));
    return view.view().kinds[static_cast<uint8_t>(node.key.kind)] && lane.was_there(node, order);
}

// One reader's walk along one lane.
class Walk {
public:
    Walk(const CellTable& cells, const Lane& lane, SharedView& view, size_t max_bytes)
        : cells_(cells), lane_(lane), view_(view), max_bytes_(max_bytes) {}

    // Returns the first node that had no room, or the lane's end.
    Lane::Nodes::const_iterator go(LanePlace& place, std::string& out) {
        const auto cut = place.fill ? fill(place, out) : catch_up(place, out);
        if (cut == lane_.nodes_end()) place = {lane_.end(), nullptr};
        return cut;
    }

private:
    Lane::Nodes::const_iterator catch_up(LanePlace& place, std::string& out) {
        const uint64_t from = place.order;
        auto node = lane_.after(from);
        for (; node != lane_.nodes_end(); ++node) {
            const bool is_seen = sees_node(cells_, view_, node->second);
            if (is_seen ? node->second.changed > from || !saw(node->second, from)
                        : saw(node->second, from)) {
                if (!append(node->second, is_seen, out)) break;
            }
        }
        if (node == lane_.nodes_end()) return node;
        Fill fill{from, held_at(cells_, lane_, view_, from)};
        for (auto sent = lane_.after(from); sent != node; ++sent) {
            fill.held.set(sent->second.slot, sees_node(cells_, view_, sent->second));
            place.order = sent->first;
        }
        place.fill = std::make_shared<const Fill>(std::move(fill));
        return node;
    }

    Lane::Nodes::const_iterator fill(LanePlace& place, std::string& out) {
        Fill fill = *place.fill;
        auto node = lane_.after(place.order);
        for (; node != lane_.nodes_end(); ++node) {
            const bool is_seen = sees_node(cells_, view_, node->second);
            const bool was_held = fill.held.has(node->second.slot);
            const bool is_news = is_seen ? !was_held || node->second.changed > fill.base : was_held;
            if (is_news) {
                if (!append(node->second, is_seen, out)) break;
                fill.held.set(node->second.slot, is_seen);
            }
            place.order = node->first;
        }
        place.fill = std::make_shared<const Fill>(std::move(fill));
        return node;
    }

    bool saw(const Lane::Node& node, uint64_t order) {
        return saw_node(cells_, lane_, view_, node, order);
    }

    bool append(const Lane::Node& node, bool is_seen, std::string& out) {
        const auto has_room = [&](size_t size) {
            return out.empty() || out.size() + size <= max_bytes_;
        };
        if (is_seen && node.entity) {
            constexpr size_t kHeaderBytes = 6;
            const std::string& bytes = node.entity->bytes;
            if (!has_room(bytes.size() + kHeaderBytes)) return false;
            append_header(out, upserts, bytes.size());
            out += bytes;
            return true;
        }
        // The field of what was removed is its removal already.
        const std::string removal =
            is_seen || node.removed() ? std::string() : removal_field(node.key);
        const std::string& field = removal.empty() ? node.field : removal;
        if (!has_room(field.size())) return false;
        out += field;
        return true;
    }

    const CellTable& cells_;
    const Lane& lane_;
    SharedView& view_;
    const size_t max_bytes_;
};

}  // namespace

std::string live_field(const v1::Live& live) {
    return wrap(live_entities, live);
}

std::string removal_field(const EntityKey& key) {
    v1::Removal removal;
    removal.set_kind(key.kind);
    removal.set_id(key.id.text());
    return wrap(removals, removal);
}

FrameEnd append_news(const FrameSource& source,
                     const Place& from,
                     uint64_t sequence,
                     size_t max_bytes,
                     std::string& out) {
    SharedView& view = *from.view;
    FrameEnd end{from.journalled, from.live, sequence, false};
    if (view.has_lane(false)) {
        const auto cut =
            Walk(source.cells, source.journalled, view, max_bytes).go(end.journalled, out);
        if (cut != source.journalled.nodes_end()) {
            // More than that was sent, which does no harm.
            end.sequence = from.sequence;
            return end;
        }
    } else {
        end.journalled = {source.journalled.end(), nullptr};
    }
    if (!view.has_lane(true)) {
        end.live = {source.live.end(), nullptr};
    } else if (end.live.fill == nullptr && source.step.leads(source.live, end.live.order) &&
               source.step.append(source.cells, view, max_bytes, out)) {
        end.live.order = source.live.end();
    } else if (Walk(source.cells, source.live, view, max_bytes).go(end.live, out) !=
               source.live.nodes_end()) {
        return end;
    }
    end.at_end = true;
    return end;
}

HeldSet held_at(const CellTable& cells, const Lane& lane, SharedView& view, uint64_t order) {
    HeldSet held;
    for (const auto& [at, node] : lane.nodes()) {
        if (saw_node(cells, lane, view, node, order)) held.set(node.slot, true);
    }
    return held;
}

}  // namespace muster
