#pragma once

#include "shared/domain/field.h"

namespace aftercare::domain {

using UserId = Id<struct UserTag>;
using DeviceId = Id<struct DeviceTag>;
using OrganisationId = Id<struct OrganisationTag>;

enum class Role { Technician, Kiosk, Dispatcher, Manager, Administrator };
template <>
struct Names<Role> {
  static constexpr std::array<std::string_view, 5> values{"technician", "kiosk", "dispatcher", "manager",
                                                          "administrator"};
};

/// Somebody who works here. Passwords and PINs are kept elsewhere, by those who check them.
struct User {
  UserId id;
  std::string name;
  Role role = Role::Technician;
  std::string language;
  bool is_active = true;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, User>
void each_field(C& user, F&& field) {
  field(1, "name", user.name, kOffice);
  field(2, "role", user.role, kOffice);
  field(3, "language", user.language, kLatest);
  field(4, "is_active", user.is_active, kOffice);
}

enum class DeviceRole { Tablet, Kiosk, Office };
template <>
struct Names<DeviceRole> {
  static constexpr std::array<std::string_view, 3> values{"tablet", "kiosk", "office"};
};

/// A machine that may write into the journal. The office writes through one of its own.
struct Device {
  DeviceId id;
  std::string name;
  DeviceRole role = DeviceRole::Tablet;
  std::string prefix;  // of its short numbers
  Blob public_key;     // Ed25519
  Blob certificate;    // the organisation's word for it: sync/protocol/certificate.h
  std::optional<UserId> user_id;
  bool is_revoked = false;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Device>
void each_field(C& device, F&& field) {
  field(1, "name", device.name, kOffice);
  field(2, "role", device.role, kOnce);
  field(3, "prefix", device.prefix, kOnce);
  field(4, "public_key", device.public_key, kOnce);
  field(5, "certificate", device.certificate, kOnce);
  field(6, "user_id", device.user_id, kOffice);
  field(7, "is_revoked", device.is_revoked, kOffice);
}

}  // namespace aftercare::domain
