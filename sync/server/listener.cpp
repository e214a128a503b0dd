#include "sync/server/listener.h"

#include "sync/server/session.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <csignal>
#include <exception>
#include <thread>

namespace aftercare::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};  // when the system has no more file descriptors
constexpr std::chrono::milliseconds kDrainLook{20};

// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305";

// We speak HTTP/1.1 and nothing else; a client that only offers other things is told at the handshake.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void* /*argument*/) {
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof kHttp11, in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

boost::system::error_code prepare(asio::ssl::context& tls, const Authority& authority) {
  boost::system::error_code error;
  auto* const handle = tls.native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_options(handle,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(handle, choose_protocol, nullptr);
  if (SSL_CTX_set_cipher_list(handle, kTls12Suites) != 1)
    return asio::error::make_error_code(asio::error::invalid_argument);
  tls.use_certificate_chain_file(authority.chain_file.string(), error);
  if (!error) tls.use_private_key_file(authority.key_file.string(), asio::ssl::context::pem, error);
  return error;
}

}  // namespace

struct Listener::Inside {
  Inside(const ListenerSettings& wanted, Router& router, Lanes& lanes_, Live& live_)
      : settings(wanted),
        lanes(lanes_),
        live(live_),
        context(static_cast<int>(wanted.thread_count)),
        tls(asio::ssl::context::tls_server),
        acceptor(asio::make_strand(context)),
        signals(acceptor.get_executor()),
        timer(acceptor.get_executor()),
        sessions{router, lanes_, live_, tls, wanted.limits, wanted.proxies} {}

  void accept() {
    if (!acceptor.is_open()) return;
    auto strand = asio::make_strand(context);
    acceptor.async_accept(strand, [this](const boost::system::error_code& error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (error) {
        spdlog::warn("cannot accept a connection: {}", error.message());
        timer.expires_after(kAcceptPause);
        timer.async_wait([this](const boost::system::error_code& cancelled) {
          if (!cancelled && acceptor.is_open()) accept();
        });
        return;
      }
      start_session(sessions, std::move(socket));
      accept();
    });
  }

  // Once; on the thread of the acceptor.
  void drain() {
    if (is_draining) return;
    is_draining = true;
    spdlog::info("stopping: {} connections to finish", sessions.connection_count.load());
    boost::system::error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    live.stop();
    drain_sessions(sessions);
    drain_ends_at = std::chrono::steady_clock::now() + settings.limits.drain_time_max;
    look_again();
  }

  void look_again() {
    if (sessions.connection_count == 0) return;
    if (std::chrono::steady_clock::now() >= drain_ends_at) {
      spdlog::warn("stopping: {} connections cut off", sessions.connection_count.load());
      abort_sessions(sessions);
      return;
    }
    timer.expires_after(kDrainLook);
    timer.async_wait([this](const boost::system::error_code& /*cancelled*/) { look_again(); });
  }

  const ListenerSettings settings;
  Lanes& lanes;
  Live& live;
  asio::io_context context;
  asio::ssl::context tls;
  tcp::acceptor acceptor;  // on a strand, with the signals and the timer
  asio::signal_set signals;
  asio::steady_timer timer;
  Sessions sessions;
  bool is_draining = false;
  std::chrono::steady_clock::time_point drain_ends_at{};
  std::uint16_t port = 0;
};

Result<std::unique_ptr<Listener>> Listener::open(const ListenerSettings& settings, const Authority& authority,
                                                 Router& router, Lanes& lanes, Live& live) {
  auto inside = std::make_unique<Inside>(settings, router, lanes, live);
  const auto place = fmt::format("{}:{}", settings.host, settings.port);

  if (const auto error = prepare(inside->tls, authority)) {
    return Error{ErrorKind::Corrupt, fmt::format("the server's certificate in {} cannot be used: {}",
                                                 authority.chain_file.string(), error.message())};
  }

  boost::system::error_code error;
  tcp::resolver resolver(inside->context);
  const auto found = resolver.resolve(settings.host, std::to_string(settings.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return Error{ErrorKind::Invalid,
                 fmt::format("cannot listen on {}: no such address; name one of this machine", place)};
  }
  const tcp::endpoint endpoint = found.begin()->endpoint();
  auto& acceptor = inside->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) inside->port = acceptor.local_endpoint(error).port();
  if (error) {
    return Error{
        ErrorKind::Refused,
        fmt::format("cannot listen on {}: {}; another server may be running there", place, error.message())};
  }

  if (settings.handles_signals) {
    auto* const raw = inside.get();
    raw->signals.add(SIGTERM, error);
    raw->signals.add(SIGINT, error);
    raw->signals.async_wait([raw](const boost::system::error_code& cancelled, int /*number*/) {
      if (!cancelled) raw->drain();
    });
  }
  return std::unique_ptr<Listener>(new Listener(std::move(inside)));
}

Listener::Listener(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Listener::~Listener() = default;

std::uint16_t Listener::port() const { return inside_->port; }

void Listener::run() {
  inside_->accept();
  std::vector<std::thread> threads;
  const auto work = [this] {
    for (;;) {
      try {
        inside_->context.run();
        return;
      } catch (const std::exception& error) {
        spdlog::error("a thread of the listener caught an exception: {}", error.what());
      }
    }
  };
  for (std::size_t i = 1; i < inside_->settings.thread_count; ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  inside_->lanes.stop();
}

void Listener::stop() {
  auto* const raw = inside_.get();
  asio::post(raw->acceptor.get_executor(), [raw] { raw->drain(); });
}

Listener::Counts Listener::counts() const {
  const auto& sessions = inside_->sessions;
  return {sessions.connection_count, sessions.stream_count, sessions.request_count,
          sessions.received_byte_count};
}

}  // namespace aftercare::server
