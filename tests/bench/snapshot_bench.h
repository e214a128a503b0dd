#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>

namespace aftercare::bench {

/// A new device at an organisation that is full of visits, in one process and without a network.
struct SnapshotPlan {
  std::size_t visit_count = 100'000;
  std::size_t body_byte_count = 1'800;
};

/// How fast pages are read at the server, and applied on a device; how long the checksums of both take.
[[nodiscard]] nlohmann::ordered_json run_snapshot_bench(const SnapshotPlan& plan);

}  // namespace aftercare::bench
