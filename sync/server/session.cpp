// The only file with coroutines. g++ 12 miscompiles some of them without a warning: everything awaited
// gets named, moved arguments, and nothing is awaited inside a condition (tests/tools/check_coroutines.py).
#include "sync/server/session.h"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

namespace aftercare::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadByteCount = 16 << 10;    // one TLS record
constexpr std::size_t kWriteByteCount = 128 << 10;  // between two looks at the clock
constexpr std::size_t kJoinByteCount = 8 << 10;     // a body up to here goes out in one piece with its head
constexpr std::chrono::milliseconds kLaneRetry{500};
constexpr std::size_t kStreamRetryMs = 2000;

/// Something that another thread will tell a coroutine. Everything but `tell` happens on the strand of
/// the connection, so that nothing is told between the question and the wait.
class Signal : public std::enable_shared_from_this<Signal> {
 public:
  explicit Signal(const asio::any_io_executor& executor) : executor_(executor), timer_(executor) {
    timer_.expires_at(TimePoint::max());
  }
  void tell() {
    asio::post(executor_, [self = shared_from_this()] {
      self->is_told_ = true;
      self->timer_.cancel();
    });
  }
  [[nodiscard]] bool is_told() const { return is_told_; }
  asio::steady_timer& timer() { return timer_; }

 private:
  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  bool is_told_ = false;
};

}  // namespace

/// One connection: reads a head, asks the router, reads the body, runs the handler on its lane, sends
/// the answer, and again. What goes wrong in the protocol ends it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Sessions& sessions, tcp::socket socket, bool is_refused)
      : sessions_(sessions),
        limits_(sessions.limits),
        is_refused_(is_refused),
        executor_(socket.get_executor()),
        stream_(beast::tcp_stream(std::move(socket)), sessions.tls) {}

  void start() {
    auto run = serve();
    auto ended = [self = shared_from_this()](const std::exception_ptr& thrown) { self->ended(thrown); };
    asio::co_spawn(executor_, std::move(run), std::move(ended));
  }

  void drain() {
    asio::post(executor_, [self = shared_from_this()] {
      if (self->is_idle_) self->cancel();
    });
  }

  void abort() {
    asio::post(executor_, [self = shared_from_this()] { self->cancel(); });
  }

 private:
  enum class ReadHead { Complete, Ended, TooLarge };

  /// One request and what becomes of it. Lives in the session, where the lanes can reach it while the
  /// coroutine waits.
  struct Exchange {
    Head head;
    const Route* route = nullptr;
    Caller caller;
    std::optional<Reply> reply;
    Response response;
    std::size_t sent_byte_count = 0;
    TimePoint started_at{};
  };

  asio::awaitable<void> serve();
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> answer_exchange();
  asio::awaitable<ReadHead> read_head_bytes();
  asio::awaitable<bool> read_body();
  asio::awaitable<bool> discard_body();
  asio::awaitable<void> admit();
  asio::awaitable<void> think();
  asio::awaitable<void> settle();
  asio::awaitable<bool> send(bool keeps_alive);
  asio::awaitable<bool> send_bytes(std::string_view bytes);
  asio::awaitable<bool> on_lane(Lane lane, std::function<void()> task);
  asio::awaitable<bool> wait_for_feed(const OrganisationId& organisation_id, std::uint64_t after_seq,
                                      TimePoint until);
  asio::awaitable<void> stream_events(EventStream events);
  asio::awaitable<void> refuse(Refusal refusal);
  asio::awaitable<void> close();

  void cancel() {
    is_cancelled_ = true;
    beast::get_lowest_layer(stream_).cancel();
  }
  void expires_at(TimePoint when) {
    beast::get_lowest_layer(stream_).expires_at(is_cancelled_ ? SteadyClock::now() : when);
  }
  [[nodiscard]] TimePoint body_deadline(std::uint64_t byte_count) const {
    return SteadyClock::now() + limits_.body_time_max +
           std::chrono::seconds(byte_count / std::max<std::size_t>(1, limits_.byte_per_second_min));
  }
  [[nodiscard]] bool may_go_on() const { return !is_cancelled_ && !sessions_.is_draining; }
  void log() const;
  void ended(const std::exception_ptr& thrown);

  Sessions& sessions_;
  const HttpLimits& limits_;
  const bool is_refused_;
  asio::any_io_executor executor_;
  asio::ssl::stream<beast::tcp_stream> stream_;
  std::string socket_address_;
  std::array<char, kReadByteCount> chunk_{};
  std::string pending_;  // received, not yet used
  std::string outgoing_;
  Exchange exchange_;
  std::size_t answer_count_ = 0;
  bool is_idle_ = false;
  bool is_cancelled_ = false;
};

