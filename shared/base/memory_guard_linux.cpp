#include "shared/base/memory_guard.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace aftercare {

Done guard_memory() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0);  // a limit does not hold for dumps that the system hands to a program

  // With a small limit the lock would succeed now and later allocations would fail: all or nothing.
  rlimit lockable{};
  ::getrlimit(RLIMIT_MEMLOCK, &lockable);
  const bool is_unlimited = lockable.rlim_cur == RLIM_INFINITY || ::geteuid() == 0;
  if (!is_unlimited || ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
    return Error{
        ErrorKind::Refused,
        "what Aftercare keeps in memory may reach the swap of this machine: encrypt the swap, or let this "
        "program lock its memory (LimitMEMLOCK=infinity for a service, memlock in limits.conf for a person)"};
  }
  return done();
}

}  // namespace aftercare
