// The encrypted file: transactions, statements, migrations, records, search.

#include "shared/storage/database.h"

#include "shared/storage/migrations.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "shared/storage/visit_file.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using storage::Access;
using storage::Database;

struct DatabaseWorld {
  ScratchFolder folder;
  FakeClock clock;
  FakeRandom random;
  Hash key = [] {
    Hash made{};
    made.fill(0x5a);
    return made;
  }();
  std::unique_ptr<Database> db = open();

  [[nodiscard]] std::filesystem::path path() const { return folder.path() / "file.db"; }
  [[nodiscard]] std::unique_ptr<Database> open(Access access = Access::Write) const {
    auto opened = Database::open(path(), key, access);
    INFO((opened ? "" : opened.error().detail));
    REQUIRE(opened);
    return std::move(opened).value();
  }
  std::int64_t count(std::string_view sql) {
    auto query = db->query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }
  void migrate() { REQUIRE(storage::migrate(*db, {"records/0001_records.sql", "device/0001_journal.sql"})); }
  domain::Customer save_customer(const std::string& name) {
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(clock, random);
    clock.pass(std::chrono::milliseconds{1});
    customer.name = name;
    REQUIRE(storage::save(*db, customer));
    REQUIRE(storage::index_record(*db, domain::EntityType::Customer, id_cast<AnyId>(customer.id)));
    return customer;
  }
};

TEST_CASE("database: a transaction is there whole or not at all, and errors say what can be done") {
  DatabaseWorld world;
  REQUIRE(world.db->script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)"));
  const auto undone = world.db->transaction([&]() -> Done {
    if (const auto run = world.db->run("INSERT INTO t VALUES (1, 'x')"); !run) return run;
    return world.db->run("INSERT INTO t VALUES (1, 'y')");
  });
  REQUIRE_FALSE(undone);
  CHECK(undone.error().kind == ErrorKind::Conflict);
  CHECK(world.count("SELECT count(*) FROM t") == 0);
  REQUIRE(world.db->transaction([&] { return world.db->run("INSERT INTO t VALUES (?, ?)", 1, "x"); }));
  CHECK(world.count("SELECT count(*) FROM t") == 1);
  CHECK(world.db->run("INSERT INTO missing VALUES (1)").error().kind == ErrorKind::Invalid);
}

TEST_CASE("database: texts with NUL, empty bytes and every kind of value come back as they were") {
  DatabaseWorld world;
  REQUIRE(world.db->script("CREATE TABLE t (a, b, c, d)"));
  const std::string text{"a\0b", 3};
  REQUIRE(world.db->run("INSERT INTO t VALUES (?, ?, ?, ?)", text, storage::AsBlob{""},
                        storage::AsBlobOrNull{""}, std::optional<std::int64_t>{}));
  auto query = world.db->query("SELECT a, b, c, d FROM t");
  REQUIRE(query.next());
  CHECK(query.text(0) == text);
  CHECK_FALSE(query.is_null(1));
  CHECK(query.bytes(1).empty());
  CHECK(query.is_null(2));
  CHECK(query.is_null(3));
  CHECK(query.hash(0) == Hash{});
}

