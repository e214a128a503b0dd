// How operations get into an organisation's journal: exactly once, decided once, by the rules.

#include "tests/support/organisation_world.h"

#include <rapidcheck.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using server::Accepted;
using server::Standing;

protocol::Decision decision_at(OrganisationWorld& world, std::uint64_t seq) {
  auto query = world.store->db().query("SELECT decision FROM feed WHERE seq = ?", seq);
  REQUIRE(query.next());
  return protocol::decode_decision(query.bytes(0)).value();
}

TEST_CASE("accepting: a push is taken once, and the same push gets the same answer byte for byte [S01]",
          "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto operations = tablet.unsent;

  const auto first = std::get<Accepted>(world.push(tablet, operations));
  const auto feed_seq = world.feed_seq();
  world.clock.pass(std::chrono::hours{1});
  const auto again = std::get<Accepted>(world.push(tablet, operations));

  CHECK(again.answer == first.answer);
  CHECK(world.feed_seq() == feed_seq);
  REQUIRE(world.find(visit));
  CHECK(world.find(visit)->kind == domain::VisitKind::Installation);
  const auto receipt = protocol::decode_push_answer(first.answer).value().receipt;
  CHECK(is_signed_by(world.store->organisation().signing_key.public_key, protocol::kReceiptTag, receipt));
  const auto word = protocol::decode_receipt(receipt.statement).value();
  CHECK(word.head == tablet.head);
  CHECK(word.lineage == tablet.lineage);
  CHECK(word.seq == feed_seq);
}

TEST_CASE("accepting: what overlaps with what is here is skipped, the rest is taken [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  world.record_visit(tablet);
  const auto operations = tablet.unsent;
  world.push(tablet, {operations[0], operations[1]});
  const auto seq = world.feed_seq();

  const auto outcome = world.push(tablet, operations);

  REQUIRE(std::holds_alternative<Accepted>(outcome));
  CHECK(world.feed_seq() == seq + 2);
  const auto receipt = protocol::decode_push_answer(std::get<Accepted>(outcome).answer).value().receipt;
  CHECK(protocol::decode_receipt(receipt.statement).value().head == tablet.head);
  CHECK(world.count("SELECT count(*) - count(DISTINCT hash) FROM feed") == 0);
}

TEST_CASE("accepting: after a gap the server says where it stands, and takes nothing [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  world.record_visit(tablet);
  const auto operations = tablet.unsent;
  world.push(tablet, {operations[0]});
  const auto seq = world.feed_seq();

  const auto outcome = world.push(tablet, {operations[2], operations[3]});

  REQUIRE(std::holds_alternative<Standing>(outcome));
  CHECK(std::get<Standing>(outcome).head ==
        protocol::Head{1, protocol::operation_hash(operations[0].header)});
  CHECK(std::get<Standing>(outcome).lineage == tablet.lineage);
  CHECK(world.feed_seq() == seq);
}

TEST_CASE("accepting: a journal that nobody knows is told where the device's own one stands [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  world.record_visit(tablet);
  const auto operations = tablet.unsent;
  auto stranger = tablet;
  stranger.lineage.fill(0x77);
  const auto outcome = world.push(stranger, operations);
  REQUIRE(std::holds_alternative<Standing>(outcome));
  CHECK(std::get<Standing>(outcome).lineage == tablet.lineage);
  CHECK(std::get<Standing>(outcome).head.dseq == 0);
}

TEST_CASE("accepting: a device that was copied gets a second journal, and both go on [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  world.sync(tablet);
  auto copy = tablet;

  const auto on_tablet = world.record_visit(tablet);
  world.sync(tablet);
  const auto on_copy = world.record_visit(copy);
  const auto copied = copy.unsent;
  world.sync(copy);

  CHECK(copy.lineage != tablet.lineage);
  CHECK(copy.lineage == protocol::operation_hash(copied.front().header));
  CHECK(world.find(on_tablet));
  CHECK(world.find(on_copy));
  CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'lineage.forked'") == 1);

  world.record_visit(tablet);
  world.sync(tablet);
  world.record_visit(copy);
  world.sync(copy);
  CHECK(world.count("SELECT count(*) FROM lineage") == 3);  // the office, the tablet, the copy
  // The copy may also send its fork again under the old name: it is known.
  auto forgetful = copy;
  forgetful.lineage = tablet.lineage;
  const auto seq = world.feed_seq();
  CHECK(std::holds_alternative<Accepted>(world.push(forgetful, copied)));
  CHECK(world.feed_seq() == seq);
  CHECK(world.find(visit));
}

