#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace aftercare::bench {

struct SyncPlan {
  std::size_t visit_count = 10'000;
  std::vector<std::size_t> client_counts{1, 100};
  std::size_t batch_count_max = 500;  // operations in a push
  std::size_t body_byte_count = 1'800;
  std::size_t free_text_percent = 0;  // of a visit's sentences, in words that nobody used before
  std::size_t photo_count = 1'000;
  std::size_t photo_byte_count = 200'000;
  std::vector<std::size_t> photo_client_counts{1, 8};
  std::size_t no_op_count = 200;
  std::size_t half_load_batch_count_max = 20;  // operations in a push of the half-load row: a visit or two
  std::size_t waiting_count = 500;             // tablets in a long poll; 0 leaves them out
  std::size_t round_count = 3;                 // of the server and the floor in turn; figures are medians
  bool has_floor = true;
  bool has_sync_count = true;  // with strace, in a pass of its own
  std::filesystem::path server_program;
  std::filesystem::path folder;  // in which the temporary one is made
};

/// Runs it all and returns the figures as they are printed with --json. Progress goes to standard error.
[[nodiscard]] nlohmann::ordered_json run_sync_bench(const SyncPlan& plan, const std::stop_token& stop);

/// The same figures as tables for people.
[[nodiscard]] std::string table_of(const nlohmann::ordered_json& figures);

}  // namespace aftercare::bench
