// Photos as the store worker keeps them: within the budget, the original told apart, a preview beside it.

#include "client/work/photo_steps.h"
#include "client/work/visit_steps.h"
#include "tests/client/work_world.h"
#include "tests/support/device_world.h"

#include <jpeglib.h>

#include <cstdlib>
#include <vector>

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// A picture that no encoder makes small.
Bytes noisy_jpeg(unsigned width, unsigned height) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  jpeg_start_compress(&info, TRUE);
  FakeRandom random{3};
  const auto noise = random.bytes(std::size_t{width} * 3 + height);
  while (info.next_scanline < info.image_height) {
    std::vector<JSAMPLE> row(noise.begin() + info.next_scanline,
                             noise.begin() + info.next_scanline + width * 3);
    JSAMPROW start = row.data();
    jpeg_write_scanlines(&info, &start, 1);
  }
  jpeg_finish_compress(&info);
  Bytes result(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&info);
  std::free(bytes);  // NOLINT: libjpeg allocated it
  return result;
}

}  // namespace

TEST_CASE("work: a huge photo is kept within the budget, with the hash and size of what was taken",
          "[V09][S02]") {
  DeviceWorld tablet;
  const auto taken = noisy_jpeg(2'000, 1'500);
  REQUIRE(taken.size() > 2'000'000);

  const auto photo = work::keep_photo(*tablet.store, taken).value();

  const auto kept = tablet.store->whole_blob(photo.blob.sha256).value();
  CHECK(kept.size() <= 1 << 20);
  CHECK(photo.byte_count == static_cast<std::int64_t>(kept.size()));
  CHECK(photo.original_sha256.bytes == Bytes{view(sha256(taken))});
  CHECK(photo.original_byte_count == static_cast<std::int64_t>(taken.size()));
  CHECK_FALSE(tablet.store->whole_blob(sha256(taken)));  // the original is not kept
}

TEST_CASE("work: a photo's preview travels in the lane of signatures, after them and before any photo",
          "[V09][S01]") {
  DeviceWorld tablet;
  auto photo = work::keep_photo(*tablet.store, noisy_jpeg(900, 700)).value();
  REQUIRE(photo.thumbnail);
  const auto signature = tablet.store->keep_blob("drawn lines", true).value();
  auto visit = tablet.make_visit();
  photo.visit_id = visit.id;
  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(tablet.clock, tablet.random);
  sign_off.visit_id = visit.id;
  sign_off.strokes = domain::BlobRef{signature};
  sign_off.seal_list.bytes = "a list";
  tablet.write([&](sync::Journal& journal) -> Done {
    if (const auto made = journal.create(visit); !made) return made;
    if (const auto added = work::add_photo(journal, photo); !added) return added;
    return journal.create(sign_off);
  });

  const auto tasks = tablet.store->blobs_to_send(10).value();

  REQUIRE(tasks.size() == 3);
  CHECK(tasks[0].sha256 == signature);
  CHECK(tasks[1].sha256 == photo.thumbnail->sha256);
  CHECK(tasks[1].is_small);
  CHECK(tasks[2].sha256 == photo.blob.sha256);
  CHECK(tablet.store->unsent().value()->photo_count == 1);
  CHECK(tablet.store->thumbnail_of(photo.blob.sha256).value() == photo.thumbnail->sha256);
  CHECK_FALSE(work::keep_photo(*tablet.store, noisy_jpeg(100, 80)).value().thumbnail);  // small enough itself
}

TEST_CASE("work: another device fetches the preview of a photo before the photo", "[V09][S01]") {
  DeviceWorld reader;
  domain::Photo photo;
  photo.id = make_id<domain::PhotoId>(reader.clock, reader.random);
  auto visit = reader.make_visit();
  photo.visit_id = visit.id;
  photo.blob.sha256 = sha256("a photo");
  photo.byte_count = 7;
  photo.taken_at = reader.clock.now();
  photo.thumbnail = domain::BlobRef{sha256("its preview")};

  reader.apply({reader.office(Verb::Create, visit), reader.office(Verb::Create, photo)});

  const auto tasks = reader.store->blobs_to_fetch(10).value();
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0].sha256 == photo.thumbnail->sha256);
  CHECK(tasks[1].sha256 == photo.blob.sha256);
}

}  // namespace aftercare
