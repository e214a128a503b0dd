#include "client/work/store_proxy.h"

namespace aftercare::work {

using sync::DeviceStore;

// The asker waits, so what it passes by reference lives until the answer is there.

Result<std::optional<sync::Identity>> StoreProxy::identity() {
  return ask([](DeviceStore& store) { return store.identity(); });
}
Done StoreProxy::save_identity(const sync::Identity& identity, const sync::EpochId& epoch) {
  return ask([&](DeviceStore& store) { return store.save_identity(identity, epoch); });
}
Result<sync::Bookmark> StoreProxy::bookmark() {
  return ask([](DeviceStore& store) { return store.bookmark(); });
}
Result<std::vector<sync::Operation>> StoreProxy::operations_after(std::uint64_t dseq, std::size_t count_max,
                                                                  std::size_t byte_count_max) {
  return ask([=](DeviceStore& store) { return store.operations_after(dseq, count_max, byte_count_max); });
}
Result<Hash> StoreProxy::hash_at(std::uint64_t dseq) {
  return ask([=](DeviceStore& store) { return store.hash_at(dseq); });
}
Done StoreProxy::note_receipt(const protocol::Receipt& receipt, const protocol::Signed& word,
                              const std::vector<protocol::PushAnswer::SetAside>& set_aside) {
  return ask([&](DeviceStore& store) { return store.note_receipt(receipt, word, set_aside); });
}
Done StoreProxy::note_held(std::uint64_t dseq) {
  return ask([=](DeviceStore& store) { return store.note_held(dseq); });
}
Done StoreProxy::note_epoch(const sync::EpochId& epoch) {
  return ask([&](DeviceStore& store) { return store.note_epoch(epoch); });
}
Done StoreProxy::apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) {
  return ask([&](DeviceStore& store) { return store.apply_page(page, statement); });
}
Done StoreProxy::note_server_time(Instant server_time, Instant here, std::int64_t monotonic_ms) {
  return ask([=](DeviceStore& store) { return store.note_server_time(server_time, here, monotonic_ms); });
}
Result<std::vector<sync::BlobTask>> StoreProxy::blobs_to_send(std::size_t count_max) {
  return ask([=](DeviceStore& store) { return store.blobs_to_send(count_max); });
}
Result<Bytes> StoreProxy::read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) {
  return ask([&](DeviceStore& store) { return store.read_blob(sha256, offset, byte_count_max); });
}
Done StoreProxy::note_blob_held(const Hash& sha256) {
  return ask([&](DeviceStore& store) { return store.note_blob_held(sha256); });
}
Result<std::vector<sync::BlobTask>> StoreProxy::blobs_to_fetch(std::size_t count_max) {
  return ask([=](DeviceStore& store) { return store.blobs_to_fetch(count_max); });
}
Result<std::vector<Hash>> StoreProxy::blobs_to_ask_about(std::size_t count_max) {
  return ask([=](DeviceStore& store) { return store.blobs_to_ask_about(count_max); });
}
Done StoreProxy::note_blobs_asked(const std::vector<Hash>& asked, const std::vector<Hash>& missing) {
  return ask([&](DeviceStore& store) { return store.note_blobs_asked(asked, missing); });
}
Done StoreProxy::note_blob_absent(const Hash& sha256) {
  return ask([&](DeviceStore& store) { return store.note_blob_absent(sha256); });
}
Done StoreProxy::save_blob(const Hash& sha256, std::string_view bytes) {
  return ask([&](DeviceStore& store) { return store.save_blob(sha256, bytes); });
}
Result<std::uint64_t> StoreProxy::blob_part_offset(const Hash& sha256) {
  return ask([&](DeviceStore& store) { return store.blob_part_offset(sha256); });
}
Result<std::uint64_t> StoreProxy::add_blob_part(const Hash& sha256, std::uint64_t offset,
                                                std::string_view bytes) {
  return ask([&](DeviceStore& store) { return store.add_blob_part(sha256, offset, bytes); });
}
Done StoreProxy::finish_blob(const Hash& sha256) {
  return ask([&](DeviceStore& store) { return store.finish_blob(sha256); });
}
Done StoreProxy::drop_blob_part(const Hash& sha256) {
  return ask([&](DeviceStore& store) { return store.drop_blob_part(sha256); });
}
Result<std::uint64_t> StoreProxy::free_byte_count() {
  return ask([](DeviceStore& store) { return store.free_byte_count(); });
}
Result<std::optional<protocol::Unsent>> StoreProxy::unsent() {
  return ask([](DeviceStore& store) { return store.unsent(); });
}
Result<std::vector<protocol::LostWord>> StoreProxy::lost_words() {
  return ask([](DeviceStore& store) { return store.lost_words(); });
}
Done StoreProxy::note_lost_told() {
  return ask([](DeviceStore& store) { return store.note_lost_told(); });
}
Done StoreProxy::let_go() {
  return ask([](DeviceStore& store) { return store.let_go(); });
}
Result<std::vector<sync::CarriedRescue>> StoreProxy::rescues() {
  return ask([](DeviceStore& store) { return store.rescues(); });
}
Result<Bytes> StoreProxy::rescue_head(const Hash& id) {
  return ask([&](DeviceStore& store) { return store.rescue_head(id); });
}
Result<Bytes> StoreProxy::rescue_piece(const Hash& id, std::uint64_t number) {
  return ask([&](DeviceStore& store) { return store.rescue_piece(id, number); });
}
Done StoreProxy::note_rescue(const sync::CarriedRescue& rescue) {
  return ask([&](DeviceStore& store) { return store.note_rescue(rescue); });
}
Done StoreProxy::drop_rescue(const Hash& id) {
  return ask([&](DeviceStore& store) { return store.drop_rescue(id); });
}
Done StoreProxy::note_revoked() {
  return ask([](DeviceStore& store) { return store.note_revoked(); });
}

}  // namespace aftercare::work
