// A sealed record as a file: what strangers may do to it, and what the check then says.

#include "tests/support/fake_random.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <functional>
#include <set>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::Finding;
using protocol::SealedRecord;
using protocol::verify_record;

/// Where the bytes of a part lie in the file.
struct Span {
  std::string part;
  std::size_t from = 0;
  std::size_t size = 0;
};

std::vector<Span> contents_of(const SealedRecord& record, const Bytes& file) {
  std::vector<Span> spans;
  std::size_t from = 0;
  for (const auto& group : record.groups) {
    if (!group.content) continue;
    const auto at = file.find(group.content->salt, from);
    REQUIRE(at != Bytes::npos);
    spans.push_back({group.name, at, group.content->salt.size()});
    const auto content_at = file.find(group.content->content, at + group.content->salt.size());
    REQUIRE(content_at != Bytes::npos);
    spans.push_back({group.name, content_at, group.content->content.size()});
    from = content_at;
  }
  for (const auto& blob : record.blobs) {
    spans.push_back(
        {blob.bytes == golden::kStrokes ? "strokes" : "photos", file.find(blob.bytes), blob.bytes.size()});
  }
  return spans;
}

void check_every_byte(const SealedRecord& record) {
  const auto file = encode(record);
  REQUIRE(verify_record(file).is_genuine);
  const auto spans = contents_of(record, file);

  std::size_t accepted_count = 0;
  std::size_t unnamed_count = 0;
  std::size_t misnamed_count = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const auto flip : {0x01, 0x20, 0x80, 0xff}) {
      auto changed = file;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const auto verification = verify_record(changed);
      const auto parts = verification.changed_parts();
      if (verification.is_genuine) ++accepted_count;
      if (parts.empty()) ++unnamed_count;
      const auto span = std::ranges::find_if(
          spans, [&](const Span& one) { return at >= one.from && at < one.from + one.size; });
      if (span != spans.end() && std::ranges::find(parts, span->part) == parts.end()) ++misnamed_count;
    }
  }
  CHECK(accepted_count == 0);
  CHECK(unnamed_count == 0);
  CHECK(misnamed_count == 0);
}

TEST_CASE("record: one changed byte anywhere is noticed, and within a group the group is named [S07]",
          "[S07]") {
  auto record = golden::sealed_record();
  record.blobs.clear();
  check_every_byte(record);
}

TEST_CASE(
    "record: the same holds for its photos and strokes, and for a record that was partly erased [S07][F03]",
    "[S07][F03]") {
  check_every_byte(golden::sealed_record());
  check_every_byte(golden::erased_record());
}

TEST_CASE("record: a change within a group names that group alone [S07]", "[S07]") {
  for (const auto& group : golden::sealed_record().groups) {
    auto record = golden::sealed_record();
    auto& changed =
        std::ranges::find(record.groups, group.name, &protocol::RecordGroup::name)->content->content;
    changed.back() = static_cast<char>(changed.back() ^ 1);

    const auto verification = verify_record(encode(record));

    CHECK_FALSE(verification.is_genuine);
    CHECK(verification.changed_parts() == std::vector<std::string>{group.name});
  }
}

TEST_CASE("record: a file cut anywhere is refused [S07]", "[S07]") {
  const auto file = encode(golden::sealed_record());
  std::size_t accepted_count = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto verification = verify_record(std::string_view{file}.substr(0, size));
    if (verification.is_genuine || verification.changed_parts().empty()) ++accepted_count;
  }
  CHECK(accepted_count == 0);
  CHECK_FALSE(verify_record(file + '\0').is_genuine);
}

/// Another visit of the same device and the same customer, sealed by the same keys.
SealedRecord other_record() {
  auto visit = golden::sealed_visit();
  visit.file.visit.number = "V-K7-0002-8";
  visit.file.visit.price_minor = 1;
  golden::CountingRandom random{0x90};
  const auto groups = protocol::seal_groups(visit, random);
  auto record = golden::sealed_record();
  record.seal_list = protocol::encode(protocol::list_of(groups));
  record.groups.clear();
  for (const auto& group : groups) record.groups.push_back({group.name, group});
  auto header = protocol::decode_header(record.header).value();
  header.dseq = 60;
  record.header = protocol::make_operation(header, "another body", random).header;
  const auto seal = protocol::seal_hash(record.seal_list);
  const auto hash = protocol::operation_hash(record.header);
  record.signature = protocol::sign_seal(golden::device_key(), seal, hash);
  record.countersign = protocol::sign_statement(
      golden::organisation_key(), protocol::kCountersignTag,
      protocol::encode(protocol::Countersign{golden::kOrganisation, golden::kEpoch, seal, hash, 99,
                                             golden::kNow + std::chrono::hours{3}}));
  return record;
}

