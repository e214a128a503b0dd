#pragma once

#include "shared/base/bytes.h"
#include "shared/base/hash.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace aftercare::testing {

/// A certificate with its key, made in the test. Dates are seconds from now.
struct TestCertificate {
  struct Wish {
    std::string name;
    std::string subject_alt_name;  // "IP:127.0.0.1" or "DNS:…"; empty for an authority
    long valid_from = -3'600;
    long valid_until = 3'600;
    std::string usage = "serverAuth";
  };

  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;

  static TestCertificate authority(const Wish& wish) { return made(wish, nullptr); }
  [[nodiscard]] TestCertificate leaf(const Wish& wish) const { return made(wish, this); }

  [[nodiscard]] Hash pin() const {
    unsigned char* der = nullptr;
    const auto size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    const auto hash =
        sha256(std::string_view{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return hash;
  }

 private:
  static TestCertificate made(const Wish& wish, const TestCertificate* issuer) {
    static std::atomic<long> serial = 1;
    TestCertificate made{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    auto* x509 = made.certificate.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), wish.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(x509), wish.valid_until);
    X509_set_pubkey(x509, made.key.get());
    auto* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x509, issuer == nullptr ? name : X509_get_subject_name(issuer->certificate.get()));
    if (issuer == nullptr) {
      add(x509, NID_basic_constraints, "critical,CA:TRUE");
      add(x509, NID_key_usage, "critical,keyCertSign");
    } else {
      add(x509, NID_basic_constraints, "critical,CA:FALSE");
      add(x509, NID_ext_key_usage, wish.usage);
      add(x509, NID_subject_alt_name, wish.subject_alt_name);
    }
    X509_sign(x509, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256());
    return made;
  }
  static void add(X509* x509, int nid, const std::string& value) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    assert(extension != nullptr);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
  }
};

/// A real TLS server on a free port of loopback, as small as can be: it reads whole requests, gives
/// them to the test, and sends back the test's text as it is. Counts every byte of application data
/// that anybody sent to it. Stops with its last connection when it is destroyed.
class FakeTlsServer {
 public:
  /// From the text of a request to the text of the answer; empty hangs up.
  using Handler = std::function<std::string(const std::string& request)>;
  struct Wish {
    TestCertificate certificate;
    std::vector<TestCertificate> chain;  // sent along
    bool is_plain = false;               // no TLS at all
    bool hangs_up = false;               // after each answer, whatever it said
    bool is_endless = false;             // the answer's last 64 KiB are repeated until the other end gives up
    int version_max = TLS1_3_VERSION;
  };

  FakeTlsServer(Wish wish, Handler handler) : wish_(std::move(wish)), handler_(std::move(handler)) {
    std::signal(SIGPIPE, SIG_IGN);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), wish_.version_max);
    if (wish_.certificate.certificate) {
      SSL_CTX_use_certificate(context_.get(), wish_.certificate.certificate.get());
      SSL_CTX_use_PrivateKey(context_.get(), wish_.certificate.key.get());
    }
    for (const auto& link : wish_.chain) SSL_CTX_add1_chain_cert(context_.get(), link.certificate.get());

    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    [[maybe_unused]] const auto bound = bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    assert(bound == 0);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    acceptor_ = std::jthread{[this](const std::stop_token& stop) { accept_until(stop); }};
  }
  ~FakeTlsServer() {
    acceptor_.request_stop();
    acceptor_.join();
    for (auto& thread : connections_) thread.request_stop();
    connections_.clear();
    close(listener_);
  }
  FakeTlsServer(const FakeTlsServer&) = delete;
  FakeTlsServer& operator=(const FakeTlsServer&) = delete;

  std::uint16_t port = 0;
  std::atomic<std::size_t> application_byte_count = 0;
  std::atomic<int> connection_count = 0;
  std::atomic<int> handshake_count = 0;

  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock{mutex_};
    return requests_;
  }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  void accept_until(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) <= 0) continue;
      const auto connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      ++connection_count;
      connections_.emplace_back([this, connection](const std::stop_token& ended) {
        serve(connection, ended);
        close(connection);
      });
    }
  }

  void serve(int connection, const std::stop_token& stop) {
    timeval patience{0, 20'000};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::unique_ptr<SSL, FreeTls> tls;
    if (!wish_.is_plain) {
      tls.reset(SSL_new(context_.get()));
      SSL_set_fd(tls.get(), connection);
      int result = 0;
      while ((result = SSL_accept(tls.get())) != 1 && !stop.stop_requested()) {
        if (SSL_get_error(tls.get(), result) != SSL_ERROR_WANT_READ) return;
      }
      if (result != 1) return;
      ++handshake_count;
    }
    std::string received;
    while (!stop.stop_requested()) {
      char buffer[16384];
      const auto size = tls ? SSL_read(tls.get(), buffer, sizeof buffer)
                            : static_cast<int>(recv(connection, buffer, sizeof buffer, 0));
      if (size <= 0) {
        const auto is_patient =
            tls ? SSL_get_error(tls.get(), size) == SSL_ERROR_WANT_READ : size < 0 && errno == EAGAIN;
        if (is_patient) continue;
        return;
      }
      application_byte_count += static_cast<std::size_t>(size);
      received.append(buffer, static_cast<std::size_t>(size));
      if (wish_.is_plain) {
        send_all(connection, nullptr, handler_(received), stop);
        return;
      }
      while (is_whole(received)) {
        {
          const std::lock_guard lock{mutex_};
          requests_.push_back(received);
        }
        const auto answer = handler_(received);
        received.clear();
        if (answer.empty() || !send_all(connection, tls.get(), answer, stop) || wish_.hangs_up) return;
        if (answer.find("Connection: close") != std::string::npos) {
          SSL_shutdown(tls.get());
          return;
        }
      }
    }
  }

  static bool is_whole(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = text.find("Content-Length: ");
    const auto size = length < end ? std::stoul(text.substr(length + 16)) : 0;
    return text.size() >= end + 4 + size;
  }

  bool send_all(int connection, SSL* tls, std::string text, const std::stop_token& stop) const {
    do {
      std::size_t sent = 0;
      while (sent < text.size()) {
        const auto size =
            tls != nullptr
                ? SSL_write(tls, text.data() + sent, static_cast<int>(text.size() - sent))
                : static_cast<int>(::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL));
        if (size <= 0 || stop.stop_requested()) return false;
        sent += static_cast<std::size_t>(size);
      }
      if (text.size() > (64 << 10)) text = text.substr(text.size() - (64 << 10));
    } while (wish_.is_endless);
    return true;
  }

  Wish wish_;
  Handler handler_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  int listener_ = -1;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::jthread> connections_;
  std::jthread acceptor_;
};

}  // namespace aftercare::testing
