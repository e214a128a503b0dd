#pragma once

#include "sync/protocol/statement.h"

#include <vector>

/// Records as they stand, for a device that has not followed how they came to be so: a new device, one whose
/// scope a customer entered, one that found a difference. The decoders take bytes from strangers.
namespace aftercare::protocol {

/// `[entity type, id, fields, seq, is deleted, sealing header?, countersignature?]`: the record after the
/// feed up to `seq`, the newest item about it. For a deleted one the fields are those that it had. The last
/// two are for sign-offs: what an export of the sealed visit needs.
struct RecordRow {
  std::uint32_t type = 0;  // a number that this program does not know is a newer program's record
  AnyId id;
  Bytes fields;  // a map of fields, as in a create
  std::uint64_t seq = 0;
  bool is_deleted = false;
  Bytes seal_header;  // empty for none
  std::optional<Signed> countersign;
};
void encode(cbor::Writer& writer, const RecordRow& row);
[[nodiscard]] RecordRow read_record_row(cbor::Reader& reader);
/// One row alone, for a device that has to keep it for later.
[[nodiscard]] Bytes encode(const RecordRow& row);
[[nodiscard]] Result<RecordRow> decode_record_row(std::string_view bytes);

/// GET /v1/snapshot: `[1, root statement, [row …], next?]`, zstd. The statement is for the feed position from
/// which the feed is to be read on; rows may be newer. With a `next` (lower-case letters,
/// digits and points, that mean nothing to the device) more follows when asked for after it.
struct SnapshotAnswer {
  Signed statement;
  std::vector<RecordRow> rows;
  std::string next;
};
[[nodiscard]] Bytes encode(const SnapshotAnswer& answer);
[[nodiscard]] Result<SnapshotAnswer> decode_snapshot_answer(std::string_view bytes);

}  // namespace aftercare::protocol
