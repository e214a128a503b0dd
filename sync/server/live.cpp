#include "sync/server/live.h"

#include <utility>

namespace aftercare::server {

void Live::publish(const OrganisationId& organisation_id, std::uint64_t seq) {
  std::vector<std::function<void()>> wakes;
  {
    const std::scoped_lock lock(mutex_);
    auto& feed = feeds_[organisation_id];
    if (seq <= feed.seq) return;
    feed.seq = seq;
    for (auto at = feed.waiting.begin(); at != feed.waiting.end();) {
      if (at->second.after_seq >= seq) {
        ++at;
        continue;
      }
      wakes.push_back(std::move(at->second.wake));
      at = feed.waiting.erase(at);
    }
  }
  for (const auto& wake : wakes) wake();
}

std::uint64_t Live::seq(const OrganisationId& organisation_id) const {
  const std::scoped_lock lock(mutex_);
  const auto at = feeds_.find(organisation_id);
  return at == feeds_.end() ? 0 : at->second.seq;
}

Live::Ticket Live::wait(const OrganisationId& organisation_id, std::uint64_t after_seq,
                        std::function<void()> wake) {
  {
    const std::scoped_lock lock(mutex_);
    auto& feed = feeds_[organisation_id];
    const auto ticket = ++last_ticket_;
    if (!is_stopped_ && feed.seq <= after_seq) {
      feed.waiting.emplace(ticket, Waiting{after_seq, std::move(wake)});
      return ticket;
    }
  }
  wake();
  return 0;
}

void Live::cancel(const OrganisationId& organisation_id, Ticket ticket) {
  const std::scoped_lock lock(mutex_);
  const auto at = feeds_.find(organisation_id);
  if (at != feeds_.end()) at->second.waiting.erase(ticket);
}

void Live::stop() {
  std::vector<std::function<void()>> wakes;
  {
    const std::scoped_lock lock(mutex_);
    is_stopped_ = true;
    for (auto& [id, feed] : feeds_) {
      for (auto& [ticket, waiting] : feed.waiting) wakes.push_back(std::move(waiting.wake));
      feed.waiting.clear();
    }
  }
  for (const auto& wake : wakes) wake();
}

bool Live::is_stopped() const {
  const std::scoped_lock lock(mutex_);
  return is_stopped_;
}

std::size_t Live::waiting_count() const {
  const std::scoped_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [id, feed] : feeds_) count += feed.waiting.size();
  return count;
}

}  // namespace aftercare::server