/// Somebody who has every tool but not the keys.
class Forger {
 public:
  explicit Forger(std::uint64_t seed) : random_(seed) {}

  /// A file that is not `whole()`, but was made of it.
  Bytes forge() {
    for (;;) {
      Bytes made = below(2) == 0 ? change_bytes() : change_parts();
      if (made != whole_ && made != other_ && made != poorer_) return made;
    }
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }

  Bytes change_bytes() {
    auto file = whole_;
    for (auto times = 1 + below(4); times > 0 && !file.empty(); --times) {
      const auto at = below(file.size());
      const auto size = std::min(1 + below(64), file.size() - at);
      switch (below(6)) {
        case 0: file[at] = static_cast<char>(file[at] ^ (1 << below(8))); break;
        case 1: file.erase(at, size); break;
        case 2: file.insert(at, random_.bytes(size)); break;
        case 3:
          std::swap_ranges(file.begin() + static_cast<std::ptrdiff_t>(at),
                           file.begin() + static_cast<std::ptrdiff_t>(at + size / 2),
                           file.begin() + static_cast<std::ptrdiff_t>(at + size / 2));
          break;
        case 4: file.resize(at + 1); break;
        default: file.replace(at, size, other_, std::min(at, other_.size() - 1), size); break;
      }
    }
    return file;
  }

  /// Well-formed lies: pieces of two genuine records put together, groups taken away, keys exchanged.
  Bytes change_parts() {
    auto record = record_;
    const auto donor = donor_;
    const auto one = below(record.groups.size());
    const auto two = below(record.groups.size());
    switch (below(14)) {
      case 0: record.groups[one].content = donor.groups[one].content; break;
      case 1: record.groups.erase(record.groups.begin() + static_cast<std::ptrdiff_t>(one)); break;
      case 2: record.groups.push_back(record.groups[one]); break;
      case 3: record.groups[one].content.reset(); break;
      case 4: std::swap(record.groups[one], record.groups[two]); break;
      case 5: record.groups[one].content->content = donor.groups[two].content->content; break;
      case 6: record.signature = donor.signature; break;
      case 7: record.countersign = donor.countersign; break;
      case 8: record.seal_list = donor.seal_list; break;
      case 9: record.header = donor.header; break;
      case 10: record.organisation_key = make_signing_key(random_).public_key; break;
      case 11: record.erasure = record.countersign; break;
      case 12: reseal(record); break;
      default: record.blobs.push_back({sha256(random_.bytes(8)), "another picture"}); break;
    }
    return encode(record);
  }

  /// Changes a price and makes every hash fit again; only the signatures cannot be made.
  void reseal(SealedRecord& record) {
    std::vector<protocol::Group> groups;
    for (auto& group : record.groups) {
      if (group.name == "price")
        group.content->content.back() = static_cast<char>(group.content->content.back() ^ 1);
      groups.push_back(*group.content);
    }
    record.seal_list = protocol::encode(protocol::list_of(groups));
    if (below(2) == 0) {
      const auto key = make_signing_key(random_);
      record.signature = protocol::sign_seal(key, protocol::seal_hash(record.seal_list),
                                             protocol::operation_hash(record.header));
    }
  }

  FakeRandom random_;
  const SealedRecord record_ = golden::sealed_record();
  const SealedRecord donor_ = other_record();
  const Bytes whole_ = encode(record_);
  const Bytes other_ = encode(donor_);
  const Bytes poorer_ = [] {  // a genuine record that was exported before the server had confirmed it
    auto record = golden::sealed_record();
    record.countersign.reset();
    return encode(record);
  }();
};

