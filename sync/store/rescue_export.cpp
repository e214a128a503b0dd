#include "sync/store/rescue_export.h"

#include "shared/storage/framed_file.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/rescue_file.h"
#include "sync/protocol/tags.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::sync {
namespace {

using protocol::kLimits;
using protocol::kRescueLimits;

/// One file being written.
struct Writing {
  DeviceStore& store;
  const Identity& identity;
  storage::FramedWriter file;
  protocol::RescueSealer sealer;
  RescueExport report;

  Done add(const protocol::RescuePiece& piece) { return file.add(sealer.seal(piece)); }
};

/// Where the word ends that the server, or its backup, gave for our journal.
std::uint64_t held_up_to(const Bookmark& mark, RescueScope scope) {
  if (scope == RescueScope::All) return 0;
  return mark.backed_up_dseq > 0 ? std::min(mark.held_dseq, mark.backed_up_dseq) : mark.held_dseq;
}

std::vector<BlobTask> blobs_to_rescue(DeviceStore& store, RescueScope scope, std::string& damage) {
  auto query = store.db().query(
      "SELECT sha256, byte_count FROM blob b WHERE is_here AND (NOT is_held OR ?1) AND "
      "(EXISTS (SELECT 1 FROM photo p JOIN operation o ON o.entity_id = p.id WHERE p.sha256 = b.sha256) OR "
      " EXISTS (SELECT 1 FROM photo p JOIN operation o ON o.entity_id = p.id WHERE p.thumbnail_sha256 = b.sha256) OR "
      " EXISTS (SELECT 1 FROM sign_off s JOIN operation o ON o.entity_id = s.id WHERE s.strokes_sha256 = b.sha256)) "
      "ORDER BY is_small DESC, rowid",
      scope == RescueScope::All);
  std::vector<BlobTask> tasks;
  while (query.next()) tasks.push_back({query.hash(0), static_cast<std::uint64_t>(query.integer(1)), false});
  if (const auto read = query.done(); !read) damage = read.error().detail;
  return tasks;
}

protocol::PushRequest request_for(const Identity& identity, const Hash& lineage,
                                  std::vector<Operation> operations) {
  const auto head = protocol::operation_hash(operations.back().header);
  return {.lineage = lineage,
          .operations = std::move(operations),
          .head_signature =
              sign(identity.key, protocol::kHeadTag, protocol::head_text(identity.organisation_id, head))};
}

/// As many pushes as the journal fills, up to where it can be read.
Done add_operations(Writing& writing, const Bookmark& mark, RescueScope scope) {
  constexpr std::size_t kPushBytes = kLimits.push_byte_count_max - (32 << 10);
  auto after = held_up_to(mark, scope);
  while (after < mark.head.dseq) {
    auto operations = writing.store.operations_after(after, kLimits.push_operation_count_max, kPushBytes);
    if (!operations) {
      writing.report.damage = operations.error().detail;
      return done();
    }
    if (operations.value().empty()) return done();
    after += operations.value().size();
    writing.report.operation_count += operations.value().size();
    const auto request = request_for(writing.identity, mark.lineage, std::move(operations).value());
    if (auto added = writing.add(protocol::RescuedPush{protocol::compress(protocol::encode(request))});
        !added)
      return added;
  }
  return done();
}

/// A blob whose file cannot be read is left out and counted: it would be worth nothing at the server.
Done add_blob(Writing& writing, const Hash& sha256) {
  const auto bytes = writing.store.whole_blob(sha256);
  if (!bytes || bytes.value().empty()) {
    ++writing.report.blob_missing_count;
    return done();
  }
  const std::string_view whole = bytes.value();
  for (std::size_t offset = 0; offset < whole.size(); offset += kRescueLimits.part_byte_count) {
    protocol::RescuedPart part{sha256, whole.size(), offset,
                               Bytes{whole.substr(offset, kRescueLimits.part_byte_count)}};
    if (auto added = writing.add(std::move(part)); !added) return added;
  }
  ++writing.report.blob_count;
  return done();
}

Done add_end(Writing& writing) {
  protocol::RescueEnd end{writing.report.operation_count, writing.report.blob_count, {}};
  const auto text = protocol::rescue_end_text(writing.sealer.id(), writing.sealer.next_number(), end);
  end.signature = sign(writing.identity.key, protocol::kRescueEndTag, text);
  return writing.add(end);
}

}  // namespace

Result<RescueExport> export_rescue(DeviceStore& store, const std::filesystem::path& file, RescueScope scope) {
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if (!identity.value()) {
    return Error{ErrorKind::SignIn,
                 "this device is not enrolled, so nothing was recorded on it: there is nothing to rescue"};
  }
  const auto mark = store.bookmark();
  if (!mark) return mark.error();
  std::string blob_damage;
  const auto blobs = blobs_to_rescue(store, scope, blob_damage);
  if (held_up_to(mark.value(), scope) >= mark.value().head.dseq && blobs.empty() && blob_damage.empty()) {
    return Error{
        ErrorKind::NotFound,
        "the server holds everything that was recorded here: there is nothing to rescue, and no file was "
        "written"};
  }

  auto target = storage::FramedWriter::create(file, protocol::kRescueMagic);
  if (!target) return target.error();
  Writing writing{.store = store,
                  .identity = *identity.value(),
                  .file = std::move(target).value(),
                  .sealer = {identity.value()->certificate, identity.value()->box_key, store.clock().now(),
                             store.random()},
                  .report = {}};
  writing.report.id = writing.sealer.id();
  if (const auto begun = writing.file.add(writing.sealer.head()); !begun) return begun.error();
  if (const auto added = add_operations(writing, mark.value(), scope); !added) return added.error();
  if (writing.report.damage.empty()) writing.report.damage = blob_damage;
  for (const auto& blob : blobs) {
    if (const auto added = add_blob(writing, blob.sha256); !added) return added.error();
  }
  if (const auto added = add_end(writing); !added) return added.error();
  if (const auto finished = writing.file.finish(); !finished) return finished.error();
  writing.report.byte_count = writing.file.byte_count();
  return writing.report;
}

}  // namespace aftercare::sync
