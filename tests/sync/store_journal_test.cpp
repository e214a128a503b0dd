// What a tablet writes, what it shows of it, and what becomes of it when the server has spoken.

#include "sync/protocol/erasure.h"
#include "tests/support/device_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::Decision;
using protocol::Ruling;
using protocol::SetAsideReason;

bool is_pending(DeviceWorld& world, const auto& record) {
  auto query = world.store->db().query("SELECT 1 FROM confirmed WHERE entity_id = ?", record.id);
  return query.next();
}

TEST_CASE("journal: a save is the record, its operation and the chain's head in one transaction [S01]",
          "[S01]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  world.write([&](sync::Journal& journal) { return journal.create(visit); });
  auto after = visit;
  after.result = "done well";
  world.write([&](sync::Journal& journal) { return journal.change(visit, after); });

  CHECK(world.find(visit)->result == "done well");
  CHECK(world.find(visit)->kind == domain::VisitKind::Installation);
  const auto journal = world.journal();
  REQUIRE(journal.size() == 2);
  protocol::Head head{0, protocol::genesis_hash(world.identity.key.public_key)};
  for (const auto& operation : journal) REQUIRE(protocol::follow(head, operation));
  CHECK(world.store->bookmark().value().head == head);
  CHECK(cbor::decode_fields(journal[1].body).value().size() == 1);  // only what changed
  CHECK(world.store->standing().value().unsent_count == 2);
}

TEST_CASE("journal: work that is refused half way leaves nothing of itself [S01]", "[S01]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  const auto refused = world.store->write(world.technician.id, [&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    return Error{ErrorKind::Refused, "no"};
  });
  CHECK_FALSE(refused);
  CHECK_FALSE(world.find(visit));
  CHECK(world.journal().empty());
  CHECK(world.count("SELECT count(*) FROM confirmed") == 0);
  CHECK(world.store->bookmark().value().head.dseq == 0);
}

