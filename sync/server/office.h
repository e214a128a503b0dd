#pragma once

#include "shared/domain/codec.h"
#include "sync/protocol/operation.h"
#include "sync/server/organisation_store.h"

/// What the office writes goes through a device of its own, by the same rules and into the same feed
/// as everybody else's.
namespace aftercare::server {

/// Makes the office's lineage and its record of a device. Once, when the organisation is made.
[[nodiscard]] Done open_office(OrganisationStore& store);

/// Inside a transaction or a write job. Refused when the operation would be set aside, with the reason.
[[nodiscard]] Done office_write(OrganisationStore& store, const UserId& by, protocol::Verb verb,
                                domain::EntityType type, const AnyId& id, const cbor::FieldMap& fields);

template <class Record>
[[nodiscard]] Done office_create(OrganisationStore& store, const UserId& by, const Record& record) {
  return office_write(store, by, protocol::Verb::Create, domain::EntityInfo<Record>::type,
                      id_cast<AnyId>(record.id), domain::fields_of(record));
}

template <class Record>
[[nodiscard]] Done office_change(OrganisationStore& store, const UserId& by, const Record& before,
                                 const Record& after) {
  const auto changes = domain::changes_of(before, after);
  if (changes.empty()) return done();
  return office_write(store, by, protocol::Verb::Change, domain::EntityInfo<Record>::type,
                      id_cast<AnyId>(after.id), changes);
}

}  // namespace aftercare::server
