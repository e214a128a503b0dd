// Photos and signatures whose files the disk changed: put aside, told, fetched again, never deleted.

#include "sync/store/self_check.h"
#include "tests/support/device_world.h"

#include <algorithm>

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// A tablet with a visit, a photo and a drawn signature of it.
struct Damaged : DeviceWorld {
  domain::Visit visit = make_visit();
  Hash photo = store->keep_blob("a photo", false).value();
  Hash strokes = store->keep_blob("drawn lines", true).value();

  Damaged() {
    domain::Photo record;
    record.id = make_id<domain::PhotoId>(clock, random);
    record.visit_id = visit.id;
    record.blob.sha256 = photo;
    domain::SignOff sign_off;
    sign_off.id = make_id<domain::SignOffId>(clock, random);
    sign_off.visit_id = visit.id;
    sign_off.strokes = domain::BlobRef{strokes};
    sign_off.seal_list.bytes = "a list";
    write([&](sync::Journal& journal) -> Done {
      for (const auto& done : {journal.create(visit), journal.create(record), journal.create(sign_off)}) {
        if (!done) return done;
      }
      return done();
    });
    settle();
  }
  std::filesystem::path file_of(const Hash& name) const {
    return folder.path() / "blobs" / to_hex(name).substr(0, 2) / to_hex(name);
  }
  std::filesystem::path aside(const Hash& name) const {
    return folder.path() / "blobs" / "damaged" / to_hex(name);
  }
  void flip_a_byte(const Hash& name) {
    auto bytes = file_bytes(file_of(name));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_file_bytes(file_of(name), bytes);
  }
  std::vector<std::string> told() {
    std::vector<std::string> codes;
    const auto standing = store->standing();
    REQUIRE(standing);
    for (const auto& one : standing.value().attention) codes.push_back(one.code);
    return codes;
  }
  /// About photos: the seal of this visit is none.
  std::int64_t complaint_count() {
    const auto check = sync::check_everything(*store);
    REQUIRE(check);
    return std::ranges::count_if(check.value().complaints,
                                 [](const auto& one) { return one.starts_with("the photo"); });
  }
  bool is_asked_for(const Hash& name) {
    const auto tasks = store->blobs_to_fetch(10).value();
    return std::ranges::any_of(tasks, [&](const auto& task) { return task.sha256 == name; });
  }
};
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("damage: a photo that the server holds is put aside and fetched again, and nobody is bothered",
          "[S01][S05]") {
  Damaged tablet;
  REQUIRE(tablet.store->note_blob_held(tablet.photo));
  REQUIRE(tablet.store->note_blob_held(tablet.strokes));
  tablet.flip_a_byte(tablet.photo);
  SECTION("found when it is opened") { CHECK_FALSE(tablet.store->whole_blob(tablet.photo)); }
  SECTION("found by the self check") {
    const auto check = sync::check_everything(*tablet.store);
    REQUIRE(check);
    CHECK(tablet.complaint_count() == 0);  // it was put aside just now, and is no longer said to be here
    CHECK(std::ranges::count_if(check.value().complaints, [&](const auto& one) {
            return one.find(to_hex(tablet.photo)) != std::string::npos;
          }) == 1);
    CHECK(check.value().blob_count == 1);
  }

  CHECK(std::filesystem::exists(tablet.aside(tablet.photo)));
  CHECK(tablet.is_asked_for(tablet.photo));
  CHECK_FALSE(tablet.is_asked_for(tablet.strokes));
  CHECK(tablet.told() == Codes{});

  REQUIRE(tablet.store->save_blob(tablet.photo, "a photo"));
  CHECK(tablet.store->whole_blob(tablet.photo).value() == "a photo");
  CHECK_FALSE(std::filesystem::exists(tablet.aside(tablet.photo)));
  CHECK_FALSE(tablet.is_asked_for(tablet.photo));
  CHECK(tablet.store->blobs_to_send(10).value().empty());  // the server had it all the time
  CHECK(tablet.complaint_count() == 0);
}

