#include "sync/server/device_routes.h"

#include "sync/protocol/compress.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/message.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/bringing_back.h"
#include "sync/server/comparing.h"
#include "sync/server/enrolment.h"
#include "sync/server/feeding.h"
#include "sync/server/returning.h"
#include "sync/server/scoping.h"
#include "sync/server/snapshot.h"

#include <charconv>

namespace aftercare::server {
namespace {

using protocol::kLimits;

constexpr std::size_t kSmallBodyMax = 4 << 10;
constexpr std::size_t kLostBodyMax = 16 << 10;
constexpr std::size_t kLostItemsByteMax = 16 << 20;
constexpr std::size_t kLostItemsBodyMax = kLostItemsByteMax / 2;
/// What frames a push beside the operations' bodies, and what zstd may add to bytes it cannot shrink.
constexpr std::size_t kPushByteMax =
    kLimits.push_byte_count_max + kLimits.push_operation_count_max * (kLimits.header_byte_count_max + 64);
constexpr std::size_t kPushBodyMax = kPushByteMax + kPushByteMax / 128 + 1024;
constexpr const char* kEpochHeader = "Aftercare-Epoch";

std::optional<std::uint64_t> natural_of(std::optional<std::string_view> text) {
  if (!text || text->empty()) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc{} || end != text->data() + text->size() || value > kMax) return std::nullopt;
  return value;
}

std::optional<Hash> hash_of_hex(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const auto bytes = from_hex(*text);
  if (!bytes) return std::nullopt;
  const auto hash = hash_of_bytes(bytes.value());
  return hash ? std::optional{hash.value()} : std::nullopt;
}

Response other_epoch(const Organisation& organisation) {
  return problem(Problem::OtherEpoch,
                 "this server was restored: push again from where it stands, pull from the start",
                 {{"epoch", to_text(organisation.epoch)}});
}

Response behind(const Organisation& organisation, const Standing& standing) {
  return problem(Problem::Behind, "the push does not follow what is here: go on from the place named here",
                 {{"epoch", to_text(organisation.epoch)},
                  {"lineage", to_hex(standing.lineage)},
                  {"dseq", standing.head.dseq},
                  {"head", to_hex(standing.head.hash)}});
}

Reply enrol_device(Service& service, const Request& request) {
  auto decoded = protocol::decode_enrol_request(request.body);
  if (!decoded) return refusal_of(decoded.error());
  auto enrolment = std::move(decoded).value();
  if (!is_signed_by(enrolment.public_key, protocol::kEnrolTag, protocol::enrol_proof_text(enrolment),
                    enrolment.proof)) {
    return problem(Problem::Unreadable, "the proof was not made with the key that it speaks of");
  }
  if (!service.house.has(enrolment.organisation_id)) {
    return problem(Problem::NotFound,
                   "there is no such organisation here: copy the whole enrolment line once more");
  }
  const auto organisation_id = enrolment.organisation_id;
  return write_job<OrganisationStore>(
      organisation_id, [enrolment = std::move(enrolment)](OrganisationStore& store) {
        auto outcome = enrol(store, enrolment);
        if (!outcome) return refusal_of(outcome.error());
        if (const auto* refusal = std::get_if<EnrolmentRefusal>(&outcome.value()))
          return problem(refusal->code, refusal->detail);
        auto response = cbor(std::get<Bytes>(std::move(outcome).value()));
        if (const auto head = store.head()) response.feed_seq = head.value().seq;
        return response;
      });
}

Reply give_challenge(Service& service, const Request& request) {
  const auto asked = protocol::decode_challenge_request(request.body);
  if (!asked) return refusal_of(asked.error());
  return cbor(protocol::encode_challenge(service.tokens.challenge(
      asked.value().organisation_id, asked.value().device_id, service.house.clock().now())));
}

/// The key that a certificate speaks of; whether it is ours is looked at where the device is let in.
std::optional<PublicKey> key_in(const std::optional<protocol::Signed>& certificate) {
  if (!certificate) return std::nullopt;
  const auto read = protocol::decode_certificate(certificate->statement);
  return read ? std::optional{read.value().public_key} : std::nullopt;
}

Reply give_token(Service& service, const Request& request) {
  const auto decoded = protocol::decode_token_request(request.body);
  if (!decoded) return refusal_of(decoded.error());
  const auto& asked = decoded.value();
  if (!service.tokens.is_challenge(asked.challenge, asked.organisation_id, asked.device_id,
                                   service.house.clock().now())) {
    return problem(Problem::TokenExpired,
                   "the challenge is not of this server or too old: ask for another one");
  }
  const Response unknown =
      problem(Problem::NotSignedIn, "this device is not enrolled here, or signed with another key");
  bool is_revoked = false;
  std::optional<protocol::Signed> returning;
  {
    const auto store = service.house.read(asked.organisation_id);
    if (!store) return store.error().kind == ErrorKind::NotFound ? unknown : refusal_of(store.error());
    const auto device = find_device(store.value()->db(), asked.device_id);
    if (!device) return refusal_of(device.error());
    if (!device.value()) returning = asked.certificate;
    const auto key = device.value() ? std::optional{device.value()->public_key} : key_in(returning);
    if (!key || !is_signed_by(*key, protocol::kTokenTag, protocol::token_text(asked), asked.signature))
      return unknown;
    is_revoked = device.value() && device.value()->revoked_at.has_value();
  }
  return write_job<OrganisationStore>(
      asked.organisation_id,
      [&service, device_id = asked.device_id, is_revoked, returning](OrganisationStore& store) {
        if (returning) {
          const auto refusal = readmit(store, *returning, device_id);
          if (!refusal) return refusal_of(refusal.error());
          if (refusal.value()) return problem(refusal.value()->code, refusal.value()->detail);
        }
        if (const auto noted = note_contact(store, device_id); !noted) return refusal_of(noted.error());
        if (const auto swept = sweep_scope(store, device_id); !swept) return refusal_of(swept.error());
        const auto now = store.clock().now();
        auto issued = service.tokens.issue(store.organisation().id, device_id, now);
        auto response = cbor(protocol::encode(protocol::TokenAnswer{.token = std::move(issued.token),
                                                                    .expires_at = issued.expires_at,
                                                                    .server_time = now,
                                                                    .is_revoked = is_revoked}));
        if (const auto head = store.head(); returning && head) response.feed_seq = head.value().seq;
        return response;
      });
}

Reply push(Service& service, const Request& request, const DeviceCaller& caller) {
  PublicKey device_key{};
  {
    const auto store = service.house.read(caller.organisation_id);
    if (!store) return refusal_of(store.error());
    const auto epoch = request.header(kEpochHeader);
    if (epoch && *epoch != to_text(store.value()->organisation().epoch))
      return other_epoch(store.value()->organisation());
    const auto device = find_device(store.value()->db(), caller.device_id);
    if (!device) return refusal_of(device.error());
    if (!device.value()) return problem(Problem::NotSignedIn);
    device_key = device.value()->public_key;
  }
  const auto bytes = protocol::decompress(request.body, kPushByteMax);
  if (!bytes) return refusal_of(bytes.error());
  auto decoded = protocol::decode_push_request(bytes.value());
  if (!decoded) return refusal_of(decoded.error());
  auto prepared =
      prepare_push(std::move(decoded).value(), caller.organisation_id, caller.device_id, device_key);
  if (!prepared) return refusal_of(prepared.error());

  // A job is copied into the queue; the operations are not.
  auto held = std::make_shared<const PreparedPush>(std::move(prepared).value());
  return write_job<OrganisationStore>(caller.organisation_id, [held](OrganisationStore& store) {
    // Asked again inside the transaction: nothing slips in after a revocation.
    const auto device = find_device(store.db(), held->device_id);
    if (!device) return refusal_of(device.error());
    auto outcome = accept_push(store, *held, !device.value() || device.value()->revoked_at.has_value());
    if (!outcome) return refusal_of(outcome.error());
    if (const auto* standing = std::get_if<Standing>(&outcome.value()))
      return behind(store.organisation(), *standing);
    auto accepted = std::get<Accepted>(std::move(outcome).value());
    auto response = cbor(std::move(accepted.answer));
    response.feed_seq = accepted.feed_seq;
    return response;
  });
}

Reply note_what_is_unsent(Service&, const Request& request, const DeviceCaller& caller) {
  const auto decoded = protocol::decode_unsent(request.body);
  if (!decoded) return refusal_of(decoded.error());
  return write_job<OrganisationStore>(
      caller.organisation_id,
      [device_id = caller.device_id, unsent = decoded.value()](OrganisationStore& store) {
        const auto noted = note_unsent(store, device_id, unsent);
        return noted ? no_content() : refusal_of(noted.error());
      });
}

Reply take_back(Service&, const Request& request, const DeviceCaller& caller) {
  const auto bytes = protocol::decompress(request.body, kLostItemsByteMax);
  if (!bytes) return refusal_of(bytes.error());
  auto decoded = protocol::decode_lost_items(bytes.value());
  if (!decoded) return refusal_of(decoded.error());
  auto held = std::make_shared<const protocol::LostItems>(std::move(decoded).value());
  return write_job<OrganisationStore>(caller.organisation_id,
                                      [device_id = caller.device_id, held](OrganisationStore& store) {
                                        const auto answer = bring_back(store, device_id, *held);
                                        if (!answer) return refusal_of(answer.error());
                                        auto response = cbor(protocol::encode(answer.value()));
                                        response.feed_seq = answer.value().through_seq;
                                        return response;
                                      });
}

Reply note_what_was_lost(Service&, const Request& request, const DeviceCaller& caller) {
  const auto decoded = protocol::decode_lost_words(request.body);
  if (!decoded) return refusal_of(decoded.error());
  return write_job<OrganisationStore>(
      caller.organisation_id,
      [device_id = caller.device_id, words = decoded.value()](OrganisationStore& store) {
        const auto noted = note_lost(store, device_id, words);
        return noted ? no_content() : refusal_of(noted.error());
      });
}

Reply pull(Service& service, const Request& request, const DeviceCaller& caller) {
  const auto epoch = id_of_text<protocol::EpochId>(request.query_value("epoch").value_or(""));
  const auto lineage = hash_of_hex(request.query_value("lineage"));
  const auto after = natural_of(request.query_value("after"));
  const auto wait =
      request.query_value("wait") ? natural_of(request.query_value("wait")) : std::optional<std::uint64_t>{0};
  if (!epoch || !lineage || !after || !wait) {
    return problem(Problem::BadRequest,
                   "epoch (32 hexadecimal digits), lineage (64), after and wait (numbers) are needed");
  }
  const FeedReader reader{.role = caller.role,
                          .lineage = *lineage,
                          .after = *after,
                          .device_id = caller.device_id,
                          .scope_seq = natural_of(request.query_value("scope")).value_or(0)};
  const auto organisation_id = caller.organisation_id;
  const auto waits = std::min<std::chrono::milliseconds>(
      kLimits.pull_wait_max, std::chrono::seconds(std::min<std::uint64_t>(*wait, 3600)));
  const auto page = [&service, organisation_id, reader](bool& is_empty) -> Response {
    const auto store = service.house.read(organisation_id);
    if (!store) return refusal_of(store.error());
    const auto answer = read_feed(*store.value(), reader);
    if (!answer) return refusal_of(answer.error());
    is_empty = answer.value().items.empty() && answer.value().scope_changes.empty();
    return cbor_zstd(protocol::compress(protocol::encode(answer.value())));
  };

  {
    const auto store = service.house.read(organisation_id);
    if (!store) return refusal_of(store.error());
    if (epoch.value() != store.value()->organisation().epoch)
      return other_epoch(store.value()->organisation());
  }
  if (const auto finished = service.house.finish_erasing(organisation_id); !finished)
    return refusal_of(finished.error());
  bool is_empty = false;
  auto response = page(is_empty);
  if (!is_empty || waits.count() == 0) return response;
  return LongPoll{.organisation_id = organisation_id, .after_seq = *after, .wait = waits, .again = [page] {
                    bool ignored = false;
                    return page(ignored);
                  }};
}

Reply give_snapshot(Service& service, const Request& request, const DeviceCaller& caller) {
  const auto epoch = id_of_text<protocol::EpochId>(request.query_value("epoch").value_or(""));
  const auto at = request.query_value("at");
  const auto customer = request.query_value("customer");
  SnapshotReader reader{.role = caller.role, .device_id = caller.device_id};
  reader.at = natural_of(at);
  const auto after = request.query_value("after");
  reader.after = after.value_or("");
  if (customer) {
    if (const auto id = id_of_text<domain::CustomerId>(*customer)) reader.customer_id = id.value();
  }
  const auto type = natural_of(request.query_value("type"));
  const auto number = natural_of(request.query_value("range"));
  if (type && number && *type <= domain::kEntityTypeLast && *number < protocol::kRangeCount)
    reader.range = {static_cast<domain::EntityType>(*type), static_cast<std::uint32_t>(*number)};
  const bool has_range = request.query_value("type") || request.query_value("range");
  if (!epoch || (at && !reader.at) || (customer && !reader.customer_id) || (has_range && !reader.range)) {
    return problem(
        Problem::BadRequest,
        "epoch and customer are 32 hexadecimal digits, at, type and range numbers; epoch is needed");
  }
  const auto store = service.house.read(caller.organisation_id);
  if (!store) return refusal_of(store.error());
  if (epoch.value() != store.value()->organisation().epoch) return other_epoch(store.value()->organisation());
  const auto answer = read_snapshot(*store.value(), reader);
  if (!answer) return refusal_of(answer.error());
  return cbor_zstd(protocol::compress(protocol::encode(answer.value())));
}

Reply give_checksums(Service& service, const Request& request, const DeviceCaller& caller) {
  const auto epoch = id_of_text<protocol::EpochId>(request.query_value("epoch").value_or(""));
  const auto at = natural_of(request.query_value("at"));
  if (!epoch || !at)
    return problem(Problem::BadRequest, "epoch (32 hexadecimal digits) and at (a number) are needed");
  const auto store = service.house.read(caller.organisation_id);
  if (!store) return refusal_of(store.error());
  if (epoch.value() != store.value()->organisation().epoch) return other_epoch(store.value()->organisation());
  const auto sums =
      read_checksums(*store.value(), {.role = caller.role,
                                      .device_id = caller.device_id,
                                      .at = *at,
                                      .scope_seq = natural_of(request.query_value("scope")).value_or(0)});
  if (!sums) return refusal_of(sums.error());
  return cbor(protocol::encode(sums.value()));
}

}  // namespace

