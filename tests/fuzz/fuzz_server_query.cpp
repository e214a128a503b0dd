// Percent-encoding and queries: what comes out is text without control characters, no name stands there
// twice.

#include "shared/base/text.h"
#include "sync/server/http.h"
#include "tests/fuzz/accepted.h"

namespace {

void claim_plain(const std::string& text) {
  for (const unsigned char c : text) aftercare::fuzz::claim(c >= 0x20 && c != 0x7f);
  aftercare::fuzz::claim(aftercare::is_clean_utf8(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto text = fuzz::view_of(data, size);
  if (const auto decoded = server::percent_decoded(text)) claim_plain(*decoded);
  if (const auto params = server::query_of(text)) {
    for (const auto& [name, value] : *params) {
      fuzz::claim(!name.empty());
      claim_plain(name);
      claim_plain(value);
    }
  }
  return 0;
}
