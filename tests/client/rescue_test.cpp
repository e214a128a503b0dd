// Real disks, the real engine, HTTPS, and the real server: unsent work travels by file and arrives once.

#include "client/work/record_visit.h"
#include "client/work/start_up.h"
#include "shared/storage/records.h"
#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/server/checking.h"
#include "sync/store/rescue_export.h"
#include "sync/store/self_check.h"
#include "sync/transport/https_server.h"
#include "tests/support/catch.h"
#include "tests/support/running_server.h"

using namespace aftercare;

namespace {

const std::filesystem::path kAssets = std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets";

/// A device with a folder of its own, enrolled over real HTTPS.
class Device {
 public:
  explicit Device(testing::RunningServer& server, domain::DeviceRole role = domain::DeviceRole::Tablet) {
    auto place = work::open_workplace(folder_.path() / "device");
    REQUIRE(place);
    place_ = std::move(place).value();
    const auto line = server.enrolment_line(role);
    connection_ = std::make_unique<sync::HttpsServer>(line);
    const auto pending = store().pending_enrolment(line);
    REQUIRE(pending);
    REQUIRE(sync::enrol(store(), *connection_, *place_.clock,
                        {line, pending.value().device_id, pending.value().key, "device", "test"}));
    (void)sync();
  }

  sync::DeviceStore& store() { return *place_.store; }
  sync::RunReport sync() {
    auto report = sync::run(store(), *connection_, *place_.clock, session_);
    if (report.failure) FAIL("sync: " << report.failure->error.detail);
    return report;
  }
  void record(const std::string& name) {
    static const auto kCatalogue = language::Catalogue::load(kAssets / "lang");
    const auto recorded =
        work::record_visit(store(), kCatalogue.value(), kAssets / "demo" / (name + ".json"));
    if (!recorded) FAIL(name << ": " << recorded.error().detail);
  }
  std::filesystem::path take_out() {
    const auto path = folder_.path() / ("stick" + std::to_string(++file_count_));
    const auto written = sync::export_rescue(store(), path, sync::RescueScope::Unsent);
    if (!written) FAIL("export: " << written.error().detail);
    return path;
  }
  std::int64_t visit_count() {
    auto query = store().db().query("SELECT count(*) FROM visit");
    REQUIRE(query.next());
    return query.integer(0);
  }
  void check_sound() {
    const auto checked = sync::check_everything(store());
    REQUIRE(checked);
    CHECK(checked.value().complaints.empty());
  }

 private:
  testing::ScratchFolder folder_;
  work::Workplace place_;
  std::unique_ptr<sync::HttpsServer> connection_;
  sync::Session session_;
  int file_count_ = 0;
};

std::int64_t count(testing::RunningServer& server, std::string_view sql) {
  const auto reader = server.house().read(server.organisation().id);
  REQUIRE(reader);
  auto query = reader.value()->db().query(sql);
  REQUIRE(query.next());
  return query.integer(0);
}

/// Every operation stands once in the feed, and everything else holds, too.
void check_once_and_sound(testing::RunningServer& server) {
  CHECK(count(server, "SELECT count(*) FROM feed") == count(server, "SELECT count(DISTINCT hash) FROM feed"));
  CHECK(count(server, "SELECT count(*) FROM set_aside") == 0);
  const auto reader = server.house().read(server.organisation().id);
  const auto checked =
      server::check_organisation(*reader.value(), server.house().blobs(server.organisation().id));
  REQUIRE(checked);
  CHECK(checked.value().complaints.empty());
}

}  // namespace

TEST_CASE(
    "rescue: work that another tablet carried is there once when the first tablet comes back to life [S03][S01]",
    "[S03][S01]") {
  testing::RunningServer server{kAssets};
  Device first{server};
  Device carrier{server, GENERATE(domain::DeviceRole::Tablet, domain::DeviceRole::Kiosk)};
  for (const char* visit : {"installation", "maintenance", "refused_repair"}) first.record(visit);
  const auto stick = first.take_out();

  REQUIRE(carrier.store().take_rescue(stick));
  const auto brought = carrier.sync();
  CHECK(brought.rescue_delivered_count == 1);
  CHECK(brought.rescue_damaged_count == 0);
  CHECK(brought.rescue_operation_count == first.store().standing().value().unsent_count);
  CHECK(brought.rescue_blob_count == first.store().standing().value().unsent_blob_count);
  CHECK(carrier.store().standing().value().carried.empty());
  CHECK(count(server, "SELECT count(*) FROM visit") == 3);
  check_once_and_sound(server);
  const auto feed = count(server, "SELECT count(*) FROM feed");

  // It still held everything itself, and sends it once more.
  const auto back = first.sync();
  CHECK(back.is_settled);
  CHECK(back.set_aside.empty());
  CHECK(back.blob_sent_count == 0);
  CHECK(count(server, "SELECT count(*) FROM feed") == feed);
  CHECK(first.store().standing().value().unsent_count == 0);
  CHECK(first.store().standing().value().unsent_blob_count == 0);
  CHECK(first.visit_count() == 3);
  first.check_sound();

  // And goes on from there.
  auto customer = storage::where<domain::Customer>(first.store().db(), "1 LIMIT 1").value().front();
  auto changed = customer;
  changed.note = "after the rescue";
  REQUIRE(first.store().write({}, [&](sync::Journal& journal) { return journal.change(customer, changed); }));
  CHECK(first.sync().operation_sent_count == 1);
  check_once_and_sound(server);
}

TEST_CASE(
    "rescue: carrier and first tablet in any order and as often as they like leave one of each [S03][S01]",
    "[S03][S01]") {
  testing::RunningServer server{kAssets};
  Device first{server};
  Device carrier{server};
  Device kiosk{server, domain::DeviceRole::Kiosk};
  first.record("installation");
  const auto early = first.take_out();
  first.record("maintenance");
  const auto late = first.take_out();

  REQUIRE(kiosk.store().take_rescue(late));
  REQUIRE(carrier.store().take_rescue(early));
  (void)carrier.sync();
  (void)first.sync();
  const auto by_kiosk = kiosk.sync();
  CHECK(by_kiosk.rescue_operation_count == 0);
  CHECK(by_kiosk.rescue_blob_count == 0);
  REQUIRE(carrier.store().take_rescue(late));
  CHECK(carrier.sync().rescue_delivered_count == 1);

  (void)carrier.sync();
  CHECK(count(server, "SELECT count(*) FROM visit") == 2);
  CHECK(carrier.visit_count() == 2);
  check_once_and_sound(server);
  carrier.check_sound();
  first.check_sound();
}
