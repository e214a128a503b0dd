// What a refusal says, from our server or from whoever stands in between: always a problem, and where it says
// that we are behind, all of it or nothing.

#include "sync/transport/problem.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const Bytes body{fuzz::view_of(data, size)};
  for (const long status : {400L, 401L, 403L, 404L, 409L, 410L, 422L, 426L, 429L, 500L, 503L}) {
    const auto problem = sync::problem_of(
        {.status = status, .headers = {{"content-type", "application/problem+json"}}, .body = body});
    fuzz::claim(problem.status == status);
    fuzz::claim(problem.members.is_object());
    (void)sync::error_of(problem);
    (void)sync::behind_of(problem);
    (void)sync::other_epoch_of(problem);
  }
  return 0;
}
