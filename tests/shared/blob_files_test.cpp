#include "shared/storage/blob_files.h"
#include "shared/base/hash.h"
#include "tests/support/catch.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <fcntl.h>
#include <rapidcheck.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

using namespace aftercare;
using storage::BlobFiles;
using testing::file_bytes;
using testing::ScratchFolder;
using testing::write_file_bytes;

namespace {

constexpr std::size_t kChunk = 64 * 1024;
const Hash kKey = sha256("a key");

BlobFiles open_blobs(const std::filesystem::path& folder, const Hash& key = kKey) {
  auto blobs = BlobFiles::open(folder, key);
  if (!blobs) FAIL(blobs.error().detail);
  return std::move(blobs).value();
}

Bytes some_bytes(std::size_t size, std::uint64_t seed = 1) { return testing::FakeRandom{seed}.bytes(size); }

std::filesystem::path path_of(const std::filesystem::path& folder, const Hash& name) {
  return folder / to_hex(name).substr(0, 2) / to_hex(name);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

/// A disk on which no file grows beyond a size, the nearest thing to a full one that needs no rights. The
/// test's own report is such a file too, so nothing is checked while it stands.
class FullDisk {
 public:
  explicit FullDisk(rlim_t byte_count_max) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{byte_count_max, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("blob files: what was saved reads back, whole and from any place, after a restart too",
          "[storage][S01]") {
  const ScratchFolder folder;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk, 3 * kChunk + 777}) {
    CAPTURE(size);
    const auto bytes = some_bytes(size);
    const auto name = sha256(bytes);
    REQUIRE(open_blobs(folder.path()).save(name, bytes).has_value());

    const auto blobs = open_blobs(folder.path());
    CHECK(blobs.has(name));
    CHECK(blobs.size(name).value() == size);
    CHECK(blobs.read_all(name, size).value() == bytes);
    CHECK(rc::check([&] {
      const auto offset = *rc::gen::inRange<std::size_t>(0, size + 10);
      const auto count = *rc::gen::inRange<std::size_t>(0, size + 10);
      RC_ASSERT(blobs.read(name, offset, count).value() ==
                (offset < size ? bytes.substr(offset, count) : Bytes{}));
    }));
  }
}

TEST_CASE("blob files: bytes that are not what their name promises are refused and leave nothing",
          "[storage][S07]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  CHECK(blobs.save(sha256("one thing"), "another").error().kind == ErrorKind::Invalid);
  CHECK(files_in(folder.path()).empty());
  CHECK_FALSE(blobs.has(sha256("one thing")));
  CHECK(blobs.read_all(sha256("one thing"), 100).error().kind == ErrorKind::NotFound);
  CHECK(blobs.read(sha256("one thing"), 0, 100).error().kind == ErrorKind::NotFound);
  CHECK(blobs.size(sha256("one thing")).error().kind == ErrorKind::NotFound);
}

TEST_CASE("blob files: a blob larger than asked for is not read into memory", "[storage][S07]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(5000);
  REQUIRE(blobs.save(sha256(bytes), bytes).has_value());
  CHECK(blobs.read_all(sha256(bytes), 4999).error().kind == ErrorKind::Refused);
}

TEST_CASE("blob files: no plain byte is on the disk, and nobody else may open a file", "[storage][F03]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  std::string bytes;
  for (int i = 0; i < 9000; ++i) bytes += "canary in the mine ";
  REQUIRE(blobs.save(sha256(bytes), bytes).has_value());
  REQUIRE(blobs.append_part(sha256("later"), 0, bytes).has_value());

  REQUIRE(files_in(folder.path()).size() == 2);
  for (const auto& file : files_in(folder.path())) {
    CHECK(file_bytes(file).find("canary") == std::string::npos);
    struct stat facts {};
    ::stat(file.c_str(), &facts);
    CHECK((facts.st_mode & 0777) == 0600);
  }
}

TEST_CASE("blob files: one changed byte anywhere in a file is noticed", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(600);
  const auto name = sha256(bytes);
  REQUIRE(blobs.save(name, bytes).has_value());
  const auto path = path_of(folder.path(), name);
  const auto good = file_bytes(path);

  for (std::size_t i = 0; i < good.size(); ++i) {
    auto wrong = good;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x10);
    write_file_bytes(path, wrong);
    CAPTURE(i);
    CHECK(blobs.read_all(name, 1000).error().kind == ErrorKind::Corrupt);
    CHECK(blobs.read(name, 0, 1).error().kind == ErrorKind::Corrupt);
  }
}

TEST_CASE("blob files: a file that was cut, lengthened, swapped or made with another key is noticed",
          "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(3 * kChunk);
  const auto other = some_bytes(3 * kChunk, 2);
  REQUIRE(blobs.save(sha256(bytes), bytes).has_value());
  REQUIRE(blobs.save(sha256(other), other).has_value());
  const auto path = path_of(folder.path(), sha256(bytes));
  const auto good = file_bytes(path);

  // Cut between two chunks, where each chunk that is left proves itself.
  write_file_bytes(path, good.substr(0, 28 + 2 * (kChunk + 17)));
  CHECK(blobs.size(sha256(bytes)).value() == 2 * kChunk);
  CHECK(blobs.read_all(sha256(bytes), 4 * kChunk).error().kind == ErrorKind::Corrupt);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, std::size_t{28}, std::size_t{40}, good.size() - 1}) {
    write_file_bytes(path, good.substr(0, size));
    CAPTURE(size);
    CHECK(blobs.read_all(sha256(bytes), 4 * kChunk).error().kind == ErrorKind::Corrupt);
  }
  write_file_bytes(path, good + "more");
  CHECK(blobs.read_all(sha256(bytes), 4 * kChunk).error().kind == ErrorKind::Corrupt);
  CHECK(blobs.read(sha256(bytes), 0, 4 * kChunk).error().kind == ErrorKind::Corrupt);
  write_file_bytes(path, file_bytes(path_of(folder.path(), sha256(other))));
  CHECK(blobs.read_all(sha256(bytes), 4 * kChunk).error().kind == ErrorKind::Corrupt);
  write_file_bytes(path, good);
  CHECK(blobs.read_all(sha256(bytes), 4 * kChunk).value() == bytes);
  CHECK(open_blobs(folder.path(), sha256("another key")).read_all(sha256(bytes), 4 * kChunk).error().kind ==
        ErrorKind::Corrupt);
}

