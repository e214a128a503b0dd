// The folder in which one program keeps everything.

#include "shared/storage/data_folder.h"

#include "tests/support/catch.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <sys/stat.h>

#include <optional>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using storage::DataFolder;

unsigned mode_of(const std::filesystem::path& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777U;
}

TEST_CASE(
    "data folder: the second program is refused in plain words, and gets in when the first has gone [S01]",
    "[S01]") {
  const ScratchFolder place;
  FakeRandom random;
  auto first = std::make_optional(DataFolder::open(place.path() / "data", random));
  REQUIRE(*first);
  const auto second = DataFolder::open(place.path() / "data", random);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::Busy);
  CHECK(second.error().detail.find("another Aftercare program") != std::string::npos);

  first.reset();
  CHECK(DataFolder::open(place.path() / "data", random));
}

TEST_CASE("data folder: only its owner may look inside, and its key stays the same [S07]", "[S07]") {
  const ScratchFolder place;
  const auto path = place.path() / "data";
  FakeRandom random;
  Hash key{};
  {
    const auto made = DataFolder::open(path, random);
    REQUIRE(made);
    key = made.value().key();
    CHECK(key != Hash{});
  }
  CHECK(mode_of(path) == 0700);
  CHECK(mode_of(path / "key") == 0600);
  const auto again = DataFolder::open(path, random);
  REQUIRE(again);
  CHECK(again.value().key() == key);
}

TEST_CASE("data folder: a key that others can read, or that is damaged, is refused and untouched [S07]",
          "[S07]") {
  const ScratchFolder place;
  FakeRandom random;
  { REQUIRE(DataFolder::open(place.path(), random)); }
  const auto bytes = file_bytes(place.path() / "key");
  ::chmod((place.path() / "key").c_str(), 0644);
  const auto open_to_all = DataFolder::open(place.path(), random);
  REQUIRE_FALSE(open_to_all);
  CHECK(open_to_all.error().kind == ErrorKind::Refused);
  ::chmod((place.path() / "key").c_str(), 0600);
  CHECK(DataFolder::open(place.path(), random));

  for (const auto* damaged : {"", "short", "this is longer than a key, but not very much longer than that"}) {
    write_file_bytes(place.path() / "key", damaged);
    const auto refused = DataFolder::open(place.path(), random);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Corrupt);
    CHECK(file_bytes(place.path() / "key") == damaged);
  }
}

TEST_CASE("data folder: a file is written whole or not at all") {
  const ScratchFolder place;
  const auto path = place.path() / "file";
  REQUIRE(storage::write_file_whole(path, "first"));
  REQUIRE(storage::write_file_whole(path, "second"));
  CHECK(storage::read_file(path, 100).value() == "second");
  CHECK(mode_of(path) == 0600);
  CHECK_FALSE(std::filesystem::exists(path.string() + ".new"));
  CHECK_FALSE(storage::read_file(path, 5));
  CHECK(storage::read_file(place.path() / "missing", 5).error().kind == ErrorKind::NotFound);
  CHECK_FALSE(storage::read_file(place.path(), 5));
}

}  // namespace
}  // namespace aftercare
