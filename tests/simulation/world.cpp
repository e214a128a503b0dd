#include "tests/simulation/world.h"

#include "shared/base/hash.h"
#include "sync/protocol/enrolment_line.h"
#include "sync/server/backup.h"
#include "sync/server/enrolment.h"
#include "sync/server/scoping.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/repeatable.h"
#include "tests/simulation/rulings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace aftercare::simulation {
namespace {

constexpr int kRestRounds = 20;
/// Enough for the longest pause between two tries, and for an hour that a server may ask for.
constexpr std::chrono::hours kRestTime{6};
constexpr std::uint64_t kQuietSyncBytesMax = 2'000;
constexpr std::size_t kDeviceMax = 9;
constexpr std::size_t kProductsOfTwoPages = 560;

class World {
 public:
  World(const Schedule& schedule, const WorldOptions& options)
      : schedule_(schedule),
        options_(options),
        chance_(schedule.seed ^ 0x5eed),
        kinds_(schedule.seed ^ 0x5c0be),
        wire_{course_, {}} {
    std::filesystem::remove_all(options_.folder);
    std::filesystem::create_directories(options_.folder);
    wire_.serve = [this](const server::Request& request) { return headquarters_->serve(request); };
  }
  ~World() {
    tablets_.clear();
    headquarters_.reset();
    std::filesystem::remove_all(options_.folder);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Outcome play() {
    begin();
    for (const auto& step : schedule_.steps) {
      if (outcome_.finding) break;
      take(step);
      ++outcome_.step_count;
    }
    if (!outcome_.finding) come_to_rest();
    outcome_.call_count = wire_.call_count;
    outcome_.trace = sha256({view(trace_), view(wire_.trace)});
    return std::move(outcome_);
  }

 private:
  // ---- What is said and found

  void say(const std::string& words) {
    trace_ = sha256({view(trace_), words});
    if (options_.keeps_words) outcome_.said.push_back(words);
  }
  void say(const std::string& what, const Done& done) {
    say(done ? what : fmt::format("{}: {}", what, done.error().detail));
  }
  void found(std::string invariant, std::string what) {
    if (outcome_.finding || options_.unchecked.contains(invariant)) return;
    outcome_.finding = Finding{std::move(invariant), std::move(what)};
  }
  void check(const char* name, const Found& broken) {
    ++outcome_.checks[name];
    if (broken) found(broken->invariant, broken->what);
  }
  void must(const char* invariant, const Done& done) {
    if (!done) found(invariant, done.error().detail);
  }

  // ---- The beginning

  std::filesystem::path folder_of(const std::string& name) {
    return options_.folder / fmt::format("{}-{}", name, ++folder_count_);
  }

  void begin() {
    headquarters_ = std::make_unique<Headquarters>(folder_of("server"), course_, chance_);
    must("a story begins", headquarters_->found("Teplo Brno"));
    if (outcome_.finding) return;
    must("a story begins", headquarters_->write([&](server::OrganisationStore& store) {
      const Furniture furniture{.technician_count = schedule_.tablet_count,
                                .product_count = kinds_.is_one_in(12) ? kProductsOfTwoPages : 0U};
      return furnish(store, furniture, chance_);
    }));
    using enum domain::DeviceRole;
    for (std::uint32_t i = 0; i < schedule_.tablet_count && !outcome_.finding; ++i)
      begin_with(fmt::format("tablet {}", i + 1), Tablet, i, any_scope(kinds_));
    if (schedule_.has_kiosk && !outcome_.finding) begin_with("kiosk", Kiosk, 0, domain::Scope::Organisation);
    for (auto& tablet : tablets_) tablet->disk().sync_everything();
    headquarters_->disk().sync_everything();
  }

  static domain::Scope any_scope(Chance& chance) {
    return chance.is_one_in(2) ? domain::Scope::Assigned : domain::Scope::Organisation;
  }

  void begin_with(const std::string& name, domain::DeviceRole role, std::uint32_t technician,
                  domain::Scope scope) {
    enrol(name, role, technician, scope);
    if (outcome_.finding) return;
    const auto report = tablets_.back()->sync({});
    if (report.failure) found("a story begins", report.failure->error.detail);
  }

  void enrol(const std::string& name, domain::DeviceRole role, std::uint32_t technician,
             domain::Scope scope) {
    const auto folder = folder_of("device");
    std::filesystem::copy(options_.new_device, folder, std::filesystem::copy_options::recursive);
    auto tablet = std::make_unique<Tablet>(name, folder, course_, wire_, chance_);
    tablet->role = role;
    tablet->was_assigned = scope == domain::Scope::Assigned;
    std::string line;
    must("a story begins", headquarters_->write([&](server::OrganisationStore& store) -> Done {
      auto query = store.db().query("SELECT id FROM user WHERE role = 'technician' ORDER BY name");
      for (std::uint32_t i = 0; query.next(); ++i) {
        if (i == technician && role == domain::DeviceRole::Tablet)
          tablet->user_id = query.id<domain::UserId>(0);
      }
      const auto code = server::open_enrolment(store, domain::UserId{}, role, tablet->user_id, scope);
      if (!code) return code.error();
      line = protocol::to_text(protocol::EnrolmentLine{.host = "server.simulated",
                                                       .port = 8443,
                                                       .organisation_id = store.organisation().id,
                                                       .code = code.value().code,
                                                       .pin = {},
                                                       .spare_pin = {}});
      return done();
    }));
    must("a story begins", tablet->start());
    if (outcome_.finding) return;
    if (const auto enrolled = tablet->enrol(line); !enrolled)
      found("a story begins", enrolled.error().detail);
    say(fmt::format("{}: enrolled, scope {}", name, domain::name_of(scope)));
    tablets_.push_back(std::move(tablet));
  }

  // ---- Steps

  void take(const Step& step) {
    Chance chance{step.luck};
    auto& tablet = *tablets_[step.who % tablets_.size()];
    if (tablet.is_erased && is_about_device(step.kind)) return;
    switch (step.kind) {
      case StepKind::Work: work(tablet, chance); break;
      case StepKind::Office: office(chance); break;
      case StepKind::Sync: sync(tablet, chance); break;
      case StepKind::PowerCut: cut_power(tablet, chance); break;
      case StepKind::ServerPowerCut: cut_server_power(chance); break;
      case StepKind::ServerRestart: restart_server_in_order(); break;
      case StepKind::DiskTrouble: plan_trouble(tablet.disk(), tablet.name(), chance); break;
      case StepKind::ServerDiskTrouble: plan_trouble(headquarters_->disk(), "server", chance); break;
      case StepKind::ClockJump: set_clock(tablet.clock(), tablet.name(), chance); break;
      case StepKind::ServerClockJump: set_server_clock(chance); break;
      case StepKind::Pass: pass(chance); break;
      case StepKind::LateArrives: late_arrives(chance); break;
      case StepKind::Backup: back_up(); break;
      case StepKind::Restore: restore(); break;
      case StepKind::Clone: clone(tablet); break;
      case StepKind::Image: take_image(tablet); break;
      case StepKind::OldDisk: go_back(tablet); break;
      case StepKind::Revoke: revoke(tablet); break;
      case StepKind::Erase: erase(chance); break;
      case StepKind::NewDevice: bring_new_device(chance); break;
      case StepKind::Scope: change_scope(tablet, chance); break;
      case StepKind::Count: break;
    }
    course_.ms += 1'000;
    restart_what_is_down(chance);
    check_always();
  }

  static bool is_about_device(StepKind kind) {
    using enum StepKind;
    return kind == Work || kind == Sync || kind == PowerCut || kind == DiskTrouble || kind == Clone ||
           kind == Image || kind == OldDisk;
  }

  void work(Tablet& tablet, Chance& chance) {
    std::string said = "work";
    const auto waiting = waiting_of(tablet);
    const auto worked = tablet.role == domain::DeviceRole::Kiosk
                            ? rate_at(tablet, chance, said)
                            : work_at(tablet, *options_.catalogue, chance, said);
    say(fmt::format("{}: {}", tablet.name(), said), worked);
    note_trouble_of_save(tablet.disk(), waiting);
    const bool is_disks_fault = tablet.disk().is_down() || tablet.disk().has_happened();
    if (!worked && worked.error().kind != ErrorKind::Refused && !is_disks_fault)
      found("a technician can always work",
            fmt::format("{}: {}: {}", tablet.name(), said, worked.error().detail));
  }

  void office(Chance& chance) {
    std::string said = "work";
    const auto worked = office_works(*headquarters_, chance, said);
    say("office: " + said, worked);
    auto& disk = headquarters_->disk();
    if (!worked && worked.error().kind != ErrorKind::Refused && !disk.is_down() && !disk.has_happened())
      found("the office can always work", fmt::format("{}: {}", said, worked.error().detail));
  }

  std::vector<PlannedFault> plan_faults(Chance& chance) {
    std::vector<PlannedFault> faults;
    if (chance.is_one_in(3)) return faults;
    for (auto count = 1 + chance.below(3); count > 0; --count) {
      const auto fault = kNetFaults[chance.below(kNetFaults.size())];
      if (chance.is_one_in(2)) {
        faults.push_back({.fault = fault, .at_call = chance.below(12), .luck = chance.next()});
      } else {
        faults.push_back({.fault = fault,
                          .step = some_step(chance),
                          .at_call = chance.is_one_in(2) ? 0 : chance.below(3),
                          .luck = chance.next()});
      }
    }
    return faults;
  }
  static SyncStep some_step(Chance& chance) {
    using enum SyncStep;
    static constexpr std::array kSteps{SignIn, Push, Pull, AskBlobs, SendBlob, FetchBlob, Tell};
    return kSteps[chance.below(kSteps.size())];
  }

  /// Half of the runs move little at a time, so that a fault falls between two batches, or two parts of a
  /// photo.
  static sync::RunLimits limits_by(Chance& chance) {
    sync::RunLimits limits;
    if (chance.is_one_in(2)) return limits;
    limits.push_operation_count_max = 1 + chance.below(5);
    limits.blob_part_byte_count_max = 300 + chance.below(1'500);
    return limits;
  }

  /// The operations that the server does not hold, or that the feed has not brought back.
  static std::vector<Hash> waiting_of(Tablet& tablet) {
    const NoTrouble only_looking;
    std::vector<Hash> waiting;
    auto query = tablet.store().db().query(
        "SELECT hash FROM operation WHERE settled_seq IS NULL OR dseq > (SELECT held_dseq FROM bookmark)");
    while (query.next()) waiting.push_back(query.hash(0));
    return waiting;
  }

  /// At which step of a sync a disk failed, for the coverage.
  struct DiskWatch {
    Disk& disk;
    std::optional<SyncStep> step = std::nullopt;

    void look(SyncStep at) {
      if (!step && disk.has_happened()) step = at;
    }
  };
  /// Trouble that begins in the middle of one step.
  struct StepTrouble {
    Disk* disk = nullptr;
    SyncStep step = SyncStep::Push;
    DiskFault fault = DiskFault::None;
    std::uint64_t after = 0;
    std::uint64_t luck = 0;
  };

  StepTrouble plan_step_trouble(Tablet& tablet, Chance& chance) {
    if (!chance.is_one_in(3)) return {};
    return {.disk = chance.is_one_in(2) ? &tablet.disk() : &headquarters_->disk(),
            .step = some_step(chance),
            .fault = some_disk_fault(chance),
            .after = chance.below(6),
            .luck = 1 + chance.below(12)};
  }

  void sync(Tablet& tablet, Chance& chance) {
    if (chance.is_one_in(4)) {
      tablet.plan_meanwhile(chance.below(6), [this, &tablet, luck = chance.next()] {
        Chance meanwhile{luck};
        go_on_meanwhile(tablet, meanwhile);
      });
    }
    sync(tablet, plan_faults(chance), chance);
  }

  /// Before some call of a run: people do not wait for it.
  void go_on_meanwhile(Tablet& tablet, Chance& chance) {
    if (chance.is_one_in(2)) work(tablet, chance);
    if (chance.is_one_in(2) && headquarters_->is_up())
      say("office: moves an order", office_moves_order(*headquarters_, chance));
  }

  void sync(Tablet& tablet, const std::vector<PlannedFault>& faults, Chance& chance) {
    const auto waiting = waiting_of(tablet);
    const auto pending = pending_of(tablet);
    const auto limits = limits_by(chance);
    auto trouble = plan_step_trouble(tablet, chance);
    DiskWatch here{tablet.disk()};
    DiskWatch there{headquarters_->disk()};
    const auto report = tablet.sync(faults, {.limits = limits, .before_each_call = [&](SyncStep next) {
                                               here.look(tablet.exchange().last_step());
                                               there.look(tablet.exchange().last_step());
                                               if (trouble.disk == nullptr || trouble.step != next ||
                                                   trouble.disk->planned() != DiskFault::None)
                                                 return;
                                               trouble.disk->plan(trouble.fault, trouble.after, trouble.luck);
                                               trouble.disk = nullptr;
                                             }});
    here.look(tablet.exchange().last_step());
    there.look(tablet.exchange().last_step());
    for (const auto& happened : tablet.exchange().happened()) {
      ++outcome_.faults[std::string{name_of(happened.fault)}];
      for (const auto& hash : waiting)
        outcome_.coverage.note_trouble(hash, name_of(happened.fault), name_of(happened.step));
    }
    note_disk_trouble(here, waiting, "");
    note_disk_trouble(there, waiting, kAtTheServer);
    say(fmt::format("{}: sync: {} sent, {} received, {} as they stand, {} waiting{}{}", tablet.name(),
                    report.operation_sent_count, report.operation_received_count,
                    report.record_taken_in_count, report.operation_waiting_count, report.failure ? ": " : "",
                    report.failure ? report.failure->error.detail : ""));
    judge(tablet, report);
    if (report.record_taken_in_count > 0) ++outcome_.faults["files taken in"];
    check_scope(tablet, pending);
  }

  /// Nothing where the disk does not answer any more.
  PendingWork pending_of(Tablet& tablet) {
    const NoTrouble only_looking;
    return tablet.is_up() ? pending_work(tablet) : PendingWork{};
  }

  void check_scope(Tablet& tablet, const PendingWork& pending) {
    if (!tablet.is_up() || tablet.is_erased || outcome_.finding) return;
    const NoTrouble only_looking;
    if (is_any_leaving(tablet)) ++outcome_.faults["file that left stays for pending work"];
    // Who must be forgotten is forgotten with their photos.
    auto kept = pending;
    if (has_erased_) kept.blobs.clear();
    check("a customer who leaves takes no pending work along",
          pending_work_stays(tablet, *headquarters_, kept));
    if (headquarters_->is_up() && !tablet.is_revoked && !is_restored_)
      check("nobody holds a row outside its scope", nobody_holds_more(tablet, *headquarters_));
  }

  [[nodiscard]] std::uint64_t feed_seq() {
    const NoTrouble only_looking;
    const auto store = headquarters_->is_up()
                           ? headquarters_->house().read(headquarters_->organisation_id())
                           : Result<server::House::Reader>{Error{ErrorKind::Busy, "it is down"}};
    const auto head = store ? store.value()->head() : Result<server::FeedHead>{store.error()};
    return head ? head.value().seq : std::numeric_limits<std::uint64_t>::max();
  }

  /// What no trouble excuses.
  void judge(Tablet& tablet, const sync::RunReport& report) {
    if (report.record_taken_in_count > 0) tablet.taken_in_seq = feed_seq();
    if (report.is_compared) ++outcome_.checks["no repair was needed"];
    if (report.record_repaired_count > 0 && !is_restored_) {
      found("no repair was needed",
            fmt::format("{} had to mend {} records", tablet.name(), report.record_repaired_count));
    }
    if (!report.failure) return;
    const bool is_device = report.failure->what == sync::FailureClass::Device;
    const bool has_trouble = tablet.disk().is_down() || tablet.disk().has_happened();
    if (is_device && !has_trouble)
      found("a sync that fails on a good disk is the network's",
            tablet.name() + ": " + report.failure->error.detail);
  }

  void note_disk_trouble(const DiskWatch& watch, const std::vector<Hash>& waiting, std::string_view whose) {
    if (!watch.step) return;
    const auto fault = fmt::format("{}{}", whose, name_of(watch.disk.planned()));
    for (const auto& hash : waiting) outcome_.coverage.note_trouble(hash, fault, name_of(*watch.step));
  }
  void note_trouble_of_save(Disk& disk, const std::vector<Hash>& waiting) {
    if (!disk.has_happened()) return;
    for (const auto& hash : waiting) outcome_.coverage.note_trouble(hash, name_of(disk.planned()), kSaving);
  }

  // ---- Power and disks

  static DiskFault some_disk_fault(Chance& chance) {
    constexpr auto kCount = static_cast<std::uint64_t>(DiskFault::Count) - 1;
    return chance.is_one_in(3) ? DiskFault::PowerCut : static_cast<DiskFault>(1 + chance.below(kCount));
  }
  void plan_trouble(Disk& disk, const std::string& whose, Chance& chance) {
    const auto fault = some_disk_fault(chance);
    const auto after = chance.is_one_in(2) ? chance.below(10) : chance.below(120);
    disk.plan(fault, after, 1 + chance.below(12));
    say(fmt::format("{}: {} after {} calls", whose, name_of(fault), after));
  }

  void cut_power(Tablet& tablet, Chance& chance) {
    ++outcome_.faults["power cut"];
    tablet.disk().cut_power();
    restart(tablet, chance);
  }
  void cut_server_power(Chance& chance) {
    ++outcome_.faults["server power cut"];
    headquarters_->disk().cut_power();
    restart_server(chance);
  }

  void restart_what_is_down(Chance& chance) {
    for (auto& tablet : tablets_) {
      auto& disk = tablet->disk();
      if (disk.has_happened()) ++outcome_.faults[std::string{name_of(disk.planned())}];
      if (disk.is_down()) {
        restart(*tablet, chance);
      } else if (disk.has_happened()) {
        disk.take_back();
      }
    }
    auto& disk = headquarters_->disk();
    if (disk.has_happened()) ++outcome_.faults["server " + std::string{name_of(disk.planned())}];
    if (disk.is_down()) {
      restart_server(chance);
    } else if (disk.has_happened()) {
      disk.take_back();
    }
  }

  /// Now and then the power goes again while the machine finds its way back.
  void plan_relapse(Disk& disk, Chance& chance) {
    if (chance.is_one_in(4)) disk.plan(DiskFault::PowerCut, chance.below(25), 0);
  }

  void restart(Tablet& tablet, Chance& chance) {
    for (int tries = 0; tries < 8; ++tries) {
      tablet.stop();
      tablet.disk().restart(chance);
      tablet.clock().boot();
      ++outcome_.restart_count;
      if (tries < 6) plan_relapse(tablet.disk(), chance);
      const auto started = tablet.start();
      if (tablet.disk().is_down()) {
        ++outcome_.faults["power cut in recovery"];
        continue;
      }
      tablet.disk().take_back();
      if (!started)
        return found("a machine starts after a power cut", tablet.name() + ": " + started.error().detail);
      say(tablet.name() + ": restarted");
      return check("nothing saved is lost", saved_is_kept(tablet));
    }
  }

  void restart_server(Chance& chance) {
    for (int tries = 0; tries < 8; ++tries) {
      headquarters_->stop();
      headquarters_->disk().restart(chance);
      headquarters_->clock().boot();
      ++outcome_.restart_count;
      if (tries < 6) plan_relapse(headquarters_->disk(), chance);
      const auto started = headquarters_->start();
      if (headquarters_->disk().is_down()) {
        ++outcome_.faults["server power cut in recovery"];
        continue;
      }
      headquarters_->disk().take_back();
      if (!started) return found("a machine starts after a power cut", "server: " + started.error().detail);
      say("server: restarted");
      return check_held();
    }
  }

  void restart_server_in_order() {
    headquarters_->disk().take_back();
    headquarters_->stop();
    headquarters_->disk().restart(chance_);
    say("server: restarted in order");
    must("a machine starts after it was stopped", headquarters_->start());
  }

  // ---- Time

  void set_clock(MachineClock& clock, const std::string& whose, Chance& chance) {
    constexpr std::int64_t kDay = 86'400'000;
    static constexpr std::array kJumps{kDay, -kDay, 5 * 365 * kDay, -5 * 365 * kDay, 90'000L, -90'000L};
    ++outcome_.faults["clock set"];
    if (chance.is_one_in(3)) {
      clock.set_right();
      return say(whose + ": clock set right");
    }
    const auto jump = kJumps[chance.below(kJumps.size())];
    clock.set_wrong(jump);
    say(fmt::format("{}: clock set by {} s", whose, jump / 1000));
  }
  void set_server_clock(Chance& chance) {
    // A server's clock is kept by its network; hours are far enough.
    ++outcome_.faults["server clock set"];
    headquarters_->clock().set_wrong(static_cast<std::int64_t>(chance.below(7'200'000)) - 3'600'000);
    say("server: clock set");
  }
  void pass(Chance& chance) {
    constexpr std::int64_t kHour = 3'600'000;
    static constexpr std::array kTimes{60'000L,        20 * 60'000L,    3 * kHour,
                                       3 * 24 * kHour, 40 * 24 * kHour, 100 * 24 * kHour};
    course_.ms += kTimes[chance.below(kTimes.size())];
    say("time passes");
  }

  void late_arrives(Chance& chance) {
    if (wire_.late.empty()) return;
    const auto which = chance.below(wire_.late.size());
    const auto request = wire_.late[which].request;
    wire_.late.erase(wire_.late.begin() + static_cast<std::ptrdiff_t>(which));
    const auto response = headquarters_->serve(request);
    ++outcome_.faults["reordered"];
    say(fmt::format("late {} {}: {}", server::name_of(request.method), request.path,
                    response ? response->status : 0));
  }

  // ---- Backups, copies, walls

  void back_up() {
    const auto file = options_.folder / fmt::format("backup-{}.tar", ++backup_count_);
    const auto report = server::back_up(headquarters_->house(), file);
    if (report) {
      backup_ = file;
      say("backup");
    } else {
      say("backup: " + report.error().detail);
    }
  }

  void restore() {
    if (!backup_) return;
    ++outcome_.faults["server restored"];
    headquarters_->disk().take_back();
    headquarters_->stop();
    const auto folder = folder_of("server");
    const auto restored = server::restore(folder, *backup_, headquarters_->disk().folder() / "key",
                                          headquarters_->clock(), chance_);
    if (!restored) return found("a backup can be restored", restored.error().detail);
    const auto organisation_id = headquarters_->organisation_id();
    headquarters_ = std::make_unique<Headquarters>(folder, course_, chance_);
    headquarters_->adopt(organisation_id);
    must("a backup can be restored", headquarters_->start());
    is_restored_ = true;
    say("server: restored from a backup");
  }

  /// In order: no trouble that was planned comes in between.
  static void close(Tablet& tablet) {
    tablet.disk().take_back();
    tablet.stop();
  }

  void clone(Tablet& tablet) {
    if (tablets_.size() >= kDeviceMax) return;
    ++outcome_.faults["device cloned"];
    const auto folder = folder_of("device");
    close(tablet);
    std::filesystem::copy(tablet.disk().folder(), folder, std::filesystem::copy_options::recursive);
    must("a machine starts after it was stopped", tablet.start());
    auto copy = std::make_unique<Tablet>(tablet.name() + " copied", folder, course_, wire_, chance_);
    copy->user_id = tablet.user_id;
    copy->role = tablet.role;
    copy->was_assigned = tablet.was_assigned;
    copy->taken_in_seq = tablet.taken_in_seq;
    copy->believe_saved(tablet.saved());
    copy->believe_kept(tablet.kept());
    copy->is_copy = tablet.is_copy = true;
    must("a machine starts after it was stopped", copy->start());
    tablets_.push_back(std::move(copy));
    say(tablet.name() + ": copied to another machine");
  }

  struct Image {
    std::filesystem::path folder;
    std::vector<Hash> saved;
    std::vector<Hash> kept;
  };

  void take_image(Tablet& tablet) {
    const auto folder = folder_of("image");
    close(tablet);
    std::filesystem::copy(tablet.disk().folder(), folder, std::filesystem::copy_options::recursive);
    must("a machine starts after it was stopped", tablet.start());
    images_[&tablet] = {folder, tablet.saved(), tablet.kept()};
    say(tablet.name() + ": image of the disk");
  }

  void go_back(Tablet& tablet) {
    const auto found_image = images_.find(&tablet);
    if (found_image == images_.end()) return;
    ++outcome_.faults["disk restored"];
    close(tablet);
    const auto& folder = tablet.disk().folder();
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      std::filesystem::remove_all(entry.path());
    std::filesystem::copy(found_image->second.folder, folder, std::filesystem::copy_options::recursive);
    tablet.disk().sync_everything();
    tablet.believe_saved(found_image->second.saved);
    tablet.believe_kept(found_image->second.kept);
    tablet.is_copy = true;
    must("a machine starts after it was stopped", tablet.start());
    say(tablet.name() + ": goes on from an older disk");
  }

  /// In the morning somebody gets a tablet, and the first sync is cut off somewhere, perhaps again and again.
  void bring_new_device(Chance& chance) {
    if (tablets_.size() >= kDeviceMax) return;
    ++outcome_.faults["device enrolled in the field"];
    headquarters_->disk().take_back();
    const auto technician = static_cast<std::uint32_t>(chance.below(schedule_.tablet_count));
    enrol(fmt::format("tablet {}", tablets_.size() + 1), domain::DeviceRole::Tablet, technician,
          any_scope(chance));
    if (outcome_.finding) return;
    auto& tablet = *tablets_.back();
    for (auto tries = chance.below(4); tries > 0 && !outcome_.finding; --tries) {
      if (chance.is_one_in(2)) tablet.disk().plan(DiskFault::PowerCut, chance.below(150), 0);
      sync(tablet,
           {{.fault = kNetFaults[chance.below(kNetFaults.size())],
             .at_call = 2 + chance.below(6),
             .luck = chance.next()}},
           chance);
      restart_what_is_down(chance);
    }
  }

  void change_scope(Tablet& tablet, Chance& chance) {
    const auto identity = tablet.store().identity();
    if (!identity || !identity.value() || tablet.role != domain::DeviceRole::Tablet) return;
    const auto scope = any_scope(chance);
    tablet.was_assigned = tablet.was_assigned || scope == domain::Scope::Assigned;
    const auto changed = headquarters_->write([&](server::OrganisationStore& store) {
      return server::set_scope(store, domain::UserId{}, identity.value()->device_id, scope);
    });
    say(fmt::format("{}: scope {}", tablet.name(), domain::name_of(scope)), changed);
  }

  void revoke(Tablet& tablet) {
    const auto identity = tablet.store().identity();
    if (!identity || !identity.value()) return;
    ++outcome_.faults["device revoked"];
    const auto revoked = headquarters_->write([&](server::OrganisationStore& store) {
      return server::revoke_device(store, domain::UserId{}, identity.value()->device_id);
    });
    say(tablet.name() + ": revoked", revoked);
  }

  void erase(Chance& chance) {
    std::vector<std::string> numbers;
    {
      auto reader = headquarters_->house().read(headquarters_->organisation_id());
      if (!reader) return;
      auto query = reader.value()->db().query("SELECT number FROM customer ORDER BY id");
      while (query.next()) numbers.push_back(query.text(0));
    }
    if (numbers.empty()) return;
    const auto number = chance.one_of(numbers);
    has_erased_ = true;
    const auto erased =
        headquarters_->house().erase(headquarters_->organisation_id(), domain::UserId{}, number);
    say(fmt::format("office: erases {}{}", number, erased ? "" : ": " + erased.error().detail));
  }

  // ---- What must hold

  void check_always() {
    if (outcome_.finding) return;
    const NoTrouble only_looking;
    check("the feed is dense and in order", feed_is_dense(*headquarters_));
    check_held();
  }
  void check_held() {
    for (auto& tablet : tablets_) {
      if (tablet->is_up() && !tablet->is_erased)
        check("nothing acknowledged is lost", held_is_there(*tablet, *headquarters_));
    }
  }

  void come_to_rest() {
    say("the faults stop");
    for (auto& tablet : tablets_) tablet->disk().take_back();
    headquarters_->disk().take_back();
    Chance chance{schedule_.seed ^ 0x1a7e};
    while (!wire_.late.empty()) late_arrives(chance);
    for (auto& tablet : tablets_) {
      if (tablet->is_copy && !tablet->is_erased) say_something(*tablet, chance);
    }
    settle_everybody();
    if (outcome_.finding) return;
    check_at_rest();
    if (!outcome_.finding) compare_everybody();
    if (!outcome_.finding) check_quiet();
    note_ends(*headquarters_, outcome_.coverage);
    if (auto reader = headquarters_->house().read(headquarters_->organisation_id())) {
      if (const auto head = reader.value()->head()) outcome_.operation_count = head.value().seq;
    }
  }

  /// Two journals of one device part at the first thing that either records.
  void say_something(Tablet& tablet, Chance& chance) {
    std::string said;
    for (int tries = 0; tries < 40; ++tries) {
      const auto count = tablet.saved().size();
      static_cast<void>(tablet.role == domain::DeviceRole::Kiosk
                            ? rate_at(tablet, chance, said)
                            : work_at(tablet, *options_.catalogue, chance, said));
      if (tablet.saved().size() > count) return;
    }
  }

  /// Everybody speaks when the shipped schedule says so.
  void settle_everybody() {
    std::string last;
    const auto begun_ms = course_.ms;
    for (int round = 0; round < kRestRounds; ++round) {
      bool is_all_settled = true;
      bool has_moved = false;
      for (auto& tablet : tablets_) {
        if (tablet->is_erased) continue;
        if (tablet->pause > kRestTime)
          return found("the outbox drains once the faults stop", tablet->name() + " does not try again");
        course_.ms += tablet->pause.count();
        const auto report = tablet->sync({});
        say(fmt::format("{}: rest: {} sent, {} received, {}", tablet->name(), report.operation_sent_count,
                        report.operation_received_count, report.is_settled));
        is_all_settled = is_all_settled && report.is_settled;
        has_moved = has_moved || report.operation_sent_count + report.feed_item_count +
                                         report.record_taken_in_count + report.blob_sent_count +
                                         report.item_handed_back_count >
                                     0;
        judge(*tablet, report);
        if (!report.is_settled)
          last = fmt::format("{}: {} operations wait{}", tablet->name(), report.operation_waiting_count,
                             report.failure ? ": " + report.failure->error.detail : "");
      }
      check_always();
      if (outcome_.finding || (is_all_settled && !has_moved)) return;
      if (course_.ms - begun_ms >
          std::chrono::milliseconds{kRestTime}.count() * static_cast<std::int64_t>(tablets_.size()))
        break;
    }
    found("the outbox drains once the faults stop", last.empty() ? "something moves without end" : last);
  }

  void check_at_rest() {
    std::vector<std::unique_ptr<Tablet>> gone;
    // What a revoked device handed in went with the server's loss when that was restored; nobody can bring it
    // again.
    if (is_restored_) {
      const auto split = std::stable_partition(tablets_.begin(), tablets_.end(),
                                               [](const auto& one) { return !one->is_erased; });
      std::move(split, tablets_.end(), std::back_inserter(gone));
      tablets_.erase(split, tablets_.end());
    }
    check("each operation once", each_operation_once(tablets_, *headquarters_));
    for (auto& tablet : tablets_) {
      if (tablet->is_erased) continue;
      check("nothing saved is lost", saved_is_kept(*tablet));
      check("chains, seals and photos verify on the device", device_verifies(*tablet));
      if (tablet->is_revoked) continue;
      check("all converge", all_converge(*tablet, *headquarters_));
      check_scope(*tablet, {});
      if (!tablet->was_assigned) check("what lost is kept", losing_values_are_kept(*tablet, *headquarters_));
    }
    check("concurrent words end by the rules", rulings_follow_the_rules(*headquarters_));
    check("what was signed stays as it was signed", signed_stays(*headquarters_));
    check("what builds on a waiting operation waits", dependents_wait(*headquarters_));
    check("a device's time only grows", time_grows(*headquarters_));
    check("chains, roots and seals verify at the server", server_verifies(*headquarters_));
    check("a blob's bytes match its name, and none that is named is lost",
          blobs_match(tablets_, *headquarters_));
    std::move(gone.begin(), gone.end(), std::back_inserter(tablets_));
  }

  void compare_everybody() {
    for (auto& tablet : tablets_) {
      if (!tablet->is_revoked && !tablet->is_erased) judge(*tablet, tablet->sync({}, {.compares_now = true}));
    }
  }

  void check_quiet() {
    for (auto& tablet : tablets_) {
      if (tablet->is_revoked || tablet->is_erased) continue;
      static_cast<void>(tablet->sync({}));  // with a fresh token
      const auto before = wire_.byte_count;
      static_cast<void>(tablet->sync({}));
      ++outcome_.checks["a quiet sync costs little"];
      if (wire_.byte_count - before > kQuietSyncBytesMax)
        found("a quiet sync costs little",
              fmt::format("{}: {} bytes", tablet->name(), wire_.byte_count - before));
    }
  }

  const Schedule& schedule_;
  const WorldOptions& options_;
  Chance chance_;
  Chance kinds_;  // of devices and of organisations
  Course course_;
  Wire wire_;
  std::unique_ptr<Headquarters> headquarters_;
  std::vector<std::unique_ptr<Tablet>> tablets_;
  std::map<const Tablet*, Image> images_;
  std::optional<std::filesystem::path> backup_;
  int backup_count_ = 0;
  int folder_count_ = 0;
  bool is_restored_ = false;
  bool has_erased_ = false;
  Hash trace_{};
  Outcome outcome_;
};

}  // namespace

Outcome play(const Schedule& schedule, const WorldOptions& options) {
  repeat_luck_of_libraries(schedule.seed);
  return World{schedule, options}.play();
}

}  // namespace aftercare::simulation
