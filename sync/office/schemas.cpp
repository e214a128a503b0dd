#include "sync/office/schemas.h"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace aftercare::office::schema {
namespace {

constexpr std::string_view kText = R"({"type":"string"})";
constexpr std::string_view kTextOrNull = R"({"type":["string","null"]})";
constexpr std::string_view kInteger = R"({"type":"integer"})";
constexpr std::string_view kIntegerOrNull = R"({"type":["integer","null"]})";
constexpr std::string_view kFlag = R"({"type":"boolean"})";
constexpr std::string_view kInstant = R"({"type":"string","format":"date-time"})";
constexpr std::string_view kInstantOrNull = R"({"type":["string","null"],"format":"date-time"})";
constexpr std::string_view kNull = R"({"type":"null"})";
constexpr std::string_view kKind =
    R"({"enum":["installation","maintenance","repair","adjustment","update","training","inspection","collection","remote_help"]})";
constexpr std::string_view kVisitState = R"({"enum":["open","signed","refused","absent"]})";
constexpr std::string_view kSealState = R"({"enum":["intact","erased","incomplete","broken"]})";
constexpr std::string_view kSealStateOrNull = R"({"enum":["intact","erased","incomplete","broken",null]})";
constexpr std::string_view kOrderState =
    R"({"enum":["planned","assigned","accepted","travelling","on_site","done","closed","cancelled","declined"]})";

struct Member {
  std::string_view name;
  std::string schema;
  bool is_optional = false;
};

std::string object(std::initializer_list<Member> members) {
  std::string required;
  std::string properties;
  for (const auto& member : members) {
    const auto quoted = '"' + std::string(member.name) + '"';
    if (!member.is_optional) required += (required.empty() ? "" : ",") + quoted;
    properties += (properties.empty() ? "" : ",") + quoted + ':' + member.schema;
  }
  return R"({"type":"object","required":[)" + required + R"(],"properties":{)" + properties + "}}";
}

std::string list(std::string_view of) { return R"({"type":"array","items":)" + std::string(of) + '}'; }
std::string text(std::string_view schema) { return std::string(schema); }
std::string or_null(const std::string& schema) { return R"({"oneOf":[)" + schema + R"(,{"type":"null"}]})"; }

std::string named() { return object({{"id", text(kText)}, {"name", text(kText)}}); }
std::string numbered() {
  return object({{"id", text(kText)}, {"number", text(kText)}, {"name", text(kText)}});
}
std::string price() { return object({{"minor", text(kInteger)}, {"currency", text(kText)}}); }

std::string visit_line() {
  return object({{"id", text(kText)},
                 {"number", text(kText)},
                 {"kind", text(kKind)},
                 {"customer", numbered()},
                 {"site", text(kText)},
                 {"asset", text(kText)},
                 {"technician", or_null(named())},
                 {"started_at", text(kInstant)},
                 {"zone", text(kText)},
                 {"state", text(kVisitState)},
                 {"seal", text(kSealStateOrNull)},
                 {"photo_count", text(kInteger)},
                 {"missing_blobs", list(kText)},
                 {"received_at", text(kInstantOrNull)},
                 {"rating", text(kIntegerOrNull)},
                 {"price", or_null(price())},
                 {"lost_count", text(kInteger)}});
}

std::string history() {
  return list(object({{"at", text(kInstant)},
                      {"received_at", text(kInstant)},
                      {"by", text(kText)},
                      {"device", text(kText)},
                      {"record", text(kText)},
                      {"field", text(kText)},
                      {"value", text(kText)},
                      {"lost_value", text(kTextOrNull)},
                      {"ruling", R"({"enum":["accepted","merged","set_aside","dismissed"]})"},
                      {"reason", text(kTextOrNull)},
                      {"settled_by", text(kTextOrNull)},
                      {"settled_at", text(kInstantOrNull)}}));
}

std::string event() {
  return object({{"id", text(kText)},
                 {"kind", R"({"enum":["travelling","arrived","working","paused","left"]})"},
                 {"at", text(kInstant)},
                 {"zone", text(kText)},
                 {"boot_id", text(kText)},
                 {"monotonic_ms", text(kInteger)},
                 {"server_offset_ms", text(kIntegerOrNull)},
                 {"corrected_at", text(kInstantOrNull)},
                 {"received_at", text(kInstantOrNull)}});
}

std::string photo() {
  return object({{"id", text(kText)},
                 {"question", text(kText)},
                 {"moment", R"({"enum":["before","during","after"]})"},
                 {"caption", text(kText)},
                 {"sha256", text(kTextOrNull)},
                 {"is_here", text(kFlag)},
                 {"thumbnail_sha256", text(kTextOrNull)},
                 {"original_sha256", text(kTextOrNull)},
                 {"original_byte_count", text(kInteger)},
                 {"media_type", text(kText)},
                 {"byte_count", text(kInteger)},
                 {"width", text(kInteger)},
                 {"height", text(kInteger)},
                 {"taken_at", text(kInstant)}});
}

std::string seal() {
  return object({{"state", text(kSealState)},
                 {"sha256", text(kText)},
                 {"groups", list(object({{"name", text(kText)},
                                         {"state", R"({"enum":["intact","erased","missing","changed"]})"}}))},
                 {"is_signed_by_device", text(kFlag)},
                 {"countersigned_at", text(kInstantOrNull)},
                 {"not_before", text(kInstantOrNull)}});
}

std::string strokes() {
  return object({{"sha256", text(kText)},
                 {"is_here", text(kFlag)},
                 {"digitiser", text(kText)},
                 {"width_px", text(kInteger)},
                 {"height_px", text(kInteger)},
                 {"strokes", list(list(list(R"({"type":"number"})")))}});
}

std::string sign_off() {
  return object({{"id", text(kText)},
                 {"outcome", R"({"enum":["signed","refused","absent"]})"},
                 {"reason", text(kText)},
                 {"reason_text", text(kText)},
                 {"signer_name", text(kText)},
                 {"signer_role", text(kText)},
                 {"signed_at", text(kInstant)},
                 {"language", text(kText)},
                 {"replaces_id", text(kTextOrNull)},
                 {"strokes", or_null(strokes())},
                 {"seal", seal()}});
}

std::string site() {
  return object({{"id", text(kText)},
                 {"name", text(kText)},
                 {"street", text(kText)},
                 {"city", text(kText)},
                 {"postcode", text(kText)},
                 {"country", text(kText)},
                 {"access_note", text(kText)}});
}

}  // namespace

