#include "hub/desk/desk.h"

#include <algorithm>

#include "hub/base/log.h"
#include "hub/desk/batch.h"
#include "hub/desk/overdue.h"

namespace muster {
namespace {

std::chrono::microseconds microseconds_since(SteadyTime from, SteadyTime to) {
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from);
}

}  // namespace

Desk::Desk(Strand& strand, JournalPort& journal, const Clock& clock, std::function<Uuid()> new_id)
    : strand_(strand),
      journal_(journal),
      clock_(clock),
      new_id_(std::move(new_id)),
      deadlines_(clock) {}

Status Desk::start(Listener listener, const std::function<void(const LoadedEntity&)>& loaded) {
    listener_ = std::move(listener);
    {
        const std::unique_lock lock(memory_mutex_);
        MUSTER_TRY(journal_.load([&](LoadedEntity entity) {
            if (loaded) loaded(entity);
            deadlines_.arm(*entity.entity);
            memory_.put(std::move(entity.entity));
        }));
        memory_.set_last_incident_number(journal_.last_incident_number());
        memory_.set_sequence(journal_.last_sequence());
    }
    post_guarded(kLook, &Desk::look_at_deadlines);
    return absl::OkStatus();
}

void Desk::keep_hot_for(std::chrono::minutes hot) {
    if (!listener_) {
        deadlines_.set_hot(hot);
        return;
    }
    strand_.post([this, hot, alive = std::weak_ptr(alive_)] {
        if (alive.expired() || deadlines_.hot() == hot) return;
        deadlines_.set_hot(hot);
        for (const auto kind :
             {v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_RESPONSE, v1::ENTITY_KIND_ROOM}) {
            for (const auto& [id, entity] : memory_.all(kind)) deadlines_.arm(*entity);
        }
    });
}

void Desk::submit(Act act, Reply reply) {
    bool first = false;
    bool of_one = false;
    {
        const std::lock_guard lock(waiting_mutex_);
        const std::string caller = act.actor.person_id;
        of_one = !caller.empty() && waiting_.waiting_of(caller) >= kWaitingOfOne;
        if (!of_one && waiting_.size() < kWaiting) {
            first = waiting_.empty();
            waiting_.push(caller, {std::move(act), std::move(reply), clock_.steady()});
            reply = nullptr;
        }
    }
    if (reply) {
        strand_.post([of_one, refused = std::move(reply)] {
            refused(of_one ? refuse(absl::StatusCode::kResourceExhausted,
                                    "desk.full_of_one",
                                    {{"limit", std::to_string(kWaitingOfOne)}})
                           : refuse(absl::StatusCode::kUnavailable, "desk.full"));
        });
    } else if (first) {
        post_guarded({}, &Desk::take_batch);
    }
}

void Desk::take_batch() {
    std::vector<Waiting> taken;
    bool more = false;
    {
        const std::lock_guard lock(waiting_mutex_);
        taken = waiting_.take(kBatch);
        more = !waiting_.empty();
        for (const auto& waiting : taken) {
            in_work_since_ = std::min(in_work_since_.value_or(waiting.since), waiting.since);
        }
    }
    if (more) post_guarded({}, &Desk::take_batch);
    Batch batch(*this);
    std::vector<SteadyTime> since;
    since.reserve(taken.size());
    {
        const JournalPort::Looks looks(journal_);
        for (auto& waiting : taken) {
            since.push_back(waiting.since);
            batch.decide(std::move(waiting));
        }
    }
    if (!batch.changes().empty()) {
        const SteadyTime began = clock_.steady();
        const Status status = journal_.append(batch.changes());
        meter_.appends.add(microseconds_since(began, clock_.steady()));
        say_how_the_journal_does(status);
        if (status.ok()) {
            apply(batch.changes());
        } else {
            batch.fail(journal_unavailable(status));
        }
    }
    batch.reply();
    const SteadyTime now = clock_.steady();
    for (const SteadyTime entered : since) meter_.answers.add(microseconds_since(entered, now));
    const std::lock_guard lock(waiting_mutex_);
    in_work_since_.reset();
}

size_t Desk::waiting() const {
    const std::lock_guard lock(waiting_mutex_);
    return waiting_.size();
}

std::chrono::microseconds Desk::oldest_wait() const {
    const SteadyTime now = clock_.steady();
    const std::lock_guard lock(waiting_mutex_);
    SteadyTime oldest = in_work_since_.value_or(now);
    waiting_.each_oldest(
        [&oldest](const Waiting& waiting) { oldest = std::min(oldest, waiting.since); });
    return microseconds_since(oldest, now);
}

// Once when it begins to fail and once when it works again: a full disk must not fill the log.
void Desk::say_how_the_journal_does(const Status& status) {
    meter_.journal(status);
    if (status.ok() == journal_works_) return;
    journal_works_ = status.ok();
    if (journal_works_) {
        log_event(spdlog::level::info, "journal-works", {});
    } else {
        const auto detail = detail_of(status);
        log_event(spdlog::level::err,
                  "journal-failed",
                  {{"code", detail ? detail->reason().code() : std::string()},
                   {"what", std::string(status.message())}});
    }
}

void Desk::apply(const std::vector<DecidedChange>& changes) {
    {
        const std::lock_guard turn(turnstile_);
        const std::unique_lock lock(memory_mutex_);
        for (const auto& change : changes) memory_.apply(change);
    }
    for (const auto& change : changes) {
        for (const auto& key : change.removals) deadlines_.disarm(key);
        for (const auto& entity : change.upserts) deadlines_.arm(*entity);
        for (const auto& key : change.archived) deadlines_.disarm(key);
    }
    if (listener_) listener_(changes);
}

void Desk::look_at_deadlines() {
    for (const auto& key : deadlines_.take_due()) {
        const bool asks = find_teams_ && key.kind == v1::ENTITY_KIND_ORDER &&
                          needs_next_team(Draft(memory_), key, clock_.now());
        if (!asks) {
            submit_due(key, {});
            continue;
        }
        find_teams_(key,
                    [this, key, alive = std::weak_ptr(alive_)](
                        std::optional<std::vector<std::string>> ranked) {
                        strand_.post([this, key, alive, ranked = std::move(ranked)]() mutable {
                            if (!alive.expired()) found_teams(key, std::move(ranked));
                        });
                    });
    }
    post_guarded(kLook, &Desk::look_at_deadlines);
}

void Desk::found_teams(const EntityKey& order, std::optional<std::vector<std::string>> ranked) {
    if (ranked) {
        submit_due(order, *std::move(ranked));
    } else {
        deadlines_.done(order);
    }
}

void Desk::submit_due(const EntityKey& key, std::vector<std::string> ranked_teams) {
    Act act;
    act.method = "deadline";
    act.actor.role = v1::ROLE_ADMIN;
    act.decide = [key, ranked = std::move(ranked_teams), hot = deadlines_.hot()](
                     Draft& draft, const Context& context) -> Result<std::string> {
        decide_due(draft, key, context, ranked, hot);
        return std::string();
    };
    submit(std::move(act), [this, key](const Result<std::string>&) { deadlines_.done(key); });
}

void Desk::post_guarded(std::chrono::milliseconds delay, void (Desk::*run)()) {
    auto task = [this, run, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) (this->*run)();
    };
    if (delay.count() == 0) {
        strand_.post(std::move(task));
    } else {
        strand_.post_after(delay, std::move(task));
    }
}

}  // namespace muster