TEST_CASE("accepting: a push that does not hold together is refused as a whole [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto other = world.enrol();
  world.record_visit(tablet);
  const auto operations = tablet.unsent;
  const auto prepare = [&](const protocol::PushRequest& request, const Journalist& device) {
    return bool(
        server::prepare_push(request, device.organisation_id, device.device_id, device.key.public_key));
  };
  const auto honest = tablet.request_of(operations);
  REQUIRE(prepare(honest, tablet));

  CHECK_FALSE(
      prepare(other.request_of(operations), other));  // another device's operations under our signature
  auto wrong = honest;
  wrong.head_signature = other.request_of(operations).head_signature;
  CHECK_FALSE(prepare(wrong, tablet));
  wrong = honest;
  std::swap(wrong.operations[1], wrong.operations[2]);
  CHECK_FALSE(prepare(wrong, tablet));
  wrong = honest;
  wrong.operations.erase(wrong.operations.begin() + 1);
  CHECK_FALSE(prepare(wrong, tablet));
  wrong = honest;
  wrong.operations[1].body.back() = static_cast<char>(wrong.operations[1].body.back() ^ 1);
  CHECK_FALSE(prepare(wrong, tablet));
  wrong = honest;
  wrong.operations.pop_back();
  CHECK_FALSE(prepare(wrong, tablet));  // the signature is of another head
  CHECK_FALSE(
      server::prepare_push(honest, protocol::OrganisationId{}, tablet.device_id, tablet.key.public_key));
}

TEST_CASE("accepting: each reason for setting aside, and the queue goes on behind it [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  using enum SetAsideReason;
  const auto check_one = [&](SetAsideReason reason) {
    const auto seq = world.feed_seq();
    const auto dseq = tablet.head.dseq;
    const auto note_of = [&] {
      domain::Note note;
      note.id = world.id<domain::NoteId>();
      note.customer_id = world.customer.id;
      note.author_id = world.technician.id;
      note.text = "goes on";
      return note;
    };
    const auto note = note_of();
    world.create(tablet, note);
    const auto set_aside = world.sync(tablet);
    REQUIRE(set_aside.size() == 1);
    CHECK(domain::name_of(set_aside.begin()->second) == domain::name_of(reason));
    CHECK(set_aside.begin()->first == dseq);
    CHECK(world.feed_seq() == seq + 2);
    CHECK(world.find(note));
    CHECK(decision_at(world, seq + 1).reason == reason);
  };

  SECTION("a body that is no map") {
    tablet.write(Verb::Create, EntityType::Customer, world.id<AnyId>(), "\x81\x01", 0, world.clock,
                 world.random);
    check_one(Unreadable);
  }
  SECTION("a body with a word that nobody knows") {
    tablet.write(Verb::Create, EntityType::Visit, world.id<AnyId>(),
                 cbor::encode({{2, cbor::Writer{}.text("tomorrow").take()}}), 0, world.clock, world.random);
    check_one(Unreadable);
  }
  SECTION("a body that is too long") {
    auto customer = world.customer;
    customer.id = world.id<domain::CustomerId>();
    customer.note.assign(protocol::kLimits.body_byte_count_max, 'x');
    world.create(tablet, customer);
    check_one(Unreadable);
  }
  SECTION("a record that only the office writes") {
    domain::User user;
    user.id = world.id<domain::UserId>();
    user.role = domain::Role::Administrator;
    world.create(tablet, user);
    check_one(NotAllowed);
  }
  SECTION("a sign-off that no seal makes") {
    domain::SignOff sign_off;
    sign_off.id = world.id<domain::SignOffId>();
    const auto visit = world.record_visit(tablet);
    world.sync(tablet);
    sign_off.visit_id = visit.id;
    world.create(tablet, sign_off);
    check_one(NotAllowed);
  }
  SECTION("a change to nothing") {
    auto after = world.customer;
    after.id = world.id<domain::CustomerId>();
    after.name = "Eva";
    auto before = world.customer;
    before.id = after.id;
    world.change(tablet, before, after, 0);
    check_one(UnknownRecord);
  }
  SECTION("something that is there already") {
    world.create(tablet, world.customer);
    check_one(Exists);
  }
  SECTION("a reference to nothing") {
    auto visit = world.make_visit();
    visit.customer_id = world.id<domain::CustomerId>();
    world.create(tablet, visit);
    check_one(UnknownReference);
  }
  SECTION("deleting what others point to") {
    world.record_visit(tablet);
    world.sync(tablet);
    world.remove(tablet, world.customer, world.feed_seq());
    check_one(UnknownReference);
  }
  SECTION("a change to a sealed visit") {
    const auto visit = world.record_visit(tablet);
    world.seal(tablet, visit);
    REQUIRE(world.sync(tablet).empty());
    auto after = visit;
    after.result = "better";
    world.change(tablet, visit, after, world.feed_seq());
    check_one(Sealed);
  }
  SECTION("a delete of what somebody else edited unseen") {
    auto contact = domain::Contact{};
    contact.id = world.id<domain::ContactId>();
    contact.customer_id = world.customer.id;
    contact.name = "Eva";
    world.create(tablet, contact);
    world.sync(tablet);
    const auto seen = world.feed_seq();
    auto edited = contact;
    edited.phone = "+420600000000";
    REQUIRE(world.change_by_office(contact, edited));
    world.remove(tablet, contact, seen);
    check_one(Edited);
    CHECK(world.find(contact)->phone == edited.phone);
  }
}

