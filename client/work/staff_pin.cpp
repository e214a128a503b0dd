#include "client/work/staff_pin.h"

#include "client/work/device_settings.h"

namespace aftercare::work {
namespace {

constexpr const char* kHash = "staff_pin";
constexpr const char* kWrongCount = "staff_pin.wrong_count";
constexpr const char* kBoot = "staff_pin.boot_id";
constexpr const char* kCountedAt = "staff_pin.counted_at_ms";

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return 0;
    number = number * 10 + (digit - '0');
  }
  return number;
}

Result<std::optional<KnownPin>> known_pin(sync::DeviceStore& store) {
  auto loaded = load_settings(store.db());
  if (!loaded) return loaded.error();
  auto& settings = loaded.value().settings;
  if (settings[kHash].empty()) return std::optional<KnownPin>{};
  return std::optional{
      KnownPin{settings[kHash],
               {number_of(settings[kWrongCount]), {settings[kBoot], number_of(settings[kCountedAt])}}}};
}

Done count(sync::DeviceStore& store, const domain::WrongPins& wrong) {
  auto& db = store.db();
  if (const auto kept = save_setting(db, kBoot, wrong.since.boot_id); !kept) return kept;
  if (const auto kept = save_setting(db, kCountedAt, std::to_string(wrong.since.monotonic_ms)); !kept)
    return kept;
  return save_setting(db, kWrongCount, std::to_string(wrong.count));
}

}  // namespace

Result<bool> has_staff_pin(sync::DeviceStore& store) {
  const auto known = known_pin(store);
  if (!known) return known.error();
  return known.value().has_value();
}

Result<PinVerdict> check_staff_pin(sync::DeviceStore& store, const std::string& pin) {
  const auto known = known_pin(store);
  if (!known) return known.error();
  if (!known.value()) return PinVerdict{};
  return judge_pin(*known.value(), pin, tick(store.clock()),
                   [&](const domain::WrongPins& wrong) { return count(store, wrong); });
}

Done set_staff_pin(sync::DeviceStore& store, const std::string& pin) {
  if (!domain::is_pin(pin)) return Error{ErrorKind::Refused, "a PIN has six digits"};
  const auto hash = hash_of_pin(pin);
  if (!hash) return hash.error();
  if (const auto begun = count(store, {0, tick(store.clock())}); !begun) return begun;
  return save_setting(store.db(), kHash, hash.value());
}

}  // namespace aftercare::work
