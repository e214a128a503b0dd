// Unsent work leaves a real disk as a file, and another real disk carries it.

#include "sync/protocol/compress.h"
#include "sync/protocol/message.h"
#include "sync/protocol/rescue_file.h"
#include "sync/store/rescue_export.h"
#include "tests/support/device_world.h"

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::RescuedPart;
using protocol::RescuedPush;
using protocol::RescueEnd;
using sync::RescueScope;

/// A tablet with a visit, some photos, and a folder for sticks.
struct Stranded : DeviceWorld {
  ScratchFolder sticks;
  std::filesystem::path stick = sticks.path() / "unsent.aftercare";
  std::vector<Bytes> photos;
  domain::Visit visit;

  void record(int visit_count = 1) {
    for (int i = 0; i < visit_count; ++i) {
      visit = make_visit();
      write([&](sync::Journal& journal) { return journal.create(visit); });
    }
  }
  Hash photograph(std::size_t size) {
    photos.push_back(random.bytes(size));
    const auto name = store->keep_blob(photos.back(), false);
    REQUIRE(name);
    domain::Photo photo;
    photo.id = make_id<domain::PhotoId>(clock, random);
    photo.visit_id = visit.id;
    photo.blob.sha256 = name.value();
    photo.byte_count = static_cast<std::int64_t>(size);
    write([&](sync::Journal& journal) { return journal.create(photo); });
    return name.value();
  }
  sync::RescueExport take_out(RescueScope scope = RescueScope::Unsent) {
    const auto written = sync::export_rescue(*store, stick, scope);
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
    return written.value();
  }
};

/// What the organisation's server would find in a file.
struct Found {
  std::vector<protocol::Operation> operations;
  std::map<Hash, Bytes> blobs;
  std::optional<RescueEnd> end;
  bool is_whole = false;
};

Found open_up(const std::filesystem::path& path, const DeviceWorld& world) {
  Found found;
  const auto file = sync::open_rescue_file(path);
  REQUIRE(file);
  found.is_whole = file.value().is_whole().value();
  const auto head = file.value().read(0).value();
  const auto key = protocol::open_rescue_key(protocol::decode_rescue_head(head).value(), world.box_seed);
  REQUIRE(key);
  for (std::size_t number = 1; number < file.value().count(); ++number) {
    const auto piece = protocol::open_rescue_piece(key.value(), protocol::rescue_id(head), number,
                                                   file.value().read(number).value());
    if (!piece) continue;
    if (const auto* push = std::get_if<RescuedPush>(&piece.value())) {
      const auto request =
          protocol::decode_push_request(protocol::decompress(push->body, 1 << 20).value()).value();
      const auto last = protocol::operation_hash(request.operations.back().header);
      CHECK(is_signed_by(world.identity.key.public_key, protocol::kHeadTag,
                         protocol::head_text(world.identity.organisation_id, last), request.head_signature));
      CHECK(request.operations.size() <= protocol::kLimits.push_operation_count_max);
      found.operations.insert(found.operations.end(), request.operations.begin(), request.operations.end());
    } else if (const auto* part = std::get_if<RescuedPart>(&piece.value())) {
      found.blobs[part->sha256] += part->bytes;
    } else {
      found.end = std::get<RescueEnd>(piece.value());
    }
  }
  return found;
}

