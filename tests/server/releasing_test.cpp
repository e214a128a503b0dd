// What the office does about operations that were set aside: taken in after all, or left out for good, once.

#include "sync/server/releasing.h"

#include "sync/protocol/erasure.h"
#include "sync/server/checking.h"
#include "sync/server/erasing.h"
#include "sync/server/seal_check.h"
#include "tests/support/organisation_world.h"

#include <set>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::Ruling;
using server::Settled;

struct ReleaseWorld : OrganisationWorld {
  domain::UserId dispatcher = id<domain::UserId>();

  Settled act(Result<Settled> (*run)(server::OrganisationStore&, const domain::UserId&, std::uint64_t),
              std::uint64_t seq) {
    std::optional<Settled> settled;
    const auto written = store->db().transaction([&]() -> Done {
      auto outcome = run(*store, dispatcher, seq);
      INFO((outcome ? "" : outcome.error().detail));
      REQUIRE(outcome);
      settled = std::move(outcome).value();
      return done();
    });
    REQUIRE(written);
    return *settled;
  }
  Settled release(std::uint64_t seq) { return act(server::release, seq); }
  Settled dismiss(std::uint64_t seq) { return act(server::dismiss, seq); }
  std::vector<server::WaitingGroup> waiting() {
    auto groups = server::list_waiting(*store);
    INFO((groups ? "" : groups.error().detail));
    REQUIRE(groups);
    return std::move(groups).value();
  }
  void check_the_feed() {
    const auto blobs = storage::BlobFiles::open(folder.path() / "blobs", key);
    REQUIRE(blobs);
    const auto checked = server::check_organisation(*store, blobs.value());
    REQUIRE(checked);
    CHECK(checked.value().complaints == std::vector<std::string>{});
  }
  /// A visit of a customer that the tablet never sent: it waits, and all its parts with it.
  domain::Visit record_visit_of(Journalist& tablet, const domain::Customer& unknown) {
    auto visit = make_visit();
    visit.customer_id = unknown.id;
    create(tablet, visit);
    for (const auto kind :
         {domain::VisitEventKind::Arrived, domain::VisitEventKind::Working, domain::VisitEventKind::Left}) {
      domain::VisitEvent event;
      event.id = id<domain::VisitEventId>();
      event.visit_id = visit.id;
      event.kind = kind;
      event.at = clock.now();
      event.boot_id = "boot-1";
      event.monotonic_ms = clock.monotonic += 60'000;
      create(tablet, event);
    }
    return visit;
  }
};

TEST_CASE(
    "releasing: what waited for a record is taken in with all that waited for it, once its reason is gone "
    "[S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto unknown = world.make_customer("Karel Dvořák");
  const auto visit = world.record_visit_of(tablet, unknown);
  REQUIRE(world.sync(tablet).size() == 4);
  const auto waiting = world.waiting();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.front().operations.size() == 4);
  const auto seq = waiting.front().operations.front().seq;

  const auto too_early = world.release(seq);
  CHECK(too_early.count == 0);
  REQUIRE(too_early.remaining.size() == 4);
  CHECK(too_early.remaining.front().reason == SetAsideReason::UnknownReference);
  CHECK(world.waiting().front().operations.front().tried == SetAsideReason::UnknownReference);

  world.by_office(unknown);
  const auto before = world.feed_seq();
  const auto settled = world.release(seq);

  CHECK(settled.count == 4);
  CHECK(settled.remaining.empty());
  CHECK(world.find(visit)->customer_id == unknown.id);
  CHECK(world.all<domain::VisitEvent>("visit_id = ?", visit.id).size() == 3);
  CHECK(world.waiting().empty());
  CHECK(world.feed_seq() == before + 4);
  CHECK(world.count("SELECT count(*) FROM feed WHERE again_of > 0 AND ruling = 1") == 4);
  world.check_the_feed();
}

TEST_CASE("releasing: twice is once, whoever asks; the act and who did it stand in the audit [S01]",
          "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  REQUIRE(world.sync(tablet, /*is_revoked=*/true).size() == 4);
  const auto seq = world.waiting().front().operations.front().seq;

  CHECK(world.release(seq).count == 4);
  const auto after = world.feed_seq();
  CHECK(world.release(seq).count == 0);
  CHECK(world.release(seq + 1).count == 0);
  CHECK(world.dismiss(seq).count == 0);

  CHECK(world.find(visit));
  CHECK(world.feed_seq() == after);
  CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'set_aside.released'") == 1);
  auto query =
      world.store->db().query("SELECT actor, subject FROM audit WHERE action = 'set_aside.released'");
  REQUIRE(query.next());
  CHECK(query.text(0) == to_text(world.dispatcher));
  CHECK(query.text(1) == to_text(tablet.device_id));
}

