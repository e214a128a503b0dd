// The server's TOML file: read or refused with words.

#include "sync/server/config.h"
#include "tests/fuzz/accepted.h"

#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  static const int file = memfd_create("server.toml", 0);
  fuzz::claim(ftruncate(file, 0) == 0);
  fuzz::claim(pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  const auto config = server::load_config("/proc/self/fd/" + std::to_string(file), {}, {});
  fuzz::claim(config || !config.error().detail.empty());
  return 0;
}