TEST_CASE("blob files: saving again keeps the good file and replaces a damaged one", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(1000);
  const auto name = sha256(bytes);
  const auto path = path_of(folder.path(), name);
  REQUIRE(blobs.save(name, bytes).has_value());
  const auto first = file_bytes(path);

  REQUIRE(blobs.save(name, bytes).has_value());
  CHECK(file_bytes(path) == first);
  write_file_bytes(path, first.substr(0, 500));
  REQUIRE(blobs.save(name, bytes).has_value());
  CHECK(blobs.read_all(name, 1000).value() == bytes);
}

TEST_CASE("blob files: what a crash left half written is gone after the next start", "[storage][S01]") {
  const ScratchFolder folder;
  const auto bytes = some_bytes(1000);
  REQUIRE(open_blobs(folder.path()).save(sha256(bytes), bytes).has_value());
  write_file_bytes(folder.path() / "new" / "half", "half a photo");

  const auto blobs = open_blobs(folder.path());
  CHECK(files_in(folder.path()).size() == 1);
  CHECK(blobs.read_all(sha256(bytes), 1000).value() == bytes);
}

TEST_CASE(
    "blob files: a full disk says so, leaves nothing half there, and the blob is saved once there is room",
    "[storage][S01][S07]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(5 * kChunk);
  const auto name = sha256(bytes);
  for (const rlim_t room : {rlim_t{0}, rlim_t{10}, rlim_t{2 * kChunk}, rlim_t{5 * kChunk}}) {
    const auto saved = [&] {
      const FullDisk disk{room};
      return blobs.save(name, bytes);
    }();
    CAPTURE(room);
    CHECK(saved.error().kind == ErrorKind::Full);
    CHECK(saved.error().detail.find("free some space") != std::string::npos);
    CHECK_FALSE(blobs.has(name));
    CHECK(files_in(folder.path()).empty());
  }
  CHECK(blobs.save(name, bytes).has_value());
  CHECK(blobs.read_all(name, bytes.size()).value() == bytes);
}

