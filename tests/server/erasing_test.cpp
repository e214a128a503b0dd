// A person asks to be forgotten: what goes, what stays, and that what stays still verifies.

#include "sync/protocol/erasure.h"
#include "sync/protocol/record_file.h"
#include "tests/support/organisation_world.h"

#include <sqlite3.h>

#include <set>

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// A customer about whom much was written, in every place where something can be written; each text holds
/// "planted".
struct PlantedWorld : OrganisationWorld {
  Journalist tablet = enrol();
  Journalist other = enrol();
  domain::Customer person;
  domain::Contact deleted_contact;
  domain::WorkOrder order;
  domain::Visit visit;
  domain::Photo photo;
  domain::SignOff sign_off;
  Bytes sealing_header;
  domain::Warranty warranty;
  domain::Rating rating;
  domain::Visit innocent_visit;  // of somebody else
  domain::SignOff innocent_sign_off;

  PlantedWorld() {
    person = make_customer("planted name");
    person.email = "planted@example.org";
    person.note = "planted note on a customer";
    by_office(person);
    domain::Site site;
    site.id = id<domain::SiteId>();
    site.customer_id = person.id;
    site.street = "planted street";
    create(tablet, site);
    domain::Asset asset;
    asset.id = id<domain::AssetId>();
    asset.customer_id = person.id;
    asset.serial = "planted serial";
    create(tablet, asset);
    sync(tablet);
    domain::Product product;
    product.id = id<domain::ProductId>();
    by_office(product);
    warranty.id = id<domain::WarrantyId>();
    warranty.asset_id = asset.id;
    warranty.product_id = product.id;
    warranty.serial = "the unit's own";
    warranty.sold_on = "2026-01-01";
    by_office(warranty);
    deleted_contact.id = id<domain::ContactId>();
    deleted_contact.customer_id = person.id;
    deleted_contact.name = "planted contact";
    create(tablet, deleted_contact);
    order.id = id<domain::WorkOrderId>();
    order.number = "W-22-0001-K";
    order.customer_id = person.id;
    order.summary = "planted summary";
    create(tablet, order);
    sync(tablet);
    remove(tablet, deleted_contact, feed_seq());

    // State and personal words changed in turns: what remains must still end where it ended.
    auto accepted = order;
    accepted.state = domain::WorkOrderState::Accepted;
    change(tablet, order, accepted, feed_seq());
    auto finished = accepted;
    finished.state = domain::WorkOrderState::Done;
    finished.summary = "planted and done";
    change(tablet, accepted, finished, feed_seq());
    order = finished;

    // Two names at once: one loses and is kept in the decision.
    const auto seen = feed_seq();
    auto one = person;
    one.name = "planted lost name";
    change(tablet, person, one, seen);
    clock.pass(std::chrono::seconds{1});
    auto two = person;
    two.name = "planted won name";
    change(other, person, two, seen);
    sync(other);
    sync(tablet);

    const auto mine = customer;
    customer = person;
    visit = make_visit();
    visit.reason = "planted reason";
    visit.price_minor = 129'900;
    create(tablet, visit);
    for (const auto kind : {domain::VisitEventKind::Arrived, domain::VisitEventKind::Working}) {
      domain::VisitEvent event;
      event.id = id<domain::VisitEventId>();
      event.visit_id = visit.id;
      event.kind = kind;
      create(tablet, event);
    }
    domain::Answer answer;
    answer.id = id<domain::AnswerId>();
    answer.visit_id = visit.id;
    answer.question = "who";
    answer.kind = domain::AnswerKind::Text;
    answer.value = "planted answer";
    create(tablet, answer);
    photo.id = id<domain::PhotoId>();
    photo.visit_id = visit.id;
    photo.caption = "planted caption";
    photo.blob.sha256 = sha256("planted photo");
    create(tablet, photo);
    create(tablet, note_on(visit, "planted words"));
    customer.name = "planted signer";
    sign_off = seal(tablet, visit);
    sealing_header = tablet.unsent[tablet.unsent.size() - 2].header;
    REQUIRE(sync(tablet).empty());

    rating.id = id<domain::RatingId>();
    rating.visit_id = visit.id;
    rating.source = domain::RatingSource::CustomerPage;
    rating.stars = 2;
    rating.comment = "planted opinion";
    by_office(rating);

    // Set aside, because the visit is sealed: kept by the server, in no table.
    create(other, note_on(visit, "planted afterthought"));
    auto late = photo;
    late.id = id<domain::PhotoId>();
    late.blob.sha256 = sha256("planted late photo");
    late.caption = "planted late caption";
    create(other, late);
    // Set aside, because nobody can read it; still about this visit.
    other.write(Verb::Create, EntityType::Note, id<AnyId>(),
                Bytes{"\x81"} + Bytes{view(visit.id)} + "planted in an unreadable body", 0, clock, random);
    CHECK(sync(other).size() == 3);

    customer = mine;
    innocent_visit = record_visit(tablet);
    innocent_sign_off = seal(tablet, innocent_visit);
    REQUIRE(sync(tablet).empty());
  }

