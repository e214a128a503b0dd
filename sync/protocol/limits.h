#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The bounds that both ends keep. Sizes are of uncompressed bytes; `/openapi.json` declares them.
namespace aftercare::protocol {

struct Limits {
  std::size_t push_operation_count_max = 500;
  std::size_t push_byte_count_max = 1 << 20;
  std::size_t header_byte_count_max = 512;
  std::size_t body_byte_count_max = 256 << 10;
  std::size_t pull_operation_count_max = 500;
  std::size_t pull_byte_count_max = 2 << 20;  // a page holds at least one item, whatever its size
  std::size_t blob_question_count_max = 500;
  std::size_t blob_byte_count_max = 32 << 20;
  std::size_t blob_part_byte_count_max = 4 << 20;
  std::size_t record_byte_count_max = 256 << 20;
  std::chrono::seconds pull_wait_max{50};
  std::chrono::minutes clock_ahead_max{5};
  std::chrono::minutes token_life{15};
  std::chrono::minutes challenge_life{2};
  std::chrono::hours enrolment_code_life{24};
};
inline constexpr Limits kLimits{};

}  // namespace aftercare::protocol
