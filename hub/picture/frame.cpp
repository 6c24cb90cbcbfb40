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

    // False when not everything had room.
    bool go(LanePlace& place, std::string& out) {
        const bool is_at_end = place.fill ? fill(*place.fill, place, out) : catch_up(place, out);
        if (is_at_end) place = {lane_.end(), nullptr};
        return is_at_end;
    }

private:
    bool catch_up(LanePlace& place, std::string& out) {
        const uint64_t from = place.order;
        const size_t before = out.size();
        for (auto node = lane_.after(from); node != lane_.nodes_end(); ++node) {
            const bool is_seen = sees_node(cells_, view_, node->second);
            const bool is_news = is_seen ? node->second.changed > from || !saw(node->second, from)
                                         : saw(node->second, from);
            if (!is_news || append(node->second, is_seen, out)) continue;
            out.resize(before);
            return fill({from, held_at(cells_, lane_, view_, from), lane_.end(), 0}, place, out);
        }
        return true;
    }

    bool fill(Fill fill, LanePlace& place, std::string& out) {
        // What this frame looks at is as the lane has it now, and is not looked at again.
        const uint32_t first = fill.next_slot;
        if (!go_round(fill, lane_.slots(), out)) return cut(std::move(fill), place);
        fill.base = std::exchange(fill.round, lane_.end());
        fill.next_slot = 0;
        if (first == 0 || append_rest(fill, first, out)) return true;
        // Less than what is left of the round has room, or all of it would have had.
        return go_round(fill, first, out) || cut(std::move(fill), place);
    }

    static bool cut(Fill fill, LanePlace& place) {
        place = {0, std::make_shared<const Fill>(std::move(fill))};
        return false;
    }

    // False when there was no room for one.
    bool go_round(Fill& fill, uint32_t end, std::string& out) {
        for (; fill.next_slot < end; ++fill.next_slot) {
            const Lane::Node* node = lane_.at_slot(fill.next_slot);
            if (node != nullptr && !offer(*node, fill, out)) return false;
        }
        return true;
    }

    // What changed since the round began, all of it or nothing.
    bool append_rest(const Fill& fill, uint32_t end, std::string& out) {
        Fill rest = fill;
        const size_t before = out.size();
        for (auto node = lane_.after(fill.base); node != lane_.nodes_end(); ++node) {
            if (node->second.slot >= end || offer(node->second, rest, out)) continue;
            out.resize(before);
            return false;
        }
        return true;
    }

    // False when there is no room; nothing is appended then.
    bool offer(const Lane::Node& node, Fill& fill, std::string& out) {
        const bool is_seen = sees_node(cells_, view_, node);
        const bool was_held = fill.held.has(node.slot);
        if (is_seen ? was_held && node.changed <= fill.base : !was_held) return true;
        if (!append(node, is_seen, out)) return false;
        fill.held.set(node.slot, is_seen);
        return true;
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
    // A view without a lane still gives up what the one before it held of that lane.
    if (view.has_lane(false) || end.journalled.fill != nullptr) {
        if (!Walk(source.cells, source.journalled, view, max_bytes).go(end.journalled, out)) {
            // More than that was sent, which does no harm.
            end.sequence = from.sequence;
            return end;
        }
    } else {
        end.journalled = {source.journalled.end(), nullptr};
    }
    if (!view.has_lane(true) && end.live.fill == nullptr) {
        end.live = {source.live.end(), nullptr};
    } else if (end.live.fill == nullptr && source.step.leads(source.live, end.live.order) &&
               source.step.append(source.cells, view, max_bytes, out)) {
        end.live.order = source.live.end();
    } else if (!Walk(source.cells, source.live, view, max_bytes).go(end.live, out)) {
        return end;
    }
    end.at_end = true;
    return end;
}

HeldSet held_at(const CellTable& cells, const Lane& lane, SharedView& view, uint64_t order) {
    HeldSet held;
    for (uint32_t slot = 0; slot < lane.slots(); ++slot) {
        const Lane::Node* node = lane.at_slot(slot);
        if (node != nullptr && saw_node(cells, lane, view, *node, order)) held.set(slot, true);
    }
    return held;
}

}  // namespace muster
