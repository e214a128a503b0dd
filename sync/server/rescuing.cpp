#include "sync/server/rescuing.h"

#include "shared/storage/framed_file.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "sync/server/enrolment.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::server {
namespace {

using protocol::kLimits;
using protocol::kRescueLimits;
using protocol::RescueAnswer;
using protocol::RescuedPart;
using protocol::RescuedPush;
using protocol::RescueEnd;
using protocol::RescueWord;

/// What is known here of a file.
struct Row {
  std::int64_t rowid = 0;
  bool is_whole = false;
  std::optional<std::uint64_t> end_number;
  std::uint64_t operation_count = 0;
  std::uint64_t new_operation_count = 0;
  std::uint64_t new_blob_count = 0;
};

Result<std::optional<Row>> find_row(storage::Database& db, const Hash& id) {
  auto query = db.query(
      "SELECT rowid, whole_ms IS NOT NULL, end_number, operation_count, new_operation_count, new_blob_count "
      "FROM rescue_file WHERE id = ?",
      id);
  std::optional<Row> row;
  if (query.next()) {
    row = Row{.rowid = query.integer(0),
              .is_whole = query.integer(1) != 0,
              .end_number = query.is_null(2) ? std::nullopt
                                             : std::optional{static_cast<std::uint64_t>(query.integer(2))},
              .operation_count = static_cast<std::uint64_t>(query.integer(3)),
              .new_operation_count = static_cast<std::uint64_t>(query.integer(4)),
              .new_blob_count = static_cast<std::uint64_t>(query.integer(5))};
  }
  if (const auto read = query.done(); !read) return read.error();
  return row;
}

RescueAnswer answer_of(RescueWord word, std::uint64_t next, const std::optional<Row>& row) {
  return {.word = word,
          .next = next,
          .new_operation_count = row ? row->new_operation_count : 0,
          .new_blob_count = row ? row->new_blob_count : 0};
}

// ---- Before the transaction -------------------------------------------------------------------------

struct Opened {
  Hash id{};
  Hash key{};
  protocol::Certificate certificate;
};

Result<Opened> open_head(const Organisation& organisation, std::string_view bytes) {
  const auto head = protocol::decode_rescue_head(bytes);
  if (!head) return head.error();
  const auto certificate = protocol::decode_certificate(head.value().certificate.statement);
  if (!certificate) return certificate.error();
  if (certificate.value().organisation_id != organisation.id ||
      !protocol::is_signed_by(organisation.signing_key.public_key, protocol::kDeviceTag,
                              head.value().certificate)) {
    return Error{
        ErrorKind::Refused,
        "this rescue file is of another organisation: nothing was taken from it, and it is unchanged"};
  }
  const auto key = protocol::open_rescue_key(head.value(), organisation.box_seed);
  if (!key) return key.error();
  return Opened{protocol::rescue_id(bytes), key.value(), certificate.value()};
}

/// Adds a part to the upload of its blob, as if the device had sent it; parts that are here are skipped.
using PartOutcome = std::variant<RescueAnswer, RescueNote::Blob>;

Result<PartOutcome> take_part(storage::BlobFiles& blobs, const RescuedPart& part, std::uint64_t number,
                              const std::optional<Row>& row) {
  const auto first = number - part.parts_before();
  const RescueNote::Blob whole{.first = first, .last = first + part.part_count() - 1, .is_new = false};
  if (blobs.has(part.sha256)) return PartOutcome{whole};

  const auto stands = blobs.part_offset(part.sha256);
  if (!stands) return stands.error();
  if (stands.value() < part.offset)
    return PartOutcome{answer_of(RescueWord::Taken, first, row)};  // it began anew
  if (stands.value() < part.offset + part.bytes.size()) {
    const auto known = static_cast<std::size_t>(stands.value() - part.offset);
    const auto added =
        blobs.append_part(part.sha256, stands.value(), std::string_view{part.bytes}.substr(known));
    if (!added && added.error().kind != ErrorKind::Conflict) return added.error();
  }
  if (!part.is_last()) return PartOutcome{answer_of(RescueWord::Taken, number + 1, row)};

  const auto finished = blobs.finish_part(part.sha256, kLimits.blob_byte_count_max);
  if (finished)
    return PartOutcome{RescueNote::Blob{.first = whole.first, .last = whole.last, .is_new = true}};
  const auto kind = finished.error().kind;
  // Thrown away: somebody else's part was wrong, or our disk. The parts of this file are what was
  // photographed.
  if (kind == ErrorKind::NotFound || kind == ErrorKind::Invalid || kind == ErrorKind::Corrupt)
    return PartOutcome{answer_of(RescueWord::Taken, first, row)};
  return finished.error();
}

/// Nothing when the push does not hold together.
std::shared_ptr<const PreparedPush> prepared_push(const Organisation& organisation,
                                                  const DeviceAccess& device, const RescuedPush& push) {
  const auto bytes = protocol::decompress(push.body, kLimits.push_byte_count_max);
  auto request =
      bytes ? protocol::decode_push_request(bytes.value()) : Result<protocol::PushRequest>{bytes.error()};
  if (!request) return nullptr;
  auto prepared =
      prepare_push(std::move(request).value(), organisation.id, device.device_id, device.public_key);
  return prepared ? std::make_shared<const PreparedPush>(std::move(prepared).value()) : nullptr;
}

// ---- In the transaction -----------------------------------------------------------------------------

Result<Row> row_of(OrganisationStore& store, const RescueNote& note) {
  const auto saved =
      store.db().run("INSERT OR IGNORE INTO rescue_file (id, device_id, first_ms) VALUES (?, ?, ?)", note.id,
                     note.device_id, store.clock().now());
  if (!saved) return saved.error();
  auto row = find_row(store.db(), note.id);
  if (!row) return row.error();
  return *std::move(row).value();
}

Done note_pieces(OrganisationStore& store, Row& row, std::uint64_t first, std::uint64_t last,
                 std::uint64_t operations, std::uint64_t blobs) {
  const auto noted = store.db().run(
      "INSERT OR IGNORE INTO rescue_piece (rescue_id, first, last) VALUES (?, ?, ?)", row.rowid, first, last);
  if (!noted) return noted;
  row.new_operation_count += operations;
  row.new_blob_count += blobs;
  return store.db().run("UPDATE rescue_file SET new_operation_count = ?, new_blob_count = ? WHERE rowid = ?",
                        row.new_operation_count, row.new_blob_count, row.rowid);
}

/// How many operations of the push are new; nothing when they follow on something that is not here.
Result<std::optional<std::uint64_t>> accept(OrganisationStore& store, const PreparedPush& push,
                                            bool is_revoked) {
  const auto before = store.head();
  if (!before) return before.error();
  auto outcome = accept_push(store, push, is_revoked);
  if (!outcome && outcome.error().kind == ErrorKind::SignIn)
    return Error{ErrorKind::Conflict, outcome.error().detail};  // it is not the carrier who is unknown
  if (!outcome) return outcome.error();
  const auto* standing = std::get_if<Standing>(&outcome.value());
  if (standing != nullptr && standing->lineage != push.lineage) {
    // The device would ask where we stand and offer the same once more; it is not here to do so.
    auto again = push;
    again.lineage = standing->lineage;
    outcome = accept_push(store, again, is_revoked);
    if (!outcome) return outcome.error();
  }
  if (std::holds_alternative<Standing>(outcome.value())) return std::optional<std::uint64_t>{};
  return std::optional{std::get<Accepted>(outcome.value()).feed_seq - before.value().seq};
}

Result<RescueAnswer> note_push(OrganisationStore& store, const RescueNote& note, Row& row,
                               const PreparedPush& push) {
  // Asked again inside the transaction: nothing slips in after a revocation.
  const auto device = find_device(store.db(), note.device_id);
  if (!device) return device.error();
  const auto is_revoked = !device.value() || device.value()->revoked_at.has_value();
  const auto accepted = accept(store, push, is_revoked);
  if (!accepted) return accepted.error();
  if (!accepted.value()) return answer_of(RescueWord::Behind, note.number + 1, row);
  if (const auto noted = note_pieces(store, row, note.number, note.number, *accepted.value(), 0); !noted)
    return noted.error();
  return answer_of(RescueWord::Taken, note.number + 1, row);
}

/// Every piece before the last one is here, and the last one too.
Result<std::uint64_t> missing_count(OrganisationStore& store, const Row& row) {
  auto query = store.db().query(
      "SELECT coalesce(sum(last - first + 1), 0) FROM rescue_piece WHERE rescue_id = ?", row.rowid);
  const auto here = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  const auto wanted = *row.end_number - 1;
  return wanted > here ? wanted - here : 0;
}

Result<RescueAnswer> close(OrganisationStore& store, const RescueNote& note, Row& row) {
  auto next = note.number;  // never 0: something of it may still come
  std::string how = "its end did not come";
  if (row.end_number) {
    const auto missing = missing_count(store, row);
    if (!missing) return missing.error();
    how = missing.value() == 0 ? "all of it" : fmt::format("{} pieces did not come", missing.value());
    if (missing.value() == 0) {
      next = 0;
      auto saved = store.db().run("UPDATE rescue_file SET whole_ms = ? WHERE rowid = ?", store.clock().now(),
                                  row.rowid);
      if (saved) saved = store.db().run("DELETE FROM rescue_piece WHERE rescue_id = ?", row.rowid);
      if (!saved) return saved.error();
    }
  }
  const auto noted = store.note_audit(
      note.brought_by, "rescue.taken", to_text(note.device_id),
      fmt::format("{} operations, {} new, {} photos and signatures new, {}",
                  row.end_number ? std::to_string(row.operation_count) : "an unknown number of",
                  row.new_operation_count, row.new_blob_count, how));
  if (!noted) return noted.error();
  return answer_of(RescueWord::Closed, next, row);
}

}  // namespace

