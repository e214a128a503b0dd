// Whatever a scanner sends is a code or not readable; what was read is read again as it was.

#include "shared/domain/product_code.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const Date today{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{22}};
  const auto code = domain::read_product_code({reinterpret_cast<const char*>(data), size}, today);
  if (!code) return 0;
  const auto& read = code.value();
  if (read.serial.empty() && read.gtin.empty()) std::abort();
  if (!read.gtin.empty() && domain::gtin14(read.gtin) != read.gtin) std::abort();
  if (domain::fold_serial(domain::fold_serial(read.serial)) != domain::fold_serial(read.serial)) std::abort();
  return 0;
}
