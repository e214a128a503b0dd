#include "client/work/export_record.h"
#include "client/work/kiosk_desk.h"
#include "client/work/record_visit.h"
#include "client/work/start_up.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/server/checking.h"
#include "sync/store/self_check.h"
#include "sync/transport/https_server.h"
#include "tests/support/catch.h"
#include "tests/support/running_server.h"

using namespace aftercare;

namespace {

const std::filesystem::path kAssets = std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets";

const language::Catalogue& catalogue() {
  static const auto kCatalogue = language::Catalogue::load(kAssets / "lang");
  return kCatalogue.value();
}

/// A tablet with a folder of its own, enrolled at the server, over real HTTPS.
class Tablet {
 public:
  explicit Tablet(testing::RunningServer& server, domain::DeviceRole role = domain::DeviceRole::Tablet) {
    auto place = work::open_workplace(folder_.path() / "tablet");
    REQUIRE(place);
    place_ = std::move(place).value();
    const auto line = server.enrolment_line(role);
    connection_ = std::make_unique<sync::HttpsServer>(line);
    const auto pending = store().pending_enrolment(line);
    REQUIRE(pending);
    const auto enrolled =
        sync::enrol(store(), *connection_, *place_.clock,
                    {line, pending.value().device_id, pending.value().key, "tablet", "test"});
    REQUIRE(enrolled);
    (void)sync();
  }

  sync::DeviceStore& store() { return *place_.store; }

  sync::RunReport sync(const sync::RunOptions& options = {}) {
    auto report = sync::run(store(), *connection_, *place_.clock, session_, options);
    if (report.failure) FAIL("sync: " << report.failure->error.detail);
    return report;
  }

  work::Recorded record(const std::string& name) {
    auto recorded = work::record_visit(store(), catalogue(), kAssets / "demo" / (name + ".json"));
    if (!recorded) FAIL(name << ": " << recorded.error().detail);
    return std::move(recorded).value();
  }

  domain::Customer any_customer() {
    const auto found = storage::where<domain::Customer>(store().db(), "1 ORDER BY number LIMIT 1");
    REQUIRE(found);
    REQUIRE_FALSE(found.value().empty());
    return found.value().front();
  }

  template <class Record>
  Record again(const Record& record) {
    const auto found = storage::find<Record>(store().db(), record.id);
    REQUIRE(found);
    REQUIRE(found.value().has_value());
    return *found.value();
  }

