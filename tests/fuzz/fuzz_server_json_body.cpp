// A body of JSON, asked for members of every kind: each is what was said, or the body is refused.

#include "shared/domain/customer.h"
#include "sync/server/json_body.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  server::JsonBody body{fuzz::view_of(data, size)};
  const auto words = body.text("text");
  (void)body.flag("flag");
  (void)body.integer("integer");
  (void)body.given_instant("instant");
  (void)body.given_id<domain::CustomerId>("id");
  (void)body.word<domain::Role>("role");
  if (auto inner = body.object("object")) (void)inner->text("text");
  const auto refusal = body.refusal();
  if (!refusal && words) fuzz::claim(words->find('\0') == std::string::npos);
  return 0;
}
