#pragma once

#include "sync/server/http.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace aftercare::server {

/// A route's answer when there is nothing new yet: the session waits, without a thread, until the
/// organisation's feed passes `after_seq`, the time is over or the server stops; then it asks `again`,
/// which answers with what there is.
struct LongPoll {
  OrganisationId organisation_id;
  std::uint64_t after_seq = 0;
  std::chrono::milliseconds wait{0};
  std::function<Response()> again;
};

/// One server-sent event. `data` is one line (JSON); `id` is where to resume.
struct Event {
  std::uint64_t id = 0;
  std::string name = {};
  std::string data = {};
};

/// A route's answer that goes on: `next(after)` hands out the events after `after`, oldest first, a
/// bounded page at a time; an empty page means that there is nothing more until the feed grows.
struct EventStream {
  OrganisationId organisation_id;
  std::uint64_t after_seq = 0;
  std::function<std::vector<Event>(std::uint64_t after)> next;
};

/// Knows how far each organisation's feed has come and wakes those who wait for more.
///
/// Whoever reads the feed first and waits afterwards misses nothing: a commit in between has been
/// published with a seq greater than the one read, and `wait` then wakes at once.
class Live {
 public:
  using Ticket = std::uint64_t;

  void publish(const OrganisationId& organisation_id, std::uint64_t seq);
  /// The last published seq; 0 before the first since the start.
  [[nodiscard]] std::uint64_t seq(const OrganisationId& organisation_id) const;

  /// Calls `wake` exactly once, from any thread, perhaps before this returns: when the feed passes
  /// `after_seq`, or on stop. `wake` must not call back into Live.
  Ticket wait(const OrganisationId& organisation_id, std::uint64_t after_seq, std::function<void()> wake);
  /// Forgets a wait. Its `wake` may be running right now.
  void cancel(const OrganisationId& organisation_id, Ticket ticket);

  /// Wakes everybody; later waits wake at once.
  void stop();
  [[nodiscard]] bool is_stopped() const;
  [[nodiscard]] std::size_t waiting_count() const;

 private:
  struct Waiting {
    std::uint64_t after_seq = 0;
    std::function<void()> wake;
  };
  struct Feed {
    std::uint64_t seq = 0;
    std::unordered_map<Ticket, Waiting> waiting;
  };
  mutable std::mutex mutex_;
  std::map<OrganisationId, Feed> feeds_;
  Ticket last_ticket_ = 0;
  bool is_stopped_ = false;
};

}  // namespace aftercare::server
