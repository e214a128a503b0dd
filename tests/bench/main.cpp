#include "tests/bench/client_bench.h"
#include "tests/bench/failed.h"
#include "tests/bench/floor.h"
#include "tests/bench/office_bench.h"
#include "tests/bench/snapshot_bench.h"
#include "tests/bench/sync_bench.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sodium.h>
#include <CLI/CLI.hpp>

#include <atomic>
#include <cstdio>
#include <stop_token>
#include <thread>

namespace {

using namespace aftercare;
using namespace aftercare::bench;

/// Turns Ctrl-C and SIGTERM into a request to stop, so that the server and the folder never stay behind.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    thread_ = std::thread([this] {
      int signal = 0;
      while (::sigwait(&set_, &signal) == 0 && !is_over_) source_.request_stop();
    });
  }
  ~Signals() {
    is_over_ = true;
    ::pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t set_{};
  std::stop_source source_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

void declare(CLI::App& sync, SyncPlan& plan, bool& is_json) {
  sync.add_option("--visits", plan.visit_count, "Operations in a round, over all clients")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  sync.add_option("--clients", plan.client_counts, "How many devices push at the same time; one row each")
      ->delimiter(',')
      ->check(CLI::Range(1, 5'000))
      ->capture_default_str();
  sync.add_option("--batch", plan.batch_count_max, "Operations in a push")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sync.add_option("--body-bytes", plan.body_byte_count, "Size of a visit's body")
      ->check(CLI::Range(700, 100'000))
      ->capture_default_str();
  sync.add_option("--free-text", plan.free_text_percent,
                  "Percent of the sentences in words that no other visit has, against the usual phrases")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  sync.add_option("--photos", plan.photo_count, "Photos in a round; 0 leaves them out")
      ->capture_default_str();
  sync.add_option("--photo-bytes", plan.photo_byte_count, "Size of a photo")
      ->check(CLI::Range(16, 4 << 20))
      ->capture_default_str();
  sync.add_option("--photo-clients", plan.photo_client_counts,
                  "How many devices send photos at the same time; one row each")
      ->delimiter(',')
      ->check(CLI::Range(1, 5'000))
      ->capture_default_str();
  sync.add_option("--no-ops", plan.no_op_count, "Syncs with nothing to do")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  sync.add_option("--half-load-batch", plan.half_load_batch_count_max,
                  "Operations in a push at half load; 0 leaves it out")
      ->check(CLI::Range(0, 500))
      ->capture_default_str();
  sync.add_option("--waiting", plan.waiting_count, "Tablets that wait in a long poll; 0 leaves them out")
      ->check(CLI::Range(0, 900))
      ->capture_default_str();
  sync.add_option("--rounds", plan.round_count, "Rounds of server and floor in turn; the figures are medians")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sync.add_flag("!--no-floor", plan.has_floor, "Leave the floor out");
  sync.add_flag("!--no-fsync-count", plan.has_sync_count, "Leave out the passes under strace");
  sync.add_option("--server", plan.server_program,
                  "The server to measure; else the aftercare-server beside this program");
  sync.add_option("--folder", plan.folder, "Where the temporary folder is made: the disk that is measured")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  sync.add_flag("--json", is_json, "Answer in JSON, for programs");
}

void declare_client(CLI::App& client, ClientPlan& plan, bool& is_json) {
  client.add_option("--visits", plan.visit_count, "On the device, and as many work orders")
      ->capture_default_str();
  client.add_option("--house", plan.house, "A folder for the filled device, kept from run to run");
  client.add_option("--starts", plan.start_count, "Warm starts")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  client.add_option("--frames", plan.frame_count, "Frames of each screen")
      ->check(CLI::Range(10, 100'000))
      ->capture_default_str();
  client.add_option("--idle", plan.idle_s, "Seconds of idling")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  client.add_option("--program", plan.program, "The tablet to start; else the aftercare beside this program");
  client.add_option("--folder", plan.folder, "Where temporary folders are made: the disk that is measured")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  client.add_flag("--json", is_json, "Answer in JSON, for programs");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures Aftercare next to the least that any server could do", "aftercare-bench"};
  app.require_subcommand(1);
  SyncPlan plan;
  plan.folder = std::filesystem::temp_directory_path();
  bool is_json = false;
  auto* sync =
      app.add_subcommand("sync", "Pushes, photos and syncs with nothing to do, against the real server");
  declare(*sync, plan, is_json);

  ClientPlan tablet;
  tablet.folder = plan.folder;
  auto* client = app.add_subcommand("client", "The tablet: start, memory, frames, lists, search, idling");
  declare_client(*client, tablet, is_json);

  OfficePlan desk;
  auto* office = app.add_subcommand("office", "The office's lists: pages, filters, words, one visit");
  office->add_option("--visits", desk.visit_count, "In the log")->capture_default_str();
  office->add_option("--customers", desk.customer_count, "With an asset and a work order each")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  office->add_option("--reads", desk.read_count, "Of each list")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  office->add_flag("--json", is_json, "Answer in JSON, for programs");

  SnapshotPlan snapshot_plan;
  auto* snapshot = app.add_subcommand(
      "snapshot",
      "A new device at an organisation full of visits: pages read, applied, indexed, compared; JSON");
  snapshot->add_option("--visits", snapshot_plan.visit_count, "At the server")->capture_default_str();
  snapshot->add_option("--body-bytes", snapshot_plan.body_byte_count, "Size of a visit's body")
      ->check(CLI::Range(700, 100'000))
      ->capture_default_str();

  FloorSettings floor;
  auto* floor_server = app.add_subcommand("floor", "The floor server; `sync` starts it")->group("");
  floor_server->add_option("--folder", floor.folder)->required();
  floor_server->add_option("--chain", floor.chain_file)->required();
  floor_server->add_option("--key", floor.key_file)->required();
  floor_server->add_option("--suite", floor.suite)->required();
  CLI11_PARSE(app, argc, argv);

  ::signal(SIGPIPE, SIG_IGN);
  try {
    if (floor_server->parsed()) return run_floor(floor);

    expect_that(sodium_init() >= 0 && curl_global_init(CURL_GLOBAL_DEFAULT) == 0, "a library cannot start");
    if (snapshot->parsed()) {
      fmt::print("{}\n", run_snapshot_bench(snapshot_plan).dump(2));
      return 0;
    }
    if (office->parsed()) {
      const auto measured = run_office_bench(desk);
      fmt::print("{}", is_json ? measured.dump(2) + '\n' : office_table_of(measured));
      return 0;
    }
    if (plan.server_program.empty())
      plan.server_program = std::filesystem::path{own_path()}.parent_path() / "aftercare-server";
    expect_that(std::filesystem::exists(plan.server_program),
                plan.server_program.string() + " is missing: build it, or say --server PROGRAM");
    const Signals signals;
    if (client->parsed()) {
      if (tablet.program.empty())
        tablet.program = std::filesystem::path{own_path()}.parent_path() / "aftercare";
      tablet.server_program = plan.server_program;
      const auto measured = run_client_bench(tablet, signals.token());
      fmt::print("{}", is_json ? measured.dump(2) + '\n' : client_table_of(measured));
      return 0;
    }
    const auto figures = run_sync_bench(plan, signals.token());
    fmt::print("{}", is_json ? figures.dump(2) + '\n' : table_of(figures));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "aftercare-bench: {}\n", error.what());
    return 1;
  }
}