std::string visit_page() {
  return object({{"visits", list(visit_line())},
                 {"next", text(kTextOrNull)},
                 {"count", text(kIntegerOrNull)},
                 {"seq", text(kInteger)}});
}

std::string visit() {
  return object(
      {{"id", text(kText)},
       {"number", text(kText)},
       {"kind", text(kKind)},
       {"customer", numbered()},
       {"site", text(kText)},
       {"asset", or_null(object({{"id", text(kText)}, {"name", text(kText)}, {"serial", text(kText)}}))},
       {"technician", or_null(named())},
       {"started_at", text(kInstant)},
       {"zone", text(kText)},
       {"state", text(kVisitState)},
       {"seal", text(kSealStateOrNull)},
       {"photo_count", text(kInteger)},
       {"missing_blobs", list(kText)},
       {"received_at", text(kInstantOrNull)},
       {"rating", text(kIntegerOrNull)},
       {"price", or_null(price())},
       {"lost_count", text(kInteger)},
       {"language", text(kText)},
       {"reason", text(kText)},
       {"result", text(kText)},
       {"promised", text(kText)},
       {"form", or_null(object({{"key", text(kText)}, {"version", text(kInteger)}}))},
       {"work_order", or_null(object({{"id", text(kText)},
                                      {"number", text(kText)},
                                      {"state", text(kOrderState)},
                                      {"technician", text(kText)}}))},
       {"events", list(event())},
       {"answers", list(object({{"question", text(kText)},
                                {"section", text(kText)},
                                {"label", text(kText)},
                                {"kind", text(kText)},
                                {"value", text(kText)},
                                {"text", text(kText)}}))},
       {"photos", list(photo())},
       {"notes", list(object({{"at", text(kInstant)}, {"author", text(kText)}, {"text", text(kText)}}))},
       {"sign_offs", list(sign_off())},
       {"history", history()},
       {"ratings", list(object({{"at", text(kInstant)},
                                {"stars", text(kInteger)},
                                {"comment", text(kText)},
                                {"source", text(kText)}}))},
       {"report", text(kNull)},
       {"coverage", text(kNull)}});
}

