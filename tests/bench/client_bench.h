#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <stop_token>

namespace aftercare::bench {

/// How the tablet is measured.
struct ClientPlan {
  std::filesystem::path folder;   // where temporary folders are made: the disk that is measured
  std::filesystem::path house;    // a big house that is kept from run to run; empty: made anew
  std::filesystem::path program;  // `aftercare`
  std::string server_program;
  std::size_t visit_count = 100'000;
  std::size_t start_count = 20;
  std::size_t frame_count = 300;
  std::size_t read_count = 20;
  std::size_t note_count = 30'000;  // sent while frames are drawn
  int idle_s = 10;
};

/// Start, memory, frames, touches, lists, search, idling, frames beside a sync; medians and 99th percentiles.
[[nodiscard]] nlohmann::ordered_json run_client_bench(const ClientPlan& plan, const std::stop_token& stop);
[[nodiscard]] std::string client_table_of(const nlohmann::ordered_json& figures);

}  // namespace aftercare::bench
