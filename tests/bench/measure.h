#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the kernel knows about a process, a connection and the machine.
namespace aftercare::bench {

/// User and system time of all its threads since it started.
[[nodiscard]] double cpu_seconds(pid_t process);
[[nodiscard]] double own_cpu_seconds();

struct Memory {
  std::uint64_t resident_byte_count = 0;
  std::uint64_t resident_byte_count_max = 0;
};
[[nodiscard]] Memory memory_of(pid_t process);

/// What all open connections of this process to that port on loopback have carried since they were
/// opened, both ways: TLS records, without the headers of TCP and IP.
[[nodiscard]] std::uint64_t byte_count_through(std::uint16_t port);

/// CPU seconds that all processes of the machine have used.
[[nodiscard]] double machine_cpu_seconds();
[[nodiscard]] unsigned core_count();
[[nodiscard]] std::string load_average();
/// "ext4"; fsync means nothing on a "tmpfs".
[[nodiscard]] std::string file_system_of(const std::filesystem::path& path);

/// The value that this share of them does not exceed; 0 when there is none.
[[nodiscard]] double percentile(std::vector<double> values, double share);
[[nodiscard]] inline double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

/// Counts the fsync and fdatasync calls of a process with strace, from construction to `finish`.
class SyncCounter {
 public:
  explicit SyncCounter(pid_t process);
  ~SyncCounter();
  SyncCounter(const SyncCounter&) = delete;
  SyncCounter& operator=(const SyncCounter&) = delete;
  /// Nothing where strace is missing or may not look.
  [[nodiscard]] std::optional<std::uint64_t> finish();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace aftercare::bench
