#include "sync/protocol/record_file.h"

#include "sync/protocol/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aftercare::protocol {
namespace {

constexpr std::string_view kMagic = "aftercare record";
constexpr std::uint64_t kRecordVersion = 1;
constexpr std::size_t kItems = 11;

void encode_or_null(cbor::Writer& writer, const std::optional<Signed>& word) {
  if (word) {
    encode(writer, *word);
  } else {
    writer.null();
  }
}

std::optional<Signed> read_signed_or_null(cbor::Reader& reader) {
  if (reader.null()) return std::nullopt;
  return read_signed(reader);
}

/// Collects what does not fit, part by part, and in the end tells what was found of each.
class Check {
 public:
  Check(const SealedRecord& record, Verification& verification) : record_(record), result_(verification) {}

  void run(const std::optional<PublicKey>& expected_key) {
    check_list();
    check_certificate(expected_key);
    check_operation();
    check_erasure();
    check_groups();
    check_countersign();
    check_blobs();
    conclude();
  }

 private:
  void changed(const std::string& part, std::string detail) { complaints_.emplace(part, std::move(detail)); }
  void envelope_changed(std::string detail) { changed("envelope", std::move(detail)); }

  void check_list() {
    result_.seal = seal_hash(record_.seal_list);
    auto list = decode_seal_list(record_.seal_list);
    if (!list) return envelope_changed("the list of groups is unreadable");
    list_ = std::move(list).value();
  }

  void check_certificate(const std::optional<PublicKey>& expected_key) {
    result_.organisation_key = record_.organisation_key;
    if (expected_key && *expected_key != record_.organisation_key)
      envelope_changed("sealed under the key of another organisation");
    const auto certificate = decode_certificate(record_.certificate.statement);
    if (!certificate || !is_signed_by(record_.organisation_key, kDeviceTag, record_.certificate)) {
      return envelope_changed("the device's certificate is not signed by the organisation");
    }
    result_.organisation_id = certificate.value().organisation_id;
    result_.device_id = certificate.value().device_id;
    result_.device_prefix = certificate.value().prefix;
    result_.device_key = certificate.value().public_key;
  }

  void check_operation() {
    result_.operation = operation_hash(record_.header);
    const auto header = decode_header(record_.header);
    if (!header) return envelope_changed("the sealing operation is unreadable");
    const auto& op = header.value();
    if (op.verb != Verb::Seal || op.type != domain::EntityType::SignOff ||
        op.device_id != result_.device_id || op.organisation_id != result_.organisation_id) {
      envelope_changed("the sealing operation is another device's");
    }
    if (!is_seal_signed_by(result_.device_key, result_.seal, result_.operation, record_.signature)) {
      envelope_changed("the device's signature does not fit the list of groups and the operation");
    }
  }

  void check_erasure() {
    if (!record_.erasure) return;
    const auto statement = decode_erasure_statement(record_.erasure->statement);
    if (!statement || !is_signed_by(record_.organisation_key, kErasureTag, *record_.erasure) ||
        statement.value().seal != result_.seal ||
        statement.value().organisation_id != result_.organisation_id) {
      return envelope_changed("the erasure statement is not the organisation's word on this record");
    }
    erased_.insert(statement.value().groups.begin(), statement.value().groups.end());
  }

  void check_groups() {
    if (record_.groups.size() != list_.size())
      return envelope_changed("there are more or fewer groups than were sealed");
    std::vector<Group> genuine;
    for (std::size_t i = 0; i < list_.size(); ++i) {
      const auto& entry = list_[i];
      const auto& group = record_.groups[i];
      if (group.name != entry.name) {
        envelope_changed(
            fmt::format("the group \"{}\" stands where \"{}\" was sealed", group.name, entry.name));
      } else if (!group.content) {
        if (!erased_.contains(entry.name))
          changed(entry.name, "is missing, and the organisation did not say that it was erased");
      } else if (group_hash(group.content->salt, group.content->content) != entry.hash) {
        changed(entry.name, "is not what was sealed");
      } else {
        genuine.push_back(*group.content);
      }
    }
    result_.facts = facts_of(genuine);
    check_root();
  }

  void check_root() {
    if (!result_.facts.root_statement) return;
    const auto statement = decode_root_statement(result_.facts.root_statement->statement);
    if (!statement || !is_signed_by(record_.organisation_key, kStatementTag, *result_.facts.root_statement) ||
        statement.value().organisation_id != result_.organisation_id) {
      return changed("root", "is not the organisation's word");
    }
    result_.not_before = statement.value().server_time;
  }

  void check_countersign() {
    if (!record_.countersign) return;
    const auto word = decode_countersign(record_.countersign->statement);
    if (!word || !is_signed_by(record_.organisation_key, kCountersignTag, *record_.countersign) ||
        word.value().seal != result_.seal || word.value().operation != result_.operation ||
        word.value().organisation_id != result_.organisation_id) {
      return envelope_changed("the server's countersignature does not fit this record");
    }
    result_.not_after = word.value().server_time;
  }

