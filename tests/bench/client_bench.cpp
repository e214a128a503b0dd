#include "tests/bench/client_bench.h"

#include "client/tablet/draw_place.h"
#include "client/tablet/tablet.h"
#include "client/ui/keyboard_layout.h"
#include "client/work/start_up.h"
#include "client/work/visit_steps.h"
#include "shared/base/asset_folder.h"
#include "shared/storage/records.h"
#include "sync/engine/run.h"
#include "tests/bench/failed.h"
#include "tests/bench/process.h"
#include "tests/bench/served.h"
#include "tests/support/big_house.h"
#include "tests/support/sample_states.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

namespace aftercare::bench {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;
using Stopwatch = std::chrono::steady_clock;

constexpr int kWidth = 1280;
constexpr int kHeight = 800;

double ms_since(Stopwatch::time_point from) {
  return std::chrono::duration<double, std::milli>(Stopwatch::now() - from).count();
}

double rounded(double value) { return std::round(value * 100) / 100; }

Json spread(std::vector<double> values) {
  if (values.empty()) return nullptr;
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return rounded(values[std::min(values.size() - 1,
                                   static_cast<std::size_t>(share * static_cast<double>(values.size())))]);
  };
  return {{"median", at(0.5)}, {"p99", at(0.99)}, {"most", rounded(values.back())}, {"count", values.size()}};
}

