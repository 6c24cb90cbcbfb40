#include "media/fanout/mailbox.h"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace muster {

Mailbox::Mailbox() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Mailbox::~Mailbox() {
    ::close(fd_);
}

void Mailbox::post(Task task) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() == 1) eventfd_write(fd_, 1);
}

void Mailbox::close() {
    std::vector<Task> dropped;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(tasks_);
}

std::vector<Task> Mailbox::take() {
    const std::lock_guard lock(mutex_);
    eventfd_t ignored = 0;
    eventfd_read(fd_, &ignored);
    std::vector<Task> taken;
    taken.swap(tasks_);
    return taken;
}

}  // namespace muster