TEST_CASE(
    "releasing: a revoked tablet's sealed visit comes in with its signature intact, and is countersigned "
    "[S01] [S07]",
    "[S01] [S07]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto sign_off = world.seal(tablet, visit);
  const auto kept = world.sync(tablet, /*is_revoked=*/true);
  for (const auto& [dseq, reason] : kept) CHECK(reason == SetAsideReason::Revoked);
  const auto waiting = world.waiting();
  REQUIRE(waiting.size() == 1);  // one visit is one thing to look at, with everything that belongs to it

  std::optional<Settled> settled;
  REQUIRE(world.store->db().transaction([&]() -> Done {
    auto all = server::release_all_of(*world.store, world.dispatcher, tablet.device_id);
    REQUIRE(all);
    settled = all.value();
    return done();
  }));

  CHECK(settled->count == kept.size());
  CHECK(settled->remaining.empty());
  const auto released = world.find(sign_off);
  REQUIRE(released);
  CHECK(released->signature == sign_off.signature);
  const auto check = server::check_seal_of(*world.store, *released);
  REQUIRE(check);
  CHECK(check.value().state == server::SealState::Intact);
  CHECK(check.value().is_signed);
  CHECK(check.value().countersigned_at);
  world.check_the_feed();
}

TEST_CASE("releasing: an erasure takes of a visit that was taken in later only what is personal [S01] [F03]",
          "[S01] [F03]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto sign_off = world.seal(tablet, world.record_visit(tablet));
  REQUIRE(!world.sync(tablet, /*is_revoked=*/true).empty());
  REQUIRE(world.release(world.waiting().front().operations.front().seq).remaining.empty());

  REQUIRE(world.store->db().transaction([&]() -> Done {
    REQUIRE(server::erase_customer(*world.store, world.dispatcher, world.customer.number));
    return done();
  }));

  std::set<AnyId> erased;
  for (const auto& erasure : world.all<domain::Erasure>("1")) {
    const auto records = protocol::decode_erased_records(erasure.records.bytes).value();
    for (const auto& record : records) erased.insert(record.id);
  }
  for (const auto& group : world.all<domain::SealedGroup>("sign_off_id = ?", sign_off.id)) {
    CAPTURE(group.name);
    CHECK(erased.contains(id_cast<AnyId>(group.id)) == protocol::is_personal_group(group.name));
  }
  world.check_the_feed();
}

TEST_CASE("releasing: of a revoked device one visit can be taken in and another left out [S01]", "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto good = world.record_visit(tablet);
  auto other = world.make_visit();
  other.number = "V-23-0002-M";
  world.create(tablet, other);
  REQUIRE(world.sync(tablet, /*is_revoked=*/true).size() == 5);
  const auto waiting = world.waiting();
  REQUIRE(waiting.size() == 2);

  CHECK(world.release(waiting[0].operations.front().seq).count == 4);
  CHECK(world.dismiss(waiting[1].operations.front().seq).count == 1);

  CHECK(world.find(good));
  CHECK_FALSE(world.find(other));
  CHECK(world.waiting().empty());
  world.check_the_feed();
}

TEST_CASE(
    "releasing: what is left out for good changes nothing, stays in the feed, and takes along what waited "
    "for it [S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit_of(tablet, world.make_customer("Karel Dvořák"));
  REQUIRE(world.sync(tablet).size() == 4);
  const auto before = world.count("SELECT count(*) FROM feed WHERE ruling = 3");

  CHECK(world.dismiss(world.waiting().front().operations.front().seq).count == 4);

  CHECK_FALSE(world.find(visit));
  CHECK(world.waiting().empty());
  CHECK(world.count("SELECT count(*) FROM feed WHERE ruling = 3") == before);
  CHECK(world.count("SELECT count(*) FROM feed WHERE ruling = 4 AND again_of > 0") == 4);
  world.check_the_feed();
}

TEST_CASE(
    "releasing: what the device writes next on that record is decided by the rules again, once nothing of "
    "it waits [S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  auto before = world.customer;
  auto wrong = before;
  wrong.number = "other";
  domain::Asset asset;
  asset.id = world.id<domain::AssetId>();
  asset.customer_id = before.id;
  asset.name = "Boiler";
  world.create(tablet, asset);
  REQUIRE(world.sync(tablet).empty());
  auto moved = asset;
  moved.site_id = world.id<domain::SiteId>();  // a site that nobody knows
  world.change(tablet, asset, moved, world.feed_seq());
  auto renamed = asset;
  renamed.name = "Boiler upstairs";
  world.change(tablet, asset, renamed, world.feed_seq());
  const auto set_aside = world.sync(tablet);
  REQUIRE(set_aside.size() == 2);
  CHECK(set_aside.at(2) == SetAsideReason::UnknownReference);
  CHECK(set_aside.at(3) == SetAsideReason::DependsOnOther);

  SECTION("released in part, the rest still bars the way") {
    CHECK(world.release(world.waiting().front().operations.front().seq).count == 0);
    world.change(tablet, asset, renamed, world.feed_seq());
    CHECK(world.sync(tablet).at(4) == SetAsideReason::DependsOnOther);
  }
  SECTION("left out, the way is free") {
    CHECK(world.dismiss(world.waiting().front().operations.front().seq).count == 2);
    CHECK(world.find(asset)->name == "Boiler");
    world.change(tablet, asset, renamed, world.feed_seq());
    CHECK(world.sync(tablet).empty());
    CHECK(world.find(asset)->name == renamed.name);
  }
  SECTION("released, the way is free, and both changes stand in the order they were made") {
    domain::Site site;
    site.id = *moved.site_id;
    site.customer_id = before.id;
    site.name = "Cottage";
    world.by_office(site);
    CHECK(world.release(world.waiting().front().operations.front().seq).count == 2);
    CHECK(world.find(asset)->site_id == site.id);
    CHECK(world.find(asset)->name == renamed.name);
    auto again = renamed;
    again.site_id = site.id;
    auto last = again;
    last.name = "Boiler";
    world.change(tablet, again, last, world.feed_seq());
    CHECK(world.sync(tablet).empty());
    CHECK(world.find(asset)->name == "Boiler");
  }
}

