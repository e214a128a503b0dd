#pragma once

#include "shared/base/clock.h"
#include "sync/server/authority.h"
#include "sync/server/lanes.h"
#include "sync/server/listener.h"
#include "sync/server/live.h"
#include "sync/server/openapi.h"
#include "sync/server/router.h"
#include "tests/support/catch.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace aftercare::server {

/// A folder that is gone with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "aftercare-http-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

/// Imitates an organisation's store: a list of words. Can refuse to commit as a full disk does, and can
/// be held at the commit while a group of jobs gathers.
class FakeTarget final : public WriteTarget {
 public:
  Done begin() override {
    ++begin_count;
    working = committed;
    return done();
  }
  Done commit() override {
    const std::scoped_lock held(at_commit);
    if (commit_error) return *commit_error;
    committed = working;
    ++commit_count;
    return done();
  }
  void rollback() override { working = committed; }
  Done savepoint() override {
    saved = working;
    return done();
  }
  Done release() override {
    if (release_error) return *release_error;
    return done();
  }
  Done rollback_to() override {
    working = saved;
    return done();
  }

  std::vector<std::string> working;
  std::vector<std::string> saved;
  std::vector<std::string> committed;
  std::optional<Error> commit_error;
  std::optional<Error> release_error;
  std::mutex at_commit;
  std::atomic<int> begin_count = 0;
  std::atomic<int> commit_count = 0;
};

inline OrganisationId organisation_number(std::uint8_t number) {
  OrganisationId id;
  id.bytes[15] = number;
  return id;
}

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto start = at + name.size() + 4;
    return head.substr(start, head.find("\r\n", start) - start);
  }
};

/// A client that sends exactly the bytes it is told to: what curl would never do.
class Wire {
 public:
  explicit Wire(std::uint16_t port, int newest = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, newest);
    file_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval limit{20, 0};
    ::setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, file_);
    is_open_ = is_open_ && SSL_connect(ssl_) == 1;
  }
  ~Wire() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(file_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] SSL* ssl() { return ssl_; }

  /// False when the server does not take any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int count =
          SSL_write(ssl_, bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Until the text was received, or the end.
  bool receive_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!receive()) return false;
    }
    return true;
  }

  [[nodiscard]] HttpAnswer answer(bool has_body = true) {
    HttpAnswer answer;
    if (!receive_until("\r\n\r\n")) return answer;
    const auto end = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, end);
    answer.status = std::atoi(answer.head.substr(9, 3).c_str());
    received_.erase(0, end);
    const auto length = answer.header("Content-Length");
    const auto size = has_body && !length.empty() ? static_cast<std::size_t>(std::atol(length.c_str())) : 0;
    while (received_.size() < size) {
      if (!receive()) break;
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }

  /// Everything until the server closes.
  [[nodiscard]] std::string rest() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }
  [[nodiscard]] bool is_closed() {
    while (receive()) {
    }
    return received_.empty();
  }
  std::string& received() { return received_; }

 private:
  bool receive() {
    char chunk[16 << 10];
    const int count = SSL_read(ssl_, chunk, sizeof chunk);
    if (count <= 0) return false;
    received_.append(chunk, static_cast<std::size_t>(count));
    return true;
  }

  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  int file_ = -1;
  bool is_open_ = false;
  std::string received_;
};

/// Who a test request is, from `Authorization: Bearer <who>`.
inline std::variant<Caller, Refusal> test_authenticate(const Request& request) {
  const auto token = request.bearer_token();
  if (!token) return Caller{Nobody{}};
  const auto organisation = organisation_number(1);
  if (*token == "device") return Caller{DeviceCaller{organisation, {}, DeviceRole::Tablet, false}};
  if (*token == "revoked_device") return Caller{DeviceCaller{organisation, {}, DeviceRole::Tablet, true}};
  if (*token == "expired") return Refusal{Problem::TokenExpired, ""};
  if (const auto role = domain::value_of<Role>(*token))
    return Caller{PersonCaller{organisation, {}, *role, "csrf"}};
  return Refusal{Problem::NotSignedIn, ""};
}

/// A route that says its own name, open to nobody in particular.
inline Route plain_route(Method method, std::string pattern, std::string id) {
  Route route;
  route.method = method;
  route.pattern = std::move(pattern);
  route.id = id;
  route.who = {Who::Nobody};
  route.answers = {{200, "application/json", "what was asked"}};
  if (method == Method::Post || method == Method::Put || method == Method::Patch) {
    route.body = BodyKind::Cbor;
    route.body_byte_count_max = 1 << 20;
  }
  route.handler = [id](const Request& request, const Caller& caller) -> Reply {
    return json({{"route", id},
                 {"body", request.body.size()},
                 {"who", name_of(who_is(caller))},
                 {"peer", request.peer_address}});
  };
  return route;
}

/// A listener with real sockets and TLS, its lanes, and one organisation.
struct HttpHouse {
  explicit HttpHouse(std::vector<Route> routes, const HttpLimits& limits = {},
                     const LaneLimits& lane_limits = {}, std::vector<std::string> proxies = {})
      : lanes(
            lane_limits,
            [this](const OrganisationId& id) -> WriteTarget* {
              return id == organisation_number(1) ? &target : nullptr;
            },
            live),
        router(std::move(routes), test_authenticate, clock) {
    spdlog::set_level(spdlog::level::off);
    ::signal(SIGPIPE, SIG_IGN);
    auto authority = make_authority(folder.path / "tls", {}, clock);
    REQUIRE(authority);
    ListenerSettings settings;
    settings.limits = limits;
    settings.proxies = std::move(proxies);
    settings.handles_signals = false;
    auto opened = Listener::open(settings, authority.value(), router, lanes, live);
    REQUIRE(opened);
    listener = std::move(opened).value();
    thread = std::thread([this] { listener->run(); });
  }
  ~HttpHouse() { stop(); }
  HttpHouse(const HttpHouse&) = delete;
  HttpHouse& operator=(const HttpHouse&) = delete;

  void stop() {
    if (!thread.joinable()) return;
    listener->stop();
    thread.join();
  }
  [[nodiscard]] std::uint16_t port() const { return listener->port(); }

  Folder folder;
  SystemClock clock;
  Live live;
  FakeTarget target;
  Lanes lanes;
  Router router;
  std::unique_ptr<Listener> listener;
  std::thread thread;
};

inline std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}
inline std::string post(const std::string& path, const std::string& body, const std::string& more = {}) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

}  // namespace aftercare::server
