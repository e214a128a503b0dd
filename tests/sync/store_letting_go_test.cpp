// What a tablet frees, and what it never does before others hold it.

#include "sync/protocol/letting_go.h"
#include "tests/support/device_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using std::chrono::days;
using std::chrono::hours;

constexpr protocol::KeptPhoto kPhoto{
    .is_of_sealed_visit = true, .is_held = true, .held_seq = 10, .held_at = Instant{}};
protocol::Keeper keeper_after(days age, std::optional<std::uint64_t> backed_up_seq) {
  return {.now = Instant{} + age, .backed_up_seq = backed_up_seq};
}

constexpr auto kMuchRoom = std::uint64_t{100} << 30;

/// A tablet with one visit of its own, a photo of it, and a server that says how things stand.
struct Kept : DeviceWorld {
  domain::Visit visit = make_visit();
  Hash photo{};

  Kept() {
    photo = record_photo("a photo");
    settle();
    REQUIRE(store->note_blob_held(photo));
    store->believe([] { return kMuchRoom; });
  }
  Hash record_photo(std::string_view bytes) {
    const auto sha256 = store->keep_blob(bytes, false);
    REQUIRE(sha256);
    domain::Photo record;
    record.id = make_id<domain::PhotoId>(clock, random);
    record.visit_id = visit.id;
    record.blob.sha256 = sha256.value();
    record.byte_count = static_cast<std::int64_t>(bytes.size());
    record.taken_at = clock.now();
    write([&](sync::Journal& journal) -> Done {
      if (!find(visit)) {
        if (const auto made = journal.create(visit); !made) return made;
      }
      return journal.create(record);
    });
    return sha256.value();
  }
  void seal() {
    domain::SignOff sign_off;
    sign_off.id = make_id<domain::SignOffId>(clock, random);
    sign_off.visit_id = visit.id;
    sign_off.seal_list.bytes = "a list";
    apply({office(Verb::Seal, sign_off)});
  }
  /// A run that finds everything settled. The server's clock and the tablet's are the same here, unless said.
  void sync(std::optional<std::uint64_t> backed_up_seq, std::uint64_t free_byte_count = kMuchRoom) {
    auto said = page({});
    said.backed_up_seq = backed_up_seq;
    REQUIRE(try_apply(said));
    store->believe([=] { return free_byte_count; });
    const auto freed = store->let_go();
    INFO((freed ? "" : freed.error().detail));
    REQUIRE(freed);
  }
  bool is_here(const Hash& sha256) {
    auto query = store->db().query("SELECT is_here FROM blob WHERE sha256 = ?", sha256);
    const bool by_row = query.next() && query.integer(0) != 0;
    CHECK(std::filesystem::exists(folder.path() / "blobs" / to_hex(sha256).substr(0, 2) / to_hex(sha256)) ==
          by_row);
    return by_row;
  }
};

}  // namespace

TEST_CASE("letting go: a photo goes after thirty days in a backup, or ninety days without any [S05]",
          "[S05]") {
  CHECK_FALSE(protocol::may_let_go(kPhoto, keeper_after(days{29}, 11), false));
  CHECK(protocol::may_let_go(kPhoto, keeper_after(days{30}, 11), false));
  CHECK_FALSE(protocol::may_let_go(kPhoto, keeper_after(days{89}, std::nullopt), false));
  CHECK(protocol::may_let_go(kPhoto, keeper_after(days{90}, std::nullopt), false));
}