asio::awaitable<void> Session::serve() {
  boost::system::error_code ignored;
  auto& socket = beast::get_lowest_layer(stream_).socket();
  const auto endpoint = socket.remote_endpoint(ignored);
  if (!ignored) socket_address_ = endpoint.address().to_string();
  socket.set_option(tcp::no_delay(true), ignored);

  expires_at(SteadyClock::now() + limits_.handshake_time_max);
  const auto [shaken] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
  if (shaken) co_return;

  if (is_refused_) {
    auto refusal = Refusal();
    refusal.code = Problem::Busy;
    refusal.detail = "too many connections";
    co_await refuse(std::move(refusal));
  } else {
    bool goes_on = true;
    while (goes_on) goes_on = co_await serve_one();
  }
  co_await close();
}

/// False when the connection is to be closed.
asio::awaitable<bool> Session::serve_one() {
  exchange_ = Exchange();
  const auto got = co_await read_head_bytes();
  exchange_.started_at = SteadyClock::now();
  if (got == ReadHead::Ended) co_return false;
  auto refusal = Refusal();
  if (got == ReadHead::TooLarge) {
    refusal.code = Problem::HeaderTooLarge;
    co_await refuse(std::move(refusal));
    co_return false;
  }

  const auto size = head_end(pending_).value_or(pending_.size());
  auto read = read_head(std::string_view(pending_).substr(0, size), limits_);
  pending_.erase(0, size);
  if (auto* const refused = std::get_if<Refusal>(&read)) {
    refusal = std::move(*refused);
    co_await refuse(std::move(refusal));
    co_return false;
  }
  exchange_.head = std::move(std::get<Head>(read));
  const auto goes_on = co_await answer_exchange();
  co_return goes_on;
}

/// From a head that makes sense to the answer.
asio::awaitable<bool> Session::answer_exchange() {
  auto& request = exchange_.head.request;
  const auto length = exchange_.head.content_length;
  request.peer_address = client_address(socket_address_, request.headers, sessions_.proxies);

  auto found = sessions_.router.find(request, length);
  bool is_body_read = length == 0;
  if (auto* const refused = std::get_if<Response>(&found)) {
    exchange_.response = std::move(*refused);
  } else {
    exchange_.route = std::get<const Route*>(found);

    co_await admit();
    std::size_t held_byte_count = 0;
    if (!exchange_.reply && !is_body_read) {
      held_byte_count = static_cast<std::size_t>(length);
      const auto total = sessions_.body_byte_count.fetch_add(held_byte_count) + held_byte_count;
      if (total > limits_.body_total_byte_count_max) {
        exchange_.reply = problem(Problem::Busy, "too many uploads at once");
      } else {
        is_body_read = co_await read_body();
        if (!is_body_read) {
          sessions_.body_byte_count -= held_byte_count;
          co_return false;
        }
      }
    }
    if (!exchange_.reply) co_await think();
    exchange_.head.request.body = Bytes();
    sessions_.body_byte_count -= held_byte_count;

    if (auto* const events = std::get_if<EventStream>(&*exchange_.reply)) {
      auto taken = std::move(*events);
      co_await stream_events(std::move(taken));
      log();
      co_return false;
    }
    co_await settle();
  }

  // What was refused unread is in the way of the next request: a little of it is read and dropped, more
  // of it ends the connection. With Expect the client may send it or not, and nobody can tell.
  const bool can_discard = !exchange_.head.expects_continue && length <= limits_.discard_byte_count_max;
  const bool keeps_alive = exchange_.head.keeps_alive && may_go_on() && (is_body_read || can_discard);
  const bool is_sent = co_await send(keeps_alive);
  log();
  if (!is_sent || !keeps_alive) co_return false;
  if (is_body_read) co_return true;
  const bool is_discarded = co_await discard_body();
  co_return is_discarded;
}

