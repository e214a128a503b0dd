#include "tests/simulation/tablet.h"

#include "sync/engine/enrol.h"
#include "sync/engine/schedule.h"

#include <utility>

namespace aftercare::simulation {

Done prepare_device(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  Course course;
  MachineClock clock{course};
  Chance chance{1};
  auto data = storage::DataFolder::open(std::filesystem::canonical(folder), chance);
  if (!data) return data.error();
  const auto store = sync::DeviceStore::open(data.value(), clock, chance);
  return store ? done() : Done{store.error()};
}

Tablet::Tablet(std::string name, const std::filesystem::path& folder, Course& course, Wire& wire,
               Random& random)
    : name_(std::move(name)), disk_(folder), clock_(course), wire_(wire), random_(random) {}

Tablet::~Tablet() { stop(); }

Done Tablet::start() {
  auto folder = storage::DataFolder::open(disk_.folder(), random_);
  if (!folder) return folder.error();
  folder_.emplace(std::move(folder).value());
  auto store = sync::DeviceStore::open(*folder_, clock_, random_);
  if (!store) {
    folder_.reset();
    return store.error();
  }
  store_ = std::move(store).value();
  auto exchange = std::make_unique<SimulatedExchange>(wire_, [this] { return !disk_.is_down(); });
  exchange_ = exchange.get();
  server_ = std::make_unique<sync::HttpsServer>(std::move(exchange));
  session_ = {};
  failure_count_ = 0;
  pause = {};
  return done();
}

void Tablet::stop() {
  server_.reset();
  exchange_ = nullptr;
  store_.reset();
  folder_.reset();
}

Result<sync::Identity> Tablet::enrol(const std::string& line_text) {
  const auto line = protocol::enrolment_line_of_text(line_text);
  if (!line) return line.error();
  const auto pending = store_->pending_enrolment(line.value());
  if (!pending) return pending.error();
  const sync::Enrolment wish{line.value(), pending.value().device_id, pending.value().key, name_, "0.1"};
  return sync::enrol(*store_, *server_, clock_, wish);
}

void Tablet::plan_meanwhile(std::uint64_t at_call, std::function<void()> what) {
  meanwhile_at_ = at_call;
  meanwhile_ = std::move(what);
}

sync::RunReport Tablet::sync(const std::vector<PlannedFault>& faults, const SyncWays& ways) {
  exchange_->plan(faults);
  exchange_->before_each_call(ways.before_each_call);
  if (meanwhile_) exchange_->plan_meanwhile(meanwhile_at_, std::exchange(meanwhile_, {}));
  sync::RunOptions options;
  options.limits = ways.limits;
  options.compares_now = ways.compares_now;
  auto report = sync::run(*store_, *server_, clock_, session_, options);
  failure_count_ = report.failure ? failure_count_ + 1 : 0;
  pause = sync::next_delay(report, failure_count_, Chance{failure_count_}.next());
  if (!report.failure) is_revoked = report.is_revoked;
  is_erased = is_revoked && report.is_settled;
  return report;
}

Done Tablet::write(const domain::UserId& by, const std::function<Done(sync::Journal&)>& work) {
  auto written = store_->write(by, work);
  if (!written) return written;
  const auto mark = store_->bookmark();
  if (!mark) return written;  // the disk failed after the save; the restart will tell
  while (saved_.size() < mark.value().head.dseq) {
    const auto hash = store_->hash_at(saved_.size() + 1);
    if (!hash) return written;
    saved_.push_back(hash.value());
  }
  return written;
}

}  // namespace aftercare::simulation
