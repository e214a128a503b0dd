#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace aftercare::bench {

/// How the office's lists are measured: in this process, as a route asks, without network and TLS.
struct OfficePlan {
  std::size_t visit_count = 100'000;
  std::size_t customer_count = 10'000;
  std::size_t read_count = 20;
};

/// Pages of the visit log, filters, words, work orders and one visit; medians and 99th percentiles in
/// milliseconds, and each as a multiple of reading a page's rows with nothing joined or checked.
[[nodiscard]] nlohmann::ordered_json run_office_bench(const OfficePlan& plan);
[[nodiscard]] std::string office_table_of(const nlohmann::ordered_json& figures);

}  // namespace aftercare::bench
