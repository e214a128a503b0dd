// What may happen to a tablet's disk.

#include "tests/support/device_world.h"

#include <sqlite3.h>
#include <sys/mount.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;

std::filesystem::path database_of(const DeviceWorld& world) { return world.folder.path() / "records.db"; }

TEST_CASE(
    "disk: a damaged database is said to be damaged, kept under another name, and work goes on with a new one [S01]",
    "[S01]") {
  DeviceWorld world;
  world.write([&](sync::Journal& journal) { return journal.create(world.make_visit()); });
  REQUIRE(world.store->db().checkpoint());
  world.store.reset();
  auto bytes = file_bytes(database_of(world));
  for (std::size_t at = 0; at < bytes.size(); at += 7) bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  write_file_bytes(database_of(world), bytes);

  const auto refused = sync::DeviceStore::open(*world.data, world.clock, world.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Corrupt);
  CHECK(file_bytes(database_of(world)) == bytes);  // looked at, not touched

  const auto aside = sync::DeviceStore::set_aside_damaged(*world.data, world.clock.now());
  REQUIRE(aside);
  CHECK(file_bytes(aside.value()) == bytes);
  CHECK_FALSE(std::filesystem::exists(database_of(world)));
  auto fresh = sync::DeviceStore::open(*world.data, world.clock, world.random);
  REQUIRE(fresh);
  CHECK_FALSE(fresh.value()->identity().value());
  fresh = Error{ErrorKind::Busy, "closed"};
  write_file_bytes(database_of(world), bytes);
  const auto second =
      sync::DeviceStore::set_aside_damaged(*world.data, world.clock.now());  // in the same second
  REQUIRE(second);
  CHECK(second.value() != aside.value());
}

TEST_CASE("disk: a database that was never encrypted is not ours, and stays as it is [S01]", "[S01]") {
  ScratchFolder folder;
  FakeClock clock;
  FakeRandom random;
  auto data = storage::DataFolder::open(folder.path(), random);
  REQUIRE(data);
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "records.db").c_str(), &plain) == SQLITE_OK);
  REQUIRE(sqlite3_exec(plain, "CREATE TABLE t (a); INSERT INTO t VALUES ('somebody else''s')", nullptr,
                       nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(plain);
  const auto before = file_bytes(folder.path() / "records.db");

  const auto refused = sync::DeviceStore::open(data.value(), clock, random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Corrupt);
  CHECK(file_bytes(folder.path() / "records.db") == before);
}

TEST_CASE("disk: with another key, or none, the folder stays closed and as it is [S01]", "[S01]") {
  DeviceWorld world;
  REQUIRE(world.store->db().checkpoint());
  world.store.reset();
  world.data.reset();
  const auto before = file_bytes(database_of(world));
  const auto key_file = world.folder.path() / "key";
  const auto key = file_bytes(key_file);
  write_file_bytes(key_file, Bytes(32, 'k'));

  CHECK_FALSE(storage::DataFolder::open(world.folder.path(), world.random));
  std::filesystem::remove(key_file);
  CHECK_FALSE(storage::DataFolder::open(world.folder.path(), world.random));
  CHECK_FALSE(std::filesystem::exists(key_file));
  CHECK(file_bytes(database_of(world)) == before);

  REQUIRE(storage::write_file_whole(key_file, key));
  auto data = storage::DataFolder::open(world.folder.path(), world.random);
  REQUIRE(data);
  CHECK(sync::DeviceStore::open(data.value(), world.clock, world.random));
}

TEST_CASE("disk: a file that the key does not open is refused and untouched [S01]", "[S01]") {
  DeviceWorld world;
  REQUIRE(world.store->db().checkpoint());
  world.store.reset();
  write_file_bytes(database_of(world), Bytes(8192, 'x'));

  const auto refused = sync::DeviceStore::open(*world.data, world.clock, world.random);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Corrupt);
  CHECK(file_bytes(database_of(world)) == Bytes(8192, 'x'));
}

TEST_CASE("disk: data of a newer program is refused and untouched [S01]", "[S01]") {
  DeviceWorld world;
  REQUIRE(world.store->db().run("PRAGMA user_version = 1000"));
  REQUIRE(world.store->db().checkpoint());
  world.store.reset();
  const auto before = file_bytes(database_of(world));
  const auto refused = sync::DeviceStore::open(*world.data, world.clock, world.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Newer);
  CHECK(file_bytes(database_of(world)) == before);
}

TEST_CASE("disk: nothing of a person can be read in the files of a tablet [S07]", "[S07]") {
  DeviceWorld world;
  auto visit = world.make_visit();
  visit.reason = "a sentence about somebody";
  world.write([&](sync::Journal& journal) { return journal.create(visit); });
  REQUIRE(world.store->keep_blob("a picture of somebody", false));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.folder.path())) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path());
    const auto bytes = file_bytes(entry.path());
    CHECK(bytes.find("somebody") == std::string::npos);
    CHECK(bytes.find("CREATE TABLE") == std::string::npos);
    CHECK(bytes.find(view(world.identity.key.seed)) == std::string::npos);
  }
}