/// A folder that goes with this object.
class Scratch {
 public:
  Scratch(const std::filesystem::path& below, const char* name)
      : path_(below / fmt::format("aftercare-bench-{}-{}", name, ::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const language::Catalogue& catalogue() {
  static const auto kCatalogue = language::Catalogue::load(asset_folder() / "lang").value();
  return kCatalogue;
}

void build_house(const std::filesystem::path& folder, const ClientPlan& plan) {
  auto place = work::open_workplace(folder);
  expect_that(place.has_value(), "the big house cannot be opened");
  auto& store = *place.value().store;
  const auto identity = store.identity();
  if (identity && identity.value()) return;
  auto made = testing::made_up_identity(*place.value().clock, *place.value().random);
  testing::BigHousePlan big;
  big.visit_count = plan.visit_count;
  big.order_count = plan.visit_count;
  const auto filled = testing::fill_big_house(store, big);
  expect_that(filled.has_value(), filled.has_value() ? "" : filled.error().detail);
  made.user_id = filled.value().technicians.front();
  expect_that(store.save_identity(made, protocol::EpochId{}).has_value(), "the identity cannot be saved");
}

/// Lets the kernel forget the pages of a file, as after a start of the machine.
void forget_pages(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fdatasync(descriptor);
  (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  ::close(descriptor);
}

/// False where nobody may: then the program's and the data's own files are forgotten, libraries stay.
bool forget_all_pages(const ClientPlan& plan, const std::filesystem::path& house) {
  ::sync();
  if (std::ofstream drop{"/proc/sys/vm/drop_caches"}; drop && (drop << "3\n") && drop.flush()) return true;
  forget_pages(plan.program);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(house)) forget_pages(entry.path());
  return false;
}

double pss_mb(pid_t id) {
  std::ifstream file{fmt::format("/proc/{}/smaps_rollup", id)};
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("Pss:")) return std::stod(line.substr(4)) / 1024;
  }
  return 0;
}

struct Start {
  double ms = 0;
  double pss = 0;
};

Start start_once(const ClientPlan& plan, const std::filesystem::path& house,
                 const std::filesystem::path& journey) {
  const auto begun = Stopwatch::now();
  Process program{{plan.program.string(), "--data", house.string(), "--headless", "--offline", "--language",
                   "en", "--size", fmt::format("{}x{}", kWidth, kHeight), "--journey", journey.string()}};
  const auto said = program.first_line();
  Start start{ms_since(begun), pss_mb(program.id())};
  expect_that(said == "usable", "the program did not get usable: " + said);
  program.stop(SIGKILL);
  return start;
}

Json measure_start(const ClientPlan& plan, const std::filesystem::path& house,
                   const std::filesystem::path& scratch) {
  const auto journey = scratch / "start.journey";
  std::ofstream{journey} << "wait_key pin.1\nsay usable\npause 5000\n";
  (void)start_once(plan, house, journey);
  std::vector<double> warm, cold, memory;
  for (std::size_t i = 0; i < plan.start_count; ++i) {
    const auto start = start_once(plan, house, journey);
    warm.push_back(start.ms);
    memory.push_back(start.pss);
  }
  bool is_all_cold = true;
  for (std::size_t i = 0; i < std::max<std::size_t>(3, plan.start_count / 4); ++i) {
    is_all_cold = forget_all_pages(plan, house) && is_all_cold;
    cold.push_back(start_once(plan, house, journey).ms);
  }
  return {{"warm_ms", spread(warm)},
          {"cold_ms", spread(cold)},
          {"cold_means", is_all_cold ? "whole page cache dropped" : "own files dropped"},
          {"pss_mb", spread(memory)}};
}

/// The whole program's memory after somebody went through its screens, searched and typed.
double memory_after_use(const ClientPlan& plan, const std::filesystem::path& house,
                        const std::filesystem::path& scratch) {
  const auto journey = scratch / "use.journey";
  {
    std::ofstream steps{journey};
    steps << "wait_key pin.1\npin 012345\ntap rail.search\ntap search.text\ntype novak\ntap rail.sync\n"
             "tap rail.settings\ntap rail.day\ntap work.continue\nsay usable\npause 5000\n";
  }
  return start_once(plan, house, journey).pss;
}

std::unique_ptr<tablet::Tablet> open_tablet(const std::filesystem::path& house, bool is_syncing) {
  tablet::Tablet::Options options{.data = house,
                                  .assets = asset_folder(),
                                  .catalogue = catalogue(),
                                  .window = {.width = kWidth, .height = kHeight, .is_headless = true},
                                  .photo_folders = {},
                                  .camera = shell::Camera::Source::Test,
                                  .is_syncing_by_itself = is_syncing,
                                  .language = "en",
                                  .system_language = {},
                                  .theme = shown::ThemeChoice::Light,
                                  .text_percent = 100,
                                  .is_recording_texts = false};
  auto opened = tablet::Tablet::open(std::move(options));
  expect_that(opened.has_value(), opened.has_value() ? "" : opened.error().detail);
  return std::move(opened).value();
}

void settle(tablet::Tablet& tablet) {
  for (int quiet = 0; quiet < 3;) {
    tablet.turn(milliseconds{2});
    quiet = tablet.is_quiet() ? quiet + 1 : 0;
  }
}

void finger(tablet::Tablet& tablet, float x, float y, ui::PointerSample::What what) {
  ui::PointerSample sample;
  sample.x = x;
  sample.y = y;
  sample.t_ms = shell::Window::now_ms();
  sample.what = what;
  sample.from = ui::PointerSample::From::Finger;
  tablet.window().input().push(sample);
}

void tap(tablet::Tablet& tablet, const std::string& key) {
  const auto limit = Stopwatch::now() + std::chrono::seconds{20};
  while (tablet.glass().target(key) == nullptr) {
    expect_that(Stopwatch::now() < limit, "nothing is named " + key);
    tablet.turn(milliseconds{5});
  }
  const auto rect = tablet.glass().target(key)->rect;
  finger(tablet, rect.middle_x(), rect.middle_y(), ui::PointerSample::What::Down);
  finger(tablet, rect.middle_x(), rect.middle_y(), ui::PointerSample::What::Up);
  settle(tablet);
}

void unlock(tablet::Tablet& tablet) {
  settle(tablet);
  for (int round = 0; round < 2 && tablet.state().place == app::Place::Pin; ++round) {
    for (int digit = 0; digit < 6; ++digit) tap(tablet, fmt::format("pin.{}", digit));
    settle(tablet);
  }
  // A kept house comes back where the last run was.
  for (int step = 0; step < 5 && tablet.state().place != app::Place::Day; ++step) {
    tablet.window().input().push_key(ui::KeyPress::Escape);
    settle(tablet);
  }
  expect_that(tablet.state().place == app::Place::Day, "the tablet was not unlocked");
}

Json measure_frames(tablet::Tablet& tablet, std::size_t count) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    finger(tablet, 3, 3, ui::PointerSample::What::Move);
    if (tablet.turn(milliseconds{0}))
      times.push_back(std::chrono::duration<double, std::milli>(tablet.last_frame_time()).count());
  }
  settle(tablet);
  return spread(times);
}