TEST_CASE("journal: a device that is not enrolled writes nothing", "[S01]") {
  ScratchFolder folder;
  FakeClock clock;
  FakeRandom random;
  auto data = storage::DataFolder::open(folder.path(), random);
  REQUIRE(data);
  auto store = sync::DeviceStore::open(data.value(), clock, random);
  REQUIRE(store);
  const auto refused = store.value()->write(domain::UserId{}, [](sync::Journal&) { return done(); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::SignIn);
}

TEST_CASE("journal: short numbers count on, also after the program was closed") {
  DeviceWorld world;
  std::vector<std::string> numbers;
  for (int n = 0; n < 2; ++n) {
    world.write([&](sync::Journal& journal) -> Done {
      numbers.push_back(journal.next_number('V').value());
      return done();
    });
    world.open();
  }
  CHECK(numbers[0].substr(0, 10) == "V-23-0001-");
  CHECK(numbers[1].substr(0, 10) == "V-23-0002-");
}

TEST_CASE("journal: sealing writes the seal and its signature, and keeps what an export needs [S07]",
          "[S07]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(world.clock, world.random);
  sign_off.visit_id = visit.id;
  sign_off.seal_list.bytes = protocol::encode(protocol::SealList{{"visit", Hash{}}});
  world.write([&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    return journal.seal(sign_off);
  });
  const auto operations = world.journal();
  REQUIRE(operations.size() == 3);
  CHECK(protocol::decode_header(operations[1].header).value().verb == Verb::Seal);
  CHECK(protocol::decode_header(operations[2].header).value().verb == Verb::Append);
  const auto signature = signature_of_bytes(world.find(sign_off)->signature.bytes).value();
  CHECK(protocol::is_seal_signed_by(world.identity.key.public_key,
                                    protocol::seal_hash(sign_off.seal_list.bytes),
                                    protocol::operation_hash(operations[1].header), signature));
  CHECK(world.count("SELECT count(*) FROM seal_proof WHERE countersign IS NULL") == 1);
  CHECK(world.store->standing().value().unsent_visit_count == 1);

  protocol::Decision countersigned;
  countersigned.countersign =
      protocol::sign_statement(world.organisation_key, protocol::kCountersignTag, "a word");
  world.apply({world.own(operations[0]), world.own(operations[1]), world.own(operations[2], countersigned)});
  CHECK(world.count("SELECT count(*) FROM seal_proof WHERE countersign IS NOT NULL") == 1);
  CHECK(world.find(sign_off)->signature.bytes.size() == 64);
}

// ---- The view --------------------------------------------------------------------------------------------

TEST_CASE("view: others' changes show beneath what is pending here, and both are there in the end [S01]",
          "[S01]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.note = "mine";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  CHECK(is_pending(world, world.customer));

  auto theirs = world.customer;
  theirs.phone = "+420777777777";
  theirs.note = "theirs";
  world.apply({world.office_change(world.customer, theirs)});
  CHECK(world.find(world.customer)->phone == theirs.phone);
  CHECK(world.find(world.customer)->note == "mine");

  world.settle();
  CHECK_FALSE(is_pending(world, world.customer));
  CHECK(world.find(world.customer)->note == "mine");
  CHECK(world.find(world.customer)->phone == theirs.phone);
}

TEST_CASE("view: a value of ours that lost is kept, and the other's is shown [S01]", "[S01]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.name = "Mine";
  mine.phone = "+420111111111";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  auto theirs = world.customer;
  theirs.name = "Theirs";
  world.apply({world.office_change(world.customer, theirs)});
  Decision merged;
  merged.ruling = Ruling::Merged;
  merged.lost[2] = domain::encode_value(mine.name);
  world.apply({world.own(world.journal().front(), merged)});

  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK(world.find(world.customer)->phone == mine.phone);
  auto query = world.store->db().query("SELECT field, value, is_ours FROM lost_value");
  REQUIRE(query.next());
  CHECK(query.integer(0) == 2);
  CHECK(query.bytes(1) == domain::encode_value(mine.name));
  CHECK(query.integer(2) == 1);
}

TEST_CASE("view: a value of somebody else's that ours replaced is kept too [S01]", "[S01]") {
  DeviceWorld world;
  auto theirs = world.customer;
  theirs.name = "Theirs";
  Decision merged;
  merged.ruling = Ruling::Merged;
  merged.replaced[2] = domain::encode_value(std::string{"Replaced"});
  world.apply({world.office_change(world.customer, theirs, merged)});
  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK(world.count("SELECT count(*) FROM lost_value WHERE NOT is_ours") == 1);
}

TEST_CASE("view: an order that the office gave away while it was worked on is told once, for some days",
          "[S01]") {
  DeviceWorld world;
  domain::User colleague;
  colleague.id = make_id<domain::UserId>(world.clock, world.random);
  colleague.name = "Petra Malá";
  domain::WorkOrder order;
  order.id = make_id<domain::WorkOrderId>(world.clock, world.random);
  order.number = "W-22-0001-K";
  order.customer_id = world.customer.id;
  order.technician_id = world.technician.id;
  order.state = domain::WorkOrderState::Assigned;
  auto untouched = order;
  untouched.id = make_id<domain::WorkOrderId>(world.clock, world.random);
  untouched.number = "W-22-0002-K";
  world.apply({world.office(Verb::Create, colleague), world.office(Verb::Create, order),
               world.office(Verb::Create, untouched)});
  auto visit = world.make_visit();
  visit.work_order_id = order.id;
  world.write([&](sync::Journal& journal) { return journal.create(visit); });
  const auto give_away = [&](const domain::WorkOrder& before, std::string bring) {
    auto after = before;
    after.technician_id = colleague.id;
    after.bring = std::move(bring);
    world.apply({world.office_change(before, after)});
  };

  give_away(untouched, "");
  CHECK(world.store->standing().value().attention.empty());
  give_away(order, "");
  give_away(order, "a pump");

  const auto told = world.store->standing().value().attention;
  REQUIRE(told.size() == 1);
  CHECK(told.front().code == "sync.order_moved");
  CHECK(told.front().id == id_cast<AnyId>(visit.id));
  CHECK(world.find(visit).has_value());
  auto given_back = world.find(order).value();
  auto taken_away = given_back;
  given_back.technician_id = world.technician.id;
  world.apply({world.office_change(world.find(order).value(), given_back)});
  CHECK(world.store->standing().value().attention.empty());
  taken_away.technician_id.reset();
  world.apply({world.office_change(given_back, taken_away)});
  CHECK(world.store->standing().value().attention.size() == 1);
  world.clock.pass(std::chrono::days{4});
  auto third = untouched;
  third.technician_id.reset();
  world.apply({world.office_change(world.find(untouched).value(), third)});
  CHECK(world.store->standing().value().attention.empty());
}

TEST_CASE("view: what the server set aside is no longer shown as done, but kept, and somebody is told [S01]",
          "[S01]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.name = "Mine";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  world.apply({world.set_aside(world.journal().front(), SetAsideReason::NotAllowed)});

  CHECK(world.find(world.customer)->name == world.customer.name);
  CHECK_FALSE(is_pending(world, world.customer));
  const auto standing = world.store->standing().value();
  REQUIRE(standing.attention.size() == 1);
  CHECK(standing.attention.front().code == "set_aside.not_allowed");
  CHECK(standing.attention.front().dseq == 1);
  CHECK_FALSE(world.journal().front().is_erased());
}

TEST_CASE("view: when a visit was set aside, it and what hangs on it go out of sight together [S01]",
          "[S01]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  domain::Note note;
  note.id = make_id<domain::NoteId>(world.clock, world.random);
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  world.write([&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    return journal.create(note);
  });
  const auto operations = world.journal();
  world.apply({world.set_aside(operations[0], SetAsideReason::UnknownReference),
               world.set_aside(operations[1], SetAsideReason::DependsOnOther)});
  CHECK_FALSE(world.find(note));
  CHECK_FALSE(world.find(visit));
  CHECK(world.count("SELECT count(*) FROM confirmed") == 0);
  CHECK(world.store->standing().value().attention.size() == 2);
}

TEST_CASE("view: an edit outlives a delete that had not seen it, on every device alike [S01]", "[S01]") {
  DeviceWorld world;
  domain::Contact contact;
  contact.id = make_id<domain::ContactId>(world.clock, world.random);
  contact.customer_id = world.customer.id;
  contact.name = "Eva";
  contact.phone = "+420600000000";
  world.apply({world.office(Verb::Create, contact)});

  SECTION("the edit is pending here") {
    auto mine = contact;
    mine.email = "eva@example.org";
    world.write([&](sync::Journal& journal) { return journal.change(contact, mine); });
    world.apply({world.office(Verb::Delete, contact)});
    world.settle();
    REQUIRE(world.find(contact));
    CHECK(domain::fields_of(*world.find(contact)) == domain::fields_of(mine));
  }
  SECTION("the edit is somebody else's") {
    auto theirs = contact;
    theirs.email = "eva@example.org";
    world.apply({world.office(Verb::Delete, contact)});
    CHECK_FALSE(world.find(contact));
    world.apply({world.office_change(contact, theirs)});
    REQUIRE(world.find(contact));
    CHECK(domain::fields_of(*world.find(contact)) == domain::fields_of(theirs));
  }
}

// ---- Pages -----------------------------------------------------------------------------------------------

TEST_CASE("page: one that does not lead to the signed root stores nothing [S01]", "[S01]") {
  DeviceWorld world;
  auto theirs = world.customer;
  theirs.name = "Theirs";
  const auto before = world.store->bookmark().value();
  const auto good = world.page({world.office_change(world.customer, theirs), world.office(Verb::Create, [&] {
                                  auto other = world.customer;
                                  other.id = make_id<domain::CustomerId>(world.clock, world.random);
                                  return other;
                                }())});
  const auto refuse = [&](protocol::PullAnswer page) {
    const auto refused = world.try_apply(page);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Corrupt);
    CHECK(world.find(world.customer)->name == world.customer.name);
    CHECK(world.store->bookmark().value().feed_seq == before.feed_seq);
    CHECK(world.store->bookmark().value().root == before.root);
  };

  auto cut = good;
  cut.items.pop_back();
  refuse(cut);
  auto swapped = good;
  std::swap(swapped.items[0], swapped.items[1]);
  refuse(swapped);
  auto other_body = good;
  other_body.items[0].content->body.back() = static_cast<char>(other_body.items[0].content->body.back() ^ 1);
  refuse(other_body);
  auto other_header = good;
  other_header.items[0].content->header.back() =
      static_cast<char>(other_header.items[0].content->header.back() ^ 1);
  refuse(other_header);
  Decision set_aside;
  set_aside.ruling = Ruling::SetAside;
  auto other_decision = good;
  other_decision.items[1].decision = protocol::encode(set_aside);
  refuse(other_decision);
  auto other_operation = good;
  other_operation.items[1].operation.front() ^= 1;
  refuse(other_operation);

  REQUIRE(world.try_apply(good));
  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK_FALSE(world.try_apply(good));  // once is enough
}

