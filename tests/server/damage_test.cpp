// Photos that the server's disk changed, with real tablets at it: found, put aside, and brought back by
// whoever still has them.

#include "sync/server/checking.h"
#include "sync/server/commands.h"
#include "tests/server/house_link.h"

namespace aftercare::server {
namespace {

using testing::file_bytes;
using testing::write_file_bytes;

struct Damaged : ServedHouse {
  OrganisationId id = add_organisation("Teplo Brno");
  UserId technician = add(id, {.name = "Petr", .role = Role::Technician});

  std::filesystem::path blobs() { return house->path() / "blobs" / to_text(id); }
  static void flip_a_byte(const std::filesystem::path& below, const Hash& name) {
    const auto file = below / to_hex(name).substr(0, 2) / to_hex(name);
    auto bytes = file_bytes(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_file_bytes(file, bytes);
  }
  CommandOutput check() {
    const CommandCall call{.arguments = {"check", "--data", "."}, .folder = house->path(), .environment = {}};
    return run_command(std::get<Command>(command_of(call)), call, *house, quick_rules(), std::nullopt,
                       office::office_parts(catalogue(), {}));
  }
  void a_day_passes() { clock.pass(std::chrono::hours{25}); }
};

}  // namespace

TEST_CASE(
    "damage: a photo that the server finds damaged while it hands it out is put aside and comes back from the tablet that took it",
    "[S01][S05]") {
  Damaged world;
  LinkedTablet first{world, world.id, world.technician};
  LinkedTablet second{world, world.id, world.technician};
  const auto taken = first.record_visit(first.record_customer("Anna"), Bytes(3'000'000, 'a'));
  first.sync_well();
  first.sync_well();
  world.flip_a_byte(world.blobs(), taken.photo);

  const auto report = second.sync();

  CHECK_FALSE(report.failure);
  CHECK(report.blob_absent_count == 1);
  CHECK_FALSE(world.house->blobs(world.id).has(taken.photo));
  CHECK(std::filesystem::exists(world.blobs() / "damaged" / to_hex(taken.photo)));

  world.a_day_passes();
  first.sync_well();
  second.sync_well();

  CHECK(world.house->blobs(world.id).read_all(taken.photo, 4'000'000));
  CHECK_FALSE(std::filesystem::exists(world.blobs() / "damaged" / to_hex(taken.photo)));
  CHECK(second.store->whole_blob(taken.photo).value() == Bytes(3'000'000, 'a'));
}

TEST_CASE("damage: the check finds it, says what to do, and deletes nothing", "[S05]") {
  Damaged world;
  LinkedTablet tablet{world, world.id, world.technician};
  const auto anna = tablet.record_customer("Anna");
  const auto good = tablet.record_visit(anna, "a good photo");
  const auto bad = tablet.record_visit(anna, "a photo to be damaged");
  tablet.sync_well();
  tablet.sync_well();
  CHECK(world.check().exit == 0);
  world.flip_a_byte(world.blobs(), bad.photo);

  const auto checked = world.check();

  CHECK(checked.exit == 1);
  CHECK(checked.err.find("the photo " + to_hex(bad.photo) + " is damaged") != std::string::npos);
  CHECK(checked.err.find("send them again") != std::string::npos);
  CHECK(checked.err.find("cannot be trusted") == std::string::npos);
  CHECK(std::filesystem::exists(world.blobs() / "damaged" / to_hex(bad.photo)));
  CHECK(world.house->blobs(world.id).has(good.photo));

  world.a_day_passes();
  const auto report = tablet.sync();
  CHECK(report.is_settled);
  CHECK(report.blob_asked_back_count == 1);
  CHECK(report.blob_sent_count == 1);
  CHECK(world.check().exit == 0);
}

TEST_CASE(
    "damage: a photo that was damaged on both sides comes back from a third, and people are told meanwhile",
    "[S01][V16]") {
  Damaged world;
  LinkedTablet first{world, world.id, world.technician};
  LinkedTablet second{world, world.id, world.technician};
  const auto taken = first.record_visit(first.record_customer("Anna"), "a photo of the boiler");
  first.sync_well();
  second.sync_well();  // has fetched it, too
  second.sync_well();
  world.flip_a_byte(world.blobs(), taken.photo);
  world.flip_a_byte(first.folder.path() / "blobs", taken.photo);

  CHECK_FALSE(first.store->whole_blob(taken.photo));
  CHECK_FALSE(first.sync().failure);  // asks for it, and so the server finds its own damage
  const auto attention = first.store->standing().value().attention;
  REQUIRE(attention.size() == 1);
  CHECK(attention.front().code == "sync.damaged.photo");

  world.a_day_passes();
  second.sync_well();
  second.sync_well();
  first.sync_well();

  CHECK(first.store->whole_blob(taken.photo).value() == "a photo of the boiler");
  CHECK(first.store->standing().value().attention.empty());
}

TEST_CASE("damage: to be asked once a day costs a device that has nothing to do no other round trip",
          "[S05]") {
  Damaged world;
  LinkedTablet tablet{world, world.id, world.technician};
  static_cast<void>(tablet.record_visit(tablet.record_customer("Anna"), "a photo"));
  tablet.sync_well();
  tablet.sync_well();
  world.clock.pass(std::chrono::minutes{1});

  tablet.link.paths.clear();
  tablet.sync_well();
  CHECK(tablet.link.paths == std::vector<std::string>{"/v1/pull"});
}

}  // namespace aftercare::server
