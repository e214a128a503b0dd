// A conversation that a device of an earlier version once had with its server lies in
// tests/fixtures/wire/VERSION, request by request. Today's server answers those very requests as it did then,
// and today's device reads those very answers: a change that breaks an older partner fails here.
//
// A file holds the request's method and target, its headers, an empty line, its body in hexadecimal; then a
// line
// "---", the answer's status, headers and body. With AFTERCARE_NEW_FIXTURES set, files that are missing are
// written; one that is there never is.

#include "sync/protocol/checksum.h"
#include "sync/protocol/snapshot.h"
#include "sync/protocol/tags.h"
#include "sync/protocol/version.h"
#include "tests/server/served_house.h"
#include "tests/support/fake_random.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"

#include <fmt/format.h>

#include <sstream>

namespace aftercare::server {
namespace {

namespace golden = testing::golden;

constexpr const char* kCode = "cmVjb3JkZWQgY29kZSE";
const Bytes kPicture = "a picture, as far as the wire is concerned";

/// The server as it stood when version 1 was recorded: its key, its organisation with one open enrolment
/// code.
struct RecordedHouse : ServedHouse {
  RecordedHouse() {
    router.reset();
    service.reset();
    house.reset();
    const auto data = folder.path() / "recorded";
    std::filesystem::create_directories(data / "organisations");
    std::filesystem::permissions(data, std::filesystem::perms::owner_all);
    testing::write_file_bytes(data / "key", Bytes(32, 'k'));
    std::filesystem::permissions(data / "key",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    Hash key{};
    key.fill('k');
    {
      testing::FakeRandom fixed;
      const auto made =
          OrganisationStore::create(data / "organisations" / (to_text(golden::kOrganisation) + ".db"),
                                    derive_key(key, 1, "database"), "Teplo Brno", clock, fixed);
      REQUIRE(made);
      auto& db = made.value()->db();
      {
        auto first =
            db.query("SELECT hash, decision_commitment FROM feed WHERE seq = 1");  // the office itself
        REQUIRE(first.next());
        const auto root = protocol::next_root(golden::kEpoch, Hash{}, 1, first.hash(0), first.hash(1));
        REQUIRE(db.run("UPDATE feed SET root = ?", root));
        REQUIRE(db.run("UPDATE organisation SET root = ?", root));
      }
      REQUIRE(db.run("UPDATE organisation SET id = ?, epoch = ?, signing_seed = ?", golden::kOrganisation,
                     golden::kEpoch, golden::organisation_key().seed));
      REQUIRE(
          db.run("INSERT INTO enrolment (code_hash, role, created_ms, expires_ms) VALUES (?, 'tablet', ?, ?)",
                 sha256(kCode), golden::kNow, golden::kNow + std::chrono::hours{24}));
    }
    open(data);
  }
};

struct Said {
  Request request;
  std::string target;
  Response answer;
};

std::filesystem::path folder_of(std::uint32_t version) {
  return testing::fixture_path("wire/" + std::to_string(version));
}

std::string hex_lines(const Bytes& bytes) {
  const auto hex = to_hex(bytes);
  std::string text;
  for (std::size_t at = 0; at < hex.size(); at += 96) text += hex.substr(at, 96) + '\n';
  return text;
}
Bytes bytes_of_lines(std::istream& in) {
  std::string hex;
  for (std::string line; std::getline(in, line) && line != "---";) hex += line;
  const auto bytes = from_hex(hex);
  REQUIRE(bytes);
  return bytes.value();
}
std::vector<Header> headers_of(std::istream& in) {
  std::vector<Header> headers;
  for (std::string line; std::getline(in, line) && !line.empty();) {
    const auto colon = line.find(": ");
    REQUIRE(colon != std::string::npos);
    headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return headers;
}

std::string_view method_text(Method method) { return name_of(method); }

void write_down(const std::filesystem::path& path, const Said& said) {
  std::ofstream file(path, std::ios::binary);
  file << method_text(said.request.method) << ' ' << said.target << '\n';
  for (const auto& header : said.request.headers) file << header.name << ": " << header.value << '\n';
  file << '\n' << hex_lines(said.request.body) << "---\n" << said.answer.status << '\n';
  if (!said.answer.content_type.empty()) file << "Content-Type: " << said.answer.content_type << '\n';
  for (const auto& header : said.answer.headers) file << header.name << ": " << header.value << '\n';
  file << '\n' << hex_lines(said.answer.body);
}

Said read_down(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::string line;
  std::getline(file, line);
  const auto blank = line.find(' ');
  Said said;
  said.target = line.substr(blank + 1);
  Method method = Method::Get;
  for (const auto one : {Method::Get, Method::Head, Method::Post, Method::Patch}) {
    if (method_text(one) == line.substr(0, blank)) method = one;
  }
  said.request = ServedHouse::request(method, said.target);
  said.request.headers = headers_of(file);
  said.request.body = bytes_of_lines(file);
  std::getline(file, line);
  said.answer.status = std::stoi(line);
  for (auto& header : headers_of(file)) {
    if (header.name == "Content-Type") {
      said.answer.content_type = header.value;
    } else {
      said.answer.headers.push_back(header);
    }
  }
  said.answer.body = bytes_of_lines(file);
  return said;
}

/// Has the conversation with the server and writes down what is not written down yet.
class Recorder {
 public:
  explicit Recorder(RecordedHouse& house) : house_(house) {
    std::filesystem::create_directories(folder_of(protocol::kVersion));
  }
  Response say(const std::string& name, Method method, const std::string& target, Bytes body = {},
               std::vector<Header> more = {}) {
    Said said;
    said.target = target;
    said.request = ServedHouse::request(method, target, std::move(body));
    said.request.headers.push_back({protocol::kVersionHeader, protocol::to_text(protocol::kVersions)});
    if (method == Method::Post) said.request.headers.push_back({"Content-Type", "application/cbor"});
    if (!token_.empty()) said.request.headers.push_back({"Authorization", "Bearer " + token_});
    for (auto& header : more) said.request.headers.push_back(std::move(header));
    said.answer = house_.ask(said.request);
    const auto path = folder_of(protocol::kVersion) / (fmt::format("{:02}_", ++count_) + name);
    if (!std::filesystem::exists(path)) write_down(path, said);
    return said.answer;
  }
  void use(std::string token) { token_ = std::move(token); }

 private:
  RecordedHouse& house_;
  std::string token_;
  int count_ = 0;
};

void record_conversation() {
  RecordedHouse house;
  Recorder recorder{house};
  const auto device = TestDevice{golden::kOrganisation, golden::kDevice, golden::device_key(), {}};
  recorder.say("enrol", Method::Post, "/v1/enrol",
               protocol::encode(ServedHouse::enrolment_of(device, kCode)));
  const auto challenge =
      recorder.say("challenge", Method::Post, "/v1/token/challenge",
                   protocol::encode(protocol::ChallengeRequest{golden::kOrganisation, golden::kDevice}));
  const auto asked = ServedHouse::token_request(device, protocol::decode_challenge(challenge.body).value());
  const auto token = recorder.say("token", Method::Post, "/v1/token", protocol::encode(asked));
  auto stranger = asked;
  stranger.device_id = golden::id_of<DeviceId>(0x7e);
  recorder.say("token_of_a_stranger", Method::Post, "/v1/token", protocol::encode(stranger));
  recorder.use(protocol::decode_token_answer(token.body).value().token);

  const std::vector<Header> zstd{{"Content-Encoding", "zstd"}};
  recorder.say("push", Method::Post, "/v1/push", protocol::compress(protocol::encode(golden::push_request())),
               zstd);
  auto elsewhere = golden::push_request();
  elsewhere.lineage = golden::hash_of(0x99);
  recorder.say("push_behind", Method::Post, "/v1/push", protocol::compress(protocol::encode(elsewhere)),
               zstd);
  const auto lineage = to_hex(protocol::genesis_hash(golden::device_key().public_key));
  const auto pull = [&](const protocol::EpochId& epoch, const std::string& own, int after) {
    return fmt::format("/v1/pull?epoch={}&lineage={}&after={}&scope=0&wait=0", to_text(epoch), own, after);
  };
  recorder.say("pull", Method::Get, pull(golden::kEpoch, lineage, 0));
  recorder.say("pull_with_own", Method::Get, pull(golden::kEpoch, std::string(64, '0'), 0));
  recorder.say("pull_nothing_new", Method::Get, pull(golden::kEpoch, lineage, 4));
  recorder.say("pull_other_epoch", Method::Get, pull(golden::id_of<protocol::EpochId>(0x55), lineage, 0));

  const auto name = sha256(kPicture);
  recorder.say("blobs_missing", Method::Post, "/v1/blobs/missing", protocol::encode_hashes({name}));
  recorder.say("blob_unknown", Method::Head, "/v1/blobs/" + to_hex(name));
  const auto part = [](int offset, const char* is_last) {
    return std::vector<Header>{{"Content-Type", "application/partial-upload"},
                               {"Upload-Offset", std::to_string(offset)},
                               {"Upload-Complete", is_last}};
  };
  recorder.say("blob_part", Method::Patch, "/v1/blobs/" + to_hex(name), kPicture.substr(0, 20),
               part(0, "?0"));
  recorder.say("blob_standing", Method::Head, "/v1/blobs/" + to_hex(name));
  recorder.say("blob_mismatch", Method::Patch, "/v1/blobs/" + to_hex(name), kPicture.substr(10),
               part(10, "?1"));
  recorder.say("blob_last_part", Method::Patch, "/v1/blobs/" + to_hex(name), kPicture.substr(20),
               part(20, "?1"));
  recorder.say("blob", Method::Get, "/v1/blobs/" + to_hex(name));
  recorder.say("unsent", Method::Post, "/v1/unsent",
               protocol::encode(protocol::Unsent{3, 1, 2, 400'000, {{"V", 12}}}));
  const protocol::RootStatement lost{golden::kOrganisation, golden::id_of<protocol::EpochId>(0x56), 99,
                                     golden::hash_of(0x42), golden::kNow};
  recorder.say("lost", Method::Post, "/v1/lost",
               protocol::encode(std::vector<protocol::LostWord>{
                   {protocol::sign_statement(golden::organisation_key(), protocol::kStatementTag,
                                             protocol::encode(lost)),
                    std::nullopt}}));
  const auto epoch = to_text(golden::kEpoch);
  recorder.say("snapshot", Method::Get, "/v1/snapshot?epoch=" + epoch);
  recorder.say("checksums", Method::Get, fmt::format("/v1/checksums?epoch={}&at=4&scope=0", epoch));
  recorder.say("checksums_elsewhere", Method::Get, fmt::format("/v1/checksums?epoch={}&at=2&scope=0", epoch));
  protocol::LostItems items;
  items.items.push_back({.seq = 1,
                         .operation = golden::hash_of(0x43),
                         .decision_commitment = golden::hash_of(0x44),
                         .content = std::nullopt,
                         .decision_salt = {},
                         .decision = {},
                         .remainder = {}});
  auto end = lost;
  end.seq = 1;
  end.root = protocol::next_root(end.epoch, Hash{}, 1, golden::hash_of(0x43), golden::hash_of(0x44));
  items.statement =
      protocol::sign_statement(golden::organisation_key(), protocol::kStatementTag, protocol::encode(end));
  recorder.say("lost_items", Method::Post, "/v1/lost/items", protocol::compress(protocol::encode(items)),
               {{"Content-Encoding", "zstd"}});
}

std::vector<std::filesystem::path> recorded(std::uint32_t version) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(version)))
    files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// What a device makes of an answer: everything of it that does not depend on the moment or on chance.
std::string meaning(const std::string& name, const Response& answer) {
  const auto& body = answer.body;
  if (answer.status >= 400) {
    if (body.empty()) return "refused";
    auto json = nlohmann::json::parse(body);
    for (const auto* words : {"title", "detail", "status"}) json.erase(words);
    return json.dump();
  }
  const auto good = [](const auto& read) -> decltype(auto) {
    INFO((read ? "" : read.error().detail));
    REQUIRE(read);
    return (read.value());
  };
  const auto organisation = golden::organisation_key().public_key;
  if (name.ends_with("_enrol")) {
    const auto read = protocol::decode_enrol_answer(body);
    const auto& word = good(read);
    CHECK(protocol::is_signed_by(organisation, protocol::kDeviceTag, word.certificate));
    const auto certificate = protocol::decode_certificate(word.certificate.statement).value();
    return word.organisation_name + " " + certificate.prefix + " " + to_text(word.epoch) + " " +
           to_hex(view(certificate.public_key));
  }
  if (name.ends_with("_challenge")) {
    const auto read = protocol::decode_challenge(body);
    return good(read).empty() ? "no challenge" : "a challenge";
  }
  if (name.ends_with("_token")) {
    const auto read = protocol::decode_token_answer(body);
    const auto& word = good(read);
    return fmt::format("{} s, revoked: {}", (word.expires_at - word.server_time).count() / 1000,
                       word.is_revoked);
  }
  if (name.ends_with("_push")) {
    const auto read = protocol::decode_push_answer(body);
    const auto& word = good(read);
    CHECK(protocol::is_signed_by(organisation, protocol::kReceiptTag, word.receipt));
    const auto receipt = protocol::decode_receipt(word.receipt.statement).value();
    std::string text =
        fmt::format("{} {} at {}", receipt.head.dseq, to_hex(view(receipt.head.hash)), receipt.seq);
    for (const auto& one : word.set_aside)
      text += fmt::format(", {} {}", one.dseq, protocol::word_of(one.reason));
    return text;
  }
  if (name.find("_pull") != std::string::npos) {
    const auto bytes = protocol::decompress(body, 4 << 20);
    const auto read = protocol::decode_pull_answer(good(bytes));
    const auto& page = good(read);
    CHECK(protocol::is_signed_by(organisation, protocol::kStatementTag, page.statement));
    const auto statement = protocol::decode_root_statement(page.statement.statement).value();
    std::string text = fmt::format("up to {}, more: {}", statement.seq, page.has_more);
    Hash root{};
    for (const auto& item : page.items) {
      root = protocol::next_root(statement.epoch, root, item.seq, item.operation, item.decision_commitment);
      const auto decision = item.decision.empty() ? Result<protocol::Decision>{protocol::Decision{}}
                                                  : protocol::decode_decision(item.decision);
      text += fmt::format(", {} {} {}", item.seq, item.content.has_value(),
                          static_cast<int>(good(decision).ruling));
      if (item.content) REQUIRE(protocol::decode_header(item.content->header));
    }
    if (!page.items.empty() && page.items.front().seq == 1 && statement.epoch == golden::kEpoch)
      CHECK(root == statement.root);
    return text;
  }
  if (name.ends_with("_lost_items")) {
    const auto read = protocol::decode_lost_items_answer(body);
    return fmt::format("placed: {}", good(read).is_placed);
  }
  if (name.ends_with("_snapshot")) {
    const auto bytes = protocol::decompress(body, 4 << 20);
    const auto read = protocol::decode_snapshot_answer(good(bytes));
    const auto& page = good(read);
    CHECK(protocol::is_signed_by(organisation, protocol::kStatementTag, page.statement));
    const auto statement = protocol::decode_root_statement(page.statement.statement).value();
    std::string text = fmt::format("from {}, next: '{}'", statement.seq, page.next);
    for (const auto& row : page.rows) {
      CHECK(cbor::decode_fields(row.fields));
      text += fmt::format(", {} at {} deleted: {}", row.type, row.seq, row.is_deleted);
    }
    return text;
  }
  if (name.ends_with("_checksums")) {
    const auto read = protocol::decode_checksums(body);
    std::string text = "records";
    for (const auto& [type, sum] : good(read)) text += fmt::format(", {} of {}", sum.count, type);
    return text;
  }
  if (name.ends_with("_blobs_missing")) {
    const auto read = protocol::decode_hashes(body);
    return fmt::format("{} missing", good(read).size());
  }
  return to_hex(body);
}

std::string headers_for_devices(const Response& answer) {
  std::string text = answer.content_type;
  for (const auto* name : {"Upload-Offset", "Upload-Complete", "Content-Encoding"})
    text += "|" + ServedHouse::header_of(answer, name);
  return text;
}

}  // namespace

TEST_CASE("wire: today's server answers what a device of each version asked as it was answered then",
          "[S05]") {
  if (std::getenv("AFTERCARE_NEW_FIXTURES") != nullptr) record_conversation();
  for (auto version = protocol::kVersionOldest; version <= protocol::kVersion; ++version) {
    RecordedHouse house;
    const auto files = recorded(version);
    REQUIRE(files.size() >= 22);
    for (const auto& file : files) {
      const auto name = file.filename().string();
      CAPTURE(version, name);
      const auto then = read_down(file);
      const auto now = house.ask(then.request);
      CAPTURE(now.body);
      CHECK(now.status == then.answer.status);
      CHECK(headers_for_devices(now) == headers_for_devices(then.answer));
      CHECK(meaning(name, now) == meaning(name, then.answer));  // both read as a device of today reads them
    }
  }
}

TEST_CASE("wire: what a device sends today is, byte for byte, what was recorded of its version", "[S05]") {
  const auto body_of = [](const char* name) {
    return read_down(folder_of(protocol::kVersion) / name).request.body;
  };
  const auto device = TestDevice{golden::kOrganisation, golden::kDevice, golden::device_key(), {}};

  CHECK(body_of("01_enrol") == protocol::encode(ServedHouse::enrolment_of(device, kCode)));
  CHECK(body_of("02_challenge") ==
        protocol::encode(protocol::ChallengeRequest{golden::kOrganisation, golden::kDevice}));
  const auto pushed = protocol::decompress(body_of("05_push"), 1 << 20);
  REQUIRE(pushed);
  CHECK(pushed.value() == protocol::encode(golden::push_request()));
  CHECK(body_of("11_blobs_missing") == protocol::encode_hashes({sha256(kPicture)}));
  CHECK(body_of("18_unsent") == protocol::encode(protocol::Unsent{3, 1, 2, 400'000, {{"V", 12}}}));
}

TEST_CASE("version: two programs agree on the newest that both speak, or say who is too old", "[S05]") {
  using protocol::agree;
  using protocol::Meeting;
  CHECK(agree({1, 1}, {1, 1}).version == 1);
  CHECK(agree({1, 1}, {1, 2}).version == 1);  // a newer program works down
  CHECK(agree({1, 2}, {1, 1}).version == 1);  // a newer server does
  CHECK(agree({1, 3}, {2, 2}).version == 2);
  CHECK(agree({2, 3}, {1, 1}).meeting == Meeting::TooOld);
  CHECK(agree({1, 1}, {2, 3}).meeting == Meeting::TooNew);
  CHECK(agree({1, 1}, {2, 3}).version == 1);  // what we speak, so that they know
  CHECK(protocol::versions_of_text("1-2") == protocol::Versions{1, 2});
  CHECK(protocol::versions_of_text(protocol::to_text({3, 3})) == protocol::Versions{3, 3});
}

}  // namespace aftercare::server
