#include "client/work/visit_record.h"

#include "shared/base/cbor.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/language/language.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace aftercare::work {
namespace {

using Json = nlohmann::json;

constexpr JsonLimits kRecordLimits{.byte_count_max = 16 << 20, .depth_max = 16, .value_count_max = 500'000};
constexpr std::size_t kPointCountMax = 50'000;
constexpr std::size_t kPhotoCountMax = 100;
constexpr std::size_t kListCountMax = 500;

/// Reads the parts of a record and remembers the first mistake with its place, so that the reading
/// itself can go straight on.
class RecordReader {
 public:
  VisitRecord read(const Json& json) {
    VisitRecord record;
    if (!is_object(json, "the file")) return record;
    only(json, "the file",
         {"format", "version", "work_order", "customer", "site", "asset", "kind", "technician", "language",
          "form", "reason", "result", "promised", "price", "events", "answers", "photos", "notes",
          "sign_off"});
    if (text(json, "format", "the file") != "aftercare-visit") wrong("format", "must be \"aftercare-visit\"");
    if (!json.contains("version") || json["version"] != 1)
      wrong("version", "must be 1; a newer file needs a newer program");
    if (has(json, "work_order")) record.work_order = work_order(json["work_order"]);
    if (has(json, "customer")) record.customer = customer(json["customer"]);
    if (has(json, "site")) record.site = site(json["site"]);
    if (has(json, "asset")) record.asset = asset(json["asset"]);
    record.kind = word<domain::VisitKind>(json, "kind", "the file");
    record.technician = optional_text(json, "technician", "the file");
    record.language = language(json, "the file");
    record.form = optional_text(json, "form", "the file");
    record.reason = optional_text(json, "reason", "the file");
    record.result = optional_text(json, "result", "the file");
    record.promised = optional_text(json, "promised", "the file");
    if (has(json, "price")) record.price = price(json["price"]);
    each(json, "events", kListCountMax,
         [&](const Json& part, const std::string& place) { record.events.push_back(event(part, place)); });
    if (has(json, "answers")) answers(json["answers"], record.answers);
    each(json, "photos", kPhotoCountMax,
         [&](const Json& part, const std::string& place) { record.photos.push_back(photo(part, place)); });
    each(json, "notes", kListCountMax, [&](const Json& part, const std::string& place) {
      if (!part.is_string()) return wrong(place, "is not text");
      record.notes.push_back(nfc(part.get<std::string>(), place));
    });
    if (has(json, "sign_off")) record.sign_off = sign_off(json["sign_off"]);
    if (!record.customer && !record.work_order) wrong("customer", "is needed without a work order");
    return record;
  }

  std::string complaint;

 private:
  Instant last_event_at_{};

  void wrong(std::string_view place, std::string_view what) {
    if (complaint.empty()) complaint = fmt::format("{}: {}", place, what);
  }

  bool is_object(const Json& json, std::string_view place) {
    if (!json.is_object()) wrong(place, "is not an object {…}");
    return json.is_object();
  }

  static bool has(const Json& json, const char* key) { return json.contains(key) && !json[key].is_null(); }

  /// A name that nobody reads is most likely a typing error, and what it says would be lost.
  void only(const Json& json, std::string_view place, const std::set<std::string>& known) {
    for (const auto& [key, value] : json.items()) {
      if (!known.contains(key)) wrong(place, fmt::format("has \"{}\", which is not part of the format", key));
    }
  }

  std::string nfc(const std::string& text, std::string_view place) {
    auto composed = to_nfc(text);
    if (!composed) return wrong(place, composed.error().detail), std::string{};
    return std::move(composed).value();
  }

  std::string text(const Json& json, const char* key, std::string_view place) {
    if (!has(json, key)) return wrong(place, fmt::format("needs \"{}\"", key)), std::string{};
    return optional_text(json, key, place);
  }

  std::string optional_text(const Json& json, const char* key, std::string_view place) {
    if (!has(json, key)) return {};
    if (!json[key].is_string()) return wrong(place, fmt::format("\"{}\" is not text", key)), std::string{};
    return nfc(json[key].get<std::string>(), fmt::format("{}: \"{}\"", place, key));
  }

  std::string language(const Json& json, std::string_view place) {
    auto code = text(json, "language", place);
    const auto known = language::languages();
    if (std::ranges::find(known, code, &language::Language::code) == known.end()) {
      wrong(place, fmt::format("\"language\" cannot be \"{}\": en, cs, ka, sl, ru or vi", code));
    }
    return code;
  }

  template <class Enum>
  Enum word(const Json& json, const char* key, std::string_view place) {
    const auto name = text(json, key, place);
    const auto value = domain::value_of<Enum>(name);
    if (!value) wrong(place, fmt::format("\"{}\" cannot be \"{}\"", key, name));
    return value.value_or(Enum{});
  }

  template <class Use>
  void each(const Json& json, const char* key, std::size_t count_max, Use&& use) {
    if (!has(json, key)) return;
    if (!json[key].is_array()) return wrong(key, "is not a list […]");
    if (json[key].size() > count_max) return wrong(key, fmt::format("has more than {} entries", count_max));
    for (std::size_t i = 0; i < json[key].size(); ++i) use(json[key][i], fmt::format("{}[{}]", key, i));
  }

  std::variant<Named, WorkOrderOf> work_order(const Json& json) {
    if (json.is_string()) return json.get<std::string>();
    WorkOrderOf of;
    if (!is_object(json, "work_order")) return of;
    only(json, "work_order", {"customer", "kind"});
    of.customer_name = text(json, "customer", "work_order");
    of.kind = word<domain::VisitKind>(json, "kind", "work_order");
    return of;
  }

  std::variant<Named, NewCustomer> customer(const Json& json) {
    if (json.is_string()) return nfc(json.get<std::string>(), "customer");
    NewCustomer made;
    if (!is_object(json, "customer")) return made;
    only(json, "customer", {"name", "is_company", "language", "phone", "email", "note"});
    made.name = text(json, "name", "customer");
    if (trimmed(made.name).empty()) wrong("customer", "needs a name");
    made.language = language(json, "customer");
    made.phone = optional_text(json, "phone", "customer");
    made.email = optional_text(json, "email", "customer");
    made.note = optional_text(json, "note", "customer");
    if (has(json, "is_company")) made.is_company = boolean(json["is_company"], "customer: \"is_company\"");
    return made;
  }

  bool boolean(const Json& json, std::string_view place) {
    if (!json.is_boolean()) return wrong(place, "is neither true nor false"), false;
    return json.get<bool>();
  }

  std::variant<Named, NewSite> site(const Json& json) {
    if (json.is_string()) return nfc(json.get<std::string>(), "site");
    NewSite made;
    if (!is_object(json, "site")) return made;
    only(json, "site", {"name", "street", "city", "postcode", "country", "access_note"});
    made.name = text(json, "name", "site");
    made.street = optional_text(json, "street", "site");
    made.city = optional_text(json, "city", "site");
    made.postcode = optional_text(json, "postcode", "site");
    made.country = optional_text(json, "country", "site");
    made.access_note = optional_text(json, "access_note", "site");
    return made;
  }

  std::variant<Named, NewAsset> asset(const Json& json) {
    if (json.is_string()) return nfc(json.get<std::string>(), "asset");
    NewAsset made;
    if (!is_object(json, "asset")) return made;
    only(json, "asset", {"name", "serial", "place", "product"});
    made.name = text(json, "name", "asset");
    made.serial = optional_text(json, "serial", "asset");
    made.place = optional_text(json, "place", "asset");
    made.product_key = optional_text(json, "product", "asset");
    return made;
  }

  std::optional<Money> price(const Json& json) {
    if (!is_object(json, "price")) return std::nullopt;
    only(json, "price", {"amount", "currency"});
    Money money{0, text(json, "currency", "price")};
    if (money.currency.size() != 3 ||
        money.currency.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) {
      wrong("price", "\"currency\" is three capital letters, \"EUR\"");
    }
    const auto amount = decimal_of_text(text(json, "amount", "price"));
    const int digits = minor_digits(money.currency);
    if (!amount || amount.value().scale != digits || amount.value().mantissa < 0) {
      return wrong("price",
                   fmt::format("\"amount\" is a decimal as text with {} digits behind the point", digits)),
             std::nullopt;
    }
    money.minor = amount.value().mantissa;
    return money;
  }

  VisitRecord::Event event(const Json& json, const std::string& place) {
    VisitRecord::Event event;
    if (!is_object(json, place)) return event;
    only(json, place, {"kind", "at"});
    event.kind = word<domain::VisitEventKind>(json, "kind", place);
    const auto at = zoned_instant_of_text(text(json, "at", place));
    if (!at) return wrong(place, at.error().detail), event;
    event.at = at.value().at;
    event.zone = at.value().zone;
    constexpr Instant kFirst = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
    constexpr Instant kLast = std::chrono::sys_days{std::chrono::year{2100} / 1 / 1};
    if (event.at < kFirst || event.at >= kLast) wrong(place, "a visit lies between the years 2000 and 2100");
    if (event.at < last_event_at_) wrong(place, "is earlier than the event before it: write them in order");
    last_event_at_ = event.at;
    return event;
  }

  void answers(const Json& json, std::map<std::string, std::string>& answers) {
    if (!is_object(json, "answers")) return;
    for (const auto& [key, value] : json.items()) {
      const auto place = fmt::format("answers: \"{}\"", key);
      if (value.is_boolean()) {
        answers[key] = value.get<bool>() ? "yes" : "no";
      } else if (value.is_string()) {
        answers[key] = nfc(value.get<std::string>(), place);
      } else if (value.is_array()) {
        std::string joined;
        for (const auto& part : value) {
          if (!part.is_string()) return wrong(place, "a list of choices holds texts only");
          joined += (joined.empty() ? "" : " ") + part.get<std::string>();
        }
        answers[key] = joined;
      } else {
        wrong(place, "is text, true, false or a list of texts; write numbers as text, \"12.5\"");
      }
    }
  }

  VisitRecord::PhotoFile photo(const Json& json, const std::string& place) {
    VisitRecord::PhotoFile photo;
    if (!is_object(json, place)) return photo;
    only(json, place, {"file", "question", "moment", "caption"});
    photo.file = text(json, "file", place);
    photo.question = optional_text(json, "question", place);
    photo.caption = optional_text(json, "caption", place);
    photo.moment = word<domain::PhotoMoment>(json, "moment", place);
    return photo;
  }

  RecordedSignOff sign_off(const Json& json) {
    RecordedSignOff made;
    if (!is_object(json, "sign_off")) return made;
    only(json, "sign_off", {"outcome", "reason", "words", "name", "role", "strokes"});
    made.outcome = word<domain::Outcome>(json, "outcome", "sign_off");
    if (has(json, "reason")) made.reason = word<domain::OutcomeReason>(json, "reason", "sign_off");
    made.words = optional_text(json, "words", "sign_off");
    made.name = optional_text(json, "name", "sign_off");
    if (has(json, "role")) made.role = word<domain::SignerRole>(json, "role", "sign_off");
    if (has(json, "strokes")) made.strokes = strokes(json["strokes"]);
    return made;
  }

  std::int64_t whole(const Json& json, std::int64_t min, std::int64_t max, std::string_view place) {
    if (json.is_number_integer() &&
        (!json.is_number_unsigned() || json.get<std::uint64_t>() <= static_cast<std::uint64_t>(max))) {
      const auto value = json.get<std::int64_t>();
      if (value >= min && value <= max) return value;
    }
    return wrong(place, fmt::format("is a whole number from {} to {}", min, max)), min;
  }

  Strokes strokes(const Json& json) {
    constexpr std::string_view kPlace = "strokes";
    constexpr std::int64_t kSideMax = 16'384;
    constexpr std::int64_t kTimeMax = 3'600'000;
    Strokes made;
    if (!is_object(json, kPlace)) return made;
    only(json, kPlace, {"device", "width_px", "height_px", "strokes"});
    made.digitiser = text(json, "device", kPlace);
    if (made.digitiser != "finger" && made.digitiser != "pen" && made.digitiser != "mouse")
      wrong(kPlace, "\"device\" is finger, pen or mouse");
    made.width_px = whole(json.value("width_px", Json{}), 1, kSideMax, "strokes: \"width_px\"");
    made.height_px = whole(json.value("height_px", Json{}), 1, kSideMax, "strokes: \"height_px\"");
    if (!json.contains("strokes") || !json["strokes"].is_array())
      return wrong(kPlace, "needs a list \"strokes\""), made;
    std::size_t count = 0;
    std::int64_t last_ms = 0;
    for (const auto& line : json["strokes"]) {
      if (!line.is_array() || line.empty()) return wrong(kPlace, "each stroke is a list of points"), made;
      auto& stroke = made.strokes.emplace_back();
      for (const auto& point : line) {
        if (++count > kPointCountMax)
          return wrong(kPlace, fmt::format("more than {} points", kPointCountMax)), made;
        if (!point.is_array() || point.size() < 3 || point.size() > 4)
          return wrong(kPlace, "a point is [x, y, t_ms] or [x, y, t_ms, pressure]"), made;
        StrokePoint sample{
            whole(point[0], 0, made.width_px, "strokes: x"), whole(point[1], 0, made.height_px, "strokes: y"),
            whole(point[2], last_ms, kTimeMax, "strokes: t_ms, which never goes back"), std::nullopt};
        if (point.size() == 4) sample.pressure = whole(point[3], 0, 1000, "strokes: pressure");
        last_ms = sample.t_ms;
        stroke.push_back(sample);
      }
    }
    if (count < 2) wrong(kPlace, "nothing was drawn");
    return made;
  }
};

}  // namespace

Result<VisitRecord> read_visit_record(std::string_view text) {
  const auto json = parse_json(text, kRecordLimits);
  if (!json) return Error{ErrorKind::Invalid, json.error().detail};
  RecordReader reader;
  auto record = reader.read(json.value());
  if (!reader.complaint.empty()) return Error{ErrorKind::Invalid, reader.complaint};
  return record;
}

Result<ZonedInstant> zoned_instant_of_text(std::string_view text) {
  const Error wrong{ErrorKind::Invalid, "write the time as 2026-11-20T08:05:00+01:00"};
  const auto number = [&](std::size_t from, std::size_t size) {
    int n = -1;
    if (from + size > text.size()) return n;
    const auto* end = text.data() + from + size;
    return std::from_chars(text.data() + from, end, n).ptr == end ? n : -1;
  };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':')
    return wrong;
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return wrong;
  std::size_t at = 19;
  int milliseconds = 0;
  if (text[at] == '.') {
    std::size_t digits = 0;
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits, scale /= 10) {
      if (digits < 3) milliseconds += (text[at] - '0') * scale;
    }
    if (digits == 0 || digits > 3) return wrong;
  }
  const auto zone = text.substr(at);
  int offset_minutes = 0;
  if (zone != "Z") {
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return wrong;
    const int hours = number(at + 1, 2);
    const int minutes = number(at + 4, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return wrong;
    offset_minutes = (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  const auto instant = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                       std::chrono::minutes{minute - offset_minutes} + std::chrono::seconds{second} +
                       std::chrono::milliseconds{milliseconds};
  // ICU knows a fixed offset as a zone by the name "GMT+01:00".
  return ZonedInstant{instant, zone == "Z" ? "Etc/UTC" : "GMT" + std::string(zone)};
}

}  // namespace aftercare::work
