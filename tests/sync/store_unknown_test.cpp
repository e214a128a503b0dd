// A tablet whose program is older than what the office writes: it carries along what it does not know, and
// has it after the update. "Older" is a program that knows less of the numbers on the wire (protocol::Known).

#include "sync/protocol/erasure.h"
#include "sync/store/inbox.h"
#include "sync/store/snapshot.h"
#include "tests/support/device_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::Known;

constexpr auto kTypeOfTomorrow = static_cast<EntityType>(99);

Done take(DeviceWorld& world, const Known& known, std::vector<protocol::FeedItem> items) {
  const auto page = world.page(std::move(items));
  return world.store->db().transaction([&]() -> Done {
    sync::Inbox inbox{world.store->db(), world.clock.now(), known};
    return inbox.apply(page, protocol::decode_root_statement(page.statement.statement).value());
  });
}
/// The page as an older program takes it.
void take_well(DeviceWorld& world, const Known& known, std::vector<protocol::FeedItem> items) {
  const auto taken = take(world, known, std::move(items));
  INFO((taken ? "" : taken.error().detail));
  REQUIRE(taken);
}
/// Today's program opens the folder.
void update(DeviceWorld& world) { world.open(); }

std::uint64_t needs_update_count(DeviceWorld& world) {
  const auto standing = world.store->standing();
  REQUIRE(standing);
  for (const auto& one : standing.value().attention) {
    if (one.code == "sync.update_needed") return one.count;
  }
  return 0;
}
std::int64_t count_of_code(DeviceWorld& world, const std::string& code) {
  return world.count("SELECT count(*) FROM attention WHERE code = '" + code + "'");
}
domain::ServicePoint make_point(DeviceWorld& world, std::string name) {
  domain::ServicePoint point;
  point.id = make_id<domain::ServicePointId>(world.clock, world.random);
  point.key = "shop";
  point.name = std::move(name);
  return point;
}

}  // namespace

TEST_CASE(
    "unknown: records of a new kind wait, the feed goes on, and after the update they stand as in the feed [S05]",
    "[S05]") {
  DeviceWorld world;
  const Known older{.type_last = 20};
  auto point = make_point(world, "Brno");
  const auto gone = make_point(world, "Praha");
  auto moved = point;
  moved.name = "Brno-střed";
  auto theirs = world.customer;
  theirs.name = "Theirs";

  take_well(world, older, {world.office(Verb::Create, point), world.office(Verb::Create, gone)});
  take_well(world, older,
            {world.office_change(point, moved), world.office(Verb::Delete, gone),
             world.office_change(world.customer, theirs)});

  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK(world.store->bookmark().value().feed_seq == world.feed_seq);
  CHECK_FALSE(world.find(point));
  CHECK(needs_update_count(world) == 2);

  update(world);

  REQUIRE(world.find(point));
  CHECK(world.find(point)->name == "Brno-střed");
  CHECK_FALSE(world.find(gone));
  CHECK(needs_update_count(world) == 0);
  CHECK(world.count("SELECT count(*) FROM waiting_item") == 0);
}

TEST_CASE(
    "unknown: what no program here knows yet is kept byte for byte over restarts, and given up by no page [S05]",
    "[S05]") {
  DeviceWorld world;
  const auto id = make_id<AnyId>(world.clock, world.random);
  const auto item = world.say(
      world.by_office(Verb::Create, kTypeOfTomorrow, id, {{1, cbor::Writer{}.text("new").take()}}), {}, true);
  cbor::Writer bytes;
  protocol::encode(bytes, item);

  world.apply({item});
  world.open();
  world.open();

  auto query = world.store->db().query("SELECT item FROM waiting_item");
  REQUIRE(query.next());
  CHECK(query.bytes(0) == bytes.view());
  CHECK(needs_update_count(world) == 1);
}