TEST_CASE("blob files: what is removed is gone with its upload, and removing twice is done", "[storage]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  REQUIRE(blobs.save(sha256("photo"), "photo").has_value());
  REQUIRE(blobs.append_part(sha256("photo"), 0, "pho").has_value());

  CHECK(blobs.remove(sha256("photo")).has_value());
  CHECK(files_in(folder.path()).empty());
  CHECK(blobs.remove(sha256("photo")).has_value());
}

TEST_CASE("blob files: many threads that save the same photo leave one good file", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(100'000);
  std::vector<std::thread> threads;
  std::atomic<int> saved = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { saved += blobs.save(sha256(bytes), bytes).has_value(); });
  for (auto& thread : threads) thread.join();

  CHECK(saved == 4);
  CHECK(files_in(folder.path()).size() == 1);
  CHECK(blobs.read_all(sha256(bytes), bytes.size()).value() == bytes);
}

TEST_CASE("blob files: a folder that cannot be made is an error in words", "[storage][S07]") {
  const ScratchFolder folder;
  write_file_bytes(folder.path() / "file", "no folder");
  const auto blobs = BlobFiles::open(folder.path() / "file" / "blobs", kKey);
  REQUIRE_FALSE(blobs.has_value());
  CHECK(blobs.error().detail.find("folder") != std::string::npos);
}