std::vector<Route> device_routes(Service& service) {
  const auto as_device = [&service](Reply (*run)(Service&, const Request&, const DeviceCaller&)) -> Handler {
    return [&service, run](const Request& request, const Caller& caller) {
      return run(service, request, std::get<DeviceCaller>(caller));
    };
  };
  const auto as_nobody = [&service](Reply (*run)(Service&, const Request&)) -> Handler {
    return [&service, run](const Request& request, const Caller&) { return run(service, request); };
  };
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/enrol",
       .id = "enrol",
       .summary = "Make a device one of the organisation's, with a one-time code",
       .who = {Who::Nobody},
       .body = BodyKind::Cbor,
       .body_byte_count_max = kSmallBodyMax,
       .answers = {{200, "application/cbor", "EnrolAnswer; the same for the same device, code and key"}},
       .problems = {Problem::NotFound, Problem::CodeUsed, Problem::CodeExpired, Problem::Conflict},
       .limits = {{"code_life_s", std::chrono::seconds(kLimits.enrolment_code_life).count()}},
       .rate_per_minute = 60,
       .handler = as_nobody(enrol_device)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/token/challenge",
                    .id = "challenge",
                    .summary = "Bytes for a device to sign, for a token",
                    .who = {Who::Nobody},
                    .body = BodyKind::Cbor,
                    .body_byte_count_max = kSmallBodyMax,
                    .answers = {{200, "application/cbor", "the challenge"}},
                    .limits = {{"challenge_life_s", std::chrono::seconds(kLimits.challenge_life).count()}},
                    .rate_per_minute = 1200,
                    .handler = as_nobody(give_challenge)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/token",
       .id = "token",
       .summary = "A token for a signed challenge; a revoked device gets one to hand its work in",
       .who = {Who::Nobody},
       .body = BodyKind::Cbor,
       .body_byte_count_max = kSmallBodyMax,
       .answers = {{200, "application/cbor", "TokenAnswer"}},
       .problems = {Problem::NotSignedIn, Problem::TokenExpired, Problem::Conflict},
       .limits = {{"token_life_s", std::chrono::seconds(kLimits.token_life).count()}},
       .rate_per_minute = 1200,
       .handler = as_nobody(give_token)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/push",
       .id = "push",
       .summary = "Hand in operations, in order; the same push again gets the same answer",
       .who = {Who::Device, Who::RevokedDevice},
       .body = BodyKind::CborZstd,
       .body_byte_count_max = kPushBodyMax,
       .parameters = {{kEpochHeader, "the epoch that the device knows, 32 hexadecimal digits", false, true}},
       .answers = {{200, "application/cbor", "PushAnswer: the receipt"}},
       .problems = {Problem::Behind, Problem::OtherEpoch},
       .limits = {{"operation_count_max", kLimits.push_operation_count_max},
                  {"byte_count_max", kLimits.push_byte_count_max},
                  {"operation_body_byte_count_max", kLimits.body_byte_count_max}},
       .handler = as_device(push)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/pull",
       .id = "pull",
       .summary = "The feed after a position; waits for news when asked to",
       .who = {Who::Device},
       .parameters = {{"epoch", "32 hexadecimal digits", true},
                      {"lineage",
                       "the device's own journal, 64 hexadecimal digits: what it wrote is not sent back",
                       true},
                      {"after", "the last feed position that the device has", true},
                      {"scope", "the last change of its scope that the device knows; 0 for none"},
                      {"wait", "seconds to wait while there is nothing new"}},
       .answers = {{200, "application/cbor", "PullAnswer, zstd"}},
       .problems = {Problem::OtherEpoch, Problem::NotFound},
       .limits = {{"operation_count_max", kLimits.pull_operation_count_max},
                  {"byte_count_max", kLimits.pull_byte_count_max},
                  {"wait_s_max", kLimits.pull_wait_max.count()}},
       .handler = as_device(pull)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/snapshot",
       .id = "snapshot",
       .summary = "Records as they stand, page by page, for a device that has not followed the feed",
       .who = {Who::Device},
       .parameters = {{"epoch", "32 hexadecimal digits", true},
                      {"at", "the feed position that the first page's statement is for"},
                      {"after", "what the page before gave as the next place"},
                      {"customer", "whose file alone, 32 hexadecimal digits"},
                      {"type", "with range: only records of this type"},
                      {"range", "and in this 64th of the ids, 0 to 63"}},
       .answers = {{200, "application/cbor", "SnapshotAnswer, zstd"}},
       .problems = {Problem::OtherEpoch, Problem::NotFound},
       .limits = {{"record_count_max", kLimits.pull_operation_count_max},
                  {"byte_count_max", kLimits.pull_byte_count_max}},
       .handler = as_device(give_snapshot)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/checksums",
       .id = "checksums",
       .summary = "Sums over the records that the device should hold, by type and range of ids",
       .who = {Who::Device},
       .parameters = {{"epoch", "32 hexadecimal digits", true},
                      {"at", "the feed position at which the device stands", true},
                      {"scope", "the last change of its scope that the device knows; 0 for none"}},
       .answers = {{200, "application/cbor", "Checksums"}},
       .problems = {Problem::OtherEpoch, Problem::Conflict},
       .rate_per_minute = 60,
       .handler = as_device(give_checksums)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/unsent",
                    .id = "unsent",
                    .summary = "What a device still holds, and which short numbers it has given out",
                    .who = {Who::Device, Who::RevokedDevice},
                    .body = BodyKind::Cbor,
                    .body_byte_count_max = kSmallBodyMax,
                    .answers = {{204, "", "noted"}},
                    .handler = as_device(note_what_is_unsent)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/lost",
                    .id = "lost",
                    .summary = "After a restore: the newest signed words that a device has of the lost epoch",
                    .who = {Who::Device, Who::RevokedDevice},
                    .body = BodyKind::Cbor,
                    .body_byte_count_max = kLostBodyMax,
                    .answers = {{204, "", "noted"}},
                    .handler = as_device(note_what_was_lost)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/lost/items",
       .id = "lost_items",
       .summary = "After a restore: what a device had read of the feed that was cut off",
       .who = {Who::Device, Who::RevokedDevice},
       .body = BodyKind::CborZstd,
       .body_byte_count_max = kLostItemsBodyMax,
       .answers = {{200, "application/cbor", "LostItemsAnswer"}},
       .limits = {{"item_count_max", protocol::kLostItemCountMax}, {"byte_count_max", kLostItemsByteMax}},
       .handler = as_device(take_back)});
  return routes;
}

}  // namespace aftercare::server