TEST_CASE(
    "releasing: a change that waited does not undo what others did meanwhile; the values that lose are kept "
    "[S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto seen = world.feed_seq();
  auto waited = world.customer;
  waited.phone = "+420111111111";
  waited.note = "ring twice";
  world.change(tablet, world.customer, waited, seen);
  REQUIRE(world.sync(tablet, /*is_revoked=*/true).size() == 1);
  world.clock.pass(std::chrono::hours{1});
  auto newer = world.customer;
  newer.phone = "+420222222222";
  REQUIRE(world.change_by_office(world.customer, newer));

  CHECK(world.release(world.waiting().front().operations.front().seq).count == 1);

  CHECK(world.find(world.customer)->phone == newer.phone);
  CHECK(world.find(world.customer)->note == waited.note);
  const auto item = world.feed().back();
  const auto decision = protocol::decode_decision(item.decision).value();
  CHECK(decision.ruling == Ruling::Merged);
  CHECK(decision.lost.at(5) == domain::encode_value(waited.phone));
}

TEST_CASE(
    "releasing: a deletion that met an unseen edit is carried out when the office says so only if nobody "
    "edits again unseen [S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  domain::Contact contact;
  contact.id = world.id<domain::ContactId>();
  contact.customer_id = world.customer.id;
  contact.name = "Eva";
  world.create(tablet, contact);
  REQUIRE(world.sync(tablet).empty());
  const auto seen = world.feed_seq();
  auto edited = contact;
  edited.phone = "+420600000000";
  REQUIRE(world.change_by_office(contact, edited));
  world.remove(tablet, contact, seen);
  REQUIRE(world.sync(tablet).at(2) == SetAsideReason::Edited);

  const auto settled = world.release(world.waiting().front().operations.front().seq);

  CHECK(settled.count == 0);  // the edit still stands: who wants it gone deletes what is there now
  REQUIRE(settled.remaining.size() == 1);
  CHECK(settled.remaining.front().reason == SetAsideReason::Edited);
  CHECK(world.find(contact)->phone == edited.phone);
}

TEST_CASE(
    "releasing: readers get a settled operation with its content a second time, its author only the "
    "decision [S01]",
    "[S01]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  world.sync(tablet, /*is_revoked=*/true);
  const auto before = world.feed_seq();
  world.release(world.waiting().front().operations.front().seq);

  const auto others = world.pull({}, domain::DeviceRole::Tablet, before).items;
  const auto own = world.pull(tablet.lineage, domain::DeviceRole::Tablet, before).items;

  REQUIRE(others.size() == 4);
  REQUIRE(own.size() == 4);
  CHECK(others.front().content);
  CHECK_FALSE(own.front().content);
  CHECK(protocol::decode_decision(own.front().decision).value().ruling == Ruling::Accepted);
  CHECK(others.front().operation == protocol::operation_hash(others.front().content->header));
  const auto header = protocol::decode_header(others.front().content->header).value();
  CHECK(header.entity_id == id_cast<AnyId>(visit.id));
}

TEST_CASE(
    "releasing: an erasure destroys a settled operation in both its places, and what waits of it cannot be "
    "taken in any more [S01] [S09]",
    "[S01] [S09]") {
  ReleaseWorld world;
  auto tablet = world.enrol();
  auto changed = world.customer;
  changed.note = "speaks of Berta";
  world.change(tablet, world.customer, changed, world.feed_seq());
  world.sync(tablet, /*is_revoked=*/true);
  const auto seq = world.waiting().front().operations.front().seq;
  const bool is_released = GENERATE(true, false);
  if (is_released) world.release(seq);

  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto erased = server::erase_customer(*world.store, world.dispatcher, world.customer.number);
    return erased ? done() : Done{erased.error()};
  }));

  CHECK(world.count("SELECT count(*) FROM feed WHERE instr(body, CAST('Berta' AS BLOB)) > 0") == 0);
  if (!is_released) {
    CHECK(world.release(seq).remaining.front().reason == SetAsideReason::Unreadable);
    CHECK(world.dismiss(seq).count == 1);
  }
  world.check_the_feed();
}

}  // namespace
}  // namespace aftercare