TEST_CASE("damage: what is nowhere any more is kept as it is, told, and asked for until it comes back",
          "[S01][V16]") {
  Damaged tablet;
  REQUIRE(tablet.store->note_blob_held(tablet.strokes));
  tablet.flip_a_byte(tablet.photo);
  tablet.flip_a_byte(tablet.strokes);

  CHECK_FALSE(tablet.store->read_blob(tablet.photo, 0, 100));  // on the way to the server, for the first time
  CHECK_FALSE(tablet.store->whole_blob(tablet.strokes));
  CHECK(tablet.told() == Codes{"sync.damaged.photo"});  // the server has the other one, as far as is known
  REQUIRE(tablet.store->note_blob_absent(tablet.photo));
  REQUIRE(tablet.store->note_blob_absent(tablet.strokes));
  CHECK(tablet.told() == Codes{"sync.damaged.photo", "sync.damaged.signature"});
  CHECK(tablet.store->standing().value().attention.front().type == domain::EntityType::Photo);

  tablet.open();  // and after a restart
  CHECK(tablet.told().size() == 2);
  CHECK(tablet.is_asked_for(tablet.photo));
  CHECK(tablet.is_asked_for(tablet.strokes));
  for (const auto& name : {tablet.photo, tablet.strokes}) CHECK(std::filesystem::exists(tablet.aside(name)));
  CHECK(tablet.store->blobs_to_send(10).value().empty());

  SECTION("another device brought it to the server") {
    REQUIRE(tablet.store->save_blob(tablet.photo, "a photo"));
  }
  SECTION("it is taken along from its file once more") { REQUIRE(tablet.store->keep_blob("a photo", false)); }
  CHECK(tablet.told() == Codes{"sync.damaged.signature"});
  CHECK_FALSE(std::filesystem::exists(tablet.aside(tablet.photo)));
}

TEST_CASE("damage: a file that is gone is as good as damaged, one that was let go is not", "[S01]") {
  Damaged tablet;
  std::filesystem::remove(tablet.file_of(tablet.photo));

  CHECK_FALSE(tablet.store->whole_blob(tablet.photo));

  CHECK(tablet.is_asked_for(tablet.photo));
  CHECK(tablet.told() == Codes{"sync.damaged.photo"});
  REQUIRE(
      tablet.store->db().run("UPDATE blob SET is_here = 0, let_go_ms = 1 WHERE sha256 = ?", tablet.strokes));
  std::filesystem::remove(tablet.file_of(tablet.strokes));
  CHECK_FALSE(tablet.store->whole_blob(tablet.strokes));
  CHECK(tablet.told() == Codes{"sync.damaged.photo"});
}

TEST_CASE("damage: the server is asked once a day, by its own clock, whether it still has what is here",
          "[S05]") {
  Damaged tablet;
  REQUIRE(tablet.store->note_blob_held(tablet.photo));
  tablet.apply({});  // from now on it counts
  const auto due = [&] { return tablet.store->blobs_to_ask_about(10).value(); };
  CHECK(due().empty());
  tablet.clock.pass(std::chrono::hours{25});
  CHECK(due().empty());  // only the tablet says so
  tablet.apply({});
  CHECK(due() == std::vector<Hash>{tablet.photo});

  REQUIRE(tablet.store->note_blobs_asked({tablet.photo}, {}));
  CHECK(due().empty());
  CHECK(tablet.store->blobs_to_send(10).value().size() == 1);  // the strokes, that were never sent

  tablet.clock.pass(std::chrono::hours{25});
  tablet.apply({});
  REQUIRE(tablet.store->note_blobs_asked({tablet.photo}, {tablet.photo}));
  CHECK(tablet.store->blobs_to_send(10).value().size() == 2);
}

}  // namespace aftercare
