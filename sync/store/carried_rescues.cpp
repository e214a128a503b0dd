#include "sync/store/carried_rescues.h"

#include "sync/protocol/rescue_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::sync {
namespace {

/// What stays free for signatures when somebody else's work is taken along.
constexpr std::uint64_t kRoomBytes = 32 << 20;

/// Reads whose work it is, and that this device may carry it.
Result<RescueFacts> facts_of(const storage::FramedFile& file, const Identity& identity) {
  const auto head_bytes = file.read(0);
  if (!head_bytes) {
    return Error{
        ErrorKind::Invalid,
        "this is no rescue file, or its beginning was damaged: nothing was taken from it; copy it from "
        "the first device once more"};
  }
  const auto head = protocol::decode_rescue_head(head_bytes.value());
  if (!head) return head.error();
  const auto certificate = protocol::decode_certificate(head.value().certificate.statement);
  if (!certificate) return certificate.error();
  if (certificate.value().organisation_id != identity.organisation_id ||
      !protocol::is_signed_by(identity.organisation_key, protocol::kDeviceTag, head.value().certificate)) {
    return Error{
        ErrorKind::Refused,
        fmt::format("this rescue file is not of {}: nothing was taken from it; bring it to a device of "
                    "the organisation that it comes from",
                    identity.organisation_name)};
  }
  if (certificate.value().device_id == identity.device_id) {
    return Error{ErrorKind::Refused,
                 "this rescue file is of this very device, which sends its work itself: take it to another "
                 "device, to the kiosk or to the office"};
  }
  if (file.count() < 2) {
    return Error{
        ErrorKind::Invalid,
        "this rescue file is cut off before its first piece: nothing was taken from it; copy it from the "
        "first device once more"};
  }
  const auto is_whole = file.is_whole();
  if (!is_whole) return is_whole.error();
  return RescueFacts{.id = protocol::rescue_id(head_bytes.value()),
                     .device_id = certificate.value().device_id,
                     .prefix = certificate.value().prefix,
                     .made_at = head.value().made_at,
                     .byte_count = file.byte_count(),
                     .piece_count = file.count() - 1,
                     .is_whole = is_whole.value()};
}

std::optional<Hash> id_of_name(const std::string& name) {
  const auto bytes = from_hex(name);
  const auto id = bytes ? hash_of_bytes(bytes.value()) : Result<Hash>{bytes.error()};
  return id ? std::optional{id.value()} : std::nullopt;
}

}  // namespace

Result<storage::FramedFile> open_rescue_file(const std::filesystem::path& file) {
  using protocol::kRescueLimits;
  auto opened = storage::FramedFile::open(file, protocol::kRescueMagic,
                                          {.frame_byte_count_max = kRescueLimits.piece_byte_count_max,
                                           .frame_count_max = kRescueLimits.piece_count_max + 1});
  if (!opened && opened.error().kind == ErrorKind::Invalid) {
    return Error{ErrorKind::Invalid,
                 fmt::format("{} is no rescue file: nothing was taken from it", file.string())};
  }
  return opened;
}

Result<RescueFacts> CarriedRescues::take(const std::filesystem::path& file, const Identity& identity) {
  // Looked at before it is copied, so that a wrong file costs no room; and after, because sticks lie.
  const auto given = open_rescue_file(file);
  if (!given) return given.error();
  const auto wanted = facts_of(given.value(), identity);
  if (!wanted) return wanted.error();

  const auto carried = list();
  if (!carried) return carried.error();
  const auto known =
      std::ranges::find(carried.value(), wanted.value().id, [](const Carried& one) { return one.facts.id; });
  if (known != carried.value().end() && (known->facts.is_whole || !wanted.value().is_whole))
    return known->facts;

  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  open_.reset();
  const auto path = path_of(wanted.value().id);
  if (const auto copied = storage::copy_file_whole(file, path, kRoomBytes); !copied) return copied.error();
  const auto copy = open_rescue_file(path);
  if (!copy) return copy.error();
  auto facts = facts_of(copy.value(), identity);
  if (!facts) return facts.error();
  if (const auto saved = save(facts.value()); !saved) return saved.error();
  return facts;
}