Result<std::variant<RescueAnswer, RescueNote>> look_at_rescue(House& house,
                                                              const OrganisationId& organisation_id,
                                                              const protocol::RescueRequest& request,
                                                              std::string brought_by) {
  using Look = std::variant<RescueAnswer, RescueNote>;
  Organisation organisation;
  std::optional<Row> row;
  std::optional<DeviceAccess> device;
  Opened file;
  {
    const auto store = house.read(organisation_id);
    if (!store) return store.error();
    organisation = store.value()->organisation();
    auto opened = open_head(organisation, request.head);
    if (!opened) return opened.error();
    file = std::move(opened).value();
    const auto known = find_row(store.value()->db(), file.id);
    if (!known) return known.error();
    row = known.value();
    auto found = find_device(store.value()->db(), file.certificate.device_id);
    if (!found) return found.error();
    device = std::move(found).value();
  }
  if (row && row->is_whole) return Look{answer_of(RescueWord::Closed, 0, row)};
  if (!device || device->public_key != file.certificate.public_key) {
    return Error{
        ErrorKind::NotFound,
        fmt::format("this server does not know device {}: it was restored from a backup of before that "
                    "device came. Nothing was lost: keep the rescue file, enrol the device again or "
                    "restore a newer backup, and bring the file once more",
                    file.certificate.prefix)};
  }

  RescueNote note{.id = file.id,
                  .device_id = device->device_id,
                  .brought_by = std::move(brought_by),
                  .number = request.number,
                  .what = RescueNote::NothingMore{}};
  // Nothing is noted of a file of which nothing was taken: heads can be made without end.
  if (!request.piece && !row) return Look{answer_of(RescueWord::Closed, request.number, row)};
  if (!request.piece) return Look{std::move(note)};

  const auto piece = protocol::open_rescue_piece(file.key, file.id, request.number, *request.piece);
  const auto damaged = answer_of(RescueWord::Damaged, request.number + 1, row);
  if (!piece) return Look{damaged};
  if (const auto* push = std::get_if<RescuedPush>(&piece.value())) {
    auto prepared = prepared_push(organisation, *device, *push);
    if (!prepared) return Look{damaged};
    note.what = std::move(prepared);
  } else if (const auto* part = std::get_if<RescuedPart>(&piece.value())) {
    if (part->parts_before() >= request.number) return Look{damaged};
    auto taken = take_part(house.blobs(organisation_id), *part, request.number, row);
    if (!taken) return taken.error();
    if (const auto* answer = std::get_if<RescueAnswer>(&taken.value())) return Look{*answer};
    note.what = std::get<RescueNote::Blob>(taken.value());
  } else {
    const auto& end = std::get<RescueEnd>(piece.value());
    const auto text = protocol::rescue_end_text(file.id, request.number, end);
    if (!is_signed_by(device->public_key, protocol::kRescueEndTag, text, end.signature)) return Look{damaged};
    note.what = end;
  }
  return Look{std::move(note)};
}