TEST_CASE("accepting: a revoked device's work is kept, and waits for a person [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto set_aside = world.sync(tablet, /*is_revoked=*/true);
  CHECK(set_aside.size() == 4);
  for (const auto& [dseq, reason] : set_aside) CHECK(reason == SetAsideReason::Revoked);
  CHECK_FALSE(world.find(visit));
  CHECK(world.count("SELECT count(*) FROM feed WHERE ruling = 3 AND body IS NOT NULL") == 4);
}

TEST_CASE("accepting: what builds on something set aside waits with it, and the rest does not [S01]",
          "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto lost = world.make_visit();
  lost.customer_id = world.id<domain::CustomerId>();
  world.create(tablet, lost);  // points to nothing
  auto after = lost;
  after.result = "more";
  world.change(tablet, lost, after, 0);  // about it
  domain::Note note;
  note.id = world.id<domain::NoteId>();
  note.visit_id = lost.id;
  note.author_id = world.technician.id;
  world.create(tablet, note);  // points to it
  const auto good = world.record_visit(tablet);

  const auto set_aside = world.sync(tablet);

  REQUIRE(set_aside.size() == 3);
  CHECK(set_aside.at(1) == SetAsideReason::UnknownReference);
  CHECK(set_aside.at(2) == SetAsideReason::DependsOnOther);
  CHECK(set_aside.at(3) == SetAsideReason::DependsOnOther);
  CHECK(world.find(good));
}

// ---- Sealing ---------------------------------------------------------------------------------------------

TEST_CASE(
    "sealing: the server countersigns a seal, and from then on the visit is frozen for everybody [S01][S07]",
    "[S01][S07]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto other = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto sign_off = world.seal(tablet, visit);
  const auto hash = protocol::operation_hash(tablet.unsent[tablet.unsent.size() - 2].header);
  REQUIRE(world.sync(tablet).empty());

  const auto decision = decision_at(world, world.feed_seq());
  REQUIRE(decision.countersign);
  CHECK(is_signed_by(world.store->organisation().signing_key.public_key, protocol::kCountersignTag,
                     *decision.countersign));
  const auto word = protocol::decode_countersign(decision.countersign->statement).value();
  CHECK(word.seal == protocol::seal_hash(sign_off.seal_list.bytes));
  CHECK(word.operation == hash);
  CHECK(word.seq == world.feed_seq());

  auto after = visit;
  after.price_minor = 1;
  const auto refused = world.change_by_office(visit, after);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Refused);
  world.change(other, visit, after, world.feed_seq());
  domain::Note note;
  note.id = world.id<domain::NoteId>();
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  note.text = "afterwards";
  world.create(other, note);
  world.remove(other, visit, world.feed_seq());
  const auto set_aside = world.sync(other);
  CHECK(set_aside.size() == 3);
  for (const auto& [dseq, reason] : set_aside) {
    CHECK((reason == SetAsideReason::Sealed || reason == SetAsideReason::DependsOnOther));
  }
  CHECK(world.find(visit)->price_minor == visit.price_minor);
}

