// What a tablet makes of the office's word on its operations that had been set aside.

#include "sync/store/inbox.h"
#include "tests/support/device_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::Decision;
using protocol::Ruling;
using protocol::SetAsideReason;

Decision dismissed(SetAsideReason reason) {
  Decision decision;
  decision.ruling = Ruling::Dismissed;
  decision.reason = reason;
  return decision;
}

struct SettledWorld : DeviceWorld {
  domain::Visit visit = make_visit();
  domain::Note note;

  SettledWorld() {
    note.id = make_id<domain::NoteId>(clock, random);
    note.visit_id = visit.id;
    note.author_id = technician.id;
    note.text = "ring twice";
    write([&](sync::Journal& journal) -> Done {
      if (const auto made = journal.create(visit); !made) return made;
      return journal.create(note);
    });
  }
  [[nodiscard]] std::size_t attention_count() { return store->standing().value().attention.size(); }
};

TEST_CASE(
    "settled: what the office took in after all is seen again, whole, and nobody is bothered with it any more "
    "[S01] [V16]",
    "[S01] [V16]") {
  SettledWorld world;
  const auto operations = world.journal();
  const bool is_one_page = GENERATE(true, false);
  const auto first = world.set_aside(operations[0], SetAsideReason::UnknownReference);
  const auto second = world.set_aside(operations[1], SetAsideReason::DependsOnOther);
  if (is_one_page) {
    world.apply({first, second, world.own(operations[0]), world.own(operations[1])});
  } else {
    world.apply({first, second});
    REQUIRE(world.attention_count() == 2);
    REQUIRE_FALSE(world.find(world.visit));
    world.apply({world.own(operations[0]), world.own(operations[1])});
  }

  CHECK(world.attention_count() == 0);
  REQUIRE(world.find(world.visit));
  CHECK(world.find(world.visit)->result == world.visit.result);
  CHECK(world.find(world.note)->text == world.note.text);
  CHECK(world.count("SELECT count(*) FROM confirmed") == 0);
  CHECK(world.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 0);
}

TEST_CASE(
    "settled: what the office left out for good stays out of sight and is no longer told, and stays in the "
    "journal [S01] [V16]",
    "[S01] [V16]") {
  SettledWorld world;
  const auto operations = world.journal();
  world.apply({world.set_aside(operations[0], SetAsideReason::Exists),
               world.set_aside(operations[1], SetAsideReason::DependsOnOther)});
  world.apply({world.own(operations[0], dismissed(SetAsideReason::Exists)),
               world.own(operations[1], dismissed(SetAsideReason::DependsOnOther))});

  CHECK(world.attention_count() == 0);
  CHECK_FALSE(world.find(world.visit));
  CHECK_FALSE(world.find(world.note));
  CHECK_FALSE(world.journal()[0].is_erased());
}

TEST_CASE("settled: a change that was left out leaves the record as the server has it [S01]", "[S01]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.name = "Mine";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  const auto operation = world.journal().front();
  world.apply({world.set_aside(operation, SetAsideReason::NotAllowed)});
  world.apply({world.own(operation, dismissed(SetAsideReason::NotAllowed))});

  REQUIRE(world.find(world.customer));
  CHECK(world.find(world.customer)->name == world.customer.name);
}

TEST_CASE(
    "settled: a change that was taken in late does not overrule what lost, and a newer change of ours stays on "
    "top [S01]",
    "[S01]") {
  DeviceWorld world;
  auto mine = world.customer;
  mine.name = "Mine";
  mine.phone = "+420111111111";
  world.write([&](sync::Journal& journal) { return journal.change(world.customer, mine); });
  const auto operation = world.journal().front();
  world.apply({world.set_aside(operation, SetAsideReason::Revoked)});
  auto before = world.find(world.customer).value();
  auto newer = before;
  newer.note = "mine, later";
  world.write([&](sync::Journal& journal) { return journal.change(before, newer); });

  Decision merged;
  merged.ruling = Ruling::Merged;
  merged.lost[2] = domain::encode_value(mine.name);
  world.apply({world.own(operation, merged)});

  const auto seen = world.find(world.customer).value();
  CHECK(seen.name == world.customer.name);
  CHECK(seen.phone == mine.phone);
  CHECK(seen.note == newer.note);
  CHECK(world.count("SELECT count(*) FROM lost_value WHERE is_ours") == 1);
}

TEST_CASE("settled: another tablet sees what was taken in late as if it had just come [S01]", "[S01]") {
  SettledWorld author;
  const auto operation = author.journal().front();
  DeviceWorld reader;
  reader.customer = author.customer;
  reader.apply(
      {reader.office(Verb::Create, author.technician), reader.office(Verb::Create, author.customer)});
  Decision aside;
  aside.ruling = Ruling::SetAside;
  aside.reason = SetAsideReason::Revoked;

  reader.apply({reader.say(operation, aside, true)});
  CHECK_FALSE(reader.find(author.visit));
  reader.apply({reader.say(operation, {}, true)});

  CHECK(reader.find(author.visit)->number == author.visit.number);
  CHECK(reader.store->standing().value().attention.empty());
}

TEST_CASE("settled: an old answer to a push does not bring back what the office has settled [S01]", "[S01]") {
  SettledWorld world;
  const auto operations = world.journal();
  world.apply({world.set_aside(operations[0], SetAsideReason::UnknownReference),
               world.set_aside(operations[1], SetAsideReason::DependsOnOther), world.own(operations[0]),
               world.own(operations[1])});

  REQUIRE(sync::note_set_aside(world.store->db(), 1, SetAsideReason::UnknownReference, world.clock.now()));

  CHECK(world.attention_count() == 0);
}

TEST_CASE(
    "settled: read again from the start after a restore, the feed leads to the same records and no worry [S01]",
    "[S01]") {
  SettledWorld world;
  const auto operations = world.journal();
  world.apply({world.set_aside(operations[0], SetAsideReason::UnknownReference),
               world.set_aside(operations[1], SetAsideReason::DependsOnOther)});
  world.apply({world.own(operations[0]), world.own(operations[1])});

  world.epoch = make_id<protocol::EpochId>(world.clock, world.random);
  REQUIRE(world.store->note_epoch(world.epoch));
  world.feed_seq = 0;
  world.root = {};
  world.office_head = {0, protocol::genesis_hash(world.office_key.public_key)};
  world.apply({world.office(Verb::Create, world.technician), world.office(Verb::Create, world.customer),
               world.set_aside(operations[0], SetAsideReason::UnknownReference),
               world.set_aside(operations[1], SetAsideReason::DependsOnOther), world.own(operations[0]),
               world.own(operations[1])});

  CHECK(world.attention_count() == 0);
  CHECK(world.find(world.visit));
  CHECK(world.find(world.note));
  CHECK(world.count("SELECT count(*) FROM confirmed") == 0);
}

}  // namespace
}  // namespace aftercare
