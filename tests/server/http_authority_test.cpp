#include "sync/server/config.h"
#include "tests/server/http_house.h"
#include "tests/support/fake_clock.h"

#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace aftercare;
using namespace aftercare::server;
using aftercare::testing::FakeClock;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::map<std::string, std::string> files_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files[entry.path().filename()] = text_of(entry.path());
  return files;
}

/// Whether a client that trusts ca.crt alone accepts the server under this name.
bool is_accepted(const std::filesystem::path& folder, std::uint16_t port, const std::string& name) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_file(context, (folder / "ca.crt").c_str());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SSL* const ssl = SSL_new(context);
  X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) != 1) SSL_set1_host(ssl, name.c_str());
  SSL_set_fd(ssl, file);
  const bool is_connected = ::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const bool is_accepted = is_connected && SSL_connect(ssl) == 1;
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(file);
  return is_accepted;
}

}  // namespace

TEST_CASE("authority: a second start changes nothing, and every file is for the owner only", "[S07]") {
  Folder folder;
  FakeClock clock;

  const auto made = make_authority(folder.path / "tls", {"sync.example"}, clock);
  REQUIRE(made);
  const auto files = files_of(folder.path / "tls");
  const auto again = make_authority(folder.path / "tls", {"sync.example"}, clock);
  REQUIRE(again);

  CHECK(files_of(folder.path / "tls") == files);
  CHECK(files.size() == 6);
  for (const auto& [name, text] : files) {
    CAPTURE(name);
    struct stat status {};
    REQUIRE(::stat((folder.path / "tls" / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
  CHECK(again.value().pin == made.value().pin);
  CHECK(made.value().pin != made.value().spare_pin);
  CHECK(pin_of_certificate(files.at("ca.crt")).value() == made.value().pin);
  CHECK(pin_of_public_key(files.at("spare.pub")).value() == made.value().spare_pin);
  CHECK(made.value().expires_at > clock.now() + std::chrono::days{700});
}

TEST_CASE("authority: a client that trusts only it accepts the server under its names and no other",
          "[S07]") {
  HttpHouse house({health_route("1")});
  const auto folder = house.folder.path / "tls";

  CHECK(is_accepted(folder, house.port(), "localhost"));
  CHECK(is_accepted(folder, house.port(), "127.0.0.1"));
  CHECK(is_accepted(folder, house.port(), "::1"));
  CHECK_FALSE(is_accepted(folder, house.port(), "sync.example"));
  Folder other;
  REQUIRE(make_authority(other.path / "tls", {}, house.clock));
  CHECK_FALSE(is_accepted(other.path / "tls", house.port(), "localhost"));
}

TEST_CASE("authority: the server's certificate is renewed near its end and for a new name, the pins stay",
          "[S07]") {
  Folder folder;
  FakeClock clock;
  const auto tls = folder.path / "tls";
  const auto made = make_authority(tls, {}, clock);
  REQUIRE(made);
  const auto before = files_of(tls);

  SECTION("new name") {
    const auto loaded = load_authority(tls, {"sync.example", "0.0.0.0"}, clock);
    REQUIRE(loaded);
    CHECK(loaded.value().pin == made.value().pin);
    CHECK(files_of(tls).at("server.crt") != before.at("server.crt"));
    CHECK(files_of(tls).at("ca.crt") == before.at("ca.crt"));
  }
  SECTION("near the end") {
    clock.wall += std::chrono::days{700};
    const auto loaded = load_authority(tls, {}, clock);
    REQUIRE(loaded);
    CHECK(loaded.value().expires_at > made.value().expires_at);
    CHECK(loaded.value().pin == made.value().pin);
  }
  SECTION("a crash between key and certificate") {
    const auto other = make_authority(folder.path / "other", {}, clock);
    REQUIRE(other);
    write_text(tls / "server.key", text_of(folder.path / "other" / "server.key"));
    REQUIRE(load_authority(tls, {}, clock));
    CHECK(files_of(tls).at("server.crt") != before.at("server.crt"));
  }
  SECTION("the authority's key was taken away: what there is still serves, until it is needed") {
    std::filesystem::remove(tls / "ca.key");
    REQUIRE(load_authority(tls, {}, clock));
    clock.wall += std::chrono::days{700};
    REQUIRE(load_authority(tls, {}, clock));
    clock.wall += std::chrono::days{200};
    const auto late = load_authority(tls, {}, clock);
    REQUIRE_FALSE(late);
    CHECK(late.error().detail.find("put it back") != std::string::npos);
  }
  SECTION("the authority's certificate is damaged: nothing is replaced") {
    write_text(tls / "ca.crt", "damaged");
    const auto loaded = make_authority(tls, {}, clock);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::Corrupt);
    CHECK(files_of(tls).at("ca.key") == before.at("ca.key"));
  }
}

TEST_CASE("authority: what is no host name is refused", "[S07]") {
  Folder folder;
  FakeClock clock;
  CHECK_FALSE(make_authority(folder.path / "tls", {"a,DNS:evil.example"}, clock));
  CHECK_FALSE(make_authority(folder.path / "tls", {"a b"}, clock));
  CHECK_FALSE(load_authority(folder.path / "nothing", {}, clock));
}

TEST_CASE("config: a flag beats the environment, which beats the file", "[S06]") {
  Folder folder;
  const auto file = folder.path / "server.toml";
  write_text(
      file,
      "listen = \"0.0.0.0:1111\"\nread_threads = 7\nwrite_threads = 3\nhost_names = [\"a.example\", \"b.example\"]\nidle_seconds = 9\n");

  const auto config = load_config(
      file, {{"AFTERCARE_READ_THREADS", "8"}, {"AFTERCARE_LISTEN", "[::1]:2222"}, {"AFTERCARE_BIN", "x"}},
      {{"listen", "localhost:3333"}});

  REQUIRE(config);
  CHECK(config.value().listener.host == "localhost");
  CHECK(config.value().listener.port == 3333);
  CHECK(config.value().lanes.read_thread_count == 8);
  CHECK(config.value().lanes.write_thread_count == 3);
  CHECK(config.value().host_names == std::vector<std::string>{"a.example", "b.example"});
  CHECK(config.value().listener.limits.idle_time_max == std::chrono::seconds(9));
}

TEST_CASE("config: what is unknown or makes no sense is refused with advice", "[S06]") {
  Folder folder;
  const auto file = folder.path / "server.toml";
  const auto complaint = [&](const std::string& text) {
    write_text(file, text);
    const auto config = load_config(file, {}, {});
    return config ? std::string{} : config.error().detail;
  };

  CHECK(complaint("lisen = \"x\"").find("lisen: no such key; the keys are listen, ") != std::string::npos);
  CHECK(complaint("\n\nread_threads = 0").find("line 3, read_threads: a number from 1 to 256") !=
        std::string::npos);
  CHECK_FALSE(complaint("read_threads = 1.5").empty());
  CHECK_FALSE(complaint("listen = \"nonsense\"").empty());
  CHECK_FALSE(complaint("listen = ").empty());
  CHECK_FALSE(complaint("[listen]\nport = 1").empty());
  CHECK_FALSE(complaint("trusted_proxies = [\"10.0.0.0/99\"]").empty());
  CHECK_FALSE(complaint("log_level = \"loud\"").empty());
  CHECK(complaint("").empty());
  CHECK_FALSE(load_config(folder.path / "missing.toml", {}, {}));
  CHECK_FALSE(load_config(std::nullopt, {{"AFTERCARE_STREAMS", "many"}}, {}));
  CHECK_FALSE(load_config(std::nullopt, {}, {{"nonsense", "1"}}));
}

TEST_CASE("config: every key has a flag, a variable, a sentence, and takes back what it says", "[S06]") {
  for (const auto& key : config_keys()) {
    CAPTURE(key.name);
    CHECK_FALSE(key.help.empty());
    CHECK(key.flag().find("--") == 0);
    CHECK(key.variable().find("AFTERCARE_") == 0);
    Config config;
    CHECK(key.set(config, key.get(config)));
  }
}
