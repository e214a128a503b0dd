#include "shared/base/memory_guard.h"
#include "tests/support/catch.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

using namespace aftercare;

namespace {

/// Locked memory of this process in kB, as the kernel says.
long locked_kb() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
  }
  return -1;
}

/// Root may lock, unless a container took that right away.
bool may_lock() {
  constexpr unsigned kLockBit = 14;  // CAP_IPC_LOCK
  rlimit lockable{};
  ::getrlimit(RLIMIT_MEMLOCK, &lockable);
  if (lockable.rlim_cur == RLIM_INFINITY) return true;
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapEff:")) return (std::stoull(line.substr(7), nullptr, 16) >> kLockBit & 1U) != 0;
  }
  return false;
}

rlim_t core_max() {
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  return core.rlim_max;
}

/// What a program of its own says after the work: the lock holds for its whole life. 0 when all is well.
template <class Work>
int in_another_program(const Work& work) {
  const auto id = ::fork();
  if (id == 0) ::_exit(work());
  int status = -1;
  ::waitpid(id, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("memory guard: it says whether the system allows it, and in any case nothing is dumped",
          "[shared][S07]") {
  const bool is_allowed = may_lock();

  const int said = in_another_program([&] {
    const auto guarded = guard_memory();
    if (core_max() != 0 || ::prctl(PR_GET_DUMPABLE) != 0) return 1;
    if (guarded.has_value() != is_allowed) return 2;
    return 0;  // what is locked, two_tablets.py sees from outside: a sanitizer takes mlockall away
  });

  CHECK(said == 0);
}

TEST_CASE("memory guard: a person who may lock a little gets nothing locked, advice, and no dumps",
          "[shared][S07]") {
  const int said = in_another_program([] {
    const rlimit little{8 << 20, 8 << 20};
    if (::setrlimit(RLIMIT_MEMLOCK, &little) != 0) return 1;
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) return 2;
    const auto guarded = guard_memory();
    if (guarded.has_value() || guarded.error().kind != ErrorKind::Refused) return 3;
    if (guarded.error().detail.find("limits.conf") == std::string::npos) return 4;
    return core_max() == 0 && locked_kb() == 0 ? 0 : 5;
  });

  CHECK(said == 0);
}
