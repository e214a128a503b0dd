#include "client/program/program.h"

#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace aftercare::program {
namespace {

constexpr const char* kStepArgument = "--journey-step";
/// Overwritten when it is freed, and nothing kept aside that is not (glibc, "Memory Allocation Tunables").
constexpr const char* kTunables = "GLIBC_TUNABLES";
constexpr const char* kForgetful = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0";

}  // namespace

bool is_forgetful() {
  const char* tunables = std::getenv(kTunables);  // NOLINT(concurrency-mt-unsafe): before any thread
  return tunables != nullptr && std::string_view(tunables) == kForgetful;
}

void renew(const std::vector<std::string>& arguments, std::size_t journey_step) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == kStepArgument) {
      ++i;
    } else {
      words.push_back(arguments[i]);
    }
  }
  if (journey_step > 0) {
    words.emplace_back(kStepArgument);
    words.push_back(std::to_string(journey_step));
  }
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  (void)::setenv(kTunables, kForgetful, 1);  // NOLINT(concurrency-mt-unsafe): no thread is left
  // Nothing that this process held open, by whichever library, is handed on.
  (void)::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  // By its name, so that a newer program that was installed meanwhile begins; else what runs now.
  std::error_code unknown;
  const auto name = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) (void)::execv(name.c_str(), pointers.data());
  (void)::execv("/proc/self/exe", pointers.data());
}

}  // namespace aftercare::program
