#include "sync/server/memory_guard.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace aftercare::server {

Done guard_memory() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);

  // With a small limit the lock would succeed now and later allocations would fail: all or nothing.
  rlimit lockable{};
  ::getrlimit(RLIMIT_MEMLOCK, &lockable);
  const bool is_unlimited = lockable.rlim_cur == RLIM_INFINITY || ::geteuid() == 0;
  if (!is_unlimited || ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
    return Error{
        ErrorKind::Refused,
        "the server's memory may reach the swap of this machine: set LimitMEMLOCK=infinity for its service, "
        "or encrypt the swap"};
  }
  return done();
}

}  // namespace aftercare::server