TEST_CASE("sealing: a seal that does not fit what it seals is set aside [S07]", "[S07]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto reasons_of = [&](const std::map<std::uint64_t, SetAsideReason>& set_aside) {
    std::vector<std::string_view> reasons;
    for (const auto& [dseq, reason] : set_aside) reasons.push_back(domain::name_of(reason));
    return reasons;
  };
  using Reasons = std::vector<std::string_view>;

  SECTION("a group was changed") {
    world.seal(tablet, visit, [](auto& groups) { groups[7].content = Bytes{cbor::kNull}; });
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"bad_seal", "depends_on_other"});
  }
  SECTION("a group is missing") {
    world.seal(tablet, visit, [](auto& groups) { groups.pop_back(); });
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"bad_seal", "depends_on_other"});
  }
  SECTION("there is a group more") {
    world.seal(tablet, visit, [](auto& groups) {
      groups.push_back({"more", Bytes(16, 'x'), Bytes{cbor::kNull}});
    });
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"bad_seal", "depends_on_other"});
  }
  SECTION("the signature is another's") {
    world.seal(tablet, visit);
    tablet.unsent.pop_back();
    tablet.head = {tablet.head.dseq - 1, protocol::operation_hash(tablet.unsent.back().header)};
    domain::SignOff wrong;
    const auto header = protocol::decode_header(tablet.unsent.back().header).value();
    wrong.signature.bytes = view(sign(make_signing_key(world.random), protocol::kSignTag, "x"));
    tablet.write(Verb::Append, EntityType::SignOff, header.entity_id,
                 cbor::encode({{13, domain::encode_value(wrong.signature)}}), 0, world.clock, world.random);
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"bad_seal"});
  }
  SECTION("the visit is not ready") {
    auto bare = world.make_visit();
    world.create(tablet, bare);
    world.seal(tablet, bare);
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"not_ready", "depends_on_other"});
  }
  SECTION("it is sealed already") {
    world.seal(tablet, visit);
    REQUIRE(world.sync(tablet).empty());
    world.seal(tablet, visit);
    CHECK(reasons_of(world.sync(tablet)) == Reasons{"sealed", "depends_on_other"});
  }
}

TEST_CASE("sealing: nobody adds a group to a visit that was sealed, or signs in another's place [S07]",
          "[S07]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto other = world.enrol();
  const auto visit = world.record_visit(tablet);
  const auto sign_off = world.seal(tablet, visit);
  const auto append = tablet.unsent.back();
  tablet.unsent.pop_back();
  REQUIRE(world.sync(tablet).empty());

  domain::SealedGroup more;
  more.id = world.id<domain::SealedGroupId>();
  more.visit_id = visit.id;
  more.sign_off_id = id_cast<domain::SealId>(sign_off.id);
  more.name = "more";
  world.create(other, more);
  auto query =
      world.store->db().query("SELECT hash FROM feed WHERE entity_id = ? ORDER BY seq LIMIT 1", sign_off.id);
  REQUIRE(query.next());
  const auto foreign =
      protocol::sign_seal(other.key, protocol::seal_hash(sign_off.seal_list.bytes), query.hash(0));
  domain::Blob signature{Bytes{view(foreign)}};
  other.write(Verb::Append, EntityType::SignOff, id_cast<AnyId>(sign_off.id),
              cbor::encode({{13, domain::encode_value(signature)}}), 0, world.clock, world.random);
  const auto set_aside = world.sync(other);
  REQUIRE(set_aside.size() == 2);
  CHECK(set_aside.at(1) == SetAsideReason::Sealed);
  CHECK(set_aside.at(2) == SetAsideReason::BadSeal);

  tablet.unsent = {append};
  CHECK(world.sync(tablet).empty());  // the right one still gets in
}

// ---- Merging ---------------------------------------------------------------------------------------------

TEST_CASE("merging: fields that different people changed are all kept [S01]", "[S01]") {
  OrganisationWorld world;
  auto one = world.enrol();
  auto two = world.enrol();
  const auto seen = world.feed_seq();
  auto first = world.customer;
  first.name = "Jana Dvořáková";
  auto second = world.customer;
  second.phone = "+420777777777";
  world.change(one, world.customer, first, seen);
  world.change(two, world.customer, second, seen);
  world.sync(one);
  world.sync(two);
  CHECK(decision_at(world, world.feed_seq()).ruling == protocol::Ruling::Accepted);
  CHECK(world.find(world.customer)->name == first.name);
  CHECK(world.find(world.customer)->phone == second.phone);
}