TEST_CASE("upload: parts of any size make the whole, over any number of restarts", "[storage][S01]") {
  CHECK(rc::check([] {
    const ScratchFolder folder;
    const auto bytes = some_bytes(*rc::gen::inRange<std::size_t>(1, 30'000));
    const auto name = sha256(bytes);
    std::uint64_t offset = 0;
    auto blobs = open_blobs(folder.path());
    while (offset < bytes.size()) {
      if (*rc::gen::inRange(0, 3) == 0) blobs = open_blobs(folder.path());
      RC_ASSERT(blobs.part_offset(name).value() == offset);
      RC_ASSERT(!blobs.has(name));
      const auto part = bytes.substr(offset, *rc::gen::inRange<std::size_t>(1, 12'000));
      offset = blobs.append_part(name, offset, part).value();
    }
    RC_ASSERT(blobs.finish_part(name, bytes.size()).has_value());
    RC_ASSERT(blobs.read_all(name, bytes.size()).value() == bytes);
    RC_ASSERT(blobs.part_offset(name).value() == 0U);
    RC_ASSERT(
        blobs.finish_part(name, bytes.size()).has_value());  // the answer was lost, and it is asked again
  }));
}

TEST_CASE("upload: a part that does not begin where the upload stands is refused and changes nothing",
          "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto name = sha256("0123456789");
  CHECK(blobs.append_part(name, 4, "4567").error().kind == ErrorKind::Conflict);
  CHECK(files_in(folder.path()).empty());
  REQUIRE(blobs.append_part(name, 0, "0123").value() == 4);

  for (const std::uint64_t offset : {0, 3, 5, 1'000'000}) {
    const auto refused = blobs.append_part(name, offset, "x");
    CHECK(refused.error().kind == ErrorKind::Conflict);
    CHECK(refused.error().detail.find("byte 4") != std::string::npos);
  }
  CHECK(blobs.part_offset(name).value() == 4);
  CHECK(blobs.append_part(name, 4, "").value() == 4);
  CHECK(blobs.append_part(name, 4, "456789").value() == 10);
  CHECK(blobs.finish_part(name, 10).has_value());
}

TEST_CASE("upload: a part that a crash tore at any byte is cut off, and the upload goes on to the end",
          "[storage][S01]") {
  const ScratchFolder folder;
  const auto bytes = some_bytes(300);
  const auto name = sha256(bytes);
  std::vector<std::uintmax_t> file_sizes{0};
  for (std::size_t offset = 0; offset < 300; offset += 100) {
    REQUIRE(open_blobs(folder.path()).append_part(name, offset, bytes.substr(offset, 100)).has_value());
    file_sizes.push_back(std::filesystem::file_size(folder.path() / "part" / to_hex(name)));
  }
  const auto path = folder.path() / "part" / to_hex(name);
  const auto whole = file_bytes(path);

  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    CAPTURE(cut);
    write_file_bytes(path, whole.substr(0, cut));
    auto blobs = open_blobs(folder.path());
    const auto offset = blobs.part_offset(name).value();
    CHECK(offset == 100 * static_cast<std::uint64_t>(std::ranges::upper_bound(file_sizes, cut) -
                                                     file_sizes.begin() - 1));
    if (offset < 300) REQUIRE(blobs.append_part(name, offset, bytes.substr(offset)).value() == 300);
    REQUIRE(blobs.finish_part(name, 300).has_value());
    CHECK(blobs.read_all(name, 300).value() == bytes);
    REQUIRE(blobs.remove(name).has_value());
  }
}

TEST_CASE("upload: a part whose length reached the disk before its bytes is cut off too", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(200);
  const auto name = sha256(bytes);
  REQUIRE(blobs.append_part(name, 0, bytes.substr(0, 100)).has_value());
  REQUIRE(blobs.append_part(name, 100, bytes.substr(100)).has_value());
  const auto path = folder.path() / "part" / to_hex(name);
  auto torn = file_bytes(path);
  std::fill(torn.end() - 60, torn.end(), '\0');
  write_file_bytes(path, torn);

  CHECK(blobs.part_offset(name).value() == 100);
  CHECK(blobs.append_part(name, 100, bytes.substr(100)).value() == 200);
  CHECK(blobs.finish_part(name, 200).has_value());
}

TEST_CASE("upload: bytes with another hash, or too many of them, are thrown away", "[storage][S07]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto name = sha256("what was promised");
  REQUIRE(blobs.append_part(name, 0, "what was sent").has_value());
  CHECK(blobs.finish_part(name, 100).error().kind == ErrorKind::Invalid);
  CHECK(blobs.part_offset(name).value() == 0);
  CHECK(files_in(folder.path()).empty());

  REQUIRE(blobs.append_part(name, 0, "what was promised").has_value());
  CHECK(blobs.finish_part(name, 16).error().kind == ErrorKind::Invalid);
  CHECK(files_in(folder.path()).empty());
  CHECK(blobs.finish_part(name, 100).error().kind == ErrorKind::NotFound);
}

TEST_CASE("upload: a part that the disk changed ends the upload, which starts anew", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(300);
  const auto name = sha256(bytes);
  for (const std::size_t offset : {0, 100, 200})
    REQUIRE(blobs.append_part(name, offset, bytes.substr(offset, 100)).has_value());
  const auto path = folder.path() / "part" / to_hex(name);
  auto wrong = file_bytes(path);
  wrong[80] = static_cast<char>(wrong[80] ^ 1);
  write_file_bytes(path, wrong);

  const auto finished = blobs.finish_part(name, 300);
  CHECK(finished.error().kind == ErrorKind::Corrupt);
  CHECK(finished.error().detail.find("send the file again") != std::string::npos);
  CHECK(blobs.part_offset(name).value() == 0);
}

TEST_CASE("upload: segments do not fit another upload or another place", "[storage][S07]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto one = sha256("one");
  const auto two = sha256("two");
  REQUIRE(blobs.append_part(one, 0, "same").has_value());
  const auto segment = file_bytes(folder.path() / "part" / to_hex(one));

  write_file_bytes(folder.path() / "part" / to_hex(two), segment);
  CHECK(blobs.part_offset(two).value() == 0);
  write_file_bytes(folder.path() / "part" / to_hex(one), segment + segment);
  CHECK(blobs.part_offset(one).value() == 4);
}

TEST_CASE("upload: a disk that fills in the middle of a part leaves the upload where it stood",
          "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(4 * kChunk);
  const auto name = sha256(bytes);
  REQUIRE(blobs.append_part(name, 0, bytes.substr(0, kChunk)).value() == kChunk);
  const auto path = folder.path() / "part" / to_hex(name);
  const auto size = std::filesystem::file_size(path);
  const auto while_full = [](rlim_t room, const auto& what) {
    const FullDisk disk{room};
    return what();
  };

  const auto added =
      while_full(2 * kChunk, [&] { return blobs.append_part(name, kChunk, bytes.substr(kChunk)); });
  CHECK(added.error().kind == ErrorKind::Full);
  CHECK(std::filesystem::file_size(path) == size);  // the room is given back at once
  CHECK(blobs.part_offset(name).value() == kChunk);
  CHECK(blobs.append_part(name, kChunk, bytes.substr(kChunk)).value() == bytes.size());

  const auto finished = while_full(kChunk, [&] { return blobs.finish_part(name, bytes.size()); });
  CHECK(finished.error().kind == ErrorKind::Full);
  CHECK(blobs.part_offset(name).value() == bytes.size());
  CHECK(blobs.finish_part(name, bytes.size()).has_value());
}

TEST_CASE("upload: whoever comes while another adds to it is asked to come back", "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  REQUIRE(blobs.append_part(sha256("photo"), 0, "pho").has_value());
  const int other = ::open((folder.path() / "part" / to_hex(sha256("photo"))).c_str(), O_RDWR);
  REQUIRE(::flock(other, LOCK_EX) == 0);

  CHECK(blobs.append_part(sha256("photo"), 3, "to").error().kind == ErrorKind::Busy);
  CHECK(blobs.finish_part(sha256("photo"), 5).error().kind == ErrorKind::Busy);
  ::close(other);
  CHECK(blobs.append_part(sha256("photo"), 3, "to").has_value());
  CHECK(blobs.finish_part(sha256("photo"), 5).has_value());
}

// ---- Damage -----------------------------------------------------------------------------------------

TEST_CASE(
    "blob files: a file with one changed byte is put aside whole, counts as missing, and is deleted only when a good one stands in its place",
    "[storage][S01]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(3 * kChunk);
  const auto name = sha256(bytes);
  REQUIRE(blobs.save(name, bytes));
  auto file = file_bytes(path_of(folder.path(), name));
  file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 1);
  write_file_bytes(path_of(folder.path(), name), file);
  const auto aside = folder.path() / "damaged" / to_hex(name);

  const auto read = blobs.read_or_put_aside(name, bytes.size());

  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::Corrupt);
  CHECK_FALSE(blobs.has(name));
  CHECK(file_bytes(aside) == file);
  CHECK(blobs.read_or_put_aside(name, bytes.size()).error().kind == ErrorKind::NotFound);
  blobs = open_blobs(folder.path());
  CHECK(file_bytes(aside) == file);
  SECTION("sent anew, whole") { REQUIRE(blobs.save(name, bytes)); }
  SECTION("sent anew, in parts") {
    REQUIRE(blobs.append_part(name, 0, bytes.substr(0, 100)));
    CHECK(std::filesystem::exists(aside));
    REQUIRE(blobs.append_part(name, 100, bytes.substr(100)));
    REQUIRE(blobs.finish_part(name, bytes.size()));
  }
  CHECK(blobs.read_or_put_aside(name, bytes.size()).value() == bytes);
  CHECK_FALSE(std::filesystem::exists(aside));
}

TEST_CASE("blob files: what is good is never put aside, and what is removed leaves no damaged copy behind",
          "[storage][F03]") {
  const ScratchFolder folder;
  auto blobs = open_blobs(folder.path());
  const auto bytes = some_bytes(100);
  const auto name = sha256(bytes);
  REQUIRE(blobs.save(name, bytes));
  CHECK(blobs.read_or_put_aside(name, 99).error().kind == ErrorKind::Refused);  // only larger than asked for
  CHECK(blobs.has(name));

  write_file_bytes(path_of(folder.path(), name), "not it");
  CHECK_FALSE(blobs.read_or_put_aside(name, 100));
  REQUIRE(blobs.remove(name));
  CHECK(files_in(folder.path()).empty());
}