  domain::Note note_on(const domain::Visit& about, std::string text) {
    domain::Note note;
    note.id = id<domain::NoteId>();
    note.visit_id = about.id;
    note.author_id = technician.id;
    note.text = std::move(text);
    return note;
  }
  server::ErasureReport erase() {
    std::optional<server::ErasureReport> report;
    const auto erased = store->db().transaction([&]() -> Done {
      auto made = server::erase_customer(*store, domain::UserId{}, person.number);
      if (!made) return made.error();
      report = std::move(made).value();
      return done();
    });
    INFO((erased ? "" : erased.error().detail));
    REQUIRE(erased);
    REQUIRE(store->db().checkpoint());
    return *report;
  }

  /// Every page of the file without its encryption, freed ones included: SQLite's serialisation hands them
  /// out as they lie there. The log beside the file is looked at by its length.
  Bytes plain_bytes() {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path().c_str(), &db) == SQLITE_OK);
    const auto literal = "x'" + to_hex(key) + "'";
    REQUIRE(sqlite3_key(db, literal.data(), static_cast<int>(literal.size())) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, "PRAGMA cipher_page_size = 8192", nullptr, nullptr, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_int64 size = 0;
    auto* image = sqlite3_serialize(db, "main", &size, 0);
    REQUIRE(image != nullptr);
    Bytes bytes(reinterpret_cast<const char*>(image), static_cast<std::size_t>(size));
    sqlite3_free(image);
    sqlite3_close(db);
    return bytes;
  }
};

std::size_t count_of(const Bytes& bytes, std::string_view word) {
  std::size_t count = 0;
  for (auto at = bytes.find(word); at != Bytes::npos; at = bytes.find(word, at + 1)) ++count;
  return count;
}

protocol::SealedRecord export_of(OrganisationWorld& world, const domain::SignOff& sign_off,
                                 const Journalist& device, const Bytes& header) {
  protocol::SealedRecord record;
  const auto stored = world.find(sign_off);
  REQUIRE(stored);
  record.seal_list = stored->seal_list.bytes;
  for (const auto& group : world.all<domain::SealedGroup>("sign_off_id = ? ORDER BY rowid", sign_off.id)) {
    protocol::RecordGroup part{group.name, std::nullopt};
    if (!group.salt.bytes.empty())
      part.content = protocol::Group{group.name, group.salt.bytes, group.content.bytes};
    record.groups.push_back(std::move(part));
  }
  record.header = header;
  record.signature = signature_of_bytes(stored->signature.bytes).value();
  const auto row = storage::find<domain::Device>(world.store->db(), device.device_id).value();
  record.certificate = protocol::decode_signed(row->certificate.bytes).value();
  record.organisation_key = world.store->organisation().signing_key.public_key;
  for (const auto& erasure : world.all<domain::Erasure>("1")) {
    const auto seals = protocol::decode_erased_seals(erasure.statements.bytes).value();
    for (const auto& seal : seals) {
      if (seal.sign_off_id == sign_off.id) record.erasure = seal.statement;
    }
  }
  return record;
}

TEST_CASE("erasing: no byte of the person is left in the file, in freed pages or in the log [F03]", "[F03]") {
  PlantedWorld world;
  REQUIRE(world.store->db().checkpoint());
  REQUIRE(count_of(world.plain_bytes(), "planted") > 20);

  const auto report = world.erase();

  CHECK(count_of(world.plain_bytes(), "planted") == 0);
  const auto log = world.path().string() + "-wal";
  CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
  CHECK(report.operation_count > 15);
  CHECK(std::set<Hash>(report.blobs.begin(), report.blobs.end()) ==
        std::set<Hash>{sha256("planted photo"), sha256("planted late photo")});
  CHECK(report.kept.find("planted") == std::string::npos);
}

