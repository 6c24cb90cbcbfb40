#include "hub/rpc/viewing_record.h"

#include <set>

#include "hub/desk/viewings.h"

namespace muster {
namespace {

// What is not known of a session that a node had before this hub started was written then.
bool is_recorded(const SessionOwner& owner) {
    return !owner.publishes && !owner.stream_id.empty();
}

Watching watching_of(const std::string& session_id, const SessionOwner& owner) {
    return {.session_id = session_id,
            .person_id = owner.person_id,
            .stream_id = owner.stream_id,
            .camera_id = owner.camera_id,
            .shown_person_id = owner.shown_person_id,
            .room_id = owner.seat ? owner.seat->room_id : "",
            .peer = owner.peer,
            .since = owner.opened_at};
}

}  // namespace

void ViewingRecord::begin(const std::string& session_id,
                          const SessionOwner& owner,
                          std::function<void()> then) {
    if (!is_recorded(owner)) {
        then();
        return;
    }
    submit([watching = watching_of(session_id, owner)](
               Draft& draft, const Context&) { begin_viewing(draft, watching); },
           std::move(then));
}

void ViewingRecord::end(const std::string& session_id) {
    submit([viewing = viewing_of(session_id)](
               Draft& draft, const Context& context) { end_viewing(draft, viewing, context); },
           [] {});
}

void ViewingRecord::compare(const ViewerBook& book) {
    if (!book.is_complete()) return;
    // Before the book: a session is in it before its viewing is written, so that whatever of these
    // is not in the book has ended.
    std::set<Uuid> written;
    desk_.read([&](const Memory& memory) {
        for (const auto& [id, viewing] : memory.all(v1::ENTITY_KIND_VIEWING)) written.insert(id);
    });
    size_t acts = 0;
    for (const auto& [session_id, owner] : book.all()) {
        if (written.erase(viewing_of(session_id)) > 0 || !is_recorded(owner)) continue;
        if (acts++ < kMaxActs) begin(session_id, owner, [] {});
    }
    for (const Uuid& viewing : written) {
        if (acts++ >= kMaxActs) break;
        submit([viewing](Draft& draft,
                         const Context& context) { end_viewing(draft, viewing, context); },
               [] {});
    }
}

void ViewingRecord::submit(std::function<void(Draft&, const Context&)> decide,
                           std::function<void()> then) {
    Act act;
    act.method = "viewing";
    act.actor.role = v1::ROLE_ADMIN;
    act.decide = [decide = std::move(decide)](Draft& draft,
                                              const Context& context) -> Result<std::string> {
        decide(draft, context);
        return std::string();
    };
    desk_.submit(std::move(act), [then = std::move(then)](const Result<std::string>&) { then(); });
}

}  // namespace muster