  template <class Record>
  void change(const Record& before, const Record& after) {
    const auto written = store().write(domain::UserId{},
                                       [&](sync::Journal& journal) { return journal.change(before, after); });
    REQUIRE(written);
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
};

void check_sound(testing::RunningServer& server) {
  const auto reader = server.house().read(server.organisation().id);
  REQUIRE(reader);
  const auto checked =
      server::check_organisation(*reader.value(), server.house().blobs(server.organisation().id));
  REQUIRE(checked);
  CHECK(checked.value().complaints.empty());
}

}  // namespace

TEST_CASE(
    "end to end: a visit sealed offline on one tablet reaches another whole, and a stranger can verify it",
    "[S01][V13][S07]") {
  testing::RunningServer server{kAssets};
  Tablet first{server};
  Tablet second{server};
  const auto recorded = first.record("installation");
  REQUIRE(recorded.sealed);

  const auto sent = first.sync();
  CHECK(sent.is_settled);
  CHECK(sent.set_aside.empty());
  CHECK(sent.blob_sent_count == 7);  // three photos, a thumbnail of each, the strokes
  CHECK(second.sync().blob_fetched_count == 7);

  const auto file = storage::load_visit_file(second.store().db(), recorded.visit.id);
  REQUIRE(file);
  REQUIRE(file.value());
  CHECK(file.value()->photos.size() == 3);
  CHECK(domain::missing_before_leaving(*file.value()).empty());
  for (auto* tablet : {&first, &second}) {
    const auto record = work::export_record(tablet->store(), recorded.visit.number);
    REQUIRE(record);
    const auto check = protocol::verify_record(protocol::encode(record.value()),
                                               server.organisation().signing_key.public_key);
    CHECK(check.is_genuine);
    CHECK(check.blob_missing_count == 0);
    CHECK(check.not_before);
    REQUIRE(check.not_after);
    CHECK(*check.not_before <= *check.not_after);
    tablet->check_sound();
  }
  check_sound(server);
}

TEST_CASE("end to end: when nothing is new, a sync is one round trip that writes nothing", "[S01]") {
  testing::RunningServer server{kAssets};
  Tablet tablet{server};
  const auto before = tablet.store().bookmark();

  const auto report = tablet.sync();

  CHECK(report.operation_sent_count + report.operation_received_count + report.blob_sent_count == 0);
  CHECK(report.is_settled);
  REQUIRE(before);
  CHECK(tablet.store().bookmark().value().feed_seq == before.value().feed_seq);
}

TEST_CASE(
    "end to end: the office sees what a tablet still holds and which number it misses, and nothing once all is sent",
    "[O09]") {
  testing::RunningServer server{kAssets};
  Tablet tablet{server};
  const auto id = tablet.store().identity().value()->device_id;
  const auto access = [&] {
    const auto store = server.house().read(server.organisation().id);
    REQUIRE(store);
    const auto found = server::find_device(store.value()->db(), id);
    REQUIRE(found);
    return found.value().value();
  };
  const auto missing = [&] {
    const auto store = server.house().read(server.organisation().id);
    return server::missing_numbers(store.value()->db(), access()).value();
  };
  REQUIRE(access().unsent);  // told at the first sync
  CHECK(access().unsent->operation_count == 0);
  const auto recorded = tablet.record("installation");

  sync::RunOptions options;  // a network that lets little through
  options.limits.push_round_count_max = 1;
  options.limits.push_operation_count_max = 1;
  options.limits.blob_send_count_max = 0;
  (void)tablet.sync(options);

  const auto standing = tablet.store().standing().value();
  REQUIRE(access().unsent);
  const auto unsent = *access().unsent;
  CHECK(unsent.operation_count == standing.unsent_count);
  CHECK(unsent.operation_count > 10);
  CHECK(unsent.visit_count == 1);
  CHECK(unsent.photo_count == 3);
  CHECK(unsent.photo_byte_count > 100'000);
  CHECK(missing() == std::vector<std::string>{recorded.visit.number});

  CHECK(tablet.sync().is_settled);
  const auto after = *access().unsent;
  CHECK(after.operation_count + after.visit_count + after.photo_count + after.photo_byte_count == 0);
  CHECK(after.told_at > unsent.told_at);
  CHECK(missing().empty());
  (void)tablet.sync();
  CHECK(access().unsent->told_at == after.told_at);  // nothing new, nothing told
}

TEST_CASE("end to end: a kiosk learns of units and nobody, and its rating reaches the office",
          "[S02][K02][K11]") {
  testing::RunningServer server{kAssets};
  Tablet kiosk{server, domain::DeviceRole::Kiosk};

  const auto found = work::find_unit(kiosk.store(), "t24 110093");
  REQUIRE(found);
  REQUIRE(found.value().answer == shown::UnitAnswer::Found);
  CHECK(found.value().unit->product == "Termona T24 condensing boiler");
  CHECK(found.value().unit->verdict.maintenance);
  CHECK(found.value().as_of);
  CHECK(work::service_desk(kiosk.store()).value()->phone_text == "601 000 999");
  for (const auto* table : {"customer", "site", "contact", "asset", "visit", "work_order", "user"}) {
    CAPTURE(table);
    auto query = kiosk.store().db().query(std::string("SELECT count(*) FROM ") + table);
    REQUIRE(query.next());
    CHECK(query.integer(0) == 0);
  }

  const auto rating = work::save_rating(kiosk.store(), {.stars = 4, .comment = "Rychlé", .language = "cs"});
  REQUIRE(rating);
  REQUIRE(work::save_rating(kiosk.store(), {.stars = 5, .comment = "Velmi rychlé", .language = "cs"},
                            rating.value()));
  const auto report = kiosk.sync();
  CHECK(report.set_aside.empty());
  CHECK(report.is_settled);
  const auto store = server.house().read(server.organisation().id);
  const auto kept = storage::find<domain::Rating>(store.value()->db(), rating.value());
  REQUIRE(kept);
  REQUIRE(kept.value());
  CHECK(kept.value()->stars == 5);
  auto pending = kiosk.store().db().query("SELECT count(*) FROM operation WHERE settled_seq IS NULL");
  REQUIRE(pending.next());
  CHECK(pending.integer(0) == 0);
  kiosk.check_sound();
}

TEST_CASE("end to end: two tablets that change different fields of one customer both keep their change",
          "[S01]") {
  testing::RunningServer server{kAssets};
  Tablet first{server};
  Tablet second{server};
  const auto customer = first.any_customer();
  auto with_phone = customer;
  with_phone.phone = "+420700000001";
  auto with_note = customer;
  with_note.note = "rings twice";

  first.change(customer, with_phone);
  second.change(customer, with_note);
  (void)first.sync();
  (void)second.sync();
  (void)first.sync();

  for (auto* tablet : {&first, &second}) {
    CHECK(tablet->again(customer).phone == "+420700000001");
    CHECK(tablet->again(customer).note == "rings twice");
  }
}

TEST_CASE(
    "end to end: of two values for one field the later wins everywhere, and the loser is kept to be shown",
    "[S01]") {
  testing::RunningServer server{kAssets};
  Tablet first{server};
  Tablet second{server};
  const auto customer = first.any_customer();
  auto earlier = customer;
  earlier.phone = "+420700000001";
  auto later = customer;
  later.phone = "+420700000002";

  first.change(customer, earlier);
  std::this_thread::sleep_for(std::chrono::milliseconds{5});
  second.change(customer, later);
  (void)second.sync();
  const auto report = first.sync();  // arrives last, though it was written first
  (void)second.sync();

  CHECK(report.set_aside.empty());
  for (auto* tablet : {&first, &second}) {
    CHECK(tablet->again(customer).phone == "+420700000002");
    auto lost = tablet->store().db().query("SELECT value FROM lost_value WHERE entity_id = ?", customer.id);
    REQUIRE(lost.next());
    CHECK(lost.bytes(0) == domain::encode_value(std::string{"+420700000001"}));
  }
}

TEST_CASE("end to end: a change to a visit that was sealed meanwhile is set aside, in sight of who made it",
          "[S01][V13]") {
  testing::RunningServer server{kAssets};
  Tablet first{server};
  Tablet second{server};
  const auto recorded = first.record("maintenance");
  (void)first.sync();
  (void)second.sync();
  auto changed = second.again(recorded.visit);
  const auto before = changed;
  changed.result = "something else";
  second.change(before, changed);  // past the steps, which refuse it: an older program might

  const auto report = second.sync();

  REQUIRE(report.set_aside.size() == 1);
  CHECK(report.set_aside.front().reason == protocol::SetAsideReason::Sealed);
  const auto standing = second.store().standing();
  REQUIRE(standing);
  REQUIRE(standing.value().attention.size() == 1);
  CHECK(standing.value().attention.front().code == "set_aside.sealed");
  CHECK(second.again(recorded.visit).result == before.result);
  CHECK(first.again(recorded.visit).result == before.result);
}

TEST_CASE("end to end: the steps refuse to touch a sealed visit", "[V13]") {
  testing::RunningServer server{kAssets};
  Tablet tablet{server};
  const auto recorded = tablet.record("refused_repair");

  const auto added = tablet.store().write(domain::UserId{}, [&](sync::Journal& journal) {
    return work::add_note(journal, recorded.visit.id, "too late");
  });

  REQUIRE_FALSE(added);
  CHECK(added.error().kind == ErrorKind::Refused);
}
