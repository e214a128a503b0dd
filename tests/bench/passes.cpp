#include "tests/bench/passes.h"

#include <algorithm>
#include <exception>
#include <latch>
#include <mutex>
#include <thread>

namespace aftercare::bench {

Pass measure(const Process& server, std::uint16_t port, std::size_t client_count, std::size_t item_count,
             const std::function<void(std::size_t, std::vector<double>&)>& work) {
  std::vector<std::vector<double>> latencies(client_count);
  std::exception_ptr trouble;
  std::mutex trouble_mutex;
  std::latch all_ready{static_cast<std::ptrdiff_t>(client_count)};
  std::latch go{1};
  std::latch all_done{static_cast<std::ptrdiff_t>(client_count)};

  std::vector<std::jthread> threads;
  for (std::size_t client = 0; client < client_count; ++client) {
    threads.emplace_back([&, client] {
      all_ready.count_down();
      go.wait();
      try {
        work(client, latencies[client]);
      } catch (...) {
        const std::scoped_lock lock(trouble_mutex);
        trouble = std::current_exception();
      }
      all_done.count_down();
    });
  }

  all_ready.wait();
  const auto server_before = cpu_seconds(server.id());
  const auto machine_before = machine_cpu_seconds();
  const auto wire_before = byte_count_through(port);
  const auto client_before = own_cpu_seconds();
  const auto begun = std::chrono::steady_clock::now();
  go.count_down();
  all_done.wait();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  if (trouble) std::rethrow_exception(trouble);

  Pass pass;
  pass.item_count = item_count;
  pass.wall_s = wall.count();
  pass.client_cpu_s = own_cpu_seconds() - client_before;
  pass.server_cpu_s = cpu_seconds(server.id()) - server_before;
  pass.other_cpu_s =
      std::max(0.0, machine_cpu_seconds() - machine_before - pass.client_cpu_s - pass.server_cpu_s);
  pass.wire_byte_count = byte_count_through(port) - wire_before;
  for (const auto& of_one : latencies)
    pass.latencies_ms.insert(pass.latencies_ms.end(), of_one.begin(), of_one.end());
  return pass;
}

}  // namespace aftercare::bench
