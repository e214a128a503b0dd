// Definitions that come with the feed: forms, terms of a warranty, opening hours. Read or refused.

#include "shared/domain/coverage.h"
#include "shared/domain/form.h"
#include "shared/domain/service_point.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto text = fuzz::view_of(data, size);
  (void)domain::read_form(text);
  (void)domain::read_terms(text);
  (void)domain::read_hours(text);
  return 0;
}
