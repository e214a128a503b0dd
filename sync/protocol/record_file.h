#pragma once

#include "sync/protocol/sealed_visit.h"

#include <optional>
#include <string>
#include <vector>

/// A sealed visit as one file that anybody can check: no server, no permission, no other file.
namespace aftercare::protocol {

/// A group as the file carries it; without content where it was destroyed by law.
struct RecordGroup {
  std::string name;
  std::optional<Group> content;
};

struct RecordBlob {
  Hash sha256{};
  Bytes bytes;
};

/// `["aftercare record", 1, list, [[name, salt, content] …], header, signature, certificate,
/// organisation key, countersignature or null, erasure statement or null, [[sha256, bytes] …]]`
struct SealedRecord {
  Bytes seal_list;
  std::vector<RecordGroup> groups;
  Bytes header;  // of the sealing operation
  Signature signature{};
  Signed certificate;
  PublicKey organisation_key{};
  std::optional<Signed> countersign;
  std::optional<Signed> erasure;
  std::vector<RecordBlob> blobs;  // photos and strokes, as far as they were at hand
};

[[nodiscard]] Bytes encode(const SealedRecord& record);
[[nodiscard]] Result<SealedRecord> decode_sealed_record(std::string_view bytes);

/// How one part of a record was found. `envelope` is everything outside the groups.
struct Finding {
  enum class State { Genuine, Changed, Erased };
  std::string part;
  State state = State::Genuine;
  std::string detail = {};  // in English: what does not fit
};

/// What a check of a record came to, and by whose keys.
struct Verification {
  bool is_genuine = false;  // everything that is there is exactly what was sealed
  std::vector<Finding> findings;
  SealedFacts facts;
  OrganisationId organisation_id;
  PublicKey organisation_key{};
  DeviceId device_id;
  std::string device_prefix;
  PublicKey device_key{};
  Hash seal{};
  Hash operation{};
  std::optional<Instant> not_before;  // the server root that the device knew when it sealed
  std::optional<Instant> not_after;   // when the server countersigned
  std::size_t blob_count = 0;
  std::size_t blob_missing_count = 0;
  [[nodiscard]] std::vector<std::string> changed_parts() const;
};

/// Checks the bytes against themselves and against the keys inside. Whether the organisation's key is
/// the right one is the asker's to know: pass it, and a record under another key is not genuine.
[[nodiscard]] Verification verify_record(std::string_view bytes,
                                         const std::optional<PublicKey>& expected_key = std::nullopt);

}  // namespace aftercare::protocol