  void check_blobs() {
    std::set<Hash> photos(result_.facts.photos.begin(), result_.facts.photos.end());
    std::set<Hash> seen;
    for (const auto& blob : record_.blobs) {
      const bool is_photo = photos.contains(blob.sha256);
      const bool is_strokes = result_.facts.strokes == blob.sha256;
      if (!seen.insert(blob.sha256).second) {
        envelope_changed("a photo stands twice");
      } else if (!is_photo && !is_strokes) {
        // Unless its group was changed: then nobody can say which file belongs.
        if (!complaints_.contains("photos") && !complaints_.contains("strokes"))
          envelope_changed("a file that was not sealed");
      } else if (sha256(blob.bytes) != blob.sha256) {
        changed(is_photo ? "photos" : "strokes", "a file is not the one that was sealed");
      }
    }
    result_.blob_count = record_.blobs.size();
    if (result_.facts.strokes) photos.insert(*result_.facts.strokes);
    result_.blob_missing_count = static_cast<std::size_t>(
        std::ranges::count_if(photos, [&](const Hash& hash) { return !seen.contains(hash); }));
  }

  void conclude() {
    const auto find = [&](const std::string& part, bool is_erased) {
      const auto complaint = complaints_.find(part);
      if (complaint != complaints_.end()) {
        result_.findings.push_back({part, Finding::State::Changed, complaint->second});
      } else {
        result_.findings.push_back({part, is_erased ? Finding::State::Erased : Finding::State::Genuine, {}});
      }
    };
    find("envelope", false);
    for (std::size_t i = 0; i < list_.size(); ++i) {
      find(list_[i].name, i < record_.groups.size() && !record_.groups[i].content);
    }
    result_.is_genuine = complaints_.empty();
  }

  const SealedRecord& record_;
  Verification& result_;
  SealList list_;
  std::set<std::string> erased_;
  std::map<std::string, std::string> complaints_;  // the first for each part
};

}  // namespace

Bytes encode(const SealedRecord& record) {
  cbor::Writer writer;
  writer.array(kItems)
      .text(kMagic)
      .integer(kRecordVersion)
      .bytes(record.seal_list)
      .array(record.groups.size());
  for (const auto& group : record.groups) {
    writer.array(3).text(group.name);
    if (group.content) {
      writer.bytes(group.content->salt).bytes(group.content->content);
    } else {
      writer.null().null();
    }
  }
  writer.bytes(record.header).bytes(view(record.signature));
  encode(writer, record.certificate);
  writer.bytes(view(record.organisation_key));
  encode_or_null(writer, record.countersign);
  encode_or_null(writer, record.erasure);
  writer.array(record.blobs.size());
  for (const auto& blob : record.blobs) writer.array(2).bytes(view(blob.sha256)).bytes(blob.bytes);
  return writer.take();
}

Result<SealedRecord> decode_sealed_record(std::string_view bytes) {
  if (bytes.size() > kLimits.record_byte_count_max)
    return Error{ErrorKind::Invalid, "the file is too large for a sealed record"};
  cbor::Reader reader{bytes};
  SealedRecord record;
  reader.array(kItems);
  if (reader.text() != kMagic) return Error{ErrorKind::Invalid, "this file is not a sealed record"};
  const auto version = reader.natural();
  if (reader.is_ok() && version > kRecordVersion)
    return Error{ErrorKind::Newer, "a newer program made this record: update this one to check it"};
  if (version == 0) reader.fail();
  record.seal_list = reader.bytes();
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(3);
    RecordGroup group{std::string{reader.text()}, std::nullopt};
    if (reader.null()) {
      if (!reader.null()) reader.fail();
    } else {
      Group content{group.name, Bytes{reader.bytes(kSaltSize)}, {}};
      content.content = reader.bytes();
      group.content = std::move(content);
    }
    record.groups.push_back(std::move(group));
  }
  record.header = reader.bytes();
  record.signature = reader.array_of_bytes<Signature>();
  record.certificate = read_signed(reader);
  record.organisation_key = reader.array_of_bytes<PublicKey>();
  record.countersign = read_signed_or_null(reader);
  record.erasure = read_signed_or_null(reader);
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    RecordBlob blob;
    blob.sha256 = reader.array_of_bytes<Hash>();
    blob.bytes = reader.bytes();
    record.blobs.push_back(std::move(blob));
  }
  if (!reader.is_done())
    return Error{ErrorKind::Invalid, "the file is damaged: it cannot be read to its end"};
  return record;
}

std::vector<std::string> Verification::changed_parts() const {
  std::vector<std::string> parts;
  for (const auto& finding : findings) {
    if (finding.state == Finding::State::Changed) parts.push_back(finding.part);
  }
  return parts;
}

Verification verify_record(std::string_view bytes, const std::optional<PublicKey>& expected_key) {
  Verification verification;
  const auto record = decode_sealed_record(bytes);
  if (!record) {
    verification.findings.push_back({"envelope", Finding::State::Changed, record.error().detail});
    return verification;
  }
  Check{record.value(), verification}.run(expected_key);
  return verification;
}

}  // namespace aftercare::protocol