TEST_CASE("rescue: everything that only this device holds is in the file, as it would be sent [S03]",
          "[S03]") {
  Stranded tablet;
  tablet.record(700);
  const auto small = tablet.photograph(1'000);
  const auto large = tablet.photograph(2'500'000);

  const auto report = tablet.take_out();

  CHECK(report.operation_count == 702);
  CHECK(report.blob_count == 2);
  CHECK(report.byte_count == std::filesystem::file_size(tablet.stick));
  const auto found = open_up(tablet.stick, tablet);
  CHECK(found.is_whole);
  REQUIRE(found.operations.size() == 702);
  protocol::Head head{0, protocol::genesis_hash(tablet.identity.key.public_key)};
  for (const auto& operation : found.operations) REQUIRE(protocol::follow(head, operation));
  CHECK(found.blobs.at(small) == tablet.photos[0]);
  CHECK(found.blobs.at(large) == tablet.photos[1]);
  REQUIRE(found.end);
  CHECK(found.end->operation_count == 702);
  CHECK(found.end->blob_count == 2);
}

TEST_CASE("rescue: what the server holds stays out, unless all of it is asked for [S03]", "[S03]") {
  Stranded tablet;
  tablet.record(5);
  const auto held = tablet.photograph(1'000);
  REQUIRE(tablet.store->note_held(6));
  REQUIRE(tablet.store->note_blob_held(held));
  CHECK(sync::export_rescue(*tablet.store, tablet.stick, RescueScope::Unsent).error().kind ==
        ErrorKind::NotFound);
  CHECK_FALSE(std::filesystem::exists(tablet.stick));

  tablet.record(2);
  CHECK(tablet.take_out().operation_count == 2);
  CHECK(open_up(tablet.stick, tablet).blobs.empty());

  tablet.stick += ".all";
  const auto all = tablet.take_out(RescueScope::All);
  CHECK(all.operation_count == 8);
  CHECK(open_up(tablet.stick, tablet).blobs.count(held) == 1);
}

TEST_CASE("rescue: writing the file changes nothing on the device [S03]", "[S03]") {
  Stranded tablet;
  tablet.record(3);
  tablet.photograph(1'000);
  const auto before = tablet.store->bookmark().value();

  tablet.take_out();

  const auto after = tablet.store->bookmark().value();
  CHECK(after.held_dseq == before.held_dseq);
  CHECK(after.head.hash == before.head.hash);
  CHECK(tablet.store->blobs_to_send(10).value().size() == 1);
  CHECK(tablet.journal().size() == 4);
}

TEST_CASE("rescue: a file that is there is never overwritten, and a revoked device may still write one [S03]",
          "[S03]") {
  Stranded tablet;
  tablet.record();
  REQUIRE(tablet.store->note_revoked());
  write_file_bytes(tablet.stick, "precious");

  const auto refused = sync::export_rescue(*tablet.store, tablet.stick, RescueScope::Unsent);

  CHECK(refused.error().kind == ErrorKind::Refused);
  CHECK(file_bytes(tablet.stick) == "precious");
  tablet.stick += ".other";
  CHECK(tablet.take_out().operation_count == 1);
}

TEST_CASE("rescue: a photo whose file is damaged is left out and told, the rest is written [S03]", "[S03]") {
  Stranded tablet;
  tablet.record();
  const auto damaged = tablet.photograph(1'000);
  const auto good = tablet.photograph(2'000);
  const auto name = to_hex(damaged);
  const auto path = tablet.folder.path() / "blobs" / name.substr(0, 2) / name;
  auto bytes = file_bytes(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file_bytes(path, bytes);

  const auto report = tablet.take_out();

  CHECK(report.blob_missing_count == 1);
  CHECK(report.operation_count == 3);
  CHECK(open_up(tablet.stick, tablet).blobs.count(good) == 1);
}

TEST_CASE("rescue: of a database whose end is damaged, what stands before it is written [S03]", "[S03]") {
  Stranded tablet;
  tablet.record(3'000);
  REQUIRE(tablet.store->db().checkpoint());
  tablet.store.reset();
  const auto aside = sync::DeviceStore::set_aside_damaged(*tablet.data, tablet.clock.now());
  REQUIRE(aside);
  auto bytes = file_bytes(aside.value());
  const auto from = bytes.size() * 3 / 4;
  for (auto at = from; at < bytes.size(); at += 512) bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  write_file_bytes(aside.value(), bytes);

  auto opened =
      sync::DeviceStore::open_set_aside(*tablet.data, aside.value().filename(), tablet.clock, tablet.random);
  REQUIRE(opened);
  const auto report = sync::export_rescue(*opened.value(), tablet.stick, RescueScope::Unsent);

  REQUIRE(report);
  CAPTURE(report.value().operation_count, report.value().damage);
  CHECK_FALSE(report.value().damage.empty());
  CHECK(report.value().operation_count > 0);
  CHECK(report.value().operation_count < 3'000);
  CHECK(open_up(tablet.stick, tablet).operations.size() == report.value().operation_count);
}

TEST_CASE("rescue: a full stick leaves nothing half, and says so [S03]", "[S03]") {
  if (::geteuid() != 0) return;  // only root can make a small disk
  Stranded tablet;
  tablet.record(100);
  tablet.photograph(2'000'000);
  const auto mount = tablet.sticks.path() / "small";
  std::filesystem::create_directory(mount);
  for (const char* size : {"size=4k", "size=64k", "size=1m"}) {
    CAPTURE(size);
    if (::mount("none", mount.c_str(), "tmpfs", 0, size) != 0) return;

    const auto written = sync::export_rescue(*tablet.store, mount / "unsent", RescueScope::Unsent);
    const bool is_empty = std::filesystem::is_empty(mount);
    REQUIRE(::umount(mount.c_str()) == 0);

    REQUIRE_FALSE(written);
    CHECK(written.error().kind == ErrorKind::Full);
    CHECK(is_empty);
  }
}

// ---- Carrying ---------------------------------------------------------------------------------------

TEST_CASE("rescue: a colleague's device carries the file, once however often it is given [S03]", "[S03]") {
  Stranded tablet;
  tablet.record(3);
  const auto report = tablet.take_out();
  DeviceWorld carrier{&tablet};

  const auto taken = carrier.store->take_rescue(tablet.stick);
  REQUIRE(taken);
  CHECK(taken.value().id == report.id);
  CHECK(taken.value().prefix == "23");
  CHECK(taken.value().is_whole);
  REQUIRE(carrier.store->take_rescue(tablet.stick));

  auto standing = carrier.store->standing().value();
  REQUIRE(standing.carried.size() == 1);
  CHECK(standing.unsent_count == 0);  // it is not this device's own
  const auto copy = carrier.folder.path() / "rescue" / to_hex(report.id);
  CHECK(file_bytes(copy) == file_bytes(tablet.stick));
  CHECK(carrier.store->rescue_piece(report.id, 1));

  REQUIRE(carrier.store->drop_rescue(report.id));
  CHECK(carrier.store->standing().value().carried.empty());
  CHECK_FALSE(std::filesystem::exists(copy));
}

TEST_CASE("rescue: files of others, its own, and what is no rescue file are refused in words [S03]",
          "[S03]") {
  Stranded tablet;
  tablet.record();
  tablet.take_out();
  const auto nonsense = tablet.sticks.path() / "photo.jpg";
  write_file_bytes(nonsense, "\xff\xd8\xff no rescue file");

  CHECK(tablet.store->take_rescue(tablet.stick).error().kind == ErrorKind::Refused);  // its own
  CHECK(tablet.store->take_rescue(nonsense).error().kind == ErrorKind::Invalid);
  CHECK(tablet.store->take_rescue(tablet.sticks.path()).error().kind == ErrorKind::Invalid);
  CHECK(tablet.store->take_rescue(tablet.sticks.path() / "nothing").error().kind == ErrorKind::NotFound);

  DeviceWorld stranger{&tablet};
  stranger.organisation_key =
      make_signing_key(stranger.random);  // its certificates are of another organisation
  ScratchFolder folder;
  auto data = storage::DataFolder::open(folder.path(), stranger.random);
  auto store = sync::DeviceStore::open(data.value(), stranger.clock, stranger.random);
  CHECK(store.value()->take_rescue(tablet.stick).error().kind == ErrorKind::SignIn);  // not enrolled at all
  auto identity = stranger.identity;
  identity.organisation_key = stranger.organisation_key.public_key;
  REQUIRE(store.value()->save_identity(identity, stranger.epoch));
  const auto refused = store.value()->take_rescue(tablet.stick);
  CHECK(refused.error().kind == ErrorKind::Refused);
  CHECK(refused.error().detail.find("Teplo Brno") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "rescue"));
}

TEST_CASE("rescue: a file that was cut off anywhere keeps the pieces before the cut [S03]", "[S03]") {
  Stranded tablet;
  tablet.record(2);
  tablet.photograph(1'500'000);
  tablet.take_out();
  const auto whole = file_bytes(tablet.stick);
  const auto all = open_up(tablet.stick, tablet);
  std::set<std::size_t> piece_counts;
  const auto is_near_an_end = [&](std::size_t size) { return size < 2'000 || size + 300 > whole.size(); };
  for (std::size_t size = 0; size < whole.size();
       size = is_near_an_end(size) ? size + 1
                                   : std::min(size + 90'001, std::max(size, whole.size() - 300) + 1)) {
    write_file_bytes(tablet.stick, std::string_view{whole}.substr(0, size));
    const auto file = sync::open_rescue_file(tablet.stick);
    if (!file || file.value().count() < 2) continue;
    CHECK_FALSE(file.value().is_whole().value());
    piece_counts.insert(file.value().count());
    const auto found = open_up(tablet.stick, tablet);
    CHECK(found.operations.size() == all.operations.size());
    CHECK(found.end.has_value() == (file.value().count() == 5));
  }
  CHECK(piece_counts == std::set<std::size_t>{2, 3, 4, 5});

  // Carried all the same, and a good copy takes its place.
  DeviceWorld carrier{&tablet};
  write_file_bytes(tablet.stick, std::string_view{whole}.substr(0, whole.size() / 2));
  const auto cut = carrier.store->take_rescue(tablet.stick);
  REQUIRE(cut);
  CHECK_FALSE(cut.value().is_whole);
  write_file_bytes(tablet.stick, whole);
  CHECK(carrier.store->take_rescue(tablet.stick).value().is_whole);
  write_file_bytes(tablet.stick, std::string_view{whole}.substr(0, whole.size() / 2));
  CHECK(carrier.store->take_rescue(tablet.stick).value().is_whole);
  CHECK(carrier.store->standing().value().carried.size() == 1);
}

TEST_CASE("rescue: a byte that changed on the way is noticed when the stick is still in the hand [S03]",
          "[S03]") {
  Stranded tablet;
  tablet.record(2);
  tablet.take_out();
  const auto whole = file_bytes(tablet.stick);
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    write_file_bytes(tablet.stick, changed);
    const auto file = sync::open_rescue_file(tablet.stick);
    CHECK((!file || !file.value().is_whole().value()));
  }
}

TEST_CASE("rescue: what a crash left in the folder is carried on, and half copies are thrown away [S03]",
          "[S03]") {
  Stranded tablet;
  tablet.record(2);
  const auto report = tablet.take_out();
  DeviceWorld carrier{&tablet};
  const auto folder = carrier.folder.path() / "rescue";
  std::filesystem::create_directory(folder);
  std::filesystem::copy_file(tablet.stick, folder / to_hex(report.id));
  write_file_bytes(folder / (to_hex(report.id) + ".new"), "half");
  write_file_bytes(folder / "somebody's own file", "precious");

  const auto rescues = carrier.store->rescues();

  REQUIRE(rescues);
  REQUIRE(rescues.value().size() == 1);
  CHECK(rescues.value()[0].id == report.id);
  CHECK(rescues.value()[0].next_piece == 1);
  CHECK_FALSE(std::filesystem::exists(folder / (to_hex(report.id) + ".new")));
  CHECK(std::filesystem::exists(folder / "somebody's own file"));
}

TEST_CASE("rescue: a device without room for the file says so and keeps its room [S03]", "[S03]") {
  if (::geteuid() != 0) return;  // only root can make a small disk
  Stranded tablet;
  tablet.record(2);
  tablet.take_out();
  DeviceWorld carrier{&tablet};
  const auto folder = carrier.folder.path() / "rescue";
  std::filesystem::create_directory(folder);
  if (::mount("none", folder.c_str(), "tmpfs", 0, "size=64k") != 0) return;

  const auto refused = carrier.store->take_rescue(tablet.stick);
  const bool is_empty = std::filesystem::is_empty(folder);
  REQUIRE(::umount(folder.c_str()) == 0);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Full);
  CHECK(is_empty);
  CHECK(carrier.store->standing().value().carried.empty());
}

}  // namespace
}  // namespace aftercare