TEST_CASE("merging: of two unseen values the later wins whichever arrives first, and the other is kept [S01]",
          "[S01]") {
  for (const bool is_later_first : {true, false}) {
    OrganisationWorld world;
    auto one = world.enrol();
    auto two = world.enrol();
    const auto seen = world.feed_seq();
    auto earlier = world.customer;
    earlier.name = "Earlier";
    auto later = world.customer;
    later.name = "Later";
    world.change(one, world.customer, earlier, seen);
    world.clock.pass(std::chrono::seconds{1});
    world.change(two, world.customer, later, seen);
    world.sync(is_later_first ? two : one);
    world.sync(is_later_first ? one : two);

    CHECK(world.find(world.customer)->name == "Later");
    const auto decision = decision_at(world, world.feed_seq());
    CHECK(decision.ruling == protocol::Ruling::Merged);
    CHECK((is_later_first ? decision.lost : decision.replaced).at(2) ==
          domain::encode_value(std::string{"Earlier"}));
  }
}

TEST_CASE("merging: a clock that runs years ahead wins for five minutes and no longer", "[S01]") {
  OrganisationWorld world;
  auto wrong = world.enrol();
  auto right = world.enrol();
  const auto seen = world.feed_seq();
  auto from_future = world.customer;
  from_future.name = "Future";
  const auto now = world.clock.wall;
  world.clock.wall += std::chrono::hours{24 * 365 * 5};
  world.change(wrong, world.customer, from_future, seen);
  world.clock.wall = now;
  world.sync(wrong);

  world.clock.pass(std::chrono::minutes{6});
  auto honest = world.customer;
  honest.name = "Honest";
  world.change(right, world.customer, honest, seen);
  world.sync(right);
  CHECK(world.find(world.customer)->name == "Honest");
  CHECK(decision_at(world, world.feed_seq()).replaced.contains(2));
}

TEST_CASE("merging: the office decides what is the office's, the technician what happened on site [S01]",
          "[S01]") {
  OrganisationWorld world;
  domain::WorkOrder order;
  order.id = world.id<domain::WorkOrderId>();
  order.number = "W-22-0001-K";
  order.customer_id = world.customer.id;
  order.bring = "nothing";
  world.by_office(order);
  auto tablet = world.enrol();
  const auto seen = world.feed_seq();

  auto on_site = order;
  on_site.bring = "a ladder";
  world.change(tablet, order, on_site, seen);
  world.clock.pass(std::chrono::hours{1});
  auto planned = order;
  planned.bring = "a pump";
  REQUIRE(world.change_by_office(order, planned));
  world.clock.pass(std::chrono::hours{1});
  auto later = order;
  later.bring = "two ladders";
  world.change(tablet, order, later, seen);
  world.sync(tablet);
  CHECK(world.find(order)->bring == "a pump");

  const auto visit = world.record_visit(tablet);
  world.sync(tablet);
  const auto base = world.feed_seq();
  auto by_technician = visit;
  by_technician.price_minor = 100;
  world.change(tablet, visit, by_technician, base);
  world.clock.pass(std::chrono::hours{1});
  auto by_office = visit;
  by_office.price_minor = 200;
  REQUIRE(world.change_by_office(visit, by_office));
  world.sync(tablet);
  CHECK(world.find(visit)->price_minor == 100);
}

TEST_CASE(
    "merging: a work order moves by the state machine, and a step that it lacks is lost, not lied about [S01]",
    "[S01]") {
  OrganisationWorld world;
  domain::WorkOrder order;
  order.id = world.id<domain::WorkOrderId>();
  order.number = "W-22-0001-K";
  order.customer_id = world.customer.id;
  order.state = domain::WorkOrderState::Assigned;
  world.by_office(order);
  auto tablet = world.enrol();
  const auto seen = world.feed_seq();
  auto cancelled = order;
  cancelled.state = domain::WorkOrderState::Cancelled;
  REQUIRE(world.change_by_office(order, cancelled));

  auto on_site = order;
  on_site.state = domain::WorkOrderState::OnSite;
  world.change(tablet, order, on_site, seen);
  world.sync(tablet);
  CHECK(world.find(order)->state == domain::WorkOrderState::Cancelled);
  CHECK(decision_at(world, world.feed_seq()).lost.contains(6));

  auto finished = order;
  finished.state = domain::WorkOrderState::Done;
  world.change(tablet, order, finished, seen);
  world.sync(tablet);
  CHECK(world.find(order)->state == domain::WorkOrderState::Done);  // it happened
}

