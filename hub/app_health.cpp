// The hub as a machine: what of it is looked at, and how it is told.
#include <algorithm>

#include <fmt/ranges.h>

#include "hub/app.h"
#include "hub/base/error.h"
#include "hub/base/log.h"

namespace muster {

HealthFacts App::look_at_health() const {
    HealthFacts facts;
    const DeskMeter& meter = desk_.meter();
    facts.desk_p50_ms = meter.answers.quantile_ms(0.5, std::chrono::seconds(60));
    facts.desk_p99_ms = meter.answers.quantile_ms(0.99, std::chrono::seconds(60));
    // What waits for a disk that hangs has no latency yet.
    const double waits_ms = static_cast<double>(desk_.oldest_wait().count()) / 1e3;
    facts.desk_recent_ms =
        std::max(waits_ms, meter.answers.quantile_ms(0.99, std::chrono::seconds(10)));
    if (auto trouble = meter.journal_trouble()) facts.journal_trouble = std::move(trouble->reason);
    std::error_code error;
    const auto space = std::filesystem::space(config_.data, error);
    if (!error) {
        facts.disk_free_bytes = space.available;
        facts.disk_bytes = space.capacity;
    }
    facts.media_nodes = node_.attached() ? 1 : 0;
    const auto identity = certificates_->identity();
    facts.certificate_days = identity->days_left(clock_->now());
    if (!identity->missing_names.empty()) {
        facts.others.emplace_back(
            v1::HEALTH_SEVERITY_NOTICE,
            make_reason("health.certificate_names",
                        {{"names", fmt::format("{}", fmt::join(identity->missing_names, ", "))}}));
    }
    if (journal_->erasure_pending()) {
        facts.others.emplace_back(v1::HEALTH_SEVERITY_NOTICE,
                                  make_reason("health.erasure_pending"));
    }
    const std::lock_guard lock(trouble_mutex_);
    if (certificate_trouble_) {
        facts.others.emplace_back(v1::HEALTH_SEVERITY_ALARM, *certificate_trouble_);
    }
    if (config_trouble_) facts.others.emplace_back(v1::HEALTH_SEVERITY_NOTICE, *config_trouble_);
    return facts;
}

v1::GetHealthResponse App::health_for_engineers() {
    v1::GetHealthResponse response;
    *response.mutable_health() = health_.health();
    response.set_build(build_name());
    response.set_uptime_s(static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(clock_->steady() - started_).count()));
    desk_.read([&](const Memory& memory) {
        response.set_changes(memory.sequence());
        response.set_entities(memory.size());
    });
    if (const auto archived = audit_.archived_incidents(); archived.ok()) {
        response.set_archived_incidents(*archived);
    }
    response.set_subscribers(static_cast<uint32_t>(picture_.subscriber_count()));
    response.set_media_nodes(node_.attached() ? 1 : 0);
    response.set_resident_bytes(static_cast<uint64_t>(resident_bytes()));
    return response;
}

void App::add_gauges() {
    metrics_.gauge("muster_journal_sequence", "Sequence of the last durable change.", [this] {
        return static_cast<double>(
            desk_.read([](const Memory& memory) { return memory.sequence(); }));
    });
    metrics_.gauge("muster_entities", "Entities in memory.", [this] {
        return static_cast<double>(desk_.read([](const Memory& memory) { return memory.size(); }));
    });
    metrics_.gauge("muster_picture_streams", "Open picture streams.", [this] {
        return static_cast<double>(pictures_.streams());
    });
    metrics_.gauge("muster_road_edges", "Edges of the road graph.", [this] {
        const auto roads = roads_.graph();
        return roads ? static_cast<double>(roads->stats().edges) : 0.0;
    });
    metrics_.gauge("muster_road_bytes", "Memory of the road graph.", [this] {
        const auto roads = roads_.graph();
        return roads ? static_cast<double>(roads->stats().bytes) : 0.0;
    });
    metrics_.gauge("muster_media_nodes", "Attached media nodes.", [this] {
        return node_.attached() ? 1.0 : 0.0;
    });
    metrics_.gauge("muster_open_rooms", "Rooms that are open.", [this] {
        return static_cast<double>(
            desk_.read([](const Memory& memory) { return memory.open_rooms().size(); }));
    });
    metrics_.gauge("muster_participants", "Persons who are in rooms.", [this] {
        return static_cast<double>(attendance_.size());
    });
    metrics_.gauge("muster_media_sessions", "Open sessions of viewers and publishers.", [this] {
        return static_cast<double>(media_.sessions());
    });
    metrics_.gauge("process_resident_memory_bytes", "Resident memory.", resident_bytes);
    add_desk_gauges();
    add_picture_gauges();
    add_duty_gauges();
    add_machine_gauges();
}