/// From the lift of a finger to the frame that shows the new place, and how many frames lay between.
Json measure_taps(tablet::Tablet& tablet) {
  std::vector<double> times, frames;
  for (int i = 0; i < 40; ++i) {
    const bool is_there = tablet.state().place == app::Place::Settings;
    const std::string key = is_there ? "rail.day" : "rail.settings";
    const auto rect = tablet.glass().target(key)->rect;
    finger(tablet, rect.middle_x(), rect.middle_y(), ui::PointerSample::What::Down);
    tablet.turn(milliseconds{0});
    const auto lifted = Stopwatch::now();
    const auto before = tablet.frame_count();
    finger(tablet, rect.middle_x(), rect.middle_y(), ui::PointerSample::What::Up);
    const auto wanted = is_there ? app::Place::Day : app::Place::Settings;
    while (tablet.state().place != wanted) tablet.turn(milliseconds{0});
    times.push_back(ms_since(lifted));
    expect_that(tablet.glass().target(is_there ? "day.new_visit" : "settings.language.en") != nullptr,
                "the frame of the tap does not show the new screen");
    frames.push_back(static_cast<double>(tablet.frame_count() - before));
    settle(tablet);
  }
  return {{"ms", spread(times)}, {"frames", spread(frames)}};
}

Json measure_keys(tablet::Tablet& tablet) {
  tap(tablet, "rail.search");
  tap(tablet, "search.text");
  std::vector<double> times, frames;
  for (int i = 0; i < 30; ++i) {
    const auto length = tablet.state().search_text.size();
    const auto pressed = Stopwatch::now();
    const auto before = tablet.frame_count();
    tablet.window().input().push_text("a");
    while (tablet.state().search_text.size() == length) tablet.turn(milliseconds{0});
    times.push_back(ms_since(pressed));
    frames.push_back(static_cast<double>(tablet.frame_count() - before));
    settle(tablet);
    tablet.window().input().push_key(ui::KeyPress::SelectAll);
    tablet.window().input().push_key(ui::KeyPress::Delete);
    settle(tablet);
  }
  return {{"ms", spread(times)}, {"frames", spread(frames)}};
}

Json measure_screens(const std::filesystem::path& house, const ClientPlan& plan) {
  Json json;
  const auto tablet = open_tablet(house, /*is_syncing=*/false);
  unlock(*tablet);
  json["frame_day_ms"] = measure_frames(*tablet, plan.frame_count);
  json["tap"] = measure_taps(*tablet);
  json["key"] = measure_keys(*tablet);
  tablet->window().input().push_text("no");
  settle(*tablet);
  json["frame_search_and_keyboard_ms"] = measure_frames(*tablet, plan.frame_count);
  tap(*tablet, "rail.sync");
  json["frame_sync_ms"] = measure_frames(*tablet, plan.frame_count);
  tap(*tablet, "rail.day");
  tap(*tablet, "work.continue");
  json["frame_visit_ms"] = measure_frames(*tablet, plan.frame_count);
  tablet->window().input().push_key(ui::KeyPress::Escape);  // the next start is of a tablet at rest
  settle(*tablet);
  json["renderer"] = tablet->window().renderer_name();
  return json;
}

class NoPictures final : public screens::Pictures {
 public:
  ui::PictureSource photo(const Hash& /*sha256*/, int /*width*/) override { return {}; }
  ui::PictureSource camera() override { return {}; }
};

/// A window and a glass without a disk behind them: what a screen itself costs.
class Easel {
 public:
  Easel() {
    auto window = shell::Window::open({.width = kWidth, .height = kHeight, .is_headless = true});
    window_ = expect(std::move(window), "a window");
    auto keyboards = expect(ui::load_keyboards(asset_folder() / "keyboards"), "the keyboards");
    glass_ = expect(ui::Glass::make(std::move(keyboards)), "a glass");
    glass_->set_size(kWidth, kHeight);
  }

  /// In milliseconds: laid out, drawn by the processor and shown.
  double draw(app::AppState& state, const ui::Input& input = {}) {
    const auto begun = Stopwatch::now();
    if (expect(glass_->prepare(), "the letters"))
      expect_that(window_->upload_fonts().has_value(), "the letters do not fit");
    // As the program does it: what a touch changed is laid out once more for the same frame.
    if (lay_out(state, input)) (void)lay_out(state, {});
    window_->show();
    return ms_since(begun);
  }
  void settle(app::AppState& state) {
    glass_->forget();
    for (int i = 0; i < 4; ++i) (void)draw(state);
  }
  [[nodiscard]] const ui::Glass& glass() const { return *glass_; }

