#include "client/work/workers.h"

#include "client/work/sync_worker.h"

#include <sodium.h>

#include <atomic>
#include <cstdlib>

namespace aftercare::work {

struct Workers::Machinery {
  explicit Machinery(Options given)
      : options(std::move(given)),
        outbox(options.wake),
        desk(options, outbox,
             {.begin = [this] { sync.begin(); },
              .wake = [this](bool is_asked_for) { sync.wake(is_asked_for); }}),
        store(lanes, desk),
        sync(store, outbox, options.is_syncing_by_itself) {}

  /// First the sync worker, whose questions are still answered; then what was queued is written; then the
  /// folder is closed.
  ~Machinery() {
    is_closing = true;
    sync.stop();
    lanes.close();
  }

  void put(TaskLanes::Lane lane, app::Effect effect) {
    lanes.put(lane, [this, effect = std::move(effect)] {
      if (is_closing && Desk::is_reading(effect)) return;  // nobody is there to look
      desk.carry_out(effect);
    });
  }
  /// Of several questions only the newest is worth an answer.
  void put_search(app::LoadSearch wish) {
    const auto number = ++search_count;
    lanes.put(TaskLanes::Lane::Screen, [this, number, wish = std::move(wish)] {
      if (number == search_count && !is_closing) desk.carry_out(wish);
    });
  }

  Options options;
  Outbox outbox;
  Desk desk;
  TaskLanes lanes;
  StoreProxy store;
  SyncWorker sync;
  std::atomic<bool> is_closing = false;
  std::atomic<std::uint64_t> search_count = 0;
};

Workers::Workers(Options options) {
  if (sodium_init() < 0) std::abort();  // once more costs nothing; without it no PIN can be kept
  machinery_ = std::make_unique<Machinery>(std::move(options));
}

Workers::~Workers() = default;

void Workers::carry_out(app::Effect effect) {
  auto& machinery = *machinery_;
  if (const auto* wish = std::get_if<app::EnrolDevice>(&effect)) return machinery.sync.enrol(wish->line);
  if (const auto* wish = std::get_if<app::WakeSync>(&effect)) return machinery.sync.wake(wish->is_asked_for);
  if (auto* wish = std::get_if<app::LoadSearch>(&effect)) return machinery.put_search(std::move(*wish));
  const bool is_picture = std::holds_alternative<app::LoadPhoto>(effect);
  machinery.put(is_picture ? TaskLanes::Lane::Picture : TaskLanes::Lane::Screen, std::move(effect));
}

std::vector<app::Message> Workers::take() { return machinery_->outbox.take(); }

bool Workers::is_idle() const { return machinery_->lanes.is_idle(); }

}  // namespace aftercare::work