/// As something that was not handed in yet, whatever was noted of an earlier copy.
Done CarriedRescues::save(const RescueFacts& facts) {
  return db_.run(
      "INSERT OR REPLACE INTO carried_rescue (id, device_id, prefix, made_at_ms, byte_count, piece_count, is_whole) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      facts.id, facts.device_id, facts.prefix, facts.made_at, facts.byte_count, facts.piece_count,
      facts.is_whole);
}

Result<std::vector<CarriedRescues::Carried>> CarriedRescues::list() {
  auto query = db_.query(
      "SELECT id, device_id, prefix, made_at_ms, byte_count, piece_count, is_whole, next_piece, damaged_count, "
      "waits_since_seq FROM carried_rescue ORDER BY rowid");
  std::vector<Carried> list;
  while (query.next()) {
    Carried one;
    one.facts = {.id = query.hash(0),
                 .device_id = query.id<protocol::DeviceId>(1),
                 .prefix = query.text(2),
                 .made_at = from_ms(query.integer(3)),
                 .byte_count = static_cast<std::uint64_t>(query.integer(4)),
                 .piece_count = static_cast<std::uint64_t>(query.integer(5)),
                 .is_whole = query.integer(6) != 0};
    one.next_piece = static_cast<std::uint64_t>(query.integer(7));
    one.damaged_count = static_cast<std::uint64_t>(query.integer(8));
    if (!query.is_null(9)) one.waits_since_seq = static_cast<std::uint64_t>(query.integer(9));
    list.push_back(std::move(one));
  }
  if (const auto read = query.done(); !read) return read.error();
  return list;
}

Done CarriedRescues::adopt(const Identity& identity) {
  std::error_code failed;
  if (!std::filesystem::exists(folder_, failed)) return done();
  for (const auto& entry : std::filesystem::directory_iterator(folder_, failed)) {
    const auto id = id_of_name(entry.path().filename().string());
    if (entry.path().extension() == ".new")
      std::filesystem::remove(entry.path(), failed);  // a crash left it half; the stick has all of it
    if (!id) continue;
    auto query = db_.query("SELECT 1 FROM carried_rescue WHERE id = ?", *id);
    const bool is_known = query.next();
    if (const auto read = query.done(); !read) return read;
    if (is_known) continue;
    const auto file = open_rescue_file(entry.path());
    const auto facts = file ? facts_of(file.value(), identity) : Result<RescueFacts>{file.error()};
    if (!facts || facts.value().id != *id) continue;  // of another organisation: left as it lies
    if (const auto saved = save(facts.value()); !saved) return saved;
  }
  return done();
}

Result<storage::FramedFile*> CarriedRescues::open(const Hash& id) {
  if (!open_ || open_->id != id) {
    auto file = open_rescue_file(path_of(id));
    if (!file) return file.error();
    open_.emplace(Open{id, std::move(file).value()});
  }
  return &open_->file;
}

Result<Bytes> CarriedRescues::head_of(const Hash& id) {
  const auto file = open(id);
  return file ? file.value()->read(0) : file.error();
}

Result<Bytes> CarriedRescues::piece(const Hash& id, std::uint64_t number) {
  const auto file = open(id);
  return file ? file.value()->read(static_cast<std::size_t>(number)) : file.error();
}

Done CarriedRescues::note(const CarriedRescue& rescue) {
  return db_.run(
      "UPDATE carried_rescue SET next_piece = ?, damaged_count = ?, waits_since_seq = ? WHERE id = ?",
      rescue.next_piece, rescue.damaged_count, rescue.waits_since_seq, rescue.id);
}

Done CarriedRescues::drop(const Hash& id) {
  open_.reset();
  // In this order: a file that stays behind is handed in once more, for nothing; a row that stays behind
  // waits for ever.
  if (const auto forgotten = db_.run("DELETE FROM carried_rescue WHERE id = ?", id); !forgotten)
    return forgotten;
  std::error_code failed;
  std::filesystem::remove(path_of(id), failed);
  return done();
}

}  // namespace aftercare::sync
