// What only others wrote since the backup, and what becomes of it when tablets hand back what they had read.

#include "shared/domain/codec.h"
#include "sync/protocol/tags.h"
#include "sync/server/enrolment.h"
#include "sync/server/office.h"
#include "tests/server/lost_house.h"

namespace aftercare::server {
namespace {

/// What a tablet would hand back now, without doing so.
protocol::LostItems tail_of(LinkedTablet& tablet, const protocol::EpochId& new_epoch) {
  REQUIRE(tablet.store->note_epoch(new_epoch));
  auto items = tablet.store->tail_to_hand_back();
  REQUIRE(items);
  REQUIRE(items.value());
  return *items.value();
}

std::size_t tail_count(LinkedTablet& tablet) {
  auto query = tablet.store->db().query("SELECT count(*) FROM feed_tail");
  REQUIRE(query.next());
  return static_cast<std::size_t>(query.integer(0));
}

bool tail_holds(LinkedTablet& tablet, const std::string& text) {
  auto query =
      tablet.store->db().query("SELECT 1 FROM feed_tail WHERE instr(item, ?) > 0", storage::AsBlob{text});
  return query.next();
}

}  // namespace

TEST_CASE(
    "restore: what the office wrote since the backup comes back from a tablet, byte for byte and as the office's",
    "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  const auto dana = lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  tablet.sync_well();
  const auto of_dana = [&] {
    const auto store = lost.house->read(lost.id);
    auto query = store.value()->db().query(
        "SELECT f.header, f.salt, f.body, l.device_id FROM feed f JOIN lineage l ON l.id = f.lineage_id WHERE f.entity_id = ?",
        dana);
    REQUIRE(query.next());
    CHECK(query.id<DeviceId>(3) == store.value()->organisation().office_device_id);
    return query.bytes(0) + query.bytes(1) + query.bytes(2);
  };
  const auto before = of_dana();
  lost.restore_from("yesterday.tar", "restored");
  REQUIRE_FALSE(lost.has("user", dana));

  const auto report = tablet.sync();

  CHECK(report.item_handed_back_count > 0);
  REQUIRE(lost.has("user", dana));
  CHECK(of_dana() == before);
  CHECK(tablet.has("user", dana));
  CHECK(lost.number("SELECT count(*) FROM audit WHERE action = 'feed.brought_back'") == 1);
  CHECK(lost.number("SELECT count(*) FROM set_aside") == 0);
  lost.is_sound();
}

TEST_CASE(
    "restore: the work of a tablet that never returns comes back from one that had read it, seal and all",
    "[S05][S01]") {
  Lost lost;
  LinkedTablet reader{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  LinkedTablet gone{lost, lost.id, lost.technician};  // enrolled since the backup, too
  const auto anna = gone.record_customer("Anna");
  const auto visit = gone.record_visit(anna, "a photo");
  gone.sync_well();
  reader.sync_well();
  lost.restore_from("yesterday.tar", "restored");

  reader.sync_well();

  CHECK(lost.has("customer", anna.id));
  CHECK(lost.has("visit", visit.visit.id));
  CHECK(lost.has("device", gone.id()));
  CHECK(lost.house->blobs(lost.id).has(visit.photo));
  lost.is_sound();

  gone.sync_well();  // it does return, after all
  CHECK(lost.number("SELECT count(*) FROM set_aside") == 0);
  CHECK(lost.number("SELECT count(*) FROM feed GROUP BY hash HAVING count(*) > 1 UNION SELECT 0") == 0);
  lost.is_sound();
}

TEST_CASE("restore: what builds on an order of the office is not set aside, because the tail comes first",
          "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  domain::Customer berta;
  berta.id = make_id<domain::CustomerId>(lost.clock, lost.random);
  berta.name = "Berta";
  REQUIRE(lost.house->write(lost.id,
                            [&](OrganisationStore& store) { return office_create(store, UserId{}, berta); }));
  tablet.sync_well();
  const auto visit = tablet.record_visit(berta, "recorded offline, before the tablet knew");
  lost.restore_from("yesterday.tar", "restored");

  const auto report = tablet.sync();

  CHECK(report.set_aside.empty());
  CHECK(lost.number("SELECT count(*) FROM set_aside") == 0);
  CHECK(lost.has("visit", visit.visit.id));
}

TEST_CASE("restore: where the office has written meanwhile, both journals are kept", "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  const auto dana = lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  const auto emil = lost.add(lost.id, {.name = "Emil", .role = Role::Technician});
  tablet.sync_well();
  lost.restore_from("yesterday.tar", "restored");
  const auto franz = lost.add(lost.id, {.name = "Franz", .role = Role::Technician});

  tablet.sync_well();

  for (const auto& who : {dana, emil, franz}) {
    CHECK(lost.has("user", who));
    CHECK(tablet.has("user", who));
  }
  const auto gerda = lost.add(lost.id, {.name = "Gerda", .role = Role::Technician});
  tablet.sync_well();
  CHECK(tablet.has("user", gerda));
  lost.is_sound();
}

TEST_CASE("restore: a server that is lost twice gets everything back twice", "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  const auto dana = lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  tablet.sync_well();
  lost.restore_from("yesterday.tar", "first");
  tablet.sync_well();
  REQUIRE(lost.has("user", dana));

  lost.restore_from("yesterday.tar", "second");
  REQUIRE_FALSE(lost.has("user", dana));
  tablet.sync_well();

  CHECK(lost.has("user", dana));
  lost.is_sound();
}

TEST_CASE("restore: a tail in which anything was changed, added or left out is refused whole", "[S05][S07]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  const auto dana = lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  lost.add(lost.id, {.name = "Emil", .role = Role::Technician});
  tablet.sync_well();
  lost.restore_from("yesterday.tar", "restored");
  const auto good = tail_of(tablet, lost.house->find("Teplo Brno").value().epoch);
  REQUIRE(good.items.size() >= 2);
  const auto is_refused = [&](const protocol::LostItems& items) { return !tablet.link.hand_back(items); };

  auto changed = good;
  changed.items.front().operation[0] ^= 1;
  CHECK(is_refused(changed));
  changed = good;
  changed.items.back().decision_commitment[0] ^= 1;
  CHECK(is_refused(changed));
  changed = good;
  changed.items.erase(changed.items.begin());
  changed.items.front().seq -= 1;
  CHECK(is_refused(changed));
  changed = good;
  changed.items.push_back(changed.items.back());
  changed.items.back().seq += 1;
  CHECK(is_refused(changed));
  changed = good;
  changed.statement = protocol::sign_statement(make_signing_key(lost.random), protocol::kStatementTag,
                                               good.statement.statement);
  CHECK(is_refused(changed));
  CHECK(lost.number("SELECT count(*) FROM lost_item") == 0);

  // Of changed content the hashes stay, but nothing of it is believed.
  changed = good;
  for (auto& item : changed.items) {
    if (item.content) item.content->body.back() ^= 1;
  }
  CHECK_FALSE(is_refused(changed));
  CHECK_FALSE(lost.has("user", dana));

  // Nor is a body that nobody was told to erase replaced by what somebody says was kept of it.
  changed = good;
  for (auto& item : changed.items) {
    if (!item.content) continue;
    item.content->salt.clear();
    item.content->body.clear();
    domain::User forged;
    forged.id = dana;
    forged.name = "Somebody else";
    forged.role = Role::Administrator;
    item.remainder = cbor::encode(domain::fields_of(forged));
  }
  CHECK_FALSE(is_refused(changed));
  CHECK_FALSE(lost.has("user", dana));
  CHECK_FALSE(is_refused(good));
  CHECK(lost.number("SELECT count(*) FROM user WHERE name = 'Dana'") == 1);
}

TEST_CASE(
    "restore: an erasure since the backup is carried out again, in the archive's records, photos and tails",
    "[S05][F03]") {
  Lost lost;
  LinkedTablet writer{lost, lost.id, lost.technician};
  LinkedTablet reader{lost, lost.id, lost.technician};
  domain::Customer anna;
  anna.id = make_id<domain::CustomerId>(lost.clock, lost.random);
  anna.name = "Annamaria Zlatovlasa";
  anna.number = "C-22-0001-A";
  writer.create(anna);
  const auto old = writer.record_visit(anna, "her hall");
  writer.sync_well();
  lost.back_up_now("yesterday.tar");
  const auto late = writer.record_visit(anna, "her kitchen");
  auto renamed = anna;
  renamed.phone = "+420 555 0199";
  REQUIRE(writer.store->write(lost.technician,
                              [&](sync::Journal& journal) { return journal.change(anna, renamed); }));
  writer.sync_well();
  reader.sync_well();
  CHECK(tail_holds(reader, "+420 555 0199"));
  REQUIRE(lost.house->erase(lost.id, UserId{}, anna.number));
  writer.sync_well();
  reader.sync_well();
  for (auto* tablet : {&writer, &reader}) CHECK_FALSE(tail_holds(*tablet, "+420 555 0199"));

  lost.restore_from("yesterday.tar", "restored");
  REQUIRE(lost.number("SELECT count(*) FROM customer WHERE name = 'Annamaria Zlatovlasa'") == 1);
  reader.sync_well();
  writer.sync_well();
  reader.sync_well();

  CHECK(lost.number("SELECT count(*) FROM customer WHERE name = 'Annamaria Zlatovlasa'") == 0);
  CHECK(lost.number(
            "SELECT count(*) FROM feed WHERE instr(body, CAST('Annamaria Zlatovlasa' AS BLOB)) > 0") == 0);
  CHECK(lost.number("SELECT count(*) FROM feed WHERE instr(body, CAST('+420 555 0199' AS BLOB)) > 0") == 0);
  CHECK(lost.has("visit", late.visit.id));  // number, kind and times are kept by law
  for (const auto& photo : {old.photo, late.photo}) CHECK_FALSE(lost.house->blobs(lost.id).has(photo));
  lost.is_sound();
}

TEST_CASE("restore: a tablet that was revoked since the backup is revoked again when another tells of it",
          "[S05][S07]") {
  Lost lost;
  LinkedTablet stolen{lost, lost.id, lost.technician};
  LinkedTablet reader{lost, lost.id, lost.technician};
  lost.back_up_now("yesterday.tar");
  REQUIRE(lost.house->write(
      lost.id, [&](OrganisationStore& store) { return revoke_device(store, UserId{}, stolen.id()); }));
  reader.sync_well();
  lost.restore_from("yesterday.tar", "restored");

  reader.sync_well();

  CHECK(stolen.sync().is_revoked);
}

TEST_CASE("tail: what a finished backup holds is not kept, and in all no more than so many items", "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  tablet.sync_well();
  CHECK(tail_count(tablet) > 0);

  lost.back_up_now("backup.tar");
  tablet.sync_well();
  CHECK(tail_count(tablet) == 0);

  lost.add(lost.id, {.name = "Emil", .role = Role::Technician});
  tablet.sync_well();
  CHECK(tail_count(tablet) == 1);
}

}  // namespace aftercare::server
