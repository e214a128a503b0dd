#include "tests/bench/process.h"

#include "tests/bench/failed.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

namespace aftercare::bench {
namespace {

constexpr std::chrono::milliseconds kLookEvery{2};
constexpr std::chrono::seconds kStartTimeMax{120};  // under a profiler it takes long
constexpr std::chrono::seconds kStopTimeMax{60};

std::string everything_in(int file) {
  std::string text;
  std::array<char, 4096> part{};
  for (off_t at = 0;;) {
    const auto count = ::pread(file, part.data(), part.size(), at);
    if (count <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
    at += count;
  }
}

}  // namespace

// What it prints goes into memory, so that nobody has to read along for it to go on.
Process::Process(const Words& words)
    : out_(::memfd_create("out", MFD_CLOEXEC)), err_(::memfd_create("err", MFD_CLOEXEC)) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto parent = ::getpid();

  id_ = ::fork();
  if (id_ < 0) throw Failed("cannot start " + words.front());
  if (id_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setpgid(0, 0);  // Ctrl-C is for the bench, which then ends it in order
    ::dup2(out_, STDOUT_FILENO);
    ::dup2(err_, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    constexpr std::string_view kWords = "cannot be started\n";
    static_cast<void>(!::write(STDERR_FILENO, kWords.data(), kWords.size()));
    ::_exit(127);
  }
}

Process::~Process() {
  stop(SIGTERM);
  ::close(out_);
  ::close(err_);
}

std::string Process::out() const { return everything_in(out_); }
std::string Process::err() const { return everything_in(err_); }

std::string Process::first_line() {
  const auto until = std::chrono::steady_clock::now() + kStartTimeMax;
  while (std::chrono::steady_clock::now() < until) {
    const auto is_over = has_ended(false);
    const auto text = out();
    if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    if (is_over) break;
    std::this_thread::sleep_for(kLookEvery);
  }
  throw Failed("a program did not get going: " + err());
}

int Process::wait() {
  has_ended(true);
  return status_;
}

int Process::stop(int signal) {
  if (has_ended(false)) return status_;
  ::kill(id_, signal);
  const auto until = std::chrono::steady_clock::now() + kStopTimeMax;
  while (!has_ended(false)) {
    if (std::chrono::steady_clock::now() >= until) ::kill(id_, SIGKILL);
    std::this_thread::sleep_for(kLookEvery);
  }
  return status_;
}

bool Process::has_ended(bool waits) {
  if (is_over_) return true;
  int status = 0;
  if (::waitpid(id_, &status, waits ? 0 : WNOHANG) != id_) return false;
  is_over_ = true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

std::string run(const Words& words) {
  Process process{words};
  if (process.wait() != 0) throw Failed(words.front() + " " + words.at(1) + ": " + process.err());
  return process.out();
}

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

}  // namespace aftercare::bench