TEST_CASE("page: operations of ours that are not on this disk any more are noticed [S01]", "[S01]") {
  DeviceWorld world;
  world.write([&](sync::Journal& journal) { return journal.create(world.make_visit()); });
  const auto operation = world.journal().front();
  REQUIRE(world.store->db().run("DELETE FROM operation"));
  const auto refused = world.try_apply(world.page({world.own(operation)}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Conflict);
}

TEST_CASE("page: a word of a newer program makes one record wait, and the feed goes on [S01]", "[S01]") {
  DeviceWorld world;
  auto visit = world.make_visit();
  auto fields = domain::fields_of(visit);
  fields[2] = cbor::Writer{}.text("teleportation").take();
  domain::Note note;
  note.id = make_id<domain::NoteId>(world.clock, world.random);
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  auto theirs = world.customer;
  theirs.name = "Theirs";
  world.apply({world.say(world.by_office(Verb::Create, EntityType::Visit, id_cast<AnyId>(visit.id), fields),
                         {}, true),
               world.office(Verb::Create, note), world.office_change(world.customer, theirs)});
  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK(world.count("SELECT count(*) FROM waiting_item") == 2);
  const auto attention = world.store->standing().value().attention;
  REQUIRE(attention.size() == 1);
  CHECK(attention[0].code == "sync.update_needed");
  CHECK(attention[0].count == 2);
}

// ---- Epochs ----------------------------------------------------------------------------------------------

TEST_CASE(
    "epoch: after a restored server everything of ours is offered again, and nothing here is touched [S01]",
    "[S01]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  auto mine = world.customer;
  mine.note = "mine";
  world.write([&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    return journal.change(world.customer, mine);
  });
  const auto operations = world.journal();
  world.settle();
  REQUIRE(world.store->note_held(2));
  CHECK(world.store->standing().value().unsent_count == 0);

  world.epoch = make_id<protocol::EpochId>(world.clock, world.random);
  REQUIRE(world.store->note_epoch(world.epoch));
  const auto mark = world.store->bookmark().value();
  CHECK(mark.feed_seq == 0);
  CHECK(mark.held_dseq == 0);
  CHECK(world.journal().size() == 2);
  CHECK(world.find(visit));
  CHECK(world.find(world.customer)->note == "mine");

  // Writing goes on meanwhile, also to records that others made.
  auto more = mine;
  more.phone = "+420111111111";
  world.write([&](sync::Journal& journal) { return journal.change(mine, more); });
  CHECK(world.find(world.customer)->name == world.customer.name);
  CHECK(world.find(world.customer)->phone == more.phone);

  world.feed_seq = 0;
  world.root = {};
  world.apply({world.office(Verb::Create, world.technician), world.office(Verb::Create, world.customer)});
  CHECK(world.find(world.customer)->note == "mine");
  world.settle();
  CHECK(domain::fields_of(*world.find(world.customer)) == domain::fields_of(more));
  CHECK(domain::fields_of(*world.find(visit)) == domain::fields_of(visit));
  CHECK(world.count("SELECT count(*) FROM confirmed") == 0);
}

// ---- Erasure ---------------------------------------------------------------------------------------------

TEST_CASE("erasing: a device forgets with the office, what was set aside included, and its chain holds [F03]",
          "[F03]") {
  DeviceWorld world;
  const auto visit = [&] {
    auto made = world.make_visit();
    made.reason = "planted reason";
    return made;
  }();
  domain::Note note;
  note.id = make_id<domain::NoteId>(world.clock, world.random);
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  note.text = "planted note";
  auto named = world.customer;
  named.name = "planted name";
  world.write([&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    if (const auto made = journal.create(note); !made) return made;
    return journal.change(world.customer, named);
  });
  const auto blob = world.store->keep_blob("planted photo", false).value();
  domain::Photo photo;
  photo.id = make_id<domain::PhotoId>(world.clock, world.random);
  photo.visit_id = visit.id;
  photo.blob.sha256 = blob;
  world.write([&](sync::Journal& journal) { return journal.create(photo); });
  const auto operations = world.journal();
  world.apply({world.own(operations[0]), world.set_aside(operations[1], SetAsideReason::Sealed),
               world.own(operations[2]), world.own(operations[3])});
  REQUIRE(storage::search(world.store->db(), "planted", 10).value().size() == 2);

  domain::Erasure erasure;
  erasure.id = make_id<domain::ErasureId>(world.clock, world.random);
  erasure.customer_id = world.customer.id;
  erasure.records.bytes = protocol::encode(
      std::vector<protocol::ErasedRecord>{{EntityType::Customer, id_cast<AnyId>(world.customer.id)},
                                          {EntityType::Visit, id_cast<AnyId>(visit.id)},
                                          {EntityType::Note, id_cast<AnyId>(note.id)},
                                          {EntityType::Photo, id_cast<AnyId>(photo.id)}});
  erasure.statements.bytes = protocol::encode(std::vector<protocol::ErasedSeal>{});
  world.apply({world.office(Verb::Create, erasure)});

  CHECK(world.find(world.customer)->name.empty());
  CHECK(world.find(world.customer)->number == world.customer.number);
  CHECK(world.find(visit)->reason.empty());
  CHECK(world.find(visit)->number == visit.number);
  CHECK(storage::search(world.store->db(), "planted", 10).value().empty());
  CHECK_FALSE(world.store->whole_blob(blob));
  CHECK(world.count("SELECT count(*) FROM blob") == 0);
  protocol::Head head{0, protocol::genesis_hash(world.identity.key.public_key)};
  for (const auto& operation : world.journal()) {
    REQUIRE(protocol::follow(head, operation));
    CHECK(operation.body.find("planted") == Bytes::npos);
  }
  CHECK(head == world.store->bookmark().value().head);
}

}  // namespace
}  // namespace aftercare
