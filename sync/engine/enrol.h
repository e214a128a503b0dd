#pragma once

#include "sync/engine/ports.h"

namespace aftercare::sync {

/// What a new device says of itself. Whoever keeps `device_id` and `key` (or can make them again) may
/// ask twice: the server gives the same answer to the same key, so that a lost answer costs no code.
struct Enrolment {
  protocol::EnrolmentLine line;
  DeviceId device_id;
  SigningKey key;
  std::string device_name;
  std::string app_version;
};

struct EnrolLimits {
  std::size_t try_count_max = 3;  // the answer may be lost after the code was spent
};

/// Makes this folder a device of the organisation that the line names, and saves who it now is.
/// Refused when the folder already belongs to a device; nothing is asked then.
[[nodiscard]] Result<Identity> enrol(Store& store, Server& server, Clock& clock, const Enrolment& wish,
                                     const EnrolLimits& limits = {});

}  // namespace aftercare::sync
