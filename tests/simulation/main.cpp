#include "shared/base/asset_folder.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/tablet.h"
#include "tests/simulation/world.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>

namespace {

using namespace aftercare;
using namespace aftercare::simulation;

struct Asked {
  std::string seeds = "1..100";
  std::string steps;
  double seconds = 0;
  bool is_json = false;
  bool is_trace = false;
  bool is_shrinking = true;
  bool is_fresh = false;
  bool is_twice = false;
  bool is_covering = false;
  std::vector<std::string> without;
  std::vector<std::string> unchecked;
};

struct Total {
  std::uint64_t schedules = 0;
  std::uint64_t steps = 0;
  std::uint64_t operations = 0;
  std::uint64_t calls = 0;
  std::uint64_t restarts = 0;
  std::map<std::string, std::uint64_t> faults;
  std::map<std::string, std::uint64_t> checks;
  Coverage coverage;
  std::optional<Finding> finding;
  std::uint64_t last_seed = 0;

  void add(const Outcome& outcome) {
    ++schedules;
    steps += outcome.step_count;
    operations += outcome.operation_count;
    calls += outcome.call_count;
    restarts += outcome.restart_count;
    for (const auto& [name, count] : outcome.faults) faults[name] += count;
    for (const auto& [name, count] : outcome.checks) checks[name] += count;
    coverage.add(outcome.coverage);
    finding = outcome.finding;
  }
};

std::optional<std::pair<std::uint64_t, std::uint64_t>> range_of(const std::string& text) {
  unsigned long long first = 0;
  unsigned long long last = 0;
  if (std::sscanf(text.c_str(), "%llu..%llu", &first, &last) == 2 && first <= last)
    return std::pair{first, last};
  if (std::sscanf(text.c_str(), "%llu", &first) == 1) return std::pair{first, first};
  return std::nullopt;
}

void print(const Outcome& outcome) {
  for (const auto& words : outcome.said) fmt::print("  {}\n", words);
  if (outcome.finding) fmt::print("BROKEN  {}: {}\n", outcome.finding->invariant, outcome.finding->what);
}

/// Plays it again: whatever differs would make a finding impossible to look at.
void compare_with_another(const Schedule& schedule, const WorldOptions& options, Outcome& outcome) {
  if (outcome.finding || play(schedule, options).trace == outcome.trace) return;
  outcome.finding =
      Finding{"the same seed is the same story", "what was said or sent differs the second time"};
}

/// Tells what is broken, by the shortest story that still breaks it, and how to see it again.
void tell_finding(const Schedule& schedule, const Outcome& outcome, const WorldOptions& options,
                  bool is_shrinking) {
  const auto shrunk = is_shrinking ? shrink(schedule, *outcome.finding, options) : schedule;
  auto aloud = options;
  aloud.keeps_words = true;
  const auto again = play(shrunk, aloud);
  fmt::print("seed {}: {} of {} steps are enough\n", schedule.seed, shrunk.steps.size(),
             schedule.steps.size());
  print(again);
  fmt::print("to see it again: aftercare-simulation --trace --steps '{}'\n", to_text(shrunk));
}

std::vector<std::string> texts_of(const std::vector<Cell>& cells) {
  std::vector<std::string> texts;
  for (const auto& cell : cells) texts.push_back(to_text(cell));
  return texts;
}

void print(const Total& total, const std::vector<Tally>& tallies, bool is_json, bool is_listing) {
  if (is_json) {
    nlohmann::json cells = nlohmann::json::array();
    for (const auto& [cell, count] : total.coverage.cells()) {
      const auto& [kind, end, ruling, fault, step] = cell;
      cells.push_back({{"operation", kind},
                       {"end", end},
                       {"ruling", ruling},
                       {"fault", fault},
                       {"step", step},
                       {"count", count}});
    }
    nlohmann::json tables = nlohmann::json::array();
    for (const auto& one : tallies) {
      tables.push_back({{"table", one.table},
                        {"cells", one.cell_count},
                        {"full", one.full_count},
                        {"impossible", one.impossible_count},
                        {"empty", texts_of(one.empty)},
                        {"contradicted", texts_of(one.contradicted)}});
    }
    nlohmann::json finding;  // null when nothing is broken
    if (total.finding) finding = {{"invariant", total.finding->invariant}, {"what", total.finding->what}};
    fmt::print("{}\n", nlohmann::json{{"schedules", total.schedules},
                                      {"seconds", static_cast<double>(std::clock()) / CLOCKS_PER_SEC},
                                      {"last_seed", total.last_seed},
                                      {"finding", finding},
                                      {"steps", total.steps},
                                      {"operations", total.operations},
                                      {"calls", total.calls},
                                      {"restarts", total.restarts},
                                      {"faults", total.faults},
                                      {"invariants_checked", total.checks},
                                      {"coverage", {{"tables", tables}, {"cells", cells}}}}
                           .dump(2));
    return;
  }
  fmt::print("{} schedules, {} steps, {} operations in the feeds, {} calls, {} restarts\n", total.schedules,
             total.steps, total.operations, total.calls, total.restarts);
  fmt::print("faults that happened:\n");
  for (const auto& [name, count] : total.faults) fmt::print("  {:>9}  {}\n", count, name);
  fmt::print("invariants checked:\n");
  for (const auto& [name, count] : total.checks) fmt::print("  {:>9}  {}\n", count, name);
  fmt::print("coverage:\n");
  for (const auto& one : tallies) {
    fmt::print("  {}: {} of {} cells, {} more cannot be, {} are empty\n", one.table, one.full_count,
               one.cell_count, one.impossible_count - one.contradicted.size(), one.empty.size());
    if (!is_listing) continue;
    for (const auto& cell : one.empty) fmt::print("    empty: {}\n", to_text(cell));
    for (const auto& cell : one.contradicted) fmt::print("    not impossible: {}\n", to_text(cell));
  }
}

int run(const Asked& asked, const WorldOptions& options) {
  if (!asked.steps.empty()) {
    const auto schedule = schedule_of_text(asked.steps);
    if (!schedule) {
      fmt::print(stderr, "--steps is not what a simulation printed\n");
      return 2;
    }
    auto aloud = options;
    aloud.keeps_words = asked.is_trace;
    const auto outcome = play(*schedule, aloud);
    print(outcome);
    return outcome.finding ? 1 : 0;
  }
  auto range = range_of(asked.seeds);
  if (asked.is_fresh) {
    const auto first = std::uint64_t{std::random_device{}()} << 20;
    range = std::pair{first, first + (1U << 20) - 1};
    if (!asked.is_json) fmt::print("fresh seeds from {} on\n", first);
  }
  if (!range) {
    fmt::print(stderr, "--seeds wants A..B\n");
    return 2;
  }
  Total total;
  for (auto seed = range->first; seed <= range->second; ++seed) {
    const auto spent = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    if (asked.seconds > 0 && spent > asked.seconds) break;
    auto schedule = make_schedule(seed);
    std::erase_if(schedule.steps, [&](const Step& step) {
      return std::ranges::count(asked.without, name_of(step.kind)) > 0;
    });
    auto with_words = options;
    with_words.keeps_words = asked.is_trace;
    auto outcome = play(schedule, with_words);
    if (asked.is_twice) compare_with_another(schedule, options, outcome);
    total.add(outcome);
    total.last_seed = seed;
    if (asked.is_trace) {
      print(outcome);
      fmt::print("seed {}: trace {}\n", seed, to_hex(outcome.trace));
    }
    if (outcome.finding) {
      if (!asked.is_json) tell_finding(schedule, outcome, options, asked.is_shrinking);
      break;
    }
  }
  const auto tallies = tally(total.coverage);
  print(total, tallies, asked.is_json, asked.is_covering);
  const bool has_gaps = std::ranges::any_of(
      tallies, [](const Tally& one) { return !one.empty.empty() || !one.contradicted.empty(); });
  return total.finding || (asked.is_covering && has_gaps) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  CLI::App app{"A server, tablets and a kiosk in one process, through every trouble that a seed brings"};
  app.add_option("--seeds", asked.seeds, "A..B; each is one schedule");
  app.add_option("--seconds", asked.seconds, "stop beginning schedules after so much time of a core");
  app.add_option("--steps", asked.steps, "a schedule as it was printed");
  app.add_option("--without", asked.without, "leave out steps of this kind: erase, restore, clone …");
  app.add_option("--unchecked", asked.unchecked, "let this invariant break: 'all converge' …");
  app.add_flag("--fresh", asked.is_fresh, "seeds that nobody used before; with --seconds");
  app.add_flag("--twice", asked.is_twice, "play each schedule twice, and compare");
  app.add_flag("--coverage", asked.is_covering, "fail when these schedules leave a cell of the tables empty");
  app.add_flag("--json", asked.is_json, "figures for a program");
  app.add_flag("--trace", asked.is_trace, "what happened, step by step");
  app.add_flag("!--no-shrink", asked.is_shrinking, "leave a failing schedule as long as it is");
  CLI11_PARSE(app, argc, argv);
  spdlog::set_level(spdlog::level::off);

  const auto catalogue = language::Catalogue::load(asset_folder() / "lang");
  if (!catalogue) {
    fmt::print(stderr, "{}\n", catalogue.error().detail);
    return 2;
  }
  const auto shared_memory = std::filesystem::path{"/dev/shm"};
  const auto base =
      ::access(shared_memory.c_str(), W_OK) == 0 ? shared_memory : std::filesystem::temp_directory_path();
  const auto name = fmt::format("aftercare-simulation-{}", ::getpid());
  const WorldOptions options{.folder = base / name,
                             .new_device = base / (name + "-new"),
                             .catalogue = &catalogue.value(),
                             .keeps_words = false,
                             .unchecked = {asked.unchecked.begin(), asked.unchecked.end()}};
  if (const auto prepared = prepare_device(options.new_device); !prepared) {
    fmt::print(stderr, "{}\n", prepared.error().detail);
    return 2;
  }
  const int result = run(asked, options);
  std::filesystem::remove_all(options.new_device);
  return result;
}
