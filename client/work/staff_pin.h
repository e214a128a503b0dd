#pragma once

#include "client/work/pin_check.h"
#include "sync/store/device_store.h"

/// The PIN by which staff leave a kiosk. It belongs to the machine, not to a person, and is never synced.
namespace aftercare::work {

[[nodiscard]] Result<bool> has_staff_pin(sync::DeviceStore& store);
[[nodiscard]] Result<PinVerdict> check_staff_pin(sync::DeviceStore& store, const std::string& pin);
/// In place of an earlier one: whoever may start the program in this folder may.
[[nodiscard]] Done set_staff_pin(sync::DeviceStore& store, const std::string& pin);

}  // namespace aftercare::work