Result<RescueAnswer> note_rescue(OrganisationStore& store, const RescueNote& note) {
  auto row = row_of(store, note);
  if (!row) return row.error();
  if (const auto* push = std::get_if<std::shared_ptr<const PreparedPush>>(&note.what))
    return note_push(store, note, row.value(), **push);
  if (const auto* blob = std::get_if<RescueNote::Blob>(&note.what)) {
    const auto noted = note_pieces(store, row.value(), blob->first, blob->last, 0, blob->is_new ? 1 : 0);
    if (!noted) return noted.error();
    return answer_of(RescueWord::Taken, blob->last + 1, row.value());
  }
  if (const auto* end = std::get_if<RescueEnd>(&note.what)) {
    const auto saved = store.db().run(
        "UPDATE rescue_file SET end_number = ?, operation_count = ?, blob_count = ? WHERE rowid = ?",
        note.number, end->operation_count, end->blob_count, row.value().rowid);
    if (!saved) return saved.error();
    return answer_of(RescueWord::Taken, note.number + 1, row.value());
  }
  return close(store, note, row.value());
}

// ---- From a stick, at the server itself -------------------------------------------------------------

namespace {

Result<RescueAnswer> take_one(House& house, const OrganisationId& organisation_id,
                              const protocol::RescueRequest& request) {
  auto look = look_at_rescue(house, organisation_id, request, "command line");
  if (!look) return look.error();
  if (const auto* answer = std::get_if<RescueAnswer>(&look.value())) return *answer;
  RescueAnswer answer;
  const auto written = house.write(organisation_id, [&](OrganisationStore& store) -> Done {
    auto noted = note_rescue(store, std::get<RescueNote>(look.value()));
    if (!noted) return noted.error();
    answer = noted.value();
    return done();
  });
  if (!written) return written.error();
  return answer;
}

}  // namespace