void App::add_desk_gauges() {
    const DeskMeter& meter = desk_.meter();
    metrics_.gauge("muster_desk_waiting", "Requests that wait for the desk.", [this] {
        return static_cast<double>(desk_.waiting());
    });
    metrics_.gauge("muster_desk_oldest_wait_seconds",
                   "How long the oldest request that has no answer yet is here.",
                   [this] { return static_cast<double>(desk_.oldest_wait().count()) / 1e6; });
    metrics_.spans("muster_desk_answer_seconds",
                   "From a request's coming to the desk to its durable answer.",
                   meter.answers);
    metrics_.spans("muster_journal_append_seconds",
                   "One append to the journal with its fsync.",
                   meter.appends);
    metrics_.gauge("muster_journal_works", "1 while the journal can be written.", [&meter] {
        return meter.journal_trouble() ? 0.0 : 1.0;
    });
    metrics_.counter("muster_journal_failures_total", "Appends that failed.", [&meter] {
        return static_cast<double>(meter.journal_failures());
    });
}

void App::add_picture_gauges() {
    metrics_.gauge("muster_picture_subscribers", "Subscribers of the picture.", [this] {
        return static_cast<double>(picture_.subscriber_count());
    });
    metrics_.counter("muster_picture_frames_total", "Frames sent to subscribers.", [this] {
        return static_cast<double>(pictures_.frames());
    });
    metrics_.counter("muster_picture_bytes_total", "Bytes of these frames.", [this] {
        return static_cast<double>(pictures_.bytes());
    });
    metrics_.gauge("muster_picture_slowest_seconds",
                   "How long the frame of the slowest reader is on its way already.",
                   [this] { return static_cast<double>(pictures_.slowest().count()) / 1e3; });
}

void App::add_duty_gauges() {
    metrics_.gauge("muster_positions", "Teams whose place is known.", [this] {
        return static_cast<double>(live_.positions().size());
    });
    // Of those on the map: what people see.
    const auto ages = [this] {
        std::vector<double> all;
        for (const auto& position : live_.positions()) {
            const auto age = clock_->now() - from_proto(position.fix_at());
            all.push_back(std::max(0.0, std::chrono::duration<double>(age).count()));
        }
        std::sort(all.begin(), all.end());
        return all;
    };
    metrics_.gauge("muster_position_age_median_seconds",
                   "Age of the positions on the map: half are younger.",
                   [ages] {
                       const auto all = ages();
                       return all.empty() ? 0.0 : all[all.size() / 2];
                   });
    metrics_.gauge("muster_position_age_oldest_seconds", "Age of the oldest position.", [ages] {
        const auto all = ages();
        return all.empty() ? 0.0 : all.back();
    });
    metrics_.gauge("muster_orders_overdue",
                   "Orders that have not ended and are late with a step.",
                   [this] { return static_cast<double>(count_orders_overdue()); });
    metrics_.gauge("muster_escalations_open",
                   "Passed deadlines of which nobody took note and which are not settled.",
                   [this] { return static_cast<double>(count_escalations_open()); });
    metrics_.gauge("muster_incidents_open", "Incidents that are not closed.", [this] {
        return static_cast<double>(desk_.read([](const Memory& memory) {
            return std::ranges::count_if(
                memory.all(v1::ENTITY_KIND_INCIDENT), [](const auto& entry) {
                    return entry.second->message.incident().status() != v1::INCIDENT_STATUS_CLOSED;
                });
        }));
    });
}

size_t App::count_orders_overdue() const {
    return desk_.read([](const Memory& memory) {
        size_t late = 0;
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ORDER)) {
            const v1::Order& order = entity->message.order();
            if (order.has_overdue_since() && order.has_due_at()) ++late;
        }
        return late;
    });
}

size_t App::count_escalations_open() const {
    return desk_.read([](const Memory& memory) {
        size_t open = 0;
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ESCALATION)) {
            const v1::Escalation& escalation = entity->message.escalation();
            if (!escalation.has_seen_at() && !escalation.has_settled_at()) ++open;
        }
        return open;
    });
}

void App::add_machine_gauges() {
    metrics_.gauge("muster_certificate_days", "Days until the certificate ends.", [this] {
        return static_cast<double>(certificates_->identity()->days_left(clock_->now()));
    });
    metrics_.gauge("muster_disk_free_bytes", "Free bytes where the journal lies.", [this] {
        return static_cast<double>(health_.health().disk_free_bytes());
    });
    metrics_.gauge("muster_health_alarms", "Conditions for which somebody must act.", [this] {
        const v1::HubHealth health = health_.health();
        return static_cast<double>(
            std::ranges::count_if(health.conditions(), [](const auto& condition) {
                return condition.severity() == v1::HEALTH_SEVERITY_ALARM;
            }));
    });
    metrics_.gauge("muster_uptime_seconds", "Seconds since the start.", [this] {
        return std::chrono::duration<double>(clock_->steady() - started_).count();
    });
}

}  // namespace muster