TEST_CASE("unknown: a page that was damaged is still refused, known kind or not [S05]", "[S05]") {
  DeviceWorld world;
  const auto id = make_id<AnyId>(world.clock, world.random);
  auto item = world.say(
      world.by_office(Verb::Create, kTypeOfTomorrow, id, {{1, cbor::Writer{}.integer(1).take()}}), {}, true);
  item.content->body.back() = 2;
  const auto refused = world.try_apply(world.page({item}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Corrupt);
  CHECK(world.count("SELECT count(*) FROM waiting_item") == 0);
}

TEST_CASE(
    "unknown: what follows a new verb on the same record waits behind it, and is applied in its order [S05]",
    "[S05]") {
  DeviceWorld world;
  const auto knows_no_delete = Known{.verb_last = 3};
  auto first = world.customer;
  first.note = "first";
  auto again = world.customer;
  again.note = "made again";
  const auto before = world.count("SELECT max(seq) FROM record_position");

  // Deleted, then brought back by somebody's unseen edit: in another order there would be nothing left.
  take_well(world, knows_no_delete,
            {world.office_change(world.customer, first), world.office(Verb::Delete, first),
             world.office_change(first, again)});

  CHECK(world.find(world.customer)->note == "first");
  CHECK(world.count("SELECT count(*) FROM waiting_item") == 2);
  CHECK(world.count("SELECT max(seq) FROM record_position") ==
        before + 1);  // our next edit has not seen more

  update(world);

  REQUIRE(world.find(world.customer));
  CHECK(world.find(world.customer)->note == "made again");
}

TEST_CASE("unknown: a new ruling on our own change leaves it pending until the update [S05]", "[S05]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.name = "Mine";
  mine.note = "my note";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  protocol::Decision merged;
  merged.ruling = protocol::Ruling::Merged;
  merged.lost[2] = domain::encode_value(std::string{"Mine"});

  take_well(world, Known{.ruling_last = 1}, {world.own(world.journal().front(), merged)});
  CHECK(world.find(world.customer)->name == "Mine");
  CHECK(world.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 1);

  update(world);

  CHECK(world.find(world.customer)->name == world.customer.name);
  CHECK(world.find(world.customer)->note == "my note");
  CHECK(world.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 0);
}

TEST_CASE(
    "unknown: a new reason for setting aside is told without words, and with them after the update [S05]",
    "[S05]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.note = "mine";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });

  take_well(world, Known{.reason_last = 5},
            {world.set_aside(world.journal().front(), protocol::SetAsideReason::Sealed)});
  CHECK(count_of_code(world, "set_aside.newer_reason") == 1);
  CHECK(world.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 0);

  update(world);

  CHECK(count_of_code(world, "set_aside.newer_reason") == 0);
  CHECK(count_of_code(world, "set_aside.sealed") == 1);
}

TEST_CASE("unknown: a receipt with a reason that nobody here knows is taken [S05]", "[S05]") {
  DeviceWorld world;
  world.write([&](sync::Journal& journal) { return journal.create(world.make_visit()); });
  protocol::PushAnswer answer;
  const auto bookmark = world.store->bookmark().value();
  const protocol::Receipt receipt{.organisation_id = world.identity.organisation_id,
                                  .epoch = world.epoch,
                                  .device_id = world.identity.device_id,
                                  .lineage = bookmark.lineage,
                                  .head = bookmark.head};
  answer.receipt =
      protocol::sign_statement(world.organisation_key, protocol::kReceiptTag, protocol::encode(receipt));
  answer.set_aside.push_back({1, static_cast<protocol::SetAsideReason>(200)});

  const auto read = protocol::decode_push_answer(protocol::encode(answer));
  REQUIRE(read);
  REQUIRE(world.store->note_receipt(receipt, answer.receipt, read.value().set_aside));
  CHECK(count_of_code(world, "set_aside.newer_reason") == 1);
  update(world);
  CHECK(count_of_code(world, "set_aside.newer_reason") == 1);  // still nobody knows it
}

TEST_CASE(
    "unknown: a new word in a record that we changed, too, holds up neither the feed nor our change [S05]",
    "[S05]") {
  DeviceWorld world;
  domain::WorkOrder order;
  order.id = make_id<domain::WorkOrderId>(world.clock, world.random);
  order.number = "W-22-0001-K";
  order.customer_id = world.customer.id;
  world.apply({world.office(Verb::Create, order)});
  auto mine = order;
  mine.summary = "mine";
  world.write([&](sync::Journal& journal) { return journal.change(order, mine); });
  const auto new_word = world.by_office(Verb::Change, EntityType::WorkOrder, id_cast<AnyId>(order.id),
                                        {{5, cbor::Writer{}.text("teleportation").take()}});
  auto theirs = world.customer;
  theirs.name = "Theirs";

  world.apply({world.say(new_word, {}, true)});
  world.apply({world.own(world.journal().front()), world.office_change(world.customer, theirs)});
  world.apply({});

  CHECK(world.find(world.customer)->name == "Theirs");
  CHECK(world.find(order)->summary == "mine");
  CHECK(world.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 0);
}

TEST_CASE("unknown: an erasure takes what waits about the erased, of new kinds too [S05][F03]",
          "[S05][F03]") {
  DeviceWorld world;
  const auto id = make_id<AnyId>(world.clock, world.random);
  world.apply({world.say(
      world.by_office(Verb::Create, kTypeOfTomorrow, id, {{1, cbor::Writer{}.text("Jana's words").take()}}),
      {}, true)});
  domain::Erasure erasure;
  erasure.id = make_id<domain::ErasureId>(world.clock, world.random);
  erasure.customer_id = world.customer.id;
  erasure.records.bytes = protocol::encode(std::vector<protocol::ErasedRecord>{
      {EntityType::Customer, id_cast<AnyId>(world.customer.id)}, {kTypeOfTomorrow, id}});

  world.apply({world.office(Verb::Create, erasure)});

  CHECK(world.count("SELECT count(*) FROM waiting_item") == 0);
  CHECK(world.find(world.customer)->name.empty());
}

TEST_CASE("unknown: a decision's ruling and reason may be new, but not nonsense [S05]", "[S05]") {
  const auto decision = [](std::int64_t ruling, std::int64_t reason) {
    return protocol::decode_decision(
        cbor::Writer{}.array(5).integer(ruling).integer(reason).map(0).map(0).null().take());
  };
  REQUIRE(decision(5, 12));
  CHECK_FALSE(protocol::is_known(decision(5, 12).value().ruling));
  CHECK_FALSE(protocol::is_known(decision(5, 12).value().reason));
  CHECK_FALSE(decision(0, 0));
  CHECK_FALSE(decision(256, 0));
  CHECK_FALSE(decision(3, 256));
}

// ---- Records that come as they stand
// -----------------------------------------------------------------------

template <class Record>
protocol::RecordRow row_of(const Record& record, std::uint64_t seq) {
  protocol::RecordRow row;
  row.type = static_cast<std::uint32_t>(domain::EntityInfo<Record>::type);
  row.id = id_cast<AnyId>(record.id);
  row.fields = cbor::encode(domain::fields_of(record));
  row.seq = seq;
  return row;
}
void take_rows(DeviceWorld& world, const Known& known, const std::vector<protocol::RecordRow>& rows) {
  const auto taken = world.store->db().transaction(
      [&] { return sync::take_in_rows(world.store->db(), rows, std::nullopt, known); });
  INFO((taken ? "" : taken.error().detail));
  REQUIRE(taken);
}

TEST_CASE(
    "unknown: a new kind of record that comes as it stands waits, with what the feed says of it later [S05]",
    "[S05]") {
  DeviceWorld world;
  REQUIRE(world.store->note_no_snapshot());
  const Known older{.type_last = 20};
  const auto point = make_point(world, "Brno");
  auto moved = point;
  moved.name = "Brno-střed";

  take_rows(world, older, {row_of(point, world.feed_seq)});
  CHECK(needs_update_count(world) == 1);
  take_well(world, older, {world.office_change(point, moved)});
  CHECK_FALSE(world.find(point));
  CHECK(needs_update_count(world) == 1);
  CHECK(world.count("SELECT count(*) FROM attention") == 0);

  update(world);

  REQUIRE(world.find(point));
  CHECK(world.find(point)->name == "Brno-střed");
  CHECK(needs_update_count(world) == 0);
  CHECK(world.count("SELECT count(*) FROM waiting_row") == 0);
}

TEST_CASE(
    "unknown: what the feed says of a record that waits for what it points to waits behind it [S05][S01]",
    "[S05][S01]") {
  DeviceWorld world;
  domain::Customer later;
  later.id = make_id<domain::CustomerId>(world.clock, world.random);
  later.number = "C-22-0002-K";
  later.name = "Later";
  domain::Contact contact;
  contact.id = make_id<domain::ContactId>(world.clock, world.random);
  contact.customer_id = later.id;
  contact.name = "Eva";
  auto renamed = contact;
  renamed.phone = "+420777777777";

  take_rows(world, {}, {row_of(contact, world.feed_seq)});
  world.apply({world.office_change(contact, renamed)});
  CHECK_FALSE(world.find(contact));
  take_rows(world, {}, {row_of(later, world.feed_seq)});
  world.open();

  REQUIRE(world.find(contact));
  CHECK(world.find(contact)->phone == "+420777777777");
  CHECK(world.find(contact)->name == "Eva");
}

TEST_CASE(
    "unknown: an operation that was set aside does not let what waits before it be taken for old [S05][S01]",
    "[S05][S01]") {
  DeviceWorld world;
  auto theirs = world.customer;
  theirs.note = "theirs";
  auto ours = world.customer;
  ours.phone = "+420777777777";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, ours); });

  take_well(world, Known{.verb_last = 1},
            {world.office_change(world.customer, theirs),
             world.set_aside(world.journal().front(), protocol::SetAsideReason::Sealed)});
  CHECK(world.find(world.customer)->note.empty());
  update(world);

  CHECK(world.find(world.customer)->note == "theirs");
}

TEST_CASE("erasure: a record that came as it stands after it keeps what was written knowing of it [S01][S02]",
          "[S01][S02]") {
  DeviceWorld world;
  auto named_again = world.customer;
  named_again.name = "Firma";
  domain::Erasure erasure;
  erasure.id = make_id<domain::ErasureId>(world.clock, world.random);
  erasure.customer_id = world.customer.id;
  erasure.at = world.clock.now();
  erasure.records.bytes = protocol::encode(
      std::vector<protocol::ErasedRecord>{{EntityType::Customer, id_cast<AnyId>(world.customer.id)}});

  take_rows(world, {}, {row_of(named_again, world.feed_seq + 2)});
  world.apply({world.office(Verb::Create, erasure)});

  CHECK(world.find(world.customer)->name == "Firma");
}

}  // namespace aftercare
