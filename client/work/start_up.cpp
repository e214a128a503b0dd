#include "client/work/start_up.h"

namespace aftercare::work {

Result<Workplace> open_workplace(const std::filesystem::path& folder) {
  Workplace place;
  place.clock = std::make_unique<SystemClock>();
  place.random = std::make_unique<SystemRandom>();
  auto opened = storage::DataFolder::open(folder, *place.random);
  if (!opened) return opened.error();
  place.folder = std::make_unique<storage::DataFolder>(std::move(opened).value());

  auto store = sync::DeviceStore::open(*place.folder, *place.clock, *place.random);
  if (!store && store.error().kind == ErrorKind::Corrupt) {
    auto aside = sync::DeviceStore::set_aside_damaged(*place.folder, place.clock->now());
    if (!aside) return aside.error();
    place.set_aside = std::move(aside).value();
    store = sync::DeviceStore::open(*place.folder, *place.clock, *place.random);
  }
  if (!store) return store.error();
  place.store = std::move(store).value();
  return place;
}

Done erase_workplace(Workplace& place) {
  const auto standing = place.store->standing();
  if (!standing) return standing.error();
  if (!standing.value().is_revoked || standing.value().unsent_count > 0 ||
      standing.value().unsent_blob_count > 0) {
    return Error{ErrorKind::Refused, "something is still only on this device: it is not erased"};
  }
  const auto folder = place.folder->path();
  place.store.reset();
  // The key first: if the rest is cut short, what stays cannot be read. Rescue files of other devices stay:
  // they are sealed to the organisation, and no one's only copy is destroyed here.
  for (const char* name : {"key", "key.check", "records.db", "records.db-wal", "records.db-shm", "blobs"}) {
    std::error_code failed;
    std::filesystem::remove_all(folder / name, failed);
    if (failed)
      return Error{ErrorKind::Refused, std::string("cannot erase ") + name + ": " + failed.message()};
  }
  return done();
}

}  // namespace aftercare::work
