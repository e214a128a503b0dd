#pragma once

#include "shared/domain/scope.h"
#include "sync/protocol/message.h"
#include "sync/server/organisation_store.h"
#include "sync/server/problem.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// How a machine becomes one of the organisation's devices, and stops being one.
namespace aftercare::server {

struct EnrolmentCode {
  std::string code;  // said once; only its hash is kept
  Instant expires_at{};
};
/// In a transaction or write job.
[[nodiscard]] Result<EnrolmentCode> open_enrolment(OrganisationStore& store, const UserId& by,
                                                   DeviceRole role, const std::optional<UserId>& user_id,
                                                   domain::Scope scope = domain::Scope::Organisation);

/// Why a code was not taken, for the device and whoever holds it.
struct EnrolmentRefusal {
  Problem code = Problem::NotFound;
  std::string detail;
};
/// In a write job. The encoded EnrolAnswer, the same bytes when the same device asks again with the same
/// code and key; a code lets in one device.
[[nodiscard]] Result<std::variant<Bytes, EnrolmentRefusal>> enrol(OrganisationStore& store,
                                                                  const protocol::EnrolRequest& request);

/// What a device may do now, and when it was last heard of.
struct DeviceAccess {
  DeviceId device_id;
  PublicKey public_key{};
  DeviceRole role = DeviceRole::Tablet;
  std::optional<UserId> user_id;
  domain::Scope scope = domain::Scope::Organisation;
  std::string name;
  std::string prefix;
  Instant enrolled_at{};
  std::optional<Instant> returned_at;  // after a restore, by its certificate
  std::optional<Instant> revoked_at;
  std::optional<Instant> last_contact_at;
  std::string app_version;
  std::uint64_t held_dseq = 0;  // how much of its journal is here
  /// What it last said that it still holds; nothing when it never said.
  struct Unsent {
    std::uint64_t operation_count = 0;
    std::uint64_t visit_count = 0;
    std::uint64_t photo_count = 0;
    std::uint64_t photo_byte_count = 0;
    Instant told_at{};
  };
  std::optional<Unsent> unsent;
};
[[nodiscard]] Result<std::optional<DeviceAccess>> find_device(storage::Database& db, const DeviceId& id);
[[nodiscard]] Result<std::vector<DeviceAccess>> list_devices(storage::Database& db);

/// From now on the device may only hand in its work, which is set aside. Fine when it is revoked already.
[[nodiscard]] Done revoke_device(OrganisationStore& store, const UserId& by, const DeviceId& id);
[[nodiscard]] Done note_contact(OrganisationStore& store, const DeviceId& id);

/// What the device holds, by its own word. In a write job.
[[nodiscard]] Done note_unsent(OrganisationStore& store, const DeviceId& id, const protocol::Unsent& unsent);

/// Short numbers that the device has given out and under which nothing has arrived: of each kind the newest
/// `count_max`, oldest first. What it still holds is among them, and what was set aside.
[[nodiscard]] Result<std::vector<std::string>> missing_numbers(storage::Database& db,
                                                               const DeviceAccess& device,
                                                               std::size_t count_max = 100);

}  // namespace aftercare::server
