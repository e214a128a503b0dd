#pragma once

#include "client/shown/visit_page.h"
#include "sync/store/device_store.h"

/// Who may unlock this tablet, and the PINs by which they do.
namespace aftercare::work {

/// The technicians who work here now, by name.
[[nodiscard]] Result<std::vector<shown::Technician>> technicians(sync::DeviceStore& store);

struct PinVerdict {
  bool is_right = false;
  std::chrono::milliseconds wait{0};  // before the next try
};
/// The try is in the file before it is answered, so that pulling the battery wins nobody a guess.
/// While the wait lasts, the right PIN is refused, too.
[[nodiscard]] Result<PinVerdict> check_pin(sync::DeviceStore& store, const domain::UserId& user,
                                           const std::string& pin);
/// The first PIN of a technician. Refused when there is one already.
[[nodiscard]] Done set_pin(sync::DeviceStore& store, const domain::UserId& user, const std::string& pin);

/// After a start of the machine: waits that began before begin now, not at the next try.
[[nodiscard]] Done begin_waits_anew(sync::DeviceStore& store);

}  // namespace aftercare::work
