#include "sync/server/office.h"

#include "shared/base/short_number.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>

namespace aftercare::server {

Done open_office(OrganisationStore& store) {
  const auto& organisation = store.organisation();
  const auto genesis = protocol::genesis_hash(organisation.office_key.public_key);
  const auto opened = open_lineage(store, {.id = 0,
                                           .device_id = organisation.office_device_id,
                                           .hash = genesis,
                                           .parent_id = std::nullopt,
                                           .fork_dseq = 0,
                                           .head = {0, genesis}});
  if (!opened) return opened.error();

  const protocol::Certificate certificate{.organisation_id = organisation.id,
                                          .device_id = organisation.office_device_id,
                                          .role = DeviceRole::Office,
                                          .prefix = device_prefix(0),
                                          .public_key = organisation.office_key.public_key,
                                          .enrolled_at = store.clock().now()};
  domain::Device device;
  device.id = organisation.office_device_id;
  device.name = "office";
  device.role = DeviceRole::Office;
  device.prefix = certificate.prefix;
  device.public_key.bytes = view(certificate.public_key);
  device.certificate.bytes = protocol::encode(protocol::sign_statement(
      organisation.signing_key, protocol::kDeviceTag, protocol::encode(certificate)));
  return office_create(store, UserId{}, device);
}

Done office_write(OrganisationStore& store, const UserId& by, protocol::Verb verb, domain::EntityType type,
                  const AnyId& id, const cbor::FieldMap& fields) {
  const auto& organisation = store.organisation();
  const auto found = find_lineage(store.db(), organisation.office_device_id,
                                  protocol::genesis_hash(organisation.office_key.public_key));
  if (!found) return found.error();
  if (!found.value()) return Error{ErrorKind::Corrupt, "the office has no journal"};
  Lineage lineage = *found.value();
  const auto head = store.head();
  if (!head) return head.error();

  protocol::Header header;
  header.organisation_id = organisation.id;
  header.device_id = organisation.office_device_id;
  header.dseq = lineage.head.dseq + 1;
  header.previous_hash = lineage.head.hash;
  header.time = {to_ms(store.clock().now()), 0};
  header.user_id = by;
  header.verb = verb;
  header.type = type;
  header.entity_id = id;
  header.base_seq = head.value().seq;  // the office sees everything up to now
  PreparedOperation prepared{
      protocol::make_operation(header, cbor::encode(fields), store.random()), {}, {}, fields};
  prepared.header = protocol::decode_header(prepared.operation.header).value();
  prepared.hash = protocol::operation_hash(prepared.operation.header);

  const auto decision = accept_operation(store, lineage, DeviceRole::Office,
                                         organisation.office_key.public_key, prepared, /*is_revoked=*/false);
  if (!decision) return decision.error();
  if (decision.value().ruling == protocol::Ruling::SetAside) {
    return Error{ErrorKind::Refused, fmt::format("the {} cannot be written: {}", domain::table_of(type),
                                                 domain::name_of(decision.value().reason))};
  }
  const auto saved = store.db().run("UPDATE lineage SET dseq = ?, head = ? WHERE id = ?", lineage.head.dseq,
                                    lineage.head.hash, lineage.id);
  return saved ? follow_scopes(store, organisation.office_device_id, {{type, id}}) : saved;
}

}  // namespace aftercare::server