TEST_CASE("merging: what is written once keeps its first value [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto other = world.customer;
  other.number = "C-99-9999-9";
  world.change(tablet, world.customer, other, world.feed_seq());
  world.sync(tablet);
  CHECK(world.find(world.customer)->number == world.customer.number);
  CHECK(decision_at(world, world.feed_seq()).lost.contains(1));
}

TEST_CASE("merging: an edit that had not seen a delete brings the whole record back [S01]", "[S01]") {
  OrganisationWorld world;
  auto one = world.enrol();
  auto two = world.enrol();
  domain::Contact contact;
  contact.id = world.id<domain::ContactId>();
  contact.customer_id = world.customer.id;
  contact.name = "Eva";
  contact.phone = "+420600000000";
  world.create(one, contact);
  world.sync(one);
  const auto seen = world.feed_seq();
  auto edited = contact;
  edited.email = "eva@example.org";
  world.remove(one, contact, seen);
  world.change(two, contact, edited, seen);
  world.sync(one);
  CHECK_FALSE(world.find(contact));
  CHECK(world.sync(two).empty());
  REQUIRE(world.find(contact));
  CHECK(world.find(contact)->name == "Eva");
  CHECK(world.find(contact)->phone == contact.phone);
  CHECK(world.find(contact)->email == edited.email);
}

TEST_CASE("merging: changes that do not conflict end alike in any order of arrival [S01]", "[S01]") {
  OrganisationWorld world;
  Journalist devices[] = {world.enrol(), world.enrol()};
  const auto play = [&](const std::vector<int>& picks, const std::vector<bool>& order, bool is_swapped) {
    const auto customer = world.make_customer("Jana");
    world.by_office(customer);
    const auto seen = world.feed_seq();
    // The first device owns name and note, the second phone and e-mail; nobody pulls in between.
    domain::Customer views[] = {customer, customer};
    int count = 0;
    for (const auto pick : picks) {
      for (const std::size_t who : {0U, 1U}) {
        auto after = views[who];
        (who == 0 ? (pick == 0 ? after.name : after.note) : (pick == 0 ? after.phone : after.email)) =
            std::to_string(++count);
        world.clock.pass(std::chrono::milliseconds{1});
        world.change(devices[who], views[who], after, seen);
        views[who] = after;
      }
    }
    std::vector<protocol::Operation> queues[] = {std::exchange(devices[0].unsent, {}),
                                                 std::exchange(devices[1].unsent, {})};
    for (const auto choice : order) {
      const std::size_t who = choice != is_swapped ? 1 : 0;
      if (queues[who].empty()) continue;
      world.push(devices[who], {queues[who].front()});
      queues[who].erase(queues[who].begin());
    }
    for (const std::size_t who : {0U, 1U}) {
      if (!queues[who].empty()) world.push(devices[who], queues[who]);
    }
    auto found = *world.find(customer);
    found.number.clear();
    return domain::fields_of(found);
  };

  rc::check("two devices, disjoint fields, any interleaving", [&] {
    const auto picks = *rc::gen::container<std::vector<int>>(6, rc::gen::inRange(0, 2));
    const auto order = *rc::gen::container<std::vector<bool>>(12, rc::gen::arbitrary<bool>());
    RC_ASSERT(play(picks, order, false) == play(picks, order, true));
  });
  CHECK(world.count("SELECT count(*) FROM feed WHERE ruling <> 1") == 0);
}

