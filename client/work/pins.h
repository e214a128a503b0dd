#pragma once

#include "client/shown/visit_page.h"
#include "client/work/pin_check.h"
#include "sync/store/device_store.h"

/// Who may unlock this tablet, and the PINs by which they do.
namespace aftercare::work {

/// The technicians who work here now, by name.
[[nodiscard]] Result<std::vector<shown::Technician>> technicians(sync::DeviceStore& store);

[[nodiscard]] Result<PinVerdict> check_pin(sync::DeviceStore& store, const domain::UserId& user,
                                           const std::string& pin);
/// The first PIN of a technician. Refused when there is one already.
[[nodiscard]] Done set_pin(sync::DeviceStore& store, const domain::UserId& user, const std::string& pin);

/// After a start of the machine: waits that began before begin now, not at the next try.
[[nodiscard]] Done begin_waits_anew(sync::DeviceStore& store);

}  // namespace aftercare::work
