#include "hub/live/health.h"

#include <algorithm>
#include <cmath>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kMaxConditions = 16;
constexpr char kJournal[] = "health.journal_failing";

std::string whole(double value) {
    return std::to_string(std::llround(value));
}

std::string mebibytes(uint64_t bytes) {
    return std::to_string(bytes >> 20);
}

v1::HealthCondition condition(v1::HealthSeverity severity, v1::Reason reason) {
    v1::HealthCondition result;
    result.set_severity(severity);
    *result.mutable_reason() = std::move(reason);
    return result;
}

v1::HealthCondition alarm(std::string_view code, const Args& args = {}) {
    return condition(v1::HEALTH_SEVERITY_ALARM, make_reason(code, args));
}

v1::HealthCondition notice(std::string_view code, const Args& args = {}) {
    return condition(v1::HEALTH_SEVERITY_NOTICE, make_reason(code, args));
}

// Numbers within a sentence change all the time; the condition is the same.
bool same_conditions(const v1::HubHealth& a, const v1::HubHealth& b) {
    return std::equal(a.conditions().begin(),
                      a.conditions().end(),
                      b.conditions().begin(),
                      b.conditions().end(),
                      [](const auto& x, const auto& y) {
                          return x.severity() == y.severity() &&
                                 x.reason().code() == y.reason().code();
                      });
}

}  // namespace

// Tasks on the strand hold this, not the watch itself.
struct HealthWatch::Guard {
    std::mutex mutex;
    HealthWatch* watch = nullptr;
};

HealthWatch::HealthWatch(Strand& strand,
                         const Clock& clock,
                         const Uuid& journal_id,
                         std::function<HealthFacts()> look,
                         LiveSink sink,
                         HealthOptions options)
    : strand_(strand),
      clock_(clock),
      look_(std::move(look)),
      sink_(std::move(sink)),
      options_(options),
      guard_(std::make_shared<Guard>()) {
    guard_->watch = this;
    health_.set_id(journal_id.text());
}

HealthWatch::~HealthWatch() {
    const std::lock_guard lock(guard_->mutex);
    guard_->watch = nullptr;
}

void HealthWatch::start() {
    strand_.post([guard = guard_] {
        const std::lock_guard lock(guard->mutex);
        if (guard->watch != nullptr) guard->watch->look();
    });
}

v1::HubHealth HealthWatch::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

std::vector<v1::HealthCondition> HealthWatch::obstacles() const {
    const std::lock_guard lock(mutex_);
    std::vector<v1::HealthCondition> result;
    for (const auto& each : health_.conditions()) {
        if (each.reason().code() == kJournal) result.push_back(each);
    }
    return result;
}

void HealthWatch::look_later() {
    strand_.post_after(options_.look, [guard = guard_] {
        const std::lock_guard lock(guard->mutex);
        if (guard->watch != nullptr) guard->watch->look();
    });
}

void HealthWatch::look() {
    const HealthFacts facts = look_();
    std::optional<v1::Live> news;
    {
        const std::lock_guard lock(mutex_);
        v1::HubHealth next;
        next.set_id(health_.id());
        next.set_version(health_.version());
        for (auto& found : judge(facts)) {
            const auto known = std::find_if(
                health_.conditions().begin(), health_.conditions().end(), [&](const auto& former) {
                    return former.reason().code() == found.reason().code();
                });
            *found.mutable_since() =
                known == health_.conditions().end() ? to_proto(clock_.now()) : known->since();
            *next.add_conditions() = std::move(found);
        }
        next.set_desk_p50_ms(facts.desk_p50_ms);
        next.set_desk_p99_ms(facts.desk_p99_ms);
        next.set_disk_free_bytes(facts.disk_free_bytes);
        *next.mutable_at() = to_proto(clock_.now());
        const SteadyTime now = clock_.steady();
        const bool is_due = !published_ || now - *published_ >= options_.publish;
        if (is_due || !same_conditions(health_, next)) {
            published_ = now;
            next.set_version(health_.version() + 1);
            *news.emplace().mutable_hub_health() = next;
        }
        health_ = std::move(next);
    }
    if (news) sink_.apply({&*news, 1});
    look_later();
}

std::vector<v1::HealthCondition> HealthWatch::judge(const HealthFacts& facts) {
    const SteadyTime now = clock_.steady();
    judge_desk(facts, now);
    judge_clock(now);
    std::vector<v1::HealthCondition> found;
    if (facts.journal_trouble) {
        // Whatever the journal said, as an argument: the sentence around it says what it means.
        const auto what = facts.journal_trouble->args().find("what");
        found.push_back(
            alarm(kJournal,
                  {{"what",
                    what == facts.journal_trouble->args().end() ? facts.journal_trouble->code()
                                                                : what->second}}));
    }
    const bool is_low = facts.disk_free_bytes < options_.disk_bytes ||
                        facts.disk_free_bytes <
                            facts.disk_bytes / 100 * static_cast<uint64_t>(options_.disk_percent);
    if (facts.disk_bytes > 0 && is_low) {
        found.push_back(alarm("health.disk_low", {{"free_mb", mebibytes(facts.disk_free_bytes)}}));
    }
    if (desk_is_slow_) {
        found.push_back(alarm("health.desk_slow",
                              {{"p99_ms", whole(facts.desk_recent_ms)},
                               {"limit_ms", whole(options_.desk_limit_ms)}}));
    }
    if (facts.certificate_days && *facts.certificate_days < options_.certificate_days) {
        const int days = *facts.certificate_days;
        found.push_back(
            days < 0 ? alarm("health.certificate_expired")
                     : alarm("health.certificate_expiring", {{"days", std::to_string(days)}}));
    }
    for (const auto& [severity, reason] : facts.others) {
        found.push_back(condition(severity, reason));
    }
    if (stepped_) {
        found.push_back(notice("health.clock_step", {{"seconds", std::to_string(step_s_)}}));
    }
    if (facts.media_nodes == 0) found.push_back(notice("health.no_media_node"));
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.severity() > b.severity();
    });
    if (found.size() > kMaxConditions) found.resize(kMaxConditions);
    return found;
}

// One slow second is no alarm, and one quick one no end of it.
void HealthWatch::judge_desk(const HealthFacts& facts, SteadyTime now) {
    const bool slow = facts.desk_recent_ms > options_.desk_limit_ms;
    if (slow == desk_is_slow_) {
        desk_differs_since_.reset();
        return;
    }
    if (!desk_differs_since_) desk_differs_since_ = now;
    if (now - *desk_differs_since_ < options_.desk_for) return;
    desk_is_slow_ = slow;
    desk_differs_since_.reset();
}

void HealthWatch::judge_clock(SteadyTime now) {
    const auto offset =
        clock_.now().time_since_epoch() -
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    const auto moved = offset - offset_.value_or(offset);
    offset_ = offset;
    if (moved > options_.step || moved < -options_.step) {
        stepped_ = now;
        step_s_ = std::chrono::duration_cast<std::chrono::seconds>(moved).count();
    } else if (stepped_ && now - *stepped_ > options_.step_shown) {
        stepped_.reset();
    }
}

}  // namespace muster
