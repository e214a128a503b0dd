#include "sync/server/blob_routes.h"

#include "sync/protocol/limits.h"
#include "sync/protocol/message.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace aftercare::server {
namespace {

using protocol::kLimits;

constexpr const char* kOffsetHeader = "Upload-Offset";
constexpr const char* kCompleteHeader = "Upload-Complete";

OrganisationId organisation_of(const Caller& caller) {
  if (const auto* device = std::get_if<DeviceCaller>(&caller)) return device->organisation_id;
  return std::get<PersonCaller>(caller).organisation_id;
}

std::optional<Hash> name_in(const Request& request) {
  const auto text = request.param("hash");
  if (!text || text->size() != 64) return std::nullopt;
  for (const char sign : *text) {
    // One blob, one address: capitals would be a second one.
    if (!(sign >= '0' && sign <= '9') && !(sign >= 'a' && sign <= 'f')) return std::nullopt;
  }
  const auto bytes = from_hex(*text);
  if (!bytes) return std::nullopt;
  const auto hash = hash_of_bytes(bytes.value());
  return hash ? std::optional{hash.value()} : std::nullopt;
}

Response bad_name() {
  return problem(Problem::NotFound, "a blob is named by the 64 lower-case hexadecimal digits of its SHA-256");
}

Response standing(int status, std::uint64_t offset, bool is_complete) {
  Response response =
      no_content({{kOffsetHeader, std::to_string(offset)}, {kCompleteHeader, is_complete ? "?1" : "?0"}});
  response.status = status;
  return response;
}

std::mutex& lock_of(Service& service, const Hash& name) {
  return service.blob_locks[name[0] % service.blob_locks.size()];
}

Reply list_missing(Service& service, const Request& request, const Caller& caller) {
  const auto asked = protocol::decode_hashes(request.body);
  if (!asked) return refusal_of(asked.error());
  auto& blobs = service.house.blobs(organisation_of(caller));
  std::vector<Hash> missing;
  for (const auto& name : asked.value()) {
    if (!blobs.has(name)) missing.push_back(name);
  }
  return cbor(protocol::encode_hashes(missing));
}

Reply tell_standing(Service& service, const Request& request, const Caller& caller) {
  const auto name = name_in(request);
  if (!name) return bad_name();
  auto& blobs = service.house.blobs(organisation_of(caller));
  if (blobs.has(*name)) {
    const auto size = blobs.size(*name);
    return size ? standing(200, size.value(), true) : refusal_of(size.error());
  }
  const auto offset = blobs.part_offset(*name);
  if (!offset) return refusal_of(offset.error());
  if (offset.value() == 0) return problem(Problem::NotFound, "nothing of this blob is here");
  return standing(200, offset.value(), false);
}

Response offset_mismatch(std::uint64_t offset) {
  return problem(Problem::OffsetMismatch, "go on from the offset named here", {{"offset", offset}});
}

Response wrong_hash() {
  return problem(Problem::WrongHash, "the upload was thrown away: send the blob again from the start");
}

Reply take_part(Service& service, const Request& request, const Caller& caller) {
  const auto name = name_in(request);
  if (!name) return bad_name();
  const auto offset_text = request.header(kOffsetHeader).value_or("");
  std::uint64_t offset = 0;
  const auto [end, error] =
      std::from_chars(offset_text.data(), offset_text.data() + offset_text.size(), offset);
  const auto complete = request.header(kCompleteHeader).value_or("");
  if (offset_text.empty() || error != std::errc{} || end != offset_text.data() + offset_text.size() ||
      (complete != "?0" && complete != "?1")) {
    return problem(Problem::BadRequest, "Upload-Offset (a number) and Upload-Complete (?0 or ?1) are needed");
  }
  if (offset > kLimits.blob_byte_count_max || offset + request.body.size() > kLimits.blob_byte_count_max) {
    return problem(Problem::TooLarge, "a blob has at most 32 MiB");
  }

  auto& blobs = service.house.blobs(organisation_of(caller));
  const std::scoped_lock lock(lock_of(service, *name));
  if (blobs.has(*name)) {
    // The answer to the last part may have been lost: what is here is complete, whatever comes again.
    const auto size = blobs.size(*name);
    return size ? standing(204, size.value(), true) : refusal_of(size.error());
  }
  const auto here = blobs.part_offset(*name);
  if (!here) return refusal_of(here.error());
  if (here.value() != offset) return offset_mismatch(here.value());
  if (offset == 0 && complete == "?1") {
    // Whole in one part: written once, and nothing of it when it is not what its name promises.
    const auto saved = blobs.save(*name, request.body);
    if (saved) return standing(204, request.body.size(), true);
    return saved.error().kind == ErrorKind::Invalid ? wrong_hash() : refusal_of(saved.error());
  }
  auto reached = offset;
  if (!request.body.empty()) {
    const auto appended = blobs.append_part(*name, offset, request.body);
    if (!appended) {
      if (appended.error().kind != ErrorKind::Conflict) return refusal_of(appended.error());
      const auto now = blobs.part_offset(*name);
      return now ? offset_mismatch(now.value()) : refusal_of(now.error());
    }
    reached = appended.value();
  }
  if (complete == "?0") return standing(204, reached, false);
  const auto finished = blobs.finish_part(*name, kLimits.blob_byte_count_max);
  if (!finished) {
    const auto kind = finished.error().kind;
    if (kind == ErrorKind::Invalid || kind == ErrorKind::Corrupt || kind == ErrorKind::NotFound)
      return wrong_hash();
    return refusal_of(finished.error());
  }
  return standing(204, reached, true);
}

/// What a photo was said to be when it was taken; anything else is just bytes.
std::string media_type_of(OrganisationStore& store, const Hash& name) {
  auto query = store.db().query("SELECT media_type FROM photo WHERE sha256 = ? LIMIT 1", name);
  auto type = query.next() ? query.text(0) : std::string{};
  if (type.empty() && store.db().query("SELECT 1 FROM photo WHERE thumbnail_sha256 = ? LIMIT 1", name).next())
    type = "image/jpeg";
  return type == "image/jpeg" || type == "image/png" ? type : "application/octet-stream";
}

/// The first and the last byte that `Range: bytes=FIRST-LAST` or `bytes=FIRST-` asks for. Anything else asks
/// for the whole, as the rules of HTTP have it.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
};
std::optional<Range> range_in(const Request& request) {
  constexpr std::string_view kUnit = "bytes=";
  const auto said = request.header("Range");
  if (!said || !said->starts_with(kUnit)) return std::nullopt;
  const std::string_view text = std::string_view{*said}.substr(kUnit.size());
  const auto* const end = text.data() + text.size();
  Range range;
  const auto [dash, error] = std::from_chars(text.data(), end, range.first);
  if (error != std::errc{} || dash == end || *dash != '-') return std::nullopt;
  if (dash + 1 == end) return range;
  const auto [rest, second_error] = std::from_chars(dash + 1, end, range.last);
  if (second_error != std::errc{} || rest != end || range.last < range.first) return std::nullopt;
  return range;
}