 private:
  bool lay_out(app::AppState& state, const ui::Input& input) {
    glass_->begin(input, 1.0f / 60, 1'000'000);
    const auto wish =
        tablet::draw_place(state, {catalogue(), pictures_, {1'000'000, test::sample_now()}, "Europe/Prague"});
    glass_->end();
    return wish.has_value();
  }

  std::unique_ptr<shell::Window> window_;
  std::unique_ptr<ui::Glass> glass_;
  NoPictures pictures_;
};

/// Every screen in each of its sample states, and which of them is the slowest.
Json measure_every_screen(Easel& easel) {
  constexpr int kFrameCount = 20;
  std::vector<double> times;
  std::string slowest;
  double worst = 0;
  for (auto& sample : test::sample_states("en")) {
    easel.settle(sample.state);
    std::vector<double> own;
    for (int i = 0; i < kFrameCount; ++i) own.push_back(easel.draw(sample.state));
    times.insert(times.end(), own.begin(), own.end());
    std::ranges::nth_element(own, own.begin() + kFrameCount / 2);
    if (own[kFrameCount / 2] > worst) {
      worst = own[kFrameCount / 2];
      slowest = sample.name;
    }
  }
  return {{"frame_ms", spread(times)}, {"slowest", slowest}, {"slowest_median_ms", rounded(worst)}};
}

/// From four reports of a pen, as a digitiser sends them in a sixtieth of a second, to the frame that shows
/// their ink; all samples must be in that frame.
Json measure_pen(Easel& easel) {
  constexpr int kReportCount = 4;
  for (auto& sample : test::sample_states("en")) {
    if (sample.name != "hand_over") continue;
    easel.settle(sample.state);
    const auto* const pad = easel.glass().target("sign.pad");
    expect_that(pad != nullptr, "there is no place to sign");
    const auto rect = pad->rect;
    std::vector<double> times;
    std::int64_t at_ms = 1'000'000;
    std::size_t drawn = 0;
    for (int frame = 0; frame < 100; ++frame) {
      ui::Input input;
      for (int i = 0; i < kReportCount; ++i) {
        const float share = static_cast<float>((frame * kReportCount + i) % 97) / 97;
        ui::PointerSample report;
        report.x = rect.x + rect.w * (0.1f + 0.8f * share);
        report.y = rect.y + rect.h * (0.3f + 0.4f * share);
        report.t_ms = at_ms += 4;
        report.what = frame == 0 && i == 0 ? ui::PointerSample::What::Down : ui::PointerSample::What::Move;
        report.from = ui::PointerSample::From::Pen;
        input.pointer.push_back(report);
      }
      times.push_back(easel.draw(sample.state, input));
      const auto& strokes = sample.state.visit.draft.signature.strokes;
      const std::size_t kept = strokes.empty() ? 0 : strokes.front().size();
      expect_that(kept == drawn + kReportCount, "a report of the pen is not in its frame");
      drawn = kept;
    }
    return {{"ms", spread(times)}, {"reports_a_frame", kReportCount}};
  }
  return nullptr;
}