Result<RescueReport> import_rescue(House& house, const std::filesystem::path& path) {
  constexpr std::size_t kStepBackMax = 4;  // for blobs whose upload begins anew
  const auto file = storage::FramedFile::open(path, protocol::kRescueMagic,
                                              {.frame_byte_count_max = kRescueLimits.piece_byte_count_max,
                                               .frame_count_max = kRescueLimits.piece_count_max + 1});
  if (!file && file.error().kind == ErrorKind::Invalid)
    return Error{ErrorKind::Invalid,
                 fmt::format("{} is no rescue file: nothing was taken from it", path.string())};
  if (!file) return file.error();
  const auto head = file.value().read(0);
  const auto facts = head ? protocol::decode_rescue_head(head.value())
                          : Result<protocol::RescueHead>{Error{
                                ErrorKind::Invalid, "this rescue file is cut off at its very beginning"}};
  if (!facts) return facts.error();
  const auto certificate = protocol::decode_certificate(facts.value().certificate.statement);
  if (!certificate) return certificate.error();
  const auto organisation_id = certificate.value().organisation_id;
  if (!house.has(organisation_id)) {
    return Error{
        ErrorKind::Refused,
        "this rescue file is of an organisation that is not on this server: nothing was taken from it"};
  }

  RescueReport report{
      .prefix = certificate.value().prefix, .answer = {}, .piece_count = file.value().count() - 1};
  std::size_t step_back_count = 0;
  for (std::uint64_t number = 1;;) {
    protocol::RescueRequest request{head.value(), number, std::nullopt};
    if (number <= report.piece_count) {
      auto piece = file.value().read(static_cast<std::size_t>(number));
      if (!piece) return piece.error();
      request.piece = std::move(piece).value();
    }
    const auto answer = take_one(house, organisation_id, request);
    if (!answer) return answer.error();
    report.answer = answer.value();
    if (answer.value().word == RescueWord::Damaged) ++report.damaged_count;
    if (answer.value().word == RescueWord::Behind) ++report.behind_count;
    if (answer.value().word == RescueWord::Closed) {
      report.is_whole = answer.value().next == 0;
      return report;
    }
    const bool is_stuck = answer.value().next <= number && ++step_back_count > kStepBackMax;
    if (is_stuck) ++report.damaged_count;
    number = is_stuck ? number + 1 : std::min(answer.value().next, report.piece_count + 1);
  }
}

}  // namespace aftercare::server
