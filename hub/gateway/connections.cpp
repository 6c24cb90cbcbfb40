#include "hub/gateway/connections.h"

#include <vector>

namespace muster {

bool Connections::add(const std::shared_ptr<OpenConnection>& connection) {
    const std::lock_guard lock(mutex_);
    if (closed_ || open_.size() >= limits.connections) return false;
    size_t& of_address = of_address_[connection->peer()];
    if (of_address >= limits.connections_of_address) return false;
    ++of_address;
    open_.emplace(connection.get(), connection);
    return true;
}

void Connections::remove(OpenConnection* connection) {
    const std::lock_guard lock(mutex_);
    if (open_.erase(connection) == 0) return;
    const auto of_address = of_address_.find(connection->peer());
    if (--of_address->second == 0) of_address_.erase(of_address);
}

bool Connections::take_body(const std::string& peer, size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = body_bytes_of_address_.find(peer);
    const size_t of_address = found == body_bytes_of_address_.end() ? 0 : found->second;
    if (bytes > limits.bodies_bytes - body_bytes_ ||
        bytes > limits.bodies_of_address_bytes - of_address) {
        return false;
    }
    body_bytes_ += bytes;
    body_bytes_of_address_[peer] += bytes;
    return true;
}

void Connections::give_body(const std::string& peer, size_t bytes) {
    if (bytes == 0) return;
    const std::lock_guard lock(mutex_);
    body_bytes_ -= bytes;
    const auto found = body_bytes_of_address_.find(peer);
    found->second -= bytes;
    if (found->second == 0) body_bytes_of_address_.erase(found);
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