TEST_CASE("database: readers see the last commit and write nothing") {
  DatabaseWorld world;
  REQUIRE(world.db->script("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  const auto reader = world.open(Access::Read);
  CHECK_FALSE(reader->run("INSERT INTO t VALUES (2)"));
  REQUIRE(world.db->run("BEGIN IMMEDIATE"));
  REQUIRE(world.db->run("INSERT INTO t VALUES (2)"));
  {
    auto query = reader->query("SELECT count(*) FROM t");
    REQUIRE(query.next());
    CHECK(query.integer(0) == 1);
  }
  REQUIRE(world.db->run("COMMIT"));
  auto query = reader->query("SELECT count(*) FROM t");
  REQUIRE(query.next());
  CHECK(query.integer(0) == 2);
}

TEST_CASE("database: a backup is whole, under the key that was given, while writing goes on") {
  DatabaseWorld world;
  REQUIRE(world.db->script("CREATE TABLE t (a); INSERT INTO t VALUES ('words')"));
  Hash other{};
  other.fill(0x33);
  REQUIRE(world.db->back_up_to(world.folder.path() / "backup.db", world.key));
  auto copy = Database::open(world.folder.path() / "backup.db", world.key, Access::Write);
  REQUIRE(copy);
  auto query = copy.value()->query("SELECT a FROM t");
  REQUIRE(query.next());
  CHECK(query.text(0) == "words");
  CHECK(Database::open(world.folder.path() / "backup.db", other, Access::Write).error().kind ==
        ErrorKind::Corrupt);
  CHECK(file_bytes(world.folder.path() / "backup.db").find("words") == std::string::npos);
}

TEST_CASE(
    "database: a file with larger pages, and its backup, open with just those, and another size harms neither") {
  DatabaseWorld world;
  const auto file = world.folder.path() / "large.db";
  const auto copy = world.folder.path() / "large-copy.db";
  {
    const auto large = Database::open(file, world.key, Access::Write, 8192);
    REQUIRE(large);
    REQUIRE(large.value()->script("CREATE TABLE word (text TEXT) STRICT; INSERT INTO word VALUES ('kept')"));
    REQUIRE(large.value()->back_up_to(copy, world.key));
  }
  for (const auto& path : {file, copy}) {
    CHECK(Database::open(path, world.key, Access::Write).error().kind == ErrorKind::Corrupt);
    const auto again = Database::open(path, world.key, Access::Write, 8192);
    REQUIRE(again);
    auto query = again.value()->query("SELECT text FROM word");
    REQUIRE(query.next());
    CHECK(query.text(0) == "kept");
  }
}

TEST_CASE("migrations: each runs once, in its own transaction, and a newer file is refused") {
  DatabaseWorld world;
  world.migrate();
  CHECK(world.count("PRAGMA user_version") == 2);
  world.migrate();  // nothing is left to do
  CHECK(world.count("PRAGMA user_version") == 2);
  const auto newer = storage::migrate(*world.db, {"records/0001_records.sql"});
  REQUIRE_FALSE(newer);
  CHECK(newer.error().kind == ErrorKind::Newer);
  CHECK(world.count("PRAGMA user_version") == 2);
  CHECK_FALSE(storage::migrate(
      *world.db, {"records/0001_records.sql", "device/0001_journal.sql", "device/9999_missing.sql"}));
  CHECK(world.count("PRAGMA user_version") == 2);
}

TEST_CASE("migrations: a file that was brought up to date step by step equals a fresh one") {
  const auto schema_of = [](Database& db) {
    std::string text;
    auto query = db.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    while (query.next()) text += query.text(0) + "\n";
    return text;
  };
  DatabaseWorld fresh;
  fresh.migrate();
  DatabaseWorld stepped;
  REQUIRE(storage::migrate(*stepped.db, {"records/0001_records.sql"}));
  stepped.db = stepped.open();
  stepped.migrate();
  CHECK(schema_of(*stepped.db) == schema_of(*fresh.db));
}

TEST_CASE("migrations: every field of every record has its column, and every migration is strict") {
  DatabaseWorld world;
  REQUIRE(storage::migrate(
      *world.db, {"records/0001_records.sql", "device/0001_journal.sql", "records/0002_lookups.sql",
                  "device/0002_screens.sql", "records/0003_kiosk.sql", "records/0004_photo_sizes.sql"}));
  for (int number = 1; number <= domain::kEntityTypeLast; ++number) {
    domain::with_entity(static_cast<domain::EntityType>(number), [&]<class Record>() {
      CAPTURE(domain::EntityInfo<Record>::table);
      CHECK(storage::where<Record>(*world.db, "1 LIMIT 1"));
    });
  }
  CHECK(
      world.count(
          "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%' "
          "AND name NOT LIKE 'search_text%'") == 0);
}

TEST_CASE("records: what is saved is found again, changed in place, and taken away") {
  DatabaseWorld world;
  world.migrate();
  auto customer = world.save_customer("Jana");
  customer.extra = cbor::encode({{200, cbor::Writer{}.integer(1).take()}});
  customer.is_company = true;
  REQUIRE(storage::save(*world.db, customer));
  const auto found = storage::find<domain::Customer>(*world.db, customer.id).value();
  REQUIRE(found);
  CHECK(domain::fields_of(*found) == domain::fields_of(customer));
  CHECK(world.count("SELECT count(*) FROM customer") == 1);

  const auto id = id_cast<AnyId>(customer.id);
  CHECK(storage::exists(*world.db, domain::EntityType::Customer, id).value());
  REQUIRE(storage::write_fields(*world.db, domain::EntityType::Customer, id,
                                {{2, domain::encode_value(std::string{"Eva"})}}));
  CHECK(storage::find<domain::Customer>(*world.db, customer.id).value()->name == "Eva");
  CHECK_FALSE(storage::find<domain::Customer>(*world.db, customer.id).value()->is_company);
  REQUIRE(storage::remove_record(*world.db, domain::EntityType::Customer, id));
  CHECK_FALSE(storage::exists(*world.db, domain::EntityType::Customer, id).value());
}

TEST_CASE("records: one that is made anew never replaces another [S05]", "[S05]") {
  DatabaseWorld world;
  world.migrate();
  auto customer = world.save_customer("Jana");
  customer.name = "Eva";

  CHECK(storage::add(*world.db, customer).error().kind == ErrorKind::Conflict);
  CHECK(storage::find<domain::Customer>(*world.db, customer.id).value()->name == "Jana");

  customer.id = make_id<domain::CustomerId>(world.clock, world.random);
  customer.extra = cbor::encode({{200, cbor::Writer{}.integer(1).take()}});
  REQUIRE(storage::add(*world.db, customer));
  const auto found = storage::find<domain::Customer>(*world.db, customer.id).value();
  REQUIRE(found);
  CHECK(domain::fields_of(*found) == domain::fields_of(customer));
}

TEST_CASE("records: the file itself refuses references to nothing and edits of a sign-off [S07]", "[S07]") {
  DatabaseWorld world;
  world.migrate();
  domain::Site site;
  site.id = make_id<domain::SiteId>(world.clock, world.random);
  site.customer_id = make_id<domain::CustomerId>(world.clock, world.random);
  CHECK(storage::save(*world.db, site).error().kind == ErrorKind::Conflict);

  domain::User user;
  user.id = make_id<domain::UserId>(world.clock, world.random);
  REQUIRE(storage::save(*world.db, user));
  domain::Visit visit;
  visit.id = make_id<domain::VisitId>(world.clock, world.random);
  visit.customer_id = world.save_customer("Jana").id;
  visit.technician_id = user.id;
  REQUIRE(storage::save(*world.db, visit));
  CHECK_FALSE(storage::is_sealed(*world.db, visit.id).value());
  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(world.clock, world.random);
  sign_off.visit_id = visit.id;
  sign_off.seal_list.bytes = "list";
  sign_off.signer_name = "Jana";
  REQUIRE(storage::save(*world.db, sign_off));
  CHECK(storage::is_sealed(*world.db, visit.id).value());
  auto edited = sign_off;
  edited.seal_list.bytes = "another list";
  CHECK_FALSE(storage::save(*world.db, edited));
  edited = sign_off;
  edited.outcome = domain::Outcome::Refused;
  CHECK_FALSE(storage::save(*world.db, edited));
  auto erased = sign_off;
  erased.signer_name.clear();
  CHECK(storage::save(*world.db, erased));  // the law may
}

TEST_CASE("search: words are found by their beginning, whatever their case, accents or script") {
  DatabaseWorld world;
  world.migrate();
  const auto jana = world.save_customer("Jana Nováková");
  const auto duc = world.save_customer("Đức Nguyễn");
  const auto luka = world.save_customer("Łukasz Żak");
  const auto nino = world.save_customer("ნინო ბერიძე");
  const auto fyodor = world.save_customer("Фёдор Петров");
  const auto finds = [&](std::string_view text, const domain::Customer& customer) {
    const auto hits = storage::search(*world.db, text, 10).value();
    return hits.size() == 1 && hits.front().id == id_cast<AnyId>(customer.id);
  };
  CHECK(finds("NOVAK", jana));
  CHECK(finds("jana nov", jana));
  CHECK(finds("duc", duc));
  CHECK(finds("nguyen", duc));
  CHECK(finds("lukasz", luka));
  CHECK(finds("ნინო", nino));
  CHECK(finds("ᲜᲘᲜᲝ", nino));
  CHECK(finds("федор", fyodor));
  CHECK(storage::search(*world.db, "", 10).value().empty());
  CHECK(storage::search(*world.db, "  \" * ' OR ", 10));
  CHECK(storage::search(*world.db, "ovakova", 10).value().empty());
}

TEST_CASE("search: a place is found by whose it is, also after they changed their name", "[C02]") {
  DatabaseWorld world;
  world.migrate();
  auto customer = world.save_customer("Jana Nováková");
  domain::Site site;
  site.id = make_id<domain::SiteId>(world.clock, world.random);
  site.customer_id = customer.id;
  site.city = "Říčany";
  site.country = "CZ";
  REQUIRE(storage::save(*world.db, site));
  REQUIRE(storage::index_record(*world.db, domain::EntityType::Site, id_cast<AnyId>(site.id)));
  const auto finds_site = [&](std::string_view text) {
    const auto hits = storage::search(*world.db, text, 10).value();
    return hits.size() == 1 && hits.front().id == id_cast<AnyId>(site.id);
  };
  CHECK(finds_site("novak rican"));

  customer.name = "Jana Vondrová";
  REQUIRE(storage::save(*world.db, customer));
  REQUIRE(storage::index_record(*world.db, domain::EntityType::Customer, id_cast<AnyId>(customer.id)));

  CHECK(finds_site("ricany vondr"));
  CHECK(storage::search(*world.db, "novak", 10).value().empty());
}

TEST_CASE("search: codes for programs are not words, so Prague is a place and no time zone", "[C02]") {
  DatabaseWorld world;
  world.migrate();
  const auto customer = world.save_customer("Jana");
  domain::WorkOrder order;
  order.id = make_id<domain::WorkOrderId>(world.clock, world.random);
  order.customer_id = customer.id;
  order.zone = "Europe/Prague";
  order.form_key = "boiler_maintenance";
  order.summary = "No hot water";
  REQUIRE(storage::save(*world.db, order));
  REQUIRE(storage::index_record(*world.db, domain::EntityType::WorkOrder, id_cast<AnyId>(order.id)));

  CHECK(storage::search(*world.db, "prague", 10).value().empty());
  CHECK(storage::search(*world.db, "boiler", 10).value().empty());
  CHECK(storage::search(*world.db, "hot", 10).value().size() == 1);
}

TEST_CASE("search: it follows changes, shows the newest first, and forgets what was taken away [F03]",
          "[F03]") {
  DatabaseWorld world;
  world.migrate();
  auto first = world.save_customer("Same Name");
  const auto second = world.save_customer("Same Name");
  const auto hits = storage::search(*world.db, "same", 10).value();
  REQUIRE(hits.size() == 2);
  CHECK(hits.front().id == id_cast<AnyId>(second.id));
  CHECK(storage::search(*world.db, "same", 1).value().size() == 1);
  first.name = "Other";
  REQUIRE(storage::save(*world.db, first));
  REQUIRE(storage::index_record(*world.db, domain::EntityType::Customer, id_cast<AnyId>(first.id)));
  CHECK(storage::search(*world.db, "same", 10).value().size() == 1);
  REQUIRE(storage::remove_record(*world.db, domain::EntityType::Customer, id_cast<AnyId>(second.id)));
  REQUIRE(storage::index_record(*world.db, domain::EntityType::Customer, id_cast<AnyId>(second.id)));
  CHECK(storage::search(*world.db, "same", 10).value().empty());
  CHECK(world.count("SELECT count(*) FROM search_entry") == 1);
}

}  // namespace
}  // namespace aftercare
