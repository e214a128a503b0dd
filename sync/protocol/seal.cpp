#include "sync/protocol/seal.h"

#include "sync/protocol/tags.h"

#include <set>

namespace aftercare::protocol {
namespace {

constexpr std::size_t kGroupCountMax = 32;

Bytes signed_text(const Hash& seal, const Hash& operation) {
  return Bytes{view(seal)}.append(view(operation));
}

}  // namespace

Hash group_hash(std::string_view salt, std::string_view content) {
  return sha256({kGroupTag, salt, content});
}

SealList list_of(const std::vector<Group>& groups) {
  SealList list;
  for (const auto& group : groups) list.push_back({group.name, group_hash(group.salt, group.content)});
  return list;
}

Bytes encode(const SealList& list) {
  cbor::Writer writer;
  writer.array(list.size());
  for (const auto& entry : list) writer.array(2).text(entry.name).bytes(view(entry.hash));
  return writer.take();
}

Result<SealList> decode_seal_list(std::string_view bytes) {
  cbor::Reader reader{bytes};
  SealList list;
  std::set<std::string> names;
  const auto count = reader.array();
  if (count == 0 || count > kGroupCountMax) reader.fail();
  for (std::size_t i = 0; i < count && reader.is_ok(); ++i) {
    reader.array(2);
    SealEntry entry;
    entry.name = reader.text();
    entry.hash = reader.array_of_bytes<Hash>();
    if (entry.name.empty() || !names.insert(entry.name).second) reader.fail();
    list.push_back(std::move(entry));
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not a list of sealed groups"};
  return list;
}

Hash seal_hash(std::string_view list) { return sha256({kSealTag, list}); }

Signature sign_seal(const SigningKey& device, const Hash& seal, const Hash& operation) {
  return sign(device, kSignTag, signed_text(seal, operation));
}

bool is_seal_signed_by(const PublicKey& device, const Hash& seal, const Hash& operation,
                       const Signature& signature) {
  return is_signed_by(device, kSignTag, signed_text(seal, operation), signature);
}

}  // namespace aftercare::protocol