asio::awaitable<Session::ReadHead> Session::read_head_bytes() {
  if (!head_end(pending_) && pending_.empty()) is_idle_ = true;
  if (is_idle_ && !may_go_on()) co_return ReadHead::Ended;
  // Whoever connects has something to ask; only between requests may a client stay silent for long.
  const bool may_idle = is_idle_ && answer_count_ > 0;
  auto deadline = SteadyClock::now() + (may_idle ? limits_.idle_time_max : limits_.head_time_max);
  while (true) {
    const auto end = head_end(pending_);
    if (end && *end <= limits_.head_byte_count_max) {
      is_idle_ = false;
      co_return ReadHead::Complete;
    }
    if (end || pending_.size() >= limits_.head_byte_count_max) co_return ReadHead::TooLarge;

    expires_at(deadline);
    const auto space = asio::buffer(chunk_);
    const auto [error, count] = co_await stream_.async_read_some(space, kAwait);
    if (error) {
      is_idle_ = false;
      co_return ReadHead::Ended;  // at a time limit Beast has closed the socket already
    }
    if (is_idle_) {
      // The clock of the head starts with its first byte and is not set back by the others.
      is_idle_ = false;
      deadline = SteadyClock::now() + limits_.head_time_max;
    }
    sessions_.received_byte_count += count;
    pending_.append(chunk_.data(), count);
  }
}

/// False when the client is gone or too slow.
asio::awaitable<bool> Session::read_body() {
  const auto length = static_cast<std::size_t>(exchange_.head.content_length);
  auto& body = exchange_.head.request.body;
  const auto here = std::min(length, pending_.size());
  body.assign(pending_, 0, here);
  pending_.erase(0, here);

  if (exchange_.head.expects_continue && body.size() < length) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const bool is_sent = co_await send_bytes(kContinue);
    if (!is_sent) co_return false;
  }
  const auto deadline = body_deadline(length);
  while (body.size() < length) {
    expires_at(std::min(deadline, SteadyClock::now() + limits_.stall_time_max));
    const auto space = asio::buffer(chunk_, std::min(chunk_.size(), length - body.size()));
    const auto [error, count] = co_await stream_.async_read_some(space, kAwait);
    if (error) co_return false;
    sessions_.received_byte_count += count;
    body.append(chunk_.data(), count);
  }
  co_return true;
}

asio::awaitable<bool> Session::discard_body() {
  auto left = static_cast<std::size_t>(exchange_.head.content_length);
  const auto here = std::min(left, pending_.size());
  pending_.erase(0, here);
  left -= here;
  expires_at(SteadyClock::now() + limits_.stall_time_max);
  while (left > 0) {
    const auto space = asio::buffer(chunk_, std::min(chunk_.size(), left));
    const auto [error, count] = co_await stream_.async_read_some(space, kAwait);
    if (error) co_return false;
    sessions_.received_byte_count += count;
    left -= count;
  }
  co_return true;
}

