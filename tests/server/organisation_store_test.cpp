// What the writer lane's groups do to the organisation's real file.

#include "tests/support/organisation_world.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;

struct GroupWorld : OrganisationWorld {
  Done note(std::string_view action) { return store->note_audit("test", action, "", ""); }
  /// Begins the next job of the group and lets it write.
  void job(std::string_view action) {
    REQUIRE(store->savepoint());
    REQUIRE(note(action));
  }
  std::string noted() {
    std::string actions;
    auto query = store->db().query("SELECT action FROM audit WHERE actor = 'test' ORDER BY rowid");
    while (query.next()) actions += query.text(0) + ' ';
    return actions;
  }
};

TEST_CASE("writing: a refused job of a group is undone, wherever it stands, and nobody else's work [S01]",
          "[S01]") {
  GroupWorld world;
  auto& store = *world.store;

  REQUIRE(store.begin());
  world.job("first");
  REQUIRE(store.rollback_to());
  world.job("second");
  REQUIRE(store.rollback_to());
  world.job("third");
  REQUIRE(store.release());
  world.job("fourth");
  REQUIRE(store.rollback_to());
  world.job("fifth");
  REQUIRE(store.release());
  REQUIRE(store.commit());
  CHECK(world.noted() == "third fifth ");

  REQUIRE(store.begin());
  world.job("sixth");
  REQUIRE(store.release());
  store.rollback();
  CHECK(world.noted() == "third fifth ");
}

TEST_CASE(
    "writing: a job whose transaction SQLite undid by itself is not kept, and the next one begins anew [S01]",
    "[S01]") {
  GroupWorld world;
  auto& store = *world.store;

  REQUIRE(store.begin());
  world.job("lost");
  REQUIRE(store.db().run("ROLLBACK"));  // as SQLite does when the disk is full
  CHECK_FALSE(store.release());
  REQUIRE(store.rollback_to());
  world.job("kept");
  REQUIRE(store.release());
  REQUIRE(store.commit());

  CHECK(world.noted() == "kept ");
}

TEST_CASE("organisation: a file with the smaller pages of an earlier program opens as it is [S01]", "[S01]") {
  OrganisationWorld world;
  const auto older = world.folder.path() / "older.db";
  auto& db = world.store->db();
  const auto version = world.count("PRAGMA user_version");
  REQUIRE(db.script(
      fmt::format("ATTACH DATABASE '{}' AS older KEY \"x'{}'\"", older.string(), to_hex(world.key))));
  REQUIRE(
      db.script(fmt::format("SELECT sqlcipher_export ('older'); PRAGMA older.user_version = {}", version)));
  REQUIRE(db.script("DETACH older"));

  for (const auto access : {storage::Access::Write, storage::Access::Read}) {
    const auto opened = server::OrganisationStore::open(older, world.key, access, world.clock, world.random);
    REQUIRE(opened);
    CHECK(opened.value()->organisation().id == world.store->organisation().id);
    CHECK(opened.value()->head().value().root == world.store->head().value().root);
  }
}

}  // namespace
}  // namespace aftercare