/// What a half-done seal would leave behind.
void check_nothing_half(DeviceWorld& world, const domain::Visit& visit, std::size_t operation_count) {
  CHECK(world.journal().size() == operation_count);
  CHECK(world.count("SELECT count(*) FROM sign_off") == 0);
  CHECK(world.count("SELECT count(*) FROM sealed_group") == 0);
  CHECK(world.count("SELECT count(*) FROM seal_proof") == 0);
  CHECK(world.find(visit));
  protocol::Head head{0, protocol::genesis_hash(world.identity.key.public_key)};
  for (const auto& operation : world.journal()) REQUIRE(protocol::follow(head, operation));
  CHECK(world.store->bookmark().value().head == head);
}

Done seal(DeviceWorld& world, const domain::Visit& visit, std::size_t content_size) {
  return world.store->write(world.technician.id, [&](sync::Journal& journal) -> Done {
    domain::SignOff sign_off;
    sign_off.id = make_id<domain::SignOffId>(world.clock, world.random);
    sign_off.visit_id = visit.id;
    std::vector<protocol::Group> groups;
    for (const auto* name : {"visit", "customer", "summary"})
      groups.push_back({name, Bytes(16, 's'), world.random.bytes(content_size)});
    for (const auto& group : groups) {
      domain::SealedGroup record;
      record.id = make_id<domain::SealedGroupId>(world.clock, world.random);
      record.visit_id = visit.id;
      record.sign_off_id = id_cast<domain::SealId>(sign_off.id);
      record.name = group.name;
      record.salt.bytes = group.salt;
      record.content.bytes = group.content;
      if (const auto made = journal.create(record); !made) return made;
    }
    sign_off.seal_list.bytes = protocol::encode(protocol::list_of(groups));
    return journal.seal(sign_off);
  });
}

TEST_CASE(
    "disk: when it is full while a visit is sealed, the visit is unsealed and whole, and sealing works later [S01][S07]",
    "[S01][S07]") {
  DeviceWorld world;
  const auto visit = world.make_visit();
  world.write([&](sync::Journal& journal) { return journal.create(visit); });
  // SQLite's own limit on pages stands for the disk: the same code comes back when the last free page is
  // gone.
  const auto page_count = world.count("PRAGMA page_count");
  for (const auto room : {0, 1, 3, 8, 20, 40}) {
    CAPTURE(room);
    REQUIRE(world.store->db().script("PRAGMA max_page_count = " + std::to_string(page_count + room)));
    const auto refused = seal(world, visit, 60'000);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Full);
    check_nothing_half(world, visit, 1);
  }
  REQUIRE(world.store->db().script("PRAGMA max_page_count = 1000000"));
  CHECK(seal(world, visit, 60'000));
  CHECK(world.count("SELECT count(*) FROM sign_off") == 1);
}

/// One mebibyte of memory as a file system of its own, where the machine allows that.
struct SmallDisk {
  ScratchFolder folder;
  bool is_mounted = ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") == 0;
  SmallDisk() = default;
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_mounted) ::umount2(folder.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder.path(); }
};

TEST_CASE("disk: a real file system without room leaves nothing half, in the file or in a photo [S01][S07]",
          "[S01][S07]") {
  const SmallDisk place;
  if (!place.is_mounted) {
    SUCCEED("this machine lets no test mount a small file system");
    return;
  }
  {
    DeviceWorld world;
    world.store.reset();
    world.data.reset();
    std::filesystem::copy(world.folder.path(), place.path(), std::filesystem::copy_options::recursive);
    auto data = storage::DataFolder::open(place.path(), world.random);
    REQUIRE(data);
    world.data.emplace(std::move(data).value());
    world.store = std::move(sync::DeviceStore::open(*world.data, world.clock, world.random)).value();
    const auto visit = world.make_visit();
    world.write([&](sync::Journal& journal) { return journal.create(visit); });

    const auto photo = world.store->keep_blob(world.random.bytes(2 << 20), false);
    REQUIRE_FALSE(photo);
    CHECK(photo.error().kind == ErrorKind::Full);
    CHECK(world.count("SELECT count(*) FROM blob") == 0);
    const auto refused = seal(world, visit, 240'000);
    REQUIRE_FALSE(refused);
    CAPTURE(refused.error().detail);
    CHECK(refused.error().kind == ErrorKind::Full);
    check_nothing_half(world, visit, 1);
    CHECK(seal(world, visit, 100));
    world.store.reset();
    world.data.reset();
  }
}

}  // namespace
}  // namespace aftercare
