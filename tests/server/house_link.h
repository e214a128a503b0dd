#pragma once

#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/store/device_store.h"
#include "tests/server/served_house.h"

#include <variant>

/// Real tablets at a real server in one process: the engine's port on the routes, with no socket in between.
namespace aftercare::server {

/// What `HttpsServer` is to a device, without a network. Serves whatever the house serves at that moment.
class HouseLink final : public sync::Server {
 public:
  explicit HouseLink(ServedHouse& served) : served_(served) {}

  bool is_offline = false;
  std::size_t call_count = 0;
  std::vector<std::string> paths;  // of what was asked, in order

  Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) override {
    return decoded(post("/v1/enrol", protocol::encode(request)), protocol::decode_enrol_answer);
  }
  Result<Bytes> challenge(const protocol::ChallengeRequest& request) override {
    return decoded(post("/v1/token/challenge", protocol::encode(request)), protocol::decode_challenge);
  }
  Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) override {
    return decoded(post("/v1/token", protocol::encode(request)), protocol::decode_token_answer);
  }
  void use_token(std::string token) override { token_ = std::move(token); }

  Result<std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>> push(
      const protocol::PushRequest& request) override {
    using Word = std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>;
    auto asked = ServedHouse::post_cbor("/v1/push", protocol::compress(protocol::encode(request)));
    asked.headers.push_back({"Content-Encoding", "zstd"});
    if (request.epoch) asked.headers.push_back({"Aftercare-Epoch", to_text(*request.epoch)});
    const auto answer = ask(std::move(asked));
    if (answer && answer.value().status == 409) {
      const auto json = nlohmann::json::parse(answer.value().body);
      const auto epoch = id_of_text<protocol::EpochId>(json.at("epoch").get<std::string>()).value();
      if (ServedHouse::code_of(answer.value()) == "other_epoch") return Word{sync::OtherEpoch{epoch}};
      return Word{sync::Behind{epoch,
                               hash_of_hex(json.at("lineage")),
                               {json.at("dseq").get<std::uint64_t>(), hash_of_hex(json.at("head"))}}};
    }
    auto taken = decoded(answer, protocol::decode_push_answer);
    if (!taken) return taken.error();
    return Word{std::move(taken).value()};
  }
  Result<std::variant<protocol::PullAnswer, sync::OtherEpoch>> pull(const sync::PullQuery& query) override {
    using Word = std::variant<protocol::PullAnswer, sync::OtherEpoch>;
    const auto answer = ask(ServedHouse::request(Method::Get, "/v1/pull?epoch=" + to_text(query.epoch) +
                                                                  "&lineage=" + to_hex(query.lineage) +
                                                                  "&after=" + std::to_string(query.after)));
    if (!answer) return answer.error();
    if (answer.value().status == 409) {
      const auto json = nlohmann::json::parse(answer.value().body);
      return Word{
          sync::OtherEpoch{id_of_text<protocol::EpochId>(json.at("epoch").get<std::string>()).value()}};
    }
    if (answer.value().status != 200) return error_of(answer.value());
    const auto bytes = protocol::decompress(answer.value().body, 16 << 20);
    if (!bytes) return bytes.error();
    auto page = protocol::decode_pull_answer(bytes.value());
    if (!page) return page.error();
    return Word{std::move(page).value()};
  }

  Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>& hashes) override {
    return decoded(post("/v1/blobs/missing", protocol::encode_hashes(hashes)), protocol::decode_hashes);
  }
  Result<std::uint64_t> blob_offset(const Hash& sha256) override {
    const auto answer = ask(ServedHouse::request(Method::Head, "/v1/blobs/" + to_hex(sha256)));
    if (!answer) return answer.error();
    if (answer.value().status == 404) return std::uint64_t{0};
    return std::stoull(ServedHouse::header_of(answer.value(), "Upload-Offset"));
  }
  Result<std::uint64_t> send_blob_part(const Hash& sha256, std::uint64_t offset, std::string_view part,
                                       bool is_last) override {
    auto asked = ServedHouse::request(Method::Patch, "/v1/blobs/" + to_hex(sha256), Bytes{part},
                                      "application/partial-upload");
    asked.headers.push_back({"Upload-Offset", std::to_string(offset)});
    asked.headers.push_back({"Upload-Complete", is_last ? "?1" : "?0"});
    const auto answer = ask(std::move(asked));
    if (!answer) return answer.error();
    if (answer.value().status >= 400) return error_of(answer.value());
    return std::stoull(ServedHouse::header_of(answer.value(), "Upload-Offset"));
  }
  std::optional<std::size_t> cuts_answer_at;  // of the next part of a blob
  std::uint64_t blob_byte_count = 0;          // that came down

  Result<sync::BlobPart> fetch_blob_part(const Hash& sha256, std::uint64_t offset,
                                         std::size_t byte_count_max) override {
    auto request = ServedHouse::request(Method::Get, "/v1/blobs/" + to_hex(sha256));
    request.headers.push_back(
        {"Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + byte_count_max - 1)});
    auto answer = ask(std::move(request));
    if (!answer) return answer.error();
    if (answer.value().status != 206) return error_of(answer.value());
    const auto range = ServedHouse::header_of(answer.value(), "Content-Range");
    sync::BlobPart part{std::move(answer).value().body, std::stoull(range.substr(range.find('/') + 1)),
                        false};
    if (const auto at = std::exchange(cuts_answer_at, std::nullopt)) {
      if (*at == 0) return Error{ErrorKind::Offline, "the connection dropped"};
      part.is_cut = *at < part.bytes.size();
      part.bytes.resize(std::min(*at, part.bytes.size()));
    }
    blob_byte_count += part.bytes.size();
    return part;
  }
  Done tell_lost(const std::vector<protocol::LostWord>& words) override {
    return told(post("/v1/lost", protocol::encode(words)));
  }
  Result<protocol::LostItemsAnswer> hand_back(const protocol::LostItems& items) override {
    auto asked = ServedHouse::post_cbor("/v1/lost/items", protocol::compress(protocol::encode(items)));
    asked.headers.push_back({"Content-Encoding", "zstd"});
    return decoded(ask(std::move(asked)), protocol::decode_lost_items_answer);
  }
  Done tell_unsent(const protocol::Unsent& unsent) override {
    return told(post("/v1/unsent", protocol::encode(unsent)));
  }
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override { return std::nullopt; }

 private:
  static Hash hash_of_hex(const nlohmann::json& text) {
    return hash_of_bytes(from_hex(text.get<std::string>()).value()).value();
  }
  static Error error_of(const Response& response) {
    const bool is_revoked = response.status == 403 && ServedHouse::code_of(response) == "revoked";
    const auto kind = response.status == 401 || is_revoked ? ErrorKind::SignIn
                      : response.status == 404             ? ErrorKind::NotFound
                      : response.status == 409             ? ErrorKind::Conflict
                      : response.status >= 500             ? ErrorKind::Busy
                                                           : ErrorKind::Refused;
    return {kind, response.body};
  }
  static Done told(const Result<Response>& answer) {
    if (!answer) return answer.error();
    return answer.value().status < 300 ? done() : Done{error_of(answer.value())};
  }
  template <class Decode>
  static auto decoded(const Result<Response>& answer, const Decode& decode) -> decltype(decode({})) {
    if (!answer) return answer.error();
    if (answer.value().status >= 300) return error_of(answer.value());
    return decode(answer.value().body);
  }
  Result<Response> post(const std::string& path, Bytes body) {
    return ask(ServedHouse::post_cbor(path, std::move(body)));
  }
  Result<Response> ask(Request request) {
    if (is_offline) return Error{ErrorKind::Offline, "no network"};
    ++call_count;
    paths.push_back(request.path);
    if (!token_.empty()) request = ServedHouse::as_device(std::move(request), token_);
    return served_.ask(std::move(request));
  }

  ServedHouse& served_;
  std::string token_;
};

/// A tablet with a disk of its own, enrolled at the house.
struct LinkedTablet {
  ServedHouse& served;
  testing::ScratchFolder folder;
  std::optional<storage::DataFolder> data;
  std::unique_ptr<sync::DeviceStore> store;
  HouseLink link{served};
  sync::Session session;
  UserId technician;

  LinkedTablet(ServedHouse& at, const OrganisationId& organisation_id, const UserId& who)
      : served(at), technician(who) {
    open();
    protocol::EnrolmentLine line;
    line.host = "server.example";
    line.organisation_id = organisation_id;
    line.code = served.open_code(organisation_id, DeviceRole::Tablet);
    const auto enrolled = sync::enrol(*store, link, served.clock,
                                      {line, make_id<DeviceId>(served.clock, served.random),
                                       make_signing_key(served.random), "Tablet", "0.1"});
    INFO((enrolled ? "" : enrolled.error().detail));
    REQUIRE(enrolled);
    sync_well();  // now it knows the people it works for
  }
  /// As after a power loss: whatever is on the disk is what there is.
  void open() {
    store.reset();
    data.reset();
    session = {};
    auto opened = storage::DataFolder::open(folder.path(), served.random);
    REQUIRE(opened);
    data.emplace(std::move(opened).value());
    auto made = sync::DeviceStore::open(*data, served.clock, served.random);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
    store = std::move(made).value();
  }
  [[nodiscard]] DeviceId id() const { return store->identity().value()->device_id; }
  [[nodiscard]] std::string prefix() const { return store->identity().value()->prefix; }

  sync::RunReport sync() {
    served.clock.pass(std::chrono::seconds{1});
    return sync::run(*store, link, served.clock, session);
  }
  void sync_well() {
    const auto report = sync();
    INFO((report.failure ? report.failure->error.detail : ""));
    REQUIRE_FALSE(report.failure);
    REQUIRE(report.is_settled);
  }
  template <class Record>
  void create(const Record& record) {
    const auto written =
        store->write(technician, [&](sync::Journal& journal) { return journal.create(record); });
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }
  domain::Customer record_customer(const std::string& name) {
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(served.clock, served.random);
    customer.name = name;
    create(customer);
    return customer;
  }
  /// A visit at somebody's, with one picture.
  struct Recorded {
    domain::Visit visit;
    Hash photo{};
  };
  Recorded record_visit(const domain::Customer& customer, const Bytes& picture) {
    domain::Visit visit;
    visit.id = make_id<domain::VisitId>(served.clock, served.random);
    visit.number = "V-" + to_hex(view(visit.id)).substr(24);
    visit.customer_id = customer.id;
    visit.technician_id = technician;
    visit.started_at = served.clock.now();
    create(visit);
    domain::Photo photo;
    photo.id = make_id<domain::PhotoId>(served.clock, served.random);
    photo.visit_id = visit.id;
    photo.blob.sha256 = store->keep_blob(picture, false).value();
    photo.media_type = "image/jpeg";
    photo.byte_count = static_cast<std::int64_t>(picture.size());
    photo.taken_at = served.clock.now();
    create(photo);
    return {visit, photo.blob.sha256};
  }
  template <class IdType>
  bool has(const char* table, const IdType& id) {
    auto query = store->db().query(std::string{"SELECT 1 FROM "} + table + " WHERE id = ?", id);
    return query.next();
  }
};

}  // namespace aftercare::server