template <class Answer>
double ask(work::Workers& workers, app::Effect effect) {
  const auto begun = Stopwatch::now();
  workers.carry_out(std::move(effect));
  while (true) {
    for (const auto& message : workers.take()) {
      if (std::holds_alternative<Answer>(message)) return ms_since(begun);
    }
    expect_that(ms_since(begun) < 60'000, "a worker does not answer");
    std::this_thread::yield();
  }
}

Json measure_reads(const std::filesystem::path& house, const ClientPlan& plan) {
  work::Workers workers{{.data = house,
                         .catalogue = catalogue(),
                         .wake = [] {},
                         .photo_folders = {},
                         .is_syncing_by_itself = false}};
  Json json;
  domain::UserId technician;
  const auto begun = Stopwatch::now();
  workers.carry_out(app::LoadStart{});
  while (technician.is_nil()) {
    for (const auto& message : workers.take()) {
      if (const auto* started = std::get_if<app::Started>(&message)) {
        for (const auto& one : started->technicians) {
          if (one.is_carrier) technician = one.id;
        }
      }
    }
    expect_that(ms_since(begun) < 60'000, "the house does not open");
  }
  json["open_ms"] = rounded(ms_since(begun));
  // What comes first reads from the disk: the cold starts before have emptied the system's cache.
  json["day_first_ms"] = rounded(ask<app::DayLoaded>(workers, app::LoadDay{technician}));
  std::vector<double> days, keys;
  for (std::size_t i = 0; i < plan.read_count; ++i)
    days.push_back(ask<app::DayLoaded>(workers, app::LoadDay{technician}));
  Json slowest;
  double worst = 0;
  for (const std::string word :
       {"novák",           "boiler",      "v-22-0999",  "tran minh", "ნინო",      "котёл",    "ricany",
        "t24-1",           "dvořák brno", "vx 300",     "w-22-05",   "kapanadze", "соловьёв", "pračka",
        "o'connor dublin", "hribar",      "lidická 12", "đặng",      "service",   "sn1234"}) {
    for (std::size_t length = 1; length <= word.size(); ++length) {
      if ((static_cast<unsigned char>(word[std::min(length, word.size() - 1)]) & 0xC0U) == 0x80U &&
          length < word.size())
        continue;
      const auto text = word.substr(0, length);
      const double took = ask<app::SearchLoaded>(workers, app::LoadSearch{text, 50});
      keys.push_back(took);
      if (keys.size() == 1) json["search_first_key_ms"] = rounded(took);
      if (keys.size() > 1 && took > worst) {
        worst = took;
        slowest = text;
      }
    }
  }
  json["day_ms"] = spread(days);
  json["search_key_ms"] = spread({keys.begin() + 1, keys.end()});
  json["search_slowest"] = slowest;
  json["sync_page_ms"] = rounded(ask<app::SyncLoaded>(workers, app::LoadSync{}));
  return json;
}

struct Doings {
  double cpu_ms = 0;
  std::int64_t switch_count = 0;
};

/// What all threads of a program did so far.
Doings doings_of(pid_t id) {
  Doings doings;
  const double tick_ms = 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", id))) {
    std::ifstream stat{thread.path() / "stat"};
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream fields{text.substr(text.rfind(')') + 2)};
    std::string field;
    for (int i = 0; i < 13 && fields >> field; ++i) {
      if (i == 11 || i == 12) doings.cpu_ms += std::stod(field) * tick_ms;
    }
    std::ifstream status{thread.path() / "status"};
    std::string line;
    while (std::getline(status, line)) {
      if (line.find("ctxt_switches") != std::string::npos)
        doings.switch_count += std::stoll(line.substr(line.find(':') + 1));
    }
  }
  return doings;
}

/// In a real window under Xvfb: SDL's dummy driver polls, so it would measure itself.
Json measure_idle(const std::filesystem::path& house, const ClientPlan& plan) {
  if (!std::filesystem::exists("/usr/bin/Xvfb")) return {{"left_out", "Xvfb is not installed"}};
  const std::string display = ":" + std::to_string(70 + ::getpid() % 900);
  Process screen{{"/usr/bin/Xvfb", display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"}};
  std::this_thread::sleep_for(milliseconds{1500});
  Process program{{"/usr/bin/env", "DISPLAY=" + display, plan.program.string(), "--data", house.string(),
                   "--language", "en", "--offline"}};
  std::this_thread::sleep_for(milliseconds{4000});
  const auto before = doings_of(program.id());
  std::this_thread::sleep_for(std::chrono::seconds{plan.idle_s});
  const auto after = doings_of(program.id());
  Json json{{"seconds", plan.idle_s},
            {"wake_ups", after.switch_count - before.switch_count},
            {"cpu_ms", rounded(after.cpu_ms - before.cpu_ms)},
            {"pss_mb", rounded(pss_mb(program.id()))}};
  program.stop(SIGTERM);
  screen.stop(SIGTERM);
  return json;
}

/// Frames while everything that a long day recorded is sent, and read back, over real TLS.
Json measure_beside_sync(const ClientPlan& plan, const std::filesystem::path& scratch,
                         const std::stop_token& stop) {
  const Served served{plan.server_program, scratch / "server"};
  const auto folder = scratch / "tablet";
  {
    const auto device = enrol_device(served, folder, "bench", stop);
    auto place = work::open_workplace(folder);
    expect_that(place.has_value(), "the tablet's folder cannot be opened");
    auto& store = *place.value().store;
    sync::Session session;  // the technician comes with the first sync
    const auto report = sync::run(store, *device.server, store.clock(), session);
    expect_that(!report.failure, report.failure ? report.failure->error.detail : "");
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(store.clock(), store.random());
    customer.name = "Bench";
    const auto technician = expect(id_of_text<domain::UserId>(served.technician_id()), "the technician's id");
    const auto written = store.write(technician, [&](sync::Journal& journal) -> Done {
      if (const auto made = journal.create(customer); !made) return made;
      for (std::size_t i = 0; i < plan.note_count; ++i) {
        domain::Note note;
        note.id = make_id<domain::NoteId>(store.clock(), store.random());
        note.customer_id = customer.id;
        note.author_id = technician;
        note.at = store.clock().now();
        note.text = std::string(600, 'n') + std::to_string(i);
        if (const auto made = journal.create(note); !made) return made;
      }
      return done();
    });
    expect_that(written.has_value(), written.has_value() ? "" : written.error().detail);
  }
  const auto tablet = open_tablet(folder, /*is_syncing=*/false);
  unlock(*tablet);
  tap(*tablet, "rail.sync");
  const auto now = tablet->glass().target("sync.now")->rect;
  finger(*tablet, now.middle_x(), now.middle_y(), ui::PointerSample::What::Down);
  finger(*tablet, now.middle_x(), now.middle_y(), ui::PointerSample::What::Up);
  std::vector<double> times;
  const auto begun = Stopwatch::now();
  for (bool was_running = false;;) {
    expect_that(ms_since(begun) < 60'000, "the sync does not end");
    finger(*tablet, 3, 3, ui::PointerSample::What::Move);
    const auto turn_begun = Stopwatch::now();
    if (tablet->turn(milliseconds{0})) times.push_back(ms_since(turn_begun));
    const auto stage = tablet->state().sync_progress.stage;
    was_running = was_running || stage != shown::SyncProgress::Stage::Resting;
    if (was_running && stage == shown::SyncProgress::Stage::Resting) break;
    std::this_thread::sleep_for(milliseconds{10});
  }
  const double seconds = ms_since(begun) / 1000;
  settle(*tablet);
  const auto& progress = tablet->state().sync_progress;
  expect_that(progress.problem.empty(), "the sync failed: " + progress.problem);
  const auto& page = tablet->state().sync.value;
  expect_that(page && page->unsent_change_count == 0, "something is still only on the tablet");
  return {{"operations", plan.note_count}, {"seconds", rounded(seconds)}, {"turn_ms", spread(times)}};
}

}  // namespace

Json run_client_bench(const ClientPlan& plan, const std::stop_token& stop) {
  const Scratch scratch{plan.folder, "client"};
  const auto house = plan.house.empty() ? scratch.path() / "house" : plan.house;
  const auto begun = Stopwatch::now();
  const auto say = [&](const char* done) {
    fmt::print(stderr, "{:>7.1f} s  {}\n", ms_since(begun) / 1000, done);
  };
  build_house(house, plan);
  say("the device is filled");
  Json figures{{"visits", plan.visit_count}, {"size", fmt::format("{}x{}", kWidth, kHeight)}};
  figures["start"] = measure_start(plan, house, scratch.path());
  say("start and memory");
  figures["reads"] = measure_reads(house, plan);
  say("lists and search");
  figures["screens"] = measure_screens(house, plan);
  {
    Easel easel;
    figures["screens"]["every_screen"] = measure_every_screen(easel);
    figures["screens"]["pen"] = measure_pen(easel);
  }
  figures["start"]["pss_after_use_mb"] = rounded(memory_after_use(plan, house, scratch.path()));
  say("frames, taps, keys, memory");
  figures["idle"] = measure_idle(house, plan);
  say("idling");
  figures["beside_sync"] = measure_beside_sync(plan, scratch.path(), stop);
  say("beside a sync");
  return figures;
}

std::string client_table_of(const Json& figures) {
  std::string text;
  for (const auto& [group, values] : figures.items()) {
    if (!values.is_object()) {
      text += fmt::format("{}: {}\n", group, values.dump());
      continue;
    }
    text += group + "\n";
    for (const auto& [name, value] : values.items()) text += fmt::format("  {:<30} {}\n", name, value.dump());
  }
  return text;
}

}  // namespace aftercare::bench
