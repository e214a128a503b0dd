// Plays the corpora of the fuzz targets, and blind changes of them, under the sanitizers of the ordinary
// build: what the check has time for. tests/fuzz/run is the fuzzer itself.

#include "tests/fuzz/replay.h"

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
// g++'s libubsan knows nothing of the death callback of libasan.
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }
#endif

namespace {

using aftercare::fuzz::Target;
using Corpus = std::vector<std::string>;

constexpr unsigned kSecondsOfOneInputMax = 10;
constexpr std::size_t kInputMax = 64 << 10;

/// What is being played, for whoever writes down why this program ended.
std::string_view playing;
std::string input;

/// The input that ended the program, as a file. Called where little is allowed, once.
void keep_input() {
  if (playing.empty()) return;
  const auto file = fmt::format("fuzz-found-{}", playing);
  std::ofstream{file, std::ios::binary} << input;
  fmt::print(stderr,
             "FAILED  {}: an input of {} bytes; repeat with: aftercare_fuzz_replay --only {} --file {}\n",
             playing, input.size(), playing, (std::filesystem::current_path() / file).string());
  playing = {};
}

void end_by_signal(int number) {
  keep_input();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void end_by_alarm(int) {
  fmt::print(stderr, "an input took longer than {} s\n", kSecondsOfOneInputMax);
  keep_input();
  _exit(1);
}

std::string read(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

Corpus corpus_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator{folder}) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Corpus corpus;
  for (const auto& file : files) corpus.push_back(read(file));
  return corpus;
}

void play(const Target& target, std::string bytes) {
  playing = target.name;
  input = std::move(bytes);
  alarm(kSecondsOfOneInputMax);
  // A copy of exactly its size, so that the sanitizer sees one byte too many.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  target.play(exact.data(), exact.size());
  alarm(0);
  playing = {};
}

class Changes {
 public:
  Changes(const Corpus& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

  std::string next() {
    auto bytes = corpus_[below(corpus_.size())];
    for (auto count = 1 + below(4); count > 0; --count) change(bytes);
    if (bytes.size() > kInputMax) bytes.resize(kInputMax);
    return bytes;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void change(std::string& bytes) {
    constexpr std::string_view kTelling{
        "\x00\x01\x17\x18\x19\x1a\x1b\x1f\x40\x58\x5f\x60\x78\x7f\x80\x81\x98\x9f\xa0\xbf\xf4\xf6\xff\"{}[],:%&=\r\n",
        36};
    const auto place = below(bytes.size());
    const auto length =
        std::min(bytes.size() - place, below(9) == 0 ? below(bytes.size() + 1) : 1 + below(8));
    switch (below(7)) {
      case 0:
        if (!bytes.empty()) bytes[place] = static_cast<char>(bytes[place] ^ (1 << below(8)));
        break;
      case 1:
        if (!bytes.empty()) bytes[place] = kTelling[below(kTelling.size())];
        break;
      case 2: bytes.insert(place, 1, kTelling[below(kTelling.size())]); break;
      case 3: bytes.erase(place, length); break;
      case 4: bytes.insert(place, bytes.substr(place, length)); break;
      case 5: bytes.resize(place); break;
      default: {
        const auto& other = corpus_[below(corpus_.size())];
        bytes = bytes.substr(0, place) + other.substr(below(other.size()));
      }
    }
  }

  const Corpus& corpus_;
  std::mt19937_64 random_;
};

/// How many inputs were played; nothing when there is no corpus.
std::size_t play_all(const Target& target, const Corpus& corpus, double seconds, std::uint64_t seed) {
  for (const auto& bytes : corpus) play(target, bytes);
  auto count = corpus.size();
  if (corpus.empty()) return 0;
  Changes changes{corpus, seed};
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>{seconds};
  for (; std::chrono::steady_clock::now() < until; ++count) play(target, changes.next());
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plays the corpora of the fuzz targets, and blind changes of them."};
  std::string folder, only, file;
  double seconds = 1;
  std::uint64_t seed = std::random_device{}();
  app.add_option("--corpus", folder, "The folder that holds one folder for each target");
  app.add_option("--seconds", seconds, "Of blind changes, for each target");
  app.add_option("--seed", seed, "Of the changes; a fresh one unless told");
  app.add_option("--only", only, "One target");
  app.add_option("--file", file, "One input, for this target");
  CLI11_PARSE(app, argc, argv);
  if (sodium_init() < 0) return 1;
  std::signal(SIGABRT, end_by_signal);
  std::signal(SIGALRM, end_by_alarm);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(keep_input);
#endif

  std::size_t failures = 0, total = 0;
  fmt::print("seed {}\n", seed);
  for (const auto& target : aftercare::fuzz::targets()) {
    if (!only.empty() && target.name != only) continue;
    const auto corpus =
        file.empty() ? corpus_of(std::filesystem::path{folder} / target.name) : Corpus{read(file)};
    const auto count = play_all(target, corpus, file.empty() ? seconds : 0, seed);
    failures += count == 0;
    total += count;
    fmt::print("{}  {}: {} inputs\n", count == 0 ? "FAILED (no corpus)" : "ok", target.name, count);
    std::fflush(stdout);
  }
  fmt::print("{} inputs, {} failed\n", total, failures);
  return failures > 0 || total == 0 ? 1 : 0;
}
