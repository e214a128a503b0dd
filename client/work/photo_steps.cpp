#include "client/work/photo_steps.h"

#include "shared/image/photo.h"

namespace aftercare::work {

Result<domain::Photo> keep_photo(sync::DeviceStore& store, std::string_view bytes) {
  const auto fitted = image::fit_photo(bytes);
  if (!fitted) return fitted.error();
  const auto& [kept, facts, is_smaller] = fitted.value();
  const auto sha256 = store.keep_blob(kept, /*is_small=*/false);
  if (!sha256) return sha256.error();

  domain::Photo photo;
  photo.blob.sha256 = sha256.value();
  photo.media_type = facts.media_type;
  photo.byte_count = static_cast<std::int64_t>(kept.size());
  photo.width = facts.width;
  photo.height = facts.height;
  if (is_smaller) {
    photo.original_sha256.bytes = Bytes{view(aftercare::sha256(bytes))};
    photo.original_byte_count = static_cast<std::int64_t>(bytes.size());
  }
  if (kept.size() > image::kPreviewWorthwhile) {
    const auto preview = image::preview_photo(kept);
    if (!preview) return preview.error();
    const auto thumbnail = store.keep_blob(preview.value(), /*is_small=*/true);
    if (!thumbnail) return thumbnail.error();
    photo.thumbnail = domain::BlobRef{thumbnail.value()};
  }
  photo.taken_at = store.clock().now();
  return photo;
}

Result<domain::Photo> keep_photo_of(sync::DeviceStore& store, const std::filesystem::path& file) {
  const auto bytes = storage::read_file(file, kPhotoReadMax);
  if (!bytes) return bytes.error();
  return keep_photo(store, bytes.value());
}

}  // namespace aftercare::work
