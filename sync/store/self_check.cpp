#include "sync/store/self_check.h"

#include "shared/storage/records.h"
#include "sync/protocol/seal.h"

#include <fmt/format.h>

namespace aftercare::sync {
namespace {

Done check_journal(DeviceStore& store, SelfCheck& check) {
  const auto bookmark = store.bookmark();
  if (!bookmark) return bookmark.error();
  const auto genesis = store.hash_at(0);
  if (!genesis) return genesis.error();
  Head head{0, genesis.value()};
  auto query = store.db().query("SELECT header, salt, body FROM operation ORDER BY dseq");
  while (query.next()) {
    const auto followed = protocol::follow(head, {query.bytes(0), query.bytes(1), query.bytes(2)});
    if (!followed) {
      check.complaints.push_back("the journal breaks: " + followed.error().detail);
      return done();
    }
    ++check.operation_count;
  }
  if (const auto read = query.done(); !read) return read;
  if (head != bookmark.value().head)
    check.complaints.emplace_back("the journal does not end where its head says");
  return done();
}

/// The seal of one visit against the groups that are here; erased ones are taken at their hash.
std::string seal_complaint(DeviceStore& store, const domain::SignOff& sign_off) {
  const auto list = protocol::decode_seal_list(sign_off.seal_list.bytes);
  const auto groups =
      storage::where<domain::SealedGroup>(store.db(), "sign_off_id = ? ORDER BY rowid", sign_off.id);
  if (!list || !groups) return "its list cannot be read";
  if (list.value().size() != groups.value().size()) return "groups are missing";
  for (std::size_t i = 0; i < list.value().size(); ++i) {
    const auto& entry = list.value()[i];
    const auto& group = groups.value()[i];
    if (group.name != entry.name) return fmt::format("the group {} is missing", entry.name);
    const bool is_erased = group.salt.bytes.empty();
    if (!is_erased && protocol::group_hash(group.salt.bytes, group.content.bytes) != entry.hash)
      return fmt::format("the group {} was changed", entry.name);
  }

  auto query = store.db().query("SELECT header FROM seal_proof WHERE sign_off_id = ?", sign_off.id);
  if (!query.next()) return "its operation is missing";
  const auto header_bytes = query.bytes(0);
  const auto header = protocol::decode_header(header_bytes);
  const auto signature = signature_of_bytes(sign_off.signature.bytes);
  if (!header || !signature) return "its signature is missing";
  const auto identity = store.identity();
  if (!identity || !identity.value()) return "the identity of this device is missing";
  PublicKey key = identity.value()->key.public_key;
  if (header.value().device_id != identity.value()->device_id) {
    const auto device = storage::find<domain::Device>(store.db(), header.value().device_id);
    const auto foreign = device && device.value() ? hash_of_bytes(device.value()->public_key.bytes)
                                                  : Result<Hash>{Error{ErrorKind::NotFound, ""}};
    if (!foreign) return "the device that sealed it is unknown";
    key = foreign.value();
  }
  const auto seal = protocol::seal_hash(sign_off.seal_list.bytes);
  if (!protocol::is_seal_signed_by(key, seal, protocol::operation_hash(header_bytes), signature.value()))
    return "its signature does not fit";
  return {};
}

Done check_seals(DeviceStore& store, SelfCheck& check) {
  const auto sign_offs = storage::where<domain::SignOff>(store.db(), "1");
  if (!sign_offs) return sign_offs.error();
  for (const auto& sign_off : sign_offs.value()) {
    const auto complaint = seal_complaint(store, sign_off);
    if (complaint.empty()) {
      ++check.sealed_count;
    } else {
      check.complaints.push_back(fmt::format("the seal {}: {}", to_text(sign_off.id), complaint));
    }
  }
  return done();
}

Done check_blobs(DeviceStore& store, SelfCheck& check) {
  std::vector<Hash> names;
  {
    auto query = store.db().query("SELECT sha256 FROM blob WHERE is_here AND let_go_ms IS NULL");
    while (query.next()) names.push_back(query.hash(0));
    if (const auto read = query.done(); !read) return read;
  }
  for (const auto& name : names) {
    const auto bytes = store.whole_blob(name);  // checks the hash
    if (bytes) {
      ++check.blob_count;
    } else {
      check.complaints.push_back(fmt::format("the photo {}: {}", to_hex(name), bytes.error().detail));
    }
  }
  return done();
}

}  // namespace

Result<SelfCheck> check_everything(DeviceStore& store) {
  SelfCheck check;
  if (const auto sound = store.db().quick_check(); !sound) check.complaints.push_back(sound.error().detail);
  if (const auto checked = check_journal(store, check); !checked) return checked.error();
  if (const auto checked = check_seals(store, check); !checked) return checked.error();
  if (const auto checked = check_blobs(store, check); !checked) return checked.error();
  return check;
}

}  // namespace aftercare::sync
