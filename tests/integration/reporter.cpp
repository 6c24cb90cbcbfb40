#include "tests/integration/reporter.h"

namespace muster {

v1::ReportIncidentRequest some_report(const std::string& text) {
    v1::ReportIncidentRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_id(Uuid::make().text());
    request.set_type(v1::INCIDENT_TYPE_RESCUE);
    request.mutable_at()->set_lat_deg(31.2);
    request.mutable_at()->set_lon_deg(121.5);
    request.set_text(text);
    return request;
}

Reporter::Reporter(const HubProcess& hub, std::string token) {
    client_ = hub.connect();
    client_->set_token(std::move(token));
    thread_ = std::thread([this] { run(); });
}

void Reporter::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<Reporter::Answer> Reporter::answers(size_t from) const {
    const std::lock_guard lock(mutex_);
    const size_t begin = std::min(from, answers_.size());
    return {answers_.begin() + static_cast<ptrdiff_t>(begin), answers_.end()};
}

std::vector<std::string> Reporter::refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
}

void Reporter::run() {
    while (!stopping_) {
        if (paused_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            continue;
        }
        const auto request = some_report("report " + std::to_string(count_));
        while (!stopping_) {
            const auto response = client_->call(request);
            if (response.ok()) {
                const std::lock_guard lock(mutex_);
                answers_.emplace_back(request, response->incident());
                ++count_;
                break;
            }
            if (!absl::IsUnavailable(response.status()) &&
                !absl::IsDeadlineExceeded(response.status())) {
                const std::lock_guard lock(mutex_);
                refusals_.push_back(response.status().ToString());
                return;
            }
        }
    }
}

}  // namespace muster