namespace {

std::string order_object(bool has_history) {
  auto schema =
      object({{"id", text(kText)},
              {"number", text(kText)},
              {"kind", text(kKind)},
              {"state", text(kOrderState)},
              {"customer", numbered()},
              {"site", or_null(object({{"id", text(kText)}, {"name", text(kText)}, {"city", text(kText)}}))},
              {"asset", or_null(named())},
              {"technician", or_null(named())},
              {"window_start", text(kInstantOrNull)},
              {"window_end", text(kInstantOrNull)},
              {"zone", text(kText)},
              {"summary", text(kText)},
              {"bring", text(kText)},
              {"form_key", text(kText)},
              {"visit", or_null(object({{"id", text(kText)},
                                        {"number", text(kText)},
                                        {"state", text(kVisitState)},
                                        {"technician", text(kText)}}))},
              {"seq", text(kInteger)},
              {"lost_count", text(kInteger)},
              {"history", history(), !has_history}});
  return schema;
}

}  // namespace

std::string work_order() { return order_object(false); }
std::string work_order_with_history() { return order_object(true); }

std::string work_order_page() {
  return object({{"work_orders", list(work_order())},
                 {"next", text(kTextOrNull)},
                 {"count", text(kIntegerOrNull)},
                 {"seq", text(kInteger)}});
}

std::string new_work_order() {
  return object({{"id", text(kText), true},
                 {"customer_id", text(kText)},
                 {"site_id", text(kTextOrNull), true},
                 {"asset_id", text(kTextOrNull), true},
                 {"kind", text(kKind)},
                 {"technician_id", text(kTextOrNull), true},
                 {"window_start", text(kInstantOrNull), true},
                 {"window_end", text(kInstantOrNull), true},
                 {"zone", text(kText), true},
                 {"summary", text(kText)},
                 {"bring", text(kText), true},
                 {"form_key", text(kText), true}});
}

std::string work_order_change() {
  return object({{"seen_seq", text(kInteger)},
                 {"technician_id", text(kTextOrNull), true},
                 {"site_id", text(kTextOrNull), true},
                 {"asset_id", text(kTextOrNull), true},
                 {"window_start", text(kInstantOrNull), true},
                 {"window_end", text(kInstantOrNull), true},
                 {"kind", text(kKind), true},
                 {"zone", text(kText), true},
                 {"summary", text(kText), true},
                 {"bring", text(kText), true},
                 {"form_key", text(kText), true},
                 {"state", R"({"enum":["planned","closed","cancelled"]})", true}});
}

std::string customers() {
  return object({{"customers", list(object({{"id", text(kText)},
                                            {"number", text(kText)},
                                            {"name", text(kText)},
                                            {"is_company", text(kFlag)},
                                            {"city", text(kText)},
                                            {"phone", text(kText)}}))}});
}

std::string customer() {
  return object({{"id", text(kText)},
                 {"number", text(kText)},
                 {"name", text(kText)},
                 {"is_company", text(kFlag)},
                 {"language", text(kText)},
                 {"phone", text(kText)},
                 {"email", text(kText)},
                 {"note", text(kText)},
                 {"sites", list(site())},
                 {"assets", list(object({{"id", text(kText)},
                                         {"name", text(kText)},
                                         {"serial", text(kText)},
                                         {"place", text(kText)},
                                         {"product", text(kText)},
                                         {"category", text(kText)},
                                         {"site_id", text(kTextOrNull)}}))}});
}

std::string new_customer() {
  return object({{"id", text(kText), true},
                 {"name", text(kText)},
                 {"is_company", text(kFlag), true},
                 {"language", text(kText)},
                 {"phone", text(kText), true},
                 {"email", text(kText), true},
                 {"site",
                  object({{"name", text(kText), true},
                          {"street", text(kText)},
                          {"city", text(kText)},
                          {"postcode", text(kText), true},
                          {"country", text(kText), true},
                          {"access_note", text(kText), true}}),
                  true},
                 {"asset",
                  object({{"name", text(kText)},
                          {"serial", text(kText), true},
                          {"place", text(kText), true},
                          {"product_id", text(kText), true}}),
                  true}});
}