TEST_CASE("record: of 10,000 mutated files none is accepted [S07]", "[S07]") {
  REQUIRE(verify_record(encode(other_record())).is_genuine);
  Forger forger{20'260'921};
  std::size_t accepted_count = 0;
  std::size_t unnamed_count = 0;
  for (int n = 0; n < 10'000; ++n) {
    const auto file = forger.forge();
    const auto verification = verify_record(file);
    if (verification.is_genuine) {
      ++accepted_count;
      UNSCOPED_INFO("accepted: " << to_hex(file));
    }
    if (verification.changed_parts().empty()) ++unnamed_count;
  }
  CHECK(accepted_count == 0);
  CHECK(unnamed_count == 0);
}

TEST_CASE("record: one that somebody sealed with keys of their own is not the organisation's [S07]",
          "[S07]") {
  FakeRandom random;
  const auto device = make_signing_key(random);
  const auto organisation = make_signing_key(random);
  auto record = golden::sealed_record();
  const protocol::Certificate text{golden::kOrganisation, golden::kDevice, domain::DeviceRole::Tablet, "K7",
                                   device.public_key,     golden::kNow};
  record.certificate = protocol::sign_statement(organisation, protocol::kDeviceTag, protocol::encode(text));
  record.organisation_key = organisation.public_key;
  record.countersign.reset();
  auto& root =
      std::ranges::find(record.groups, std::string{"root"}, &protocol::RecordGroup::name)->content->content;
  root = Bytes{cbor::kNull};
  std::vector<protocol::Group> groups;
  for (const auto& group : record.groups) groups.push_back(*group.content);
  record.seal_list = protocol::encode(protocol::list_of(groups));
  record.signature = protocol::sign_seal(device, protocol::seal_hash(record.seal_list),
                                         protocol::operation_hash(record.header));

  CHECK(verify_record(encode(record)).is_genuine);  // by its own keys, which the caller must compare
  const auto verification = verify_record(encode(record), golden::organisation_key().public_key);
  CHECK_FALSE(verification.is_genuine);
  CHECK(verification.changed_parts() == std::vector<std::string>{"envelope"});
}

TEST_CASE(
    "record: a group that is missing is a forgery unless the organisation says that it was erased [S07][F03]",
    "[S07][F03]") {
  const auto erased = golden::erased_record();
  const auto verification = verify_record(encode(erased));
  REQUIRE(verification.is_genuine);
  for (const auto& finding : verification.findings) {
    if (finding.part == "envelope") continue;
    CAPTURE(finding.part);
    CHECK((finding.state == Finding::State::Erased) == protocol::is_personal_group(finding.part));
  }

  auto without_word = erased;
  without_word.erasure.reset();
  CHECK(verify_record(encode(without_word)).changed_parts().front() == "customer");

  auto one_more = erased;
  std::ranges::find(one_more.groups, std::string{"price"}, &protocol::RecordGroup::name)->content.reset();
  CHECK(verify_record(encode(one_more)).changed_parts() == std::vector<std::string>{"price"});

  auto wrong_record = other_record();
  wrong_record.erasure = erased.erasure;
  for (auto& group : wrong_record.groups) {
    if (protocol::is_personal_group(group.name)) group.content.reset();
  }
  CHECK_FALSE(verify_record(encode(wrong_record)).is_genuine);
}

TEST_CASE("record: photos may be left out of the file, and the check says how many are missing [S07]",
          "[S07]") {
  auto record = golden::sealed_record();
  record.blobs.erase(record.blobs.begin());

  const auto verification = verify_record(encode(record));

  CHECK(verification.is_genuine);
  CHECK(verification.blob_count == 1);
  CHECK(verification.blob_missing_count == 1);
}

TEST_CASE("record: a newer kind of record is named as such, anything else is no record") {
  auto file = encode(golden::sealed_record());
  const auto at = file.find("aftercare record") + 16;
  REQUIRE(file[at] == 1);
  file[at] = 2;
  CHECK(protocol::decode_sealed_record(file).error().kind == ErrorKind::Newer);
  CHECK(protocol::decode_sealed_record("").error().kind == ErrorKind::Invalid);
  CHECK(protocol::decode_sealed_record("%PDF-1.7").error().kind == ErrorKind::Invalid);
  CHECK(protocol::decode_sealed_record(Bytes(30'000, '\x81')).error().kind == ErrorKind::Invalid);
}

}  // namespace
}  // namespace aftercare
