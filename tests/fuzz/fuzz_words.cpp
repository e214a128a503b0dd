// Short texts that people and files hand us: whatever is read is read again as it was.

#include "shared/base/bytes.h"
#include "shared/base/date.h"
#include "shared/base/decimal.h"
#include "shared/base/id.h"
#include "shared/base/rfc3339.h"
#include "shared/base/short_number.h"
#include "shared/base/text.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto text = fuzz::view_of(data, size);
  if (const auto bytes = from_hex(text))
    fuzz::claim(from_hex(to_hex(bytes.value())).value() == bytes.value());
  if (const auto bytes = from_base64url(text)) fuzz::claim(to_base64url(bytes.value()) == text);
  if (const auto time = instant_of_rfc3339(text)) {
    const auto written = to_rfc3339(*time);  // an offset may lead beyond what can be written
    fuzz::claim(to_rfc3339(instant_of_rfc3339(written).value()) == written);
  }
  if (const auto date = date_of_text(text)) fuzz::claim(to_text(*date) == text);
  if (const auto plain = to_nfc(text)) fuzz::claim(to_nfc(plain.value()).value() == plain.value());
  (void)decimal_of_text(text);
  if (const auto number = short_number_of_text(text)) {
    const auto again = short_number_of_text(to_text(number.value()));
    fuzz::claim(again && to_text(again.value()) == to_text(number.value()));
  }
  return 0;
}