TEST_CASE("accepting: after any mixture of pushes, resends and forks every journal and the root verify [S01]",
          "[S01]") {
  FakeRandom dice{99};
  OrganisationWorld world;
  std::vector<Journalist> devices{world.enrol(), world.enrol(), world.enrol()};
  std::vector<protocol::Operation> last;
  std::size_t who_was_last = 0;
  for (int step = 0; step < 120; ++step) {
    const auto who = static_cast<std::size_t>(dice.next() % devices.size());
    auto& device = devices[who];
    world.clock.pass(std::chrono::milliseconds{dice.next() % 3});
    switch (dice.next() % 6) {
      case 0: world.record_visit(device); break;
      case 1: {
        auto after = world.customer;
        after.note = std::to_string(step);
        world.change(device, world.customer, after, dice.next() % (world.feed_seq() + 1));
        break;
      }
      case 2:
        device.write(Verb::Create, EntityType::Customer, world.id<AnyId>(), "not cbor", 0, world.clock,
                     world.random);
        break;
      case 3:
        if (devices.size() < 5) devices.push_back(devices[who]);  // a copy of its folder
        break;
      default:
        if (device.unsent.empty()) break;
        last = device.unsent;
        who_was_last = who;
        world.sync(devices[who]);
        if (dice.next() % 2 == 0) {
          const auto seq = world.feed_seq();
          world.push(devices[who_was_last], last);
          REQUIRE(world.feed_seq() == seq);
        }
    }
  }
  for (auto& device : devices) world.sync(device);

  Hash root{};
  std::uint64_t seq = 0;
  for (const auto& item : world.feed()) {
    REQUIRE(item.seq == ++seq);
    root = protocol::next_root(world.store->organisation().epoch, root, seq, item.operation,
                               item.decision_commitment);
  }
  CHECK(root == world.store->head().value().root);
  auto lineages = world.store->db().query("SELECT id, fork_dseq, dseq, head, parent_id FROM lineage");
  while (lineages.next()) {
    protocol::Head head;
    auto rows = world.store->db().query(
        "SELECT header, salt, body FROM feed WHERE lineage_id = ? ORDER BY dseq", lineages.integer(0));
    while (rows.next()) {
      const protocol::Operation operation{rows.bytes(0), rows.bytes(1), rows.bytes(2)};
      if (head.dseq == 0)
        head = {static_cast<std::uint64_t>(lineages.integer(1)),
                protocol::decode_header(operation.header).value().previous_hash};
      REQUIRE(protocol::follow(head, operation));
    }
    if (head.dseq > 0)
      CHECK(head == protocol::Head{static_cast<std::uint64_t>(lineages.integer(2)), lineages.hash(3)});
  }
}

TEST_CASE(
    "accepting: what only a newer tablet's program knows is set aside as unreadable, and the rest is taken [S05]",
    "[S05][S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto body = cbor::encode(cbor::FieldMap{{1, cbor::Writer{}.text("about Jana").take()}});
  const auto newer = world.id<AnyId>();
  tablet.write(Verb::Create, static_cast<EntityType>(99), newer, body, 0, world.clock, world.random);
  tablet.write(static_cast<Verb>(6), EntityType::Customer, id_cast<AnyId>(world.customer.id), body, 0,
               world.clock, world.random);
  const auto berta = world.make_customer("Berta");
  world.create(tablet, berta);

  const auto set_aside = world.sync(tablet);

  CHECK(set_aside == std::map<std::uint64_t, SetAsideReason>{{1, SetAsideReason::Unreadable},
                                                             {2, SetAsideReason::Unreadable}});
  CHECK(world.find(berta));
  CHECK(world.find(world.customer)->name == world.customer.name);
  CHECK(world.feed().size() == world.feed_seq());
}

TEST_CASE("accepting: what one operation of a push takes away is not there for the next ones [S05]",
          "[S05]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  domain::Site site;
  site.id = world.id<domain::SiteId>();
  site.customer_id = world.customer.id;
  const auto boiler_at_site = [&] {
    domain::Asset asset;
    asset.id = world.id<domain::AssetId>();
    asset.customer_id = world.customer.id;
    asset.site_id = site.id;
    asset.name = "Boiler";
    return asset;
  };
  const auto before = boiler_at_site();
  const auto after = boiler_at_site();
  world.create(tablet, site);
  world.create(tablet, before);
  world.remove(tablet, before, 0);
  world.remove(tablet, site, 0);
  const auto last = protocol::decode_header(world.create(tablet, after).header).value().dseq;

  const auto set_aside = world.sync(tablet);

  CHECK(set_aside == std::map<std::uint64_t, SetAsideReason>{{last, SetAsideReason::UnknownReference}});
  CHECK_FALSE(world.find(after));
}

}  // namespace
}  // namespace aftercare