TEST_CASE("letting go: with little room a backup is enough, and nothing else ever is [S05]", "[S05]") {
  CHECK(protocol::may_let_go(kPhoto, keeper_after(days{0}, 11), true));
  // A backup that ends where the feed did may have been begun before the photo arrived.
  CHECK_FALSE(protocol::may_let_go(kPhoto, keeper_after(days{900}, 10), true));
  CHECK_FALSE(protocol::may_let_go(kPhoto, keeper_after(days{900}, 0), true));
  CHECK_FALSE(protocol::may_let_go(kPhoto, keeper_after(days{89}, std::nullopt), true));
  for (const auto spoil : {0, 1, 2, 3}) {
    auto photo = kPhoto;
    if (spoil == 0) photo.is_of_sealed_visit = false;
    if (spoil == 1) photo.is_held = false;
    if (spoil == 2) photo.held_seq.reset();
    if (spoil == 3) photo.held_at.reset();
    CHECK_FALSE(protocol::may_let_go(photo, keeper_after(days{900}, 1'000), true));
  }
}

TEST_CASE(
    "letting go: a sealed visit's photo that a backup holds is freed, and comes back when it is opened [S05]",
    "[S05]") {
  Kept kept;
  kept.seal();
  kept.sync(std::nullopt);  // from now on its age counts
  kept.clock.pass(hours{24 * 31});
  kept.sync(kept.feed_seq + 1);

  CHECK_FALSE(kept.is_here(kept.photo));
  CHECK(kept.store->blobs_to_send(10).value().empty());
  CHECK(kept.store->blobs_to_fetch(10).value().empty());
  CHECK_FALSE(kept.store->whole_blob(kept.photo));  // somebody opens it
  const auto wanted = kept.store->blobs_to_fetch(10).value();
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].sha256 == kept.photo);

  REQUIRE(kept.store->save_blob(kept.photo, "a photo"));
  CHECK(kept.store->whole_blob(kept.photo).value() == "a photo");
  kept.clock.pass(hours{25});
  kept.sync(kept.feed_seq + 5);
  kept.clock.pass(hours{25});
  kept.sync(kept.feed_seq + 5);
  CHECK(kept.is_here(kept.photo));  // for another thirty days
}

TEST_CASE("letting go: nothing goes that is of an open visit, not held, not backed up, or a signature [S05]",
          "[S05]") {
  Kept kept;
  const auto backed_up = std::optional<std::uint64_t>{1'000};
  SECTION("an open visit") {
    kept.sync(backed_up);
    kept.clock.pass(hours{24 * 365});
    kept.sync(backed_up);
    CHECK(kept.is_here(kept.photo));
  }
  SECTION("not held") {
    const auto other = kept.record_photo("not sent yet");
    kept.settle();
    kept.seal();
    kept.sync(backed_up);
    kept.clock.pass(hours{24 * 365});
    kept.sync(backed_up);
    CHECK(kept.is_here(other));
    CHECK_FALSE(kept.is_here(kept.photo));
  }
  SECTION("no backup of this epoch") {
    kept.seal();
    kept.sync(0);
    kept.clock.pass(hours{24 * 365});
    kept.sync(0);
    CHECK(kept.is_here(kept.photo));
  }
  SECTION("a signature") {
    const auto strokes = kept.store->keep_blob("strokes", true).value();
    REQUIRE(kept.store->note_blob_held(strokes));
    kept.seal();
    kept.sync(backed_up);
    kept.clock.pass(hours{24 * 365});
    kept.sync(backed_up);
    CHECK(kept.is_here(strokes));
  }
  SECTION("a restored server lacks it again") {
    kept.seal();
    kept.sync(backed_up);
    kept.clock.pass(hours{24 * 365});
    REQUIRE(kept.store->note_epoch(make_id<protocol::EpochId>(kept.clock, kept.random)));
    REQUIRE(kept.store->let_go());
    CHECK(kept.is_here(kept.photo));
    CHECK(kept.store->blobs_to_send(10).value().size() == 1);
  }
}

TEST_CASE("letting go: with little room a photo that a backup holds goes at the next settled sync [S05]",
          "[S05]") {
  Kept kept;
  const auto unsent = kept.record_photo("not sent yet");
  kept.settle();
  kept.seal();

  kept.sync(1'000, 1 << 30);

  CHECK_FALSE(kept.is_here(kept.photo));
  CHECK(kept.is_here(unsent));
}

TEST_CASE("letting go: a tablet whose clock jumps ahead by years frees nothing early [S05]", "[S05]") {
  Kept kept;
  kept.seal();
  kept.sync(1'000);
  const auto server_says = kept.page({});  // by the server's clock, now

  kept.clock.pass(hours{24 * 365 * 5});
  auto said = server_says;
  said.backed_up_seq = 1'000;
  REQUIRE(kept.try_apply(said));
  REQUIRE(kept.store->let_go());

  CHECK(kept.is_here(kept.photo));
}

TEST_CASE("letting go: what a crash left between the mark and the file is finished by the next look [S05]",
          "[S05]") {
  Kept kept;
  kept.seal();
  kept.sync(1'000);
  REQUIRE(kept.store->db().run("UPDATE blob SET let_go_ms = 1"));

  kept.clock.pass(hours{25});
  kept.sync(1'000);

  CHECK_FALSE(kept.is_here(kept.photo));
}

TEST_CASE(
    "letting go: a file that no record came to name goes after a week, one that only the journal names stays [S05]",
    "[S05]") {
  Kept kept;
  const auto nameless = kept.store->keep_blob("killed before the record", false).value();
  const auto set_aside = kept.record_photo("its record was set aside");
  kept.apply({kept.set_aside(kept.journal().back(), protocol::SetAsideReason::Sealed)});
  const auto drafted = kept.store->keep_blob("a draft names it", false).value();
  REQUIRE(
      kept.store->db().run("INSERT INTO draft (visit_id, user_id, field, value) VALUES (?, ?, 'photos', ?)",
                           kept.visit.id, kept.technician.id, to_hex(drafted)));

  kept.sync(std::nullopt);
  kept.clock.pass(hours{24 * 6});
  kept.sync(std::nullopt);
  CHECK(kept.is_here(nameless));
  kept.clock.pass(hours{24 * 2});
  kept.sync(std::nullopt);

  CHECK_FALSE(kept.is_here(nameless));
  CHECK(kept.is_here(set_aside));
  CHECK(kept.is_here(drafted));
}

TEST_CASE("letting go: a picture taken again after it was nameless for long is kept anew [S05]", "[S05]") {
  Kept kept;
  const auto nameless = kept.store->keep_blob("the same picture", false).value();
  kept.sync(std::nullopt);
  kept.clock.pass(hours{24 * 8});

  REQUIRE(kept.store->keep_blob("the same picture", false));
  kept.sync(std::nullopt);

  CHECK(kept.is_here(nameless));
}

TEST_CASE(
    "room: a tablet whose disk is nearly full records and signs like any other, and frees what a backup holds [S05]",
    "[S05][S01]") {
  Kept kept;
  kept.seal();
  kept.store->believe([] { return std::uint64_t{0}; });

  const auto signature = kept.store->keep_blob("drawn lines", true);
  REQUIRE(signature);
  const auto photo = kept.record_photo("one more photo");
  kept.settle();
  CHECK(kept.store->blobs_to_send(10).value().size() == 1);
  kept.sync(kept.feed_seq + 1, 0);

  CHECK_FALSE(kept.is_here(kept.photo));  // at once, not after thirty days
  CHECK(kept.is_here(photo));             // nobody else has it yet
  CHECK(kept.is_here(signature.value()));
}

TEST_CASE(
    "letting go: a part of a photo that is not wanted any more goes with the next look, a wanted one stays [S05]",
    "[S05]") {
  Kept kept;
  domain::Photo others;
  others.id = make_id<domain::PhotoId>(kept.clock, kept.random);
  others.visit_id = kept.visit.id;
  others.blob.sha256 = sha256("others' photo");
  others.byte_count = 13;
  others.taken_at = kept.clock.now();
  kept.apply({kept.office(Verb::Create, others)});
  const auto never_named = sha256("a photo that an erasure took");
  for (const auto& name : {others.blob.sha256, never_named, kept.photo})
    REQUIRE(kept.store->add_blob_part(name, 0, "other"));
  const auto stands = [&](const Hash& name) { return kept.store->blob_part_offset(name).value(); };

  kept.sync(std::nullopt);

  CHECK(stands(others.blob.sha256) == 5);
  CHECK(stands(never_named) == 0);
  CHECK(stands(kept.photo) == 0);
  kept.clock.pass(hours{24 * 40});
  kept.sync(std::nullopt);
  CHECK(stands(others.blob.sha256) == 0);  // too old to be wanted unasked
}

}  // namespace aftercare