/// Asks who it is before a byte of the body is read; a stranger's is never read. A refusal becomes the
/// reply. Where no body is to come, the handler runs on the same turn of the lane.
asio::awaitable<void> Session::admit() {
  if (exchange_.route->who.has(Who::Nobody)) co_return;
  std::function<void()> task = [this] {
    const auto& route = *exchange_.route;
    // What it throws must not keep the connection waiting for ever.
    auto admitted = [&]() -> std::variant<Caller, Response> {
      try {
        return sessions_.router.admit(route, exchange_.head.request);
      } catch (const std::exception&) {
        return problem(Problem::ServerError);
      }
    }();
    if (auto* const refused = std::get_if<Response>(&admitted)) {
      exchange_.reply = std::move(*refused);
      return;
    }
    exchange_.caller = std::move(std::get<Caller>(admitted));
    const bool is_complete = exchange_.head.content_length == 0;
    if (is_complete && route.lane == Lane::Read) {
      exchange_.reply = sessions_.router.run(route, exchange_.head.request, exchange_.caller);
    }
  };
  const bool is_taken = co_await on_lane(Lane::Read, std::move(task));
  if (!is_taken) exchange_.reply = problem(Problem::Busy);
}

/// Runs the handler on its lane.
asio::awaitable<void> Session::think() {
  const auto run = [this] {
    exchange_.reply = sessions_.router.run(*exchange_.route, exchange_.head.request, exchange_.caller);
  };
  if (exchange_.route->lane == Lane::Inline) {
    run();
    co_return;
  }
  std::function<void()> task = run;
  const bool is_taken = co_await on_lane(exchange_.route->lane, std::move(task));
  if (!is_taken) exchange_.reply = problem(Problem::Busy);
}

/// Makes a response of the reply: at once, after the commit, or after the wait.
asio::awaitable<void> Session::settle() {
  if (auto* const response = std::get_if<Response>(&*exchange_.reply)) {
    exchange_.response = std::move(*response);
    co_return;
  }

  if (auto* const job = std::get_if<WriteJob>(&*exchange_.reply)) {
    const auto signal = std::make_shared<Signal>(executor_);
    auto answer = [this, signal](Response response) {
      exchange_.response = std::move(response);
      signal->tell();
    };
    sessions_.lanes.write(std::move(*job), std::move(answer));
    while (!signal->is_told()) {
      const auto [ignored] = co_await signal->timer().async_wait(kAwait);
      (void)ignored;
    }
    co_return;
  }

  auto poll = std::move(std::get<LongPoll>(*exchange_.reply));
  const auto wait = std::min(poll.wait, limits_.wait_time_max);
  const auto until = SteadyClock::now() + wait;
  const bool has_grown = co_await wait_for_feed(poll.organisation_id, poll.after_seq, until);
  (void)has_grown;
  std::function<void()> task = [this, again = std::move(poll.again)] {
    try {
      exchange_.response = again();
    } catch (const std::exception& error) {
      spdlog::error("{} ended with an exception: {}", exchange_.route->id, error.what());
      exchange_.response = problem(Problem::ServerError);
    }
  };
  const bool is_taken = co_await on_lane(Lane::Read, std::move(task));
  if (!is_taken) exchange_.response = problem(Problem::Busy);
}

/// False when the client is gone or too slow.
asio::awaitable<bool> Session::send(bool keeps_alive) {
  auto& response = exchange_.response;
  auto options = HeadOptions();
  options.keeps_alive = keeps_alive;
  options.version = version_for(exchange_.head.request);
  outgoing_ = head_of(response, options);
  const bool is_head = exchange_.head.request.method == Method::Head;
  const bool has_body = !is_head && response.status != 204 && !response.body.empty();
  const bool is_joined = has_body && response.body.size() <= kJoinByteCount;
  if (is_joined) outgoing_ += response.body;
  exchange_.sent_byte_count = outgoing_.size();
  ++answer_count_;
  const std::string_view first = outgoing_;
  bool is_sent = co_await send_bytes(first);
  if (is_sent && has_body && !is_joined) {
    const std::string_view second = response.body;
    exchange_.sent_byte_count += second.size();
    is_sent = co_await send_bytes(second);
  }
  co_return is_sent;
}

