#include "tests/bench/floor.h"

#include "tests/bench/failed.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <mutex>
#include <thread>

namespace aftercare::bench {
namespace {

constexpr std::size_t kBodyMax = 4 << 20;
constexpr std::size_t kHeadMax = 16 << 10;
constexpr std::size_t kAnswerSize = 256;  // about a receipt
constexpr const char* kRowsHeader = "Rows: ";
constexpr const char* kRowBytesHeader = "Row-Bytes: ";

void check(int code, const char* what) {
  if (code != SQLITE_OK && code != SQLITE_DONE)
    throw Failed(fmt::format("the floor: {}: {}", what, sqlite3_errstr(code)));
}

/// One table, one statement, one writer.
class Rows {
 public:
  explicit Rows(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &db_), "open");
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE operation (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
    check(sqlite3_prepare_v2(db_, "INSERT INTO operation (bytes) VALUES (?)", -1, &insert_, nullptr),
          "prepare");
  }
  // The process is ended with it open.
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void add(std::string_view body, std::size_t row_count, std::size_t row_byte_count) {
    // Long enough for a row that begins at the body's last byte.
    std::string around{body};
    while (around.size() < body.size() + row_byte_count) around += body;

    const std::scoped_lock lock(mutex_);
    run("BEGIN IMMEDIATE");
    for (std::size_t row = 0; row < row_count; ++row) {
      const auto at = row * body.size() / row_count;
      check(sqlite3_bind_blob64(insert_, 1, around.data() + at, row_byte_count, SQLITE_STATIC), "bind");
      check(sqlite3_step(insert_), "insert");
      sqlite3_reset(insert_);
    }
    run("COMMIT");
  }

 private:
  void run(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), sql); }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::mutex mutex_;
};

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* tls) const { SSL_free(tls); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;
using Tls = std::unique_ptr<SSL, Free>;

/// The number after a name at the start of a line of the head; 0 when it is not there.
std::size_t number_after(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  if (at == std::string_view::npos) return 0;
  return std::stoul(std::string{head.substr(at + name.size(), 20)});
}

void write_all(SSL* tls, std::string_view bytes) {
  expect_that(SSL_write(tls, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()),
              "the floor cannot answer");
}

void serve_connection(int socket, SSL_CTX* context, Rows& rows) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const Tls tls{SSL_new(context)};
  SSL_set_fd(tls.get(), socket);
  if (SSL_accept(tls.get()) != 1) return;

  const std::string answer = fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", kAnswerSize,
                                         std::string(kAnswerSize, 'r'));
  std::array<char, 16 << 10> part{};
  std::string taken;
  for (;;) {
    std::size_t head_end = std::string::npos;
    std::size_t whole = 0;
    while (head_end == std::string::npos || taken.size() < whole) {
      const int count = SSL_read(tls.get(), part.data(), static_cast<int>(part.size()));
      if (count <= 0) return;
      taken.append(part.data(), static_cast<std::size_t>(count));
      if (head_end == std::string::npos) {
        head_end = taken.find("\r\n\r\n");
        if (head_end == std::string::npos) {
          if (taken.size() > kHeadMax) return;
          continue;
        }
        whole = head_end + 4 + number_after(taken, "Content-Length: ");
        if (whole > kBodyMax) return;
      }
    }
    const auto head = std::string_view{taken}.substr(0, head_end);
    const auto body = std::string_view{taken}.substr(head_end + 4, whole - head_end - 4);
    rows.add(body, number_after(head, kRowsHeader), number_after(head, kRowBytesHeader));
    write_all(tls.get(), answer);
    taken.erase(0, whole);
  }
}

Context context_of(const FloorSettings& settings) {
  Context context{SSL_CTX_new(TLS_server_method())};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const bool is_ready =
      SSL_CTX_set_ciphersuites(context.get(), settings.suite.c_str()) == 1 &&
      SSL_CTX_use_certificate_chain_file(context.get(), settings.chain_file.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context.get(), settings.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  expect_that(is_ready, "the floor cannot use the server's certificate");
  return context;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::size_t ignore_answer(char*, std::size_t, std::size_t size, void*) { return size; }

}  // namespace

int run_floor(const FloorSettings& settings) {
  const auto context = context_of(settings);
  Rows rows{settings.folder / "floor.db"};
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  expect_that(::bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  ::listen(listening, SOMAXCONN) == 0 &&
                  ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0,
              "the floor cannot listen");
  fmt::print("serving https://127.0.0.1:{}\n", ntohs(address.sin_port));
  std::fflush(stdout);

  for (;;) {
    const int connection = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    std::thread([connection, &context, &rows] {
      serve_connection(connection, context.get(), rows);
      ::close(connection);
    }).detach();
  }
}

Floor::Floor(const FloorSettings& settings)
    : process_({own_path(), "floor", "--folder", settings.folder, "--chain", settings.chain_file, "--key",
                settings.key_file, "--suite", settings.suite}) {
  const auto line = process_.first_line();
  port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.rfind(':') + 1)));
}

struct FloorClient::Inside {
  CURL* handle = nullptr;
  std::string url;
};

FloorClient::FloorClient(std::uint16_t port, const std::filesystem::path& authority_file)
    : inside_(std::make_unique<Inside>()) {
  auto* handle = inside_->handle = curl_easy_init();
  inside_->url = fmt::format("https://127.0.0.1:{}/v1/push", port);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_URL, inside_->url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
  curl_easy_setopt(handle, CURLOPT_CAINFO, authority_file.c_str());
  curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ignore_answer);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
}

FloorClient::~FloorClient() {
  if (inside_) curl_easy_cleanup(inside_->handle);
}

FloorClient::FloorClient(FloorClient&&) noexcept = default;

void FloorClient::push(std::string_view body, std::size_t row_count, std::size_t row_byte_count) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  list = curl_slist_append(list, "Content-Type: application/cbor");
  list = curl_slist_append(list, fmt::format("{}{}", kRowsHeader, row_count).c_str());
  list = curl_slist_append(list, fmt::format("{}{}", kRowBytesHeader, row_byte_count).c_str());
  const std::unique_ptr<curl_slist, Free> headers{list};
  auto* handle = inside_->handle;
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
  const auto code = curl_easy_perform(handle);
  expect_that(code == CURLE_OK, fmt::format("the floor did not answer: {}", curl_easy_strerror(code)));
}

std::string suite_of(std::uint16_t port) {
  const Context context{SSL_CTX_new(TLS_client_method())};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  std::string suite;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const Tls tls{SSL_new(context.get())};
    SSL_set_fd(tls.get(), socket);
    if (SSL_connect(tls.get()) == 1) suite = SSL_get_cipher_name(tls.get());
  }
  ::close(socket);
  expect_that(!suite.empty(), "the server does not speak TLS 1.3");
  return suite;
}

}  // namespace aftercare::bench
