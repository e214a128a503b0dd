#include "sync/server/control.h"

#include "shared/base/json.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace aftercare::server {
namespace {

constexpr const char* kSocketName = "control.sock";
constexpr std::size_t kCallSizeMax = 256 << 10;
constexpr std::size_t kOutputSizeMax = 64 << 20;
constexpr int kReadTimeMaxMs = 5'000;

class Descriptor {
 public:
  explicit Descriptor(int handle) : handle_(handle) {}
  ~Descriptor() {
    if (handle_ >= 0) ::close(handle_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return handle_; }
  int release() { return std::exchange(handle_, -1); }

 private:
  int handle_;
};

Error system_error(std::string_view what) {
  return {ErrorKind::Refused, fmt::format("{}: {}", what, std::strerror(errno))};
}

/// A socket's path holds 107 bytes, a data folder's may be longer: the folder is named by its open
/// descriptor instead.
sockaddr_un address_in(const Descriptor& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = fmt::format("/proc/self/fd/{}/{}", folder.get(), kSocketName);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(handle, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Everything until the other end says that it is done; nothing when it says too much or stalls.
std::optional<std::string> receive_all(int handle, std::size_t size_max, int time_max_ms) {
  std::string bytes;
  std::array<char, 16 << 10> chunk{};
  while (true) {
    pollfd waiting{handle, POLLIN, 0};
    if (::poll(&waiting, 1, time_max_ms) <= 0) return std::nullopt;
    const auto count = ::recv(handle, chunk.data(), chunk.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(count));
    if (bytes.size() > size_max) return std::nullopt;
  }
}

bool is_allowed(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

/// Of the environment only what is ours: the rest is nobody's business.
std::string text_of(const CommandCall& call) {
  TextByName environment;
  for (const auto& [name, value] : call.environment) {
    if (name.starts_with("AFTERCARE_")) environment.emplace(name, value);
  }
  return nlohmann::json{
      {"arguments", call.arguments}, {"folder", call.folder.string()}, {"environment", environment}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<CommandCall> call_of_text(std::string_view text) {
  const auto parsed =
      parse_json(text, {.byte_count_max = kCallSizeMax, .depth_max = 4, .value_count_max = 2'000});
  if (!parsed) return parsed.error();
  try {
    CommandCall call;
    parsed.value().at("arguments").get_to(call.arguments);
    call.folder = parsed.value().at("folder").get<std::string>();
    parsed.value().at("environment").get_to(call.environment);
    return call;
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::Invalid, "this is no command"};
  }
}

}  // namespace

Control::Control(int listening, int stopping, std::filesystem::path data, Run run)
    : listening_(listening),
      stopping_(stopping),
      data_(std::move(data)),
      run_(std::move(run)),
      thread_([this] { serve(); }) {}

Control::~Control() {
  const std::uint64_t one = 1;
  (void)!::write(stopping_, &one, sizeof one);
  thread_.join();
  ::close(listening_);
  ::close(stopping_);
  std::error_code ignored;
  std::filesystem::remove(data_ / kSocketName, ignored);
}

Result<std::unique_ptr<Control>> Control::open(const std::filesystem::path& data, Run run) {
  const Descriptor folder{::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0) return system_error("cannot open the data folder");
  std::error_code ignored;
  std::filesystem::remove(data / kSocketName,
                          ignored);  // of a server that was killed: the folder's lock is ours
  Descriptor listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (listening.get() < 0) return system_error("cannot make the control socket");
  const auto address = address_in(folder);
  const auto old_mask = ::umask(0177);
  const int bound = ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(old_mask);
  if (bound != 0 || ::listen(listening.get(), 8) != 0) return system_error("cannot make the control socket");
  Descriptor stopping{::eventfd(0, EFD_CLOEXEC)};
  if (stopping.get() < 0) return system_error("cannot make the control socket");
  return std::unique_ptr<Control>{new Control(listening.release(), stopping.release(), data, std::move(run))};
}

void Control::serve() {
  while (true) {
    std::array<pollfd, 2> waiting{{{listening_, POLLIN, 0}, {stopping_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if (waiting[0].revents == 0) continue;
    const Descriptor connection{::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC)};
    if (connection.get() >= 0) serve_one(connection.get());
  }
}

void Control::serve_one(int connection) {
  if (!is_allowed(connection)) {
    spdlog::warn("control: another user's connection was refused");
    return;
  }
  const auto text = receive_all(connection, kCallSizeMax, kReadTimeMaxMs);
  if (!text) return;
  const auto call = call_of_text(*text);
  CommandOutput output{
      .exit = 1, .out = {}, .err = "the server did not understand the command; nothing was changed\n"};
  if (call) {
    try {
      output = run_(call.value());
    } catch (const std::exception& error) {
      spdlog::error("control: a command ended with an exception: {}", error.what());
      output.err = "the server could not do it; its log says more\n";
    }
  }
  const nlohmann::json answer{{"exit", output.exit}, {"out", output.out}, {"err", output.err}};
  (void)send_all(connection, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<CommandOutput> run_through_server(const std::filesystem::path& data, const CommandCall& call) {
  const Error busy{ErrorKind::Busy,
                   fmt::format("another Aftercare program is using {} and takes no commands: close it first, "
                               "nothing was changed",
                               data.string())};
  const Descriptor folder{::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  const Descriptor connection{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (folder.get() < 0 || connection.get() < 0) return busy;
  const auto address = address_in(folder);
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return busy;
  if (!is_allowed(connection.get())) return busy;
  if (!send_all(connection.get(), text_of(call)) || ::shutdown(connection.get(), SHUT_WR) != 0) return busy;

  const auto text = receive_all(connection.get(), kOutputSizeMax, -1);
  const Error lost{
      ErrorKind::Busy,
      "the server stopped before it answered: look whether the command took effect before trying again"};
  if (!text || text->empty()) return lost;
  const auto parsed =
      parse_json(*text, {.byte_count_max = kOutputSizeMax, .depth_max = 4, .value_count_max = 16});
  if (!parsed) return lost;
  try {
    return CommandOutput{.exit = parsed.value().at("exit").get<int>(),
                         .out = parsed.value().at("out").get<std::string>(),
                         .err = parsed.value().at("err").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return lost;
  }
}

}  // namespace aftercare::server