asio::awaitable<bool> Session::send_bytes(std::string_view bytes) {
  const auto deadline = body_deadline(bytes.size());
  while (!bytes.empty()) {
    expires_at(std::min(deadline, SteadyClock::now() + limits_.stall_time_max));
    const auto part = asio::buffer(bytes.data(), std::min(bytes.size(), kWriteByteCount));
    const auto [error, count] = co_await asio::async_write(stream_, part, kAwait);
    if (error) co_return false;
    bytes.remove_prefix(count);
  }
  co_return true;
}

/// Runs the task on a lane and comes back when it is done; false when the lane is full.
asio::awaitable<bool> Session::on_lane(Lane lane, std::function<void()> task) {
  const auto signal = std::make_shared<Signal>(executor_);
  std::function<void()> work = [task = std::move(task), signal] {
    task();
    signal->tell();
  };
  const bool is_taken = sessions_.lanes.offer(lane, std::move(work));
  while (is_taken && !signal->is_told()) {
    const auto [ignored] = co_await signal->timer().async_wait(kAwait);
    (void)ignored;
  }
  co_return is_taken;
}

/// Whether the feed has passed `after_seq`; false when the time was over first.
asio::awaitable<bool> Session::wait_for_feed(const OrganisationId& organisation_id, std::uint64_t after_seq,
                                             TimePoint until) {
  const auto signal = std::make_shared<Signal>(executor_);
  signal->timer().expires_at(until);
  auto wake = [signal] { signal->tell(); };
  const auto ticket = sessions_.live.wait(organisation_id, after_seq, std::move(wake));
  const auto [ignored] = co_await signal->timer().async_wait(kAwait);
  (void)ignored;
  sessions_.live.cancel(organisation_id, ticket);
  co_return signal->is_told();
}

asio::awaitable<void> Session::stream_events(EventStream events) {
  const auto stream_count = ++sessions_.stream_count;
  if (stream_count > limits_.stream_count_max) {
    --sessions_.stream_count;
    exchange_.response = problem(Problem::Busy, "too many event streams");
    const bool is_sent = co_await send(false);
    (void)is_sent;
    co_return;
  }

  auto& response = exchange_.response;
  response.content_type = "text/event-stream";
  auto options = HeadOptions();
  options.keeps_alive = false;
  options.has_length = false;
  options.version = version_for(exchange_.head.request);
  outgoing_ = head_of(response, options);
  const bool is_asked_only = exchange_.head.request.method == Method::Head;
  if (!is_asked_only) outgoing_ += "retry: " + std::to_string(kStreamRetryMs) + "\n\n";
  std::string_view bytes = outgoing_;
  bool is_open = co_await send_bytes(bytes);
  exchange_.sent_byte_count += bytes.size();
  is_open = is_open && !is_asked_only;

  const auto life_ends_at = SteadyClock::now() + limits_.stream_life_max;
  auto after_seq = events.after_seq;
  std::vector<Event> page;
  while (is_open && may_go_on() && SteadyClock::now() < life_ends_at) {
    // Everything up to here is committed before the page is read, so an empty page has answered for it.
    const auto reached_seq = sessions_.live.seq(events.organisation_id);
    bool is_broken = false;
    std::function<void()> task = [&page, &events, &is_broken, after_seq] {
      try {
        page = events.next(after_seq);
      } catch (const std::exception& error) {
        spdlog::error("an event stream ended with an exception: {}", error.what());
        is_broken = true;
      }
    };
    const bool is_taken = co_await on_lane(Lane::Read, std::move(task));
    if (is_broken) break;
    if (!is_taken) {
      asio::steady_timer pause(executor_);
      pause.expires_after(kLaneRetry);
      const auto [ignored] = co_await pause.async_wait(kAwait);
      (void)ignored;
      continue;
    }

    outgoing_.clear();
    for (const auto& event : page) {
      outgoing_ += "id: " + std::to_string(event.id) + "\n";
      if (!event.name.empty()) outgoing_ += "event: " + event.name + "\n";
      outgoing_ += "data: " + event.data + "\n\n";
      after_seq = std::max(after_seq, event.id);
    }
    if (page.empty()) {
      after_seq = std::max(after_seq, reached_seq);
      const auto until = std::min(life_ends_at, SteadyClock::now() + limits_.heartbeat);
      const bool has_grown = co_await wait_for_feed(events.organisation_id, after_seq, until);
      if (!has_grown) outgoing_ += ": still here\n\n";
    }
    bytes = outgoing_;
    exchange_.sent_byte_count += bytes.size();
    is_open = co_await send_bytes(bytes);
  }
  --sessions_.stream_count;
}

