#pragma once

#include "shared/base/date.h"
#include "shared/base/result.h"

/// What a scanner or a hand gives as the code of a unit: a serial number, GS1 element strings, or a GS1
/// Digital Link. Nothing that comes in is trusted (K02).
namespace aftercare::domain {

enum class CodeKind { Serial, ElementString, DigitalLink };

struct ProductCode {
  CodeKind kind = CodeKind::Serial;
  std::string serial = {};  // as printed; empty where the code names only the article
  std::string gtin = {};    // 14 digits, its check digit is right; else empty
  std::string lot = {};
  std::optional<Date> expiry = std::nullopt;
  std::string raw = {};  // what came in, without control characters
};

inline constexpr std::size_t kCodeByteCountMax = 512;
inline constexpr std::size_t kSerialLengthMax = 64;  // characters

/// Control characters are dropped (a wedge scanner sends Enter at the end), but for the GS between elements;
/// a symbology identifier before the code is understood. What is neither GS1's element strings nor a Digital
/// Link is a serial number. `today` tells which century the two digits of a year mean. Invalid when it can
/// be none of these.
[[nodiscard]] Result<ProductCode> read_product_code(std::string_view scanned, Date today);

/// A serial as it is compared: without blanks and dashes, in capitals. The column `folded_serial` of
/// warranties holds the same.
[[nodiscard]] std::string fold_serial(std::string_view serial);

/// 8, 12, 13 or 14 digits with the right check digit, as 14 digits; empty when it is no GTIN.
[[nodiscard]] std::string gtin14(std::string_view digits);

}  // namespace aftercare::domain