std::string technicians() {
  return object({{"technicians", list(object({{"id", text(kText)},
                                              {"name", text(kText)},
                                              {"language", text(kText)},
                                              {"device_prefixes", list(kText)}}))}});
}

std::string forms() {
  return object({{"forms", list(object({{"key", text(kText)},
                                        {"version", text(kInteger)},
                                        {"kind", text(kKind)},
                                        {"category", text(kText)},
                                        {"title", text(kText)}}))}});
}

std::string products() {
  return object({{"products", list(object({{"id", text(kText)},
                                           {"key", text(kText)},
                                           {"name", text(kText)},
                                           {"brand", text(kText)},
                                           {"category", text(kText)}}))}});
}

std::string audit_page() {
  return object({{"entries", list(object({{"at", text(kInstant)},
                                          {"actor", text(kText)},
                                          {"action", text(kText)},
                                          {"subject", text(kText)},
                                          {"detail", text(kText)}}))},
                 {"next", text(kIntegerOrNull)}});
}

std::string secret() { return object({{"secret", text(kText)}}); }

std::string customer_rating() {
  return object({{"secret", text(kText)},
                 {"stars", R"({"type":"integer","minimum":1,"maximum":5})"},
                 {"answer", R"({"enum":["none","yes","no"]})", true},
                 {"comment", text(kText), true}});
}

std::string signed_record() {
  const auto span = object({{"from", text(kInteger)}, {"to", text(kInteger)}});
  const auto hours =
      list(object({{"first_day", text(kInteger)}, {"last_day", text(kInteger)}, {"spans", list(span)}}));
  return object({{"organisation", object({{"name", text(kText)}, {"phone", text(kText)}, {"hours", hours}})},
                 {"language", text(kText)},
                 {"number", text(kText)},
                 {"kind", text(kKind)},
                 {"outcome", R"({"enum":["signed","refused","absent"]})"},
                 {"reason", text(kText)},
                 {"signer_name", text(kText)},
                 {"signed_at", text(kInstant)},
                 {"zone", text(kText)},
                 {"not_before", text(kInstantOrNull)},
                 {"countersigned_at", text(kInstantOrNull)},
                 {"summary", text(kTextOrNull)},
                 {"price", or_null(price())},
                 {"seal", seal()},
                 {"rating", or_null(object({{"stars", text(kInteger)},
                                            {"answer", R"({"enum":["","yes","no"]})"},
                                            {"comment", text(kText)},
                                            {"at", text(kInstant)}}))},
                 {"report", text(kNull)}});
}

std::string set_aside() {
  const auto numbered_thing =
      or_null(object({{"id", text(kText)}, {"number", text(kText)}, {"is_here", text(kFlag)}}));
  return object(
      {{"waiting",
        list(object({{"seq", text(kInteger)},
                     {"device", object({{"id", text(kText)},
                                        {"name", text(kText)},
                                        {"prefix", text(kText)},
                                        {"is_revoked", text(kFlag)}})},
                     {"technician", or_null(named())},
                     {"record", object({{"type", text(kText)}, {"id", text(kText)}, {"name", text(kText)}})},
                     {"visit", numbered_thing},
                     {"work_order", numbered_thing},
                     {"customer", or_null(object({{"id", text(kText)},
                                                  {"number", text(kText)},
                                                  {"name", text(kText)},
                                                  {"is_here", text(kFlag)}}))},
                     {"reason", text(kText)},
                     {"tried_reason", text(kTextOrNull)},
                     {"tried_at", text(kInstantOrNull)},
                     {"at", text(kInstant)},
                     {"received_at", text(kInstant)},
                     {"operation_count", text(kInteger)},
                     {"records", list(object({{"type", text(kText)}, {"count", text(kInteger)}}))},
                     {"changes", history()},
                     {"has_more_changes", text(kFlag)}}))},
       {"count", text(kInteger)},
       {"operation_count", text(kInteger)}});
}

std::string settled() {
  return object(
      {{"settled_count", text(kInteger)},
       {"remaining", list(object({{"type", text(kText)}, {"id", text(kText)}, {"reason", text(kText)}}))}});
}

}  // namespace aftercare::office::schema