/// Answers what cannot be answered as a request. The connection is closed afterwards.
asio::awaitable<void> Session::refuse(Refusal refusal) {
  exchange_.head = Head();
  if (exchange_.started_at == TimePoint()) exchange_.started_at = SteadyClock::now();
  exchange_.response = problem(refusal.code, refusal.detail);
  const bool is_sent = co_await send(false);
  (void)is_sent;
  log();
}

/// Says goodbye, then reads a little of what the client is still sending: closing at once would reset
/// the connection and take the answer away from a client that has not read it yet.
asio::awaitable<void> Session::close() {
  const auto deadline = SteadyClock::now() + limits_.close_time_max;
  expires_at(deadline);
  const auto [shut] = co_await stream_.async_shutdown(kAwait);
  (void)shut;

  boost::system::error_code ignored;
  auto& transport = beast::get_lowest_layer(stream_);
  transport.socket().shutdown(tcp::socket::shutdown_send, ignored);
  std::size_t left = limits_.discard_byte_count_max;
  while (left > 0) {
    expires_at(deadline);
    const auto space = asio::buffer(chunk_, std::min(chunk_.size(), left));
    const auto [error, count] = co_await transport.async_read_some(space, kAwait);
    if (error) break;
    left -= count;
  }
  transport.socket().close(ignored);
}

/// One line for each answer, without addresses, paths or names: who reads the log need not be somebody
/// who may read the records.
void Session::log() const {
  ++sessions_.request_count;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - exchange_.started_at);
  const auto& response = exchange_.response;
  spdlog::info("{} {} {} in {} out {} {:.1f} ms", name_of(exchange_.head.request.method),
               exchange_.route == nullptr ? "-" : exchange_.route->id, response.status,
               exchange_.head.content_length, exchange_.sent_byte_count,
               static_cast<double>(took.count()) / 1000);
  if (exchange_.route != nullptr && !Router::is_declared(*exchange_.route, response)) {
    spdlog::error("{} answered {}, which it does not declare", exchange_.route->id, response.status);
  }
}

void Session::ended(const std::exception_ptr& thrown) {
  if (thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      spdlog::error("a connection ended with an exception: {}", error.what());
    }
  }
  const std::scoped_lock lock(sessions_.mutex);
  sessions_.all.erase(shared_from_this());
  --sessions_.connection_count;
}

void start_session(Sessions& sessions, tcp::socket socket) {
  const auto count = ++sessions.connection_count;
  if (count > sessions.limits.connection_count_max + sessions.limits.refusing_count_max) {
    --sessions.connection_count;
    return;  // the socket closes; even a refusal would cost a handshake
  }
  const bool is_refused = count > sessions.limits.connection_count_max;
  const auto session = std::make_shared<Session>(sessions, std::move(socket), is_refused);
  {
    const std::scoped_lock lock(sessions.mutex);
    sessions.all.insert(session);
  }
  session->start();
}

void drain_sessions(Sessions& sessions) {
  sessions.is_draining = true;
  const std::scoped_lock lock(sessions.mutex);
  for (const auto& session : sessions.all) session->drain();
}

void abort_sessions(Sessions& sessions) {
  const std::scoped_lock lock(sessions.mutex);
  for (const auto& session : sessions.all) session->abort();
}

}  // namespace aftercare::server
