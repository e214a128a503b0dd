#pragma once

#include "tests/bench/process.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

/// The floor: the least that any server could do with the same bytes. TLS, HTTP and durable rows, and
/// nothing else: nobody signs in, nothing is unpacked, checked, merged, encrypted or signed.
namespace aftercare::bench {

struct FloorSettings {
  std::filesystem::path folder;      // for its database
  std::filesystem::path chain_file;  // the real server's certificate
  std::filesystem::path key_file;
  std::string suite;  // of TLS 1.3; the one that the real server picks
};

/// The floor server as a process: a thread for each connection, blocking; each request is one transaction
/// of as many rows as it has operations, each row as long as an operation. Its bytes are taken from the
/// body as it came, over and over: what they say is all one to SQLite. WAL, synchronous=FULL, plain.
/// Prints a line once it serves, and runs until it is ended.
int run_floor(const FloorSettings& settings);

class Floor {
 public:
  explicit Floor(const FloorSettings& settings);
  [[nodiscard]] const Process& process() const { return process_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

/// One connection to the floor by plain libcurl, kept open.
class FloorClient {
 public:
  FloorClient(std::uint16_t port, const std::filesystem::path& authority_file);
  ~FloorClient();
  FloorClient(FloorClient&&) noexcept;
  FloorClient& operator=(FloorClient&&) = delete;

  void push(std::string_view body, std::size_t row_count, std::size_t row_byte_count);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// The suite of TLS 1.3 that a server on loopback picks when it is free to.
[[nodiscard]] std::string suite_of(std::uint16_t port);

}  // namespace aftercare::bench
