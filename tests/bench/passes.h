#pragma once

#include "tests/bench/measure.h"
#include "tests/bench/process.h"

#include <chrono>
#include <functional>
#include <type_traits>
#include <vector>

namespace aftercare::bench {

/// What one timed stretch of work by some clients at the same time cost.
struct Pass {
  std::size_t item_count = 0;
  double wall_s = 0;
  double server_cpu_s = 0;
  double client_cpu_s = 0;
  double other_cpu_s = 0;  // of everybody else on this machine, meanwhile
  std::uint64_t wire_byte_count = 0;
  std::vector<double> latencies_ms;  // of the single calls
};

/// Runs `work(client, latencies)` on a thread for each client, all released at once, and measures until the
/// last is done. The connections to `port` must be open before.
[[nodiscard]] Pass measure(const Process& server, std::uint16_t port, std::size_t client_count,
                           std::size_t item_count,
                           const std::function<void(std::size_t, std::vector<double>&)>& work);

/// Calls it and adds how long that took.
template <class Call>
auto timed(std::vector<double>& latencies_ms, const Call& call) {
  const auto begun = std::chrono::steady_clock::now();
  const auto note = [&] {
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    latencies_ms.push_back(took.count());
  };
  if constexpr (std::is_void_v<decltype(call())>) {
    call();
    note();
  } else {
    auto answer = call();
    note();
    return answer;
  }
}

}  // namespace aftercare::bench
