#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace aftercare::bench {

using Words = std::vector<std::string>;

/// Another program, which ends with this object, and with this process however that ends. Start it from the
/// main thread: the kernel ends it with the thread that started it.
class Process {
 public:
  explicit Process(const Words& words);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Waits for the first line that it prints. Fails with its own words when it ends instead.
  [[nodiscard]] std::string first_line();
  /// Waits until it has ended by itself.
  int wait();
  /// Asks it to end, and ends it when it does not.
  int stop(int signal);

 private:
  bool has_ended(bool waits);

  pid_t id_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool is_over_ = false;
  int status_ = 0;
};

/// Runs a program to its end and returns what it printed. Fails with its own words when it failed.
[[nodiscard]] std::string run(const Words& words);

/// Where this program lies: the server lies beside it.
[[nodiscard]] std::string own_path();

}  // namespace aftercare::bench