/// Nothing when the blob is not here, or was found damaged and put aside. A part is not checked against the
/// name: whoever puts the parts together does that.
Result<Bytes> read_for(Service& service, storage::BlobFiles& blobs, const Hash& name,
                       const std::optional<Range>& range) {
  const auto read_part = [&] {
    const auto more = std::min<std::uint64_t>(range->last - range->first, kLimits.blob_byte_count_max);
    return blobs.read(name, range->first, static_cast<std::size_t>(more) + 1);
  };
  auto bytes = range ? read_part() : blobs.read_all(name, kLimits.blob_byte_count_max);
  if (bytes || bytes.error().kind != ErrorKind::Corrupt) return bytes;
  const std::scoped_lock lock(lock_of(service, name));
  const auto whole = blobs.read_or_put_aside(name, kLimits.blob_byte_count_max);
  if (!whole && whole.error().kind == ErrorKind::Corrupt)
    spdlog::error("the photo {} is damaged: it was put aside, and the devices are asked for it again",
                  to_hex(name));
  return whole && range ? read_part() : whole;
}

Reply hand_out(Service& service, const Request& request, const Caller& caller) {
  const auto name = name_in(request);
  if (!name) return bad_name();
  if (const auto* device = std::get_if<DeviceCaller>(&caller);
      device != nullptr && device->role == DeviceRole::Kiosk) {
    return problem(Problem::Forbidden, "a kiosk stands in a shop: no customer's photos reach it");
  }
  const auto organisation_id = organisation_of(caller);
  auto& blobs = service.house.blobs(organisation_id);
  if (!blobs.has(*name)) return problem(Problem::NotFound, "this blob has not arrived here yet");
  auto range = range_in(request);
  const auto size = blobs.size(*name);
  if (size && size.value() == 0) range.reset();
  if (size && range && range->first >= size.value()) return offset_mismatch(size.value());
  if (size && range) range->last = std::min(range->last, size.value() - 1);
  auto bytes = read_for(service, blobs, *name, range);
  if (!bytes && bytes.error().kind == ErrorKind::Corrupt)
    return problem(Problem::NotFound, "this blob was damaged here: devices that have it will send it again");
  if (!bytes) return refusal_of(bytes.error());
  const auto store = service.house.read(organisation_id);
  if (!store) return refusal_of(store.error());
  const auto type = media_type_of(*store.value(), *name);
  const auto* ending = type == "image/jpeg" ? ".jpg" : type == "image/png" ? ".png" : ".bin";
  auto response = attachment(std::move(bytes).value(), type, to_hex(*name) + ending);
  response.headers.push_back({"Accept-Ranges", "bytes"});
  if (!range) return response;
  response.status = 206;
  response.headers.push_back(
      {"Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, size.value())});
  return response;
}

}  // namespace

std::vector<Route> blob_routes(Service& service) {
  const auto with_service = [&service](Reply (*run)(Service&, const Request&, const Caller&)) -> Handler {
    return [&service, run](const Request& request, const Caller& caller) {
      return run(service, request, caller);
    };
  };
  const WhoSet devices{Who::Device, Who::RevokedDevice};
  std::vector<Route> routes;
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/blobs/missing",
                    .id = "blobs_missing",
                    .summary = "Which of these blobs are not here",
                    .who = devices,
                    .body = BodyKind::Cbor,
                    .body_byte_count_max = kLimits.blob_question_count_max * 40 + 64,
                    .answers = {{200, "application/cbor", "the hashes of those that are missing"}},
                    .limits = {{"hash_count_max", kLimits.blob_question_count_max}},
                    .handler = with_service(list_missing)});
  routes.push_back({.method = Method::Head,
                    .pattern = "/v1/blobs/{hash}",
                    .id = "blob_standing",
                    .summary = "How much of a blob is here, in Upload-Offset and Upload-Complete",
                    .who = devices,
                    .answers = {{200, "", "something of it is here"}},
                    .problems = {Problem::NotFound},
                    .handler = with_service(tell_standing)});
  routes.push_back(
      {.method = Method::Patch,
       .pattern = "/v1/blobs/{hash}",
       .id = "blob_part",
       .summary =
           "Add a part of a blob; the last one is answered when the hash was checked and the blob is durable",
       .who = devices,
       .body = BodyKind::Part,
       .body_byte_count_max = kLimits.blob_part_byte_count_max,
       .parameters = {{kOffsetHeader, "where this part begins", true, true},
                      {kCompleteHeader, "?1 with the last part, else ?0", true, true}},
       .answers = {{204, "", "taken; Upload-Offset and Upload-Complete tell how it stands"}},
       .problems = {Problem::NotFound, Problem::OffsetMismatch, Problem::WrongHash},
       .limits = {{"blob_byte_count_max", kLimits.blob_byte_count_max},
                  {"part_byte_count_max", kLimits.blob_part_byte_count_max}},
       .handler = with_service(take_part)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/blobs/{hash}",
       .id = "blob",
       .summary = "The bytes of a blob, or those that Range asks for",
       .who = {Who::Device, Who::Dispatcher, Who::Manager, Who::Administrator},
       .parameters = {{"Range", "bytes=FIRST-LAST or bytes=FIRST-; anything else asks for the whole", false,
                       true}},
       .answers = {{200, "application/octet-stream", "as it was taken; image/jpeg or image/png for photos"},
                   {206, "application/octet-stream", "the part that was asked for, with Content-Range"}},
       .problems = {Problem::NotFound, Problem::OffsetMismatch},
       .limits = {{"blob_byte_count_max", kLimits.blob_byte_count_max}},
       .handler = with_service(hand_out)});
  return routes;
}

}  // namespace aftercare::server
