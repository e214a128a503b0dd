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

}  // namespace aftercare::work
