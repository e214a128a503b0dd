#include "client/work/export_record.h"

#include "shared/base/short_number.h"
#include "shared/storage/records.h"
#include "sync/protocol/erasure.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::work {
namespace {

/// The sealing operation's header and the server's countersignature.
Done add_proof(sync::DeviceStore& store, const domain::SignOff& sign_off, protocol::SealedRecord& record) {
  auto query =
      store.db().query("SELECT header, countersign FROM seal_proof WHERE sign_off_id = ?", sign_off.id);
  if (!query.next()) {
    const auto read = query.done();
    return read ? Done{Error{ErrorKind::Corrupt,
                             "the seal of this visit is not complete on this device: sync, then try again"}}
                : read;
  }
  record.header = query.bytes(0);
  if (!query.is_null(1)) {
    auto word = protocol::decode_signed(query.bytes(1));
    if (!word) return word.error();
    record.countersign = std::move(word).value();
  }
  return done();
}

/// Who sealed it, vouched for by the organisation.
Done add_certificate(sync::DeviceStore& store, const sync::Identity& identity,
                     protocol::SealedRecord& record) {
  record.organisation_key = identity.organisation_key;
  const auto header = protocol::decode_header(record.header);
  if (!header) return header.error();
  if (header.value().device_id == identity.device_id) {
    record.certificate = identity.certificate;
    return done();
  }
  const auto device = storage::find<domain::Device>(store.db(), header.value().device_id);
  if (!device) return device.error();
  if (!device.value())
    return Error{ErrorKind::NotFound,
                 "the device that sealed this visit is not known here: sync, then try again"};
  auto certificate = protocol::decode_signed(device.value()->certificate.bytes);
  if (!certificate) return certificate.error();
  record.certificate = std::move(certificate).value();
  return done();
}

Done add_groups(sync::DeviceStore& store, const domain::SignOff& sign_off, protocol::SealedRecord& record) {
  const auto groups =
      storage::where<domain::SealedGroup>(store.db(), "sign_off_id = ? ORDER BY rowid", sign_off.id);
  if (!groups) return groups.error();
  for (const auto& group : groups.value()) {
    protocol::RecordGroup part{group.name, std::nullopt};
    if (!group.salt.bytes.empty())
      part.content = protocol::Group{group.name, group.salt.bytes, group.content.bytes};
    record.groups.push_back(std::move(part));
  }
  return done();
}

/// The organisation's word on groups that were erased by law.
Done add_erasure(sync::DeviceStore& store, const domain::SignOff& sign_off, protocol::SealedRecord& record) {
  const auto erasures = storage::where<domain::Erasure>(
      store.db(), "customer_id = (SELECT customer_id FROM visit WHERE id = ?)", sign_off.visit_id);
  if (!erasures) return erasures.error();
  for (const auto& erasure : erasures.value()) {
    const auto seals = protocol::decode_erased_seals(erasure.statements.bytes);
    if (!seals) return seals.error();
    for (const auto& seal : seals.value()) {
      if (seal.sign_off_id == sign_off.id) record.erasure = seal.statement;
    }
  }
  return done();
}

Done add_blobs(sync::DeviceStore& store, protocol::SealedRecord& record) {
  std::vector<protocol::Group> groups;
  for (const auto& group : record.groups) {
    if (group.content) groups.push_back(*group.content);
  }
  const auto facts = protocol::facts_of(groups);
  std::vector<Hash> wanted = facts.photos;
  if (facts.strokes) wanted.push_back(*facts.strokes);
  for (const auto& sha256 : wanted) {
    if (std::ranges::find(record.blobs, sha256, &protocol::RecordBlob::sha256) != record.blobs.end())
      continue;
    auto bytes = store.whole_blob(sha256);
    if (bytes) {
      record.blobs.push_back({sha256, std::move(bytes).value()});
    } else if (bytes.error().kind != ErrorKind::NotFound) {
      return bytes.error();
    }
  }
  return done();
}

}  // namespace

Result<domain::Visit> find_visit(sync::DeviceStore& store, const std::string& visit) {
  std::string number = visit;
  if (const auto spoken = short_number_of_text(visit)) number = to_text(spoken.value());
  auto found = storage::where<domain::Visit>(store.db(), "number = ?1 OR lower(hex(id)) = lower(?1)", number);
  if (!found) return found.error();
  if (found.value().empty())
    return Error{ErrorKind::NotFound,
                 fmt::format("there is no visit {} on this device: see `aftercare visits`", visit)};
  return std::move(found.value().front());
}

Result<protocol::SealedRecord> export_record(sync::DeviceStore& store, const std::string& visit_name) {
  const auto visit = find_visit(store, visit_name);
  if (!visit) return visit.error();
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if (!identity.value()) return Error{ErrorKind::SignIn, "this device is not enrolled"};
  const auto sign_offs = storage::where<domain::SignOff>(
      store.db(), "visit_id = ? ORDER BY signed_at_ms DESC, rowid DESC LIMIT 1", visit.value().id);
  if (!sign_offs) return sign_offs.error();
  if (sign_offs.value().empty())
    return Error{ErrorKind::Refused, fmt::format("visit {} is not sealed yet: nothing was signed or refused",
                                                 visit.value().number)};

  const auto& sign_off = sign_offs.value().front();
  protocol::SealedRecord record;
  record.seal_list = sign_off.seal_list.bytes;
  const auto signature = signature_of_bytes(sign_off.signature.bytes);
  if (!signature) return signature.error();
  record.signature = signature.value();
  if (const auto added = add_proof(store, sign_off, record); !added) return added.error();
  if (const auto added = add_certificate(store, *identity.value(), record); !added) return added.error();
  if (const auto added = add_groups(store, sign_off, record); !added) return added.error();
  if (const auto added = add_erasure(store, sign_off, record); !added) return added.error();
  if (const auto added = add_blobs(store, record); !added) return added.error();
  return record;
}

}  // namespace aftercare::work
