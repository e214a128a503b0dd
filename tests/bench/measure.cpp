#include "tests/bench/measure.h"

#include "tests/bench/failed.h"
#include "tests/bench/process.h"

// The kernel's own, because the tcp_info of <netinet/tcp.h> ends before the byte counts.
#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace aftercare::bench {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double tick_seconds() { return 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

std::uint64_t kilobytes_of(const std::string& status, std::string_view name) {
  const auto at = status.find(name);
  if (at == std::string::npos) return 0;
  return std::stoull(status.substr(at + name.size())) << 10;
}

bool is_to_port(int socket, std::uint16_t port) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
         peer.sin_family == AF_INET && ntohs(peer.sin_port) == port;
}

bool is_traced(pid_t process) {
  const auto status = text_of(fmt::format("/proc/{}/status", process));
  return status.find("TracerPid:\t0\n") == std::string::npos;
}

}  // namespace

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  const bool is_there = ::clock_getcpuclockid(process, &clock) == 0 && ::clock_gettime(clock, &time) == 0;
  expect_that(is_there, "the server is gone");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Memory memory_of(pid_t process) {
  const auto status = text_of(fmt::format("/proc/{}/status", process));
  return {kilobytes_of(status, "VmRSS:"), kilobytes_of(status, "VmHWM:")};
}

std::uint64_t byte_count_through(std::uint16_t port) {
  std::uint64_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const auto name = entry.path().filename().string();
    int file = -1;
    std::from_chars(name.data(), name.data() + name.size(), file);
    if (!is_to_port(file, port)) continue;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(file, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) continue;
    count += info.tcpi_bytes_acked + info.tcpi_bytes_received;
  }
  return count;
}

double machine_cpu_seconds() {
  std::istringstream line{text_of("/proc/stat")};
  std::string name;
  line >> name;
  double ticks = 0;
  for (int column = 0; column < 8; ++column) {
    double value = 0;
    line >> value;
    const bool is_idle = column == 3 || column == 4;
    if (!is_idle) ticks += value;
  }
  return ticks * tick_seconds();
}

unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

std::string load_average() {
  const auto text = text_of("/proc/loadavg");
  return text.substr(0, text.find(' '));
}

std::string file_system_of(const std::filesystem::path& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) return "unknown";
  switch (static_cast<unsigned long>(found.f_type)) {
    case 0xEF53: return "ext4";
    case 0x01021994: return "tmpfs";
    case 0x9123683E: return "btrfs";
    case 0x58465342: return "xfs";
    case 0x794C7630: return "overlayfs";
    default: return fmt::format("{:#x}", static_cast<unsigned long>(found.f_type));
  }
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const bool is_halved = share == 0.5 && values.size() % 2 == 0;
  if (is_halved) return (values[rank - 1] + values[rank]) / 2;
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

// ---- fsyncs ----------------------------------------------------------------------------------------

struct SyncCounter::Inside {
  explicit Inside(pid_t traced)
      : strace({"strace", "-c", "-f", "-e", "trace=fsync,fdatasync", "-p", std::to_string(traced)}) {}
  Process strace;
  bool is_attached = false;
};

SyncCounter::SyncCounter(pid_t process) : inside_(std::make_unique<Inside>(process)) {
  constexpr std::chrono::milliseconds kLookEvery{5};
  constexpr int kLookCountMax = 400;
  for (int count = 0; count < kLookCountMax && !inside_->is_attached; ++count) {
    std::this_thread::sleep_for(kLookEvery);
    inside_->is_attached = is_traced(process);
  }
  std::this_thread::sleep_for(10 * kLookEvery);  // the other threads
}

SyncCounter::~SyncCounter() = default;

std::optional<std::uint64_t> SyncCounter::finish() {
  inside_->strace.stop(SIGINT);
  if (!inside_->is_attached) return std::nullopt;
  std::uint64_t count = 0;
  std::istringstream table{inside_->strace.err()};
  for (std::string line; std::getline(table, line);) {
    std::istringstream words{line};
    std::vector<std::string> columns{std::istream_iterator<std::string>{words}, {}};
    // "% time  seconds  usecs/call  calls  errors  syscall"
    const bool is_a_call =
        columns.size() >= 5 && (columns.back() == "fsync" || columns.back() == "fdatasync");
    if (is_a_call) count += std::stoull(columns[3]);
  }
  return count;
}

}  // namespace aftercare::bench