TEST_CASE("erasing: every chain and the root still verify, and what may be kept is kept [F03]", "[F03]") {
  PlantedWorld world;
  const auto before = world.feed();
  world.erase();
  const auto after = world.feed();

  REQUIRE(after.size() == before.size() + 1);
  Hash root{};
  for (std::size_t at = 0; at < after.size(); ++at) {
    if (at < before.size()) {
      REQUIRE(after[at].operation == before[at].operation);
      REQUIRE(after[at].decision_commitment == before[at].decision_commitment);
      REQUIRE(after[at].content->header == before[at].content->header);
    }
    root = protocol::next_root(world.store->organisation().epoch, root, after[at].seq, after[at].operation,
                               after[at].decision_commitment);
  }
  CHECK(root == world.store->head().value().root);

  const auto customer = world.find(world.person);
  REQUIRE(customer);
  CHECK(customer->number == world.person.number);
  CHECK(customer->name.empty());
  CHECK(world.find(world.visit)->price_minor == 129'900);
  CHECK(world.find(world.order)->state == domain::WorkOrderState::Done);
  CHECK(world.find(world.innocent_visit)->result == world.innocent_visit.result);
  CHECK(world.find(world.customer)->name == world.customer.name);
}

TEST_CASE(
    "erasing: the remaining groups of a sealed record verify, and others' records lose nothing [S07][F03]",
    "[S07][F03]") {
  PlantedWorld world;
  const auto key = world.store->organisation().signing_key.public_key;
  REQUIRE(protocol::verify_record(
              encode(export_of(world, world.sign_off, world.tablet, world.sealing_header)), key)
              .is_genuine);

  world.erase();

  const auto record = export_of(world, world.sign_off, world.tablet, world.sealing_header);
  const auto verification = protocol::verify_record(encode(record), key);
  CHECK(verification.is_genuine);
  for (const auto& finding : verification.findings) {
    if (finding.part == "envelope") continue;
    CAPTURE(finding.part);
    CHECK((finding.state == protocol::Finding::State::Erased) == protocol::is_personal_group(finding.part));
  }
  CHECK(encode(record).find("planted") == Bytes::npos);
  for (const auto& group : world.all<domain::SealedGroup>("sign_off_id = ?", world.innocent_sign_off.id)) {
    CHECK(group.salt.bytes.size() == 16);
  }
}

TEST_CASE("erasing: a reader that starts anew is told what remains of each operation [F03]", "[F03]") {
  PlantedWorld world;
  world.erase();

  // Replays the feed as the README says, for the one record whose fields went back and forth.
  cbor::FieldMap fields;
  for (const auto& item : world.feed()) {
    const auto header = protocol::decode_header(item.content->header).value();
    if (header.entity_id != id_cast<AnyId>(world.order.id)) continue;
    const auto said = cbor::decode_fields(item.content->is_erased() ? item.remainder : item.content->body);
    REQUIRE(said);
    for (const auto& [number, value] : said.value()) fields[number] = value;
  }
  const auto replayed = domain::record_of<domain::WorkOrder>(id_cast<AnyId>(world.order.id), fields).value();
  CHECK(domain::fields_of(replayed) == domain::fields_of(*world.find(world.order)));
  CHECK(replayed.state == domain::WorkOrderState::Done);
}

TEST_CASE("erasing: it is written into the feed for every device, and may be asked for twice [F03]",
          "[F03]") {
  PlantedWorld world;
  world.erase();
  world.erase();
  const auto erasures = world.all<domain::Erasure>("1");
  REQUIRE(erasures.size() == 2);
  const auto list = protocol::decode_erased_records(erasures.front().records.bytes).value();
  std::set<AnyId> ids;
  for (const auto& record : list) ids.insert(record.id);
  CHECK(ids.size() == list.size());
  CHECK(ids.contains(id_cast<AnyId>(world.person.id)));
  CHECK(ids.contains(id_cast<AnyId>(world.visit.id)));
  CHECK(ids.contains(id_cast<AnyId>(world.deleted_contact.id)));
  CHECK_FALSE(ids.contains(id_cast<AnyId>(world.customer.id)));
  CHECK_FALSE(ids.contains(id_cast<AnyId>(world.innocent_visit.id)));
}

TEST_CASE(
    "erasing: an edit by somebody who had not heard of it keeps nothing personal, and counts otherwise [F03]",
    "[F03]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  const auto heard_until = world.feed_seq();
  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto erased = server::erase_customer(*world.store, domain::UserId{}, world.customer.number);
    return erased ? done() : Done{erased.error()};
  }));
  auto after = world.customer;
  after.phone = "+420777888999";
  after.is_company = true;
  world.change(tablet, world.customer, after, heard_until);

  CHECK(world.sync(tablet).empty());

  CHECK(world.find(world.customer)->phone.empty());
  CHECK(world.find(world.customer)->is_company);
  CHECK(world.count("SELECT count(*) FROM feed WHERE instr(body, '+420777888999') > 0") == 0);
  const auto item = world.feed().back();
  CHECK(item.content->is_erased());
  CHECK(cbor::decode_fields(item.remainder).value().size() == 1);
}

TEST_CASE("erasing: who knows of it may write about the customer again [F03]", "[F03]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto erased = server::erase_customer(*world.store, domain::UserId{}, world.customer.number);
    return erased ? done() : Done{erased.error()};
  }));
  const auto before = *world.find(world.customer);
  auto after = before;
  after.phone = "+420777888999";
  world.change(tablet, before, after, world.feed_seq());

  CHECK(world.sync(tablet).empty());

  CHECK(world.find(world.customer)->phone == "+420777888999");
}

TEST_CASE("erasing: nobody is erased under a number that does not exist [F03]", "[F03]") {
  OrganisationWorld world;
  const auto refused = server::erase_customer(*world.store, domain::UserId{}, "C-99-9999-9");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::NotFound);
}

}  // namespace
}  // namespace aftercare
