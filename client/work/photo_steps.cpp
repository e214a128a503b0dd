#include "client/work/photo_steps.h"

#include "shared/image/photo.h"

namespace aftercare::work {

Result<domain::Photo> keep_photo(sync::DeviceStore& store, std::string_view bytes) {
  const auto clean = image::clean_photo(bytes);
  if (!clean) return clean.error();
  const auto facts = image::inspect_photo(clean.value());
  if (!facts) return facts.error();
  const auto sha256 = store.keep_blob(clean.value(), /*is_small=*/false);
  if (!sha256) return sha256.error();

  domain::Photo photo;
  photo.blob.sha256 = sha256.value();
  photo.media_type = facts.value().media_type;
  photo.byte_count = static_cast<std::int64_t>(clean.value().size());
  photo.width = facts.value().width;
  photo.height = facts.value().height;
  photo.taken_at = store.clock().now();
  return photo;
}

Result<domain::Photo> keep_photo_of(sync::DeviceStore& store, const std::filesystem::path& file) {
  const auto bytes = storage::read_file(file, kPhotoReadMax);
  if (!bytes) return bytes.error();
  return keep_photo(store, bytes.value());
}

}  // namespace aftercare::work
