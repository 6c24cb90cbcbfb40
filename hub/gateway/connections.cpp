#include "hub/gateway/connections.h"

#include <vector>

namespace muster {

bool Connections::add(const std::shared_ptr<OpenConnection>& connection) {
    const std::lock_guard lock(mutex_);
    if (closed_ || open_.size() >= limits.connections) return false;
    open_.emplace(connection.get(), connection);
    return true;
}

void Connections::remove(OpenConnection* connection) {
    const std::lock_guard lock(mutex_);
    open_.erase(connection);
}

size_t Connections::size() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

void Connections::close_all() {
    std::vector<std::shared_ptr<OpenConnection>> open;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (const auto& [pointer, weak] : open_) {
            if (auto connection = weak.lock()) open.push_back(std::move(connection));
        }
    }
    for (const auto& connection : open) connection->close();
}

}  // namespace muster
