#include "sync/server/json_body.h"

namespace aftercare::server {

JsonBody::JsonBody(std::string_view bytes, std::size_t byte_count_max) {
  auto parsed = parse_json(bytes, {.byte_count_max = byte_count_max, .depth_max = 4, .value_count_max = 64});
  if (!parsed) {
    wrong_ = parsed.error().detail;
  } else if (!parsed.value().is_object()) {
    wrong_ = "the body is one object";
  } else {
    object_ = std::move(parsed).value();
  }
}

std::optional<std::string> JsonBody::text(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return refuse<std::string>(fmt::format("{} must be a text", name));
  return value->get<std::string>();
}

std::optional<bool> JsonBody::flag(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return refuse<bool>(fmt::format("{} must be true or false", name));
  return value->get<bool>();
}

std::optional<std::int64_t> JsonBody::integer(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer())
    return refuse<std::int64_t>(fmt::format("{} must be a whole number", name));
  return value->get<std::int64_t>();
}

std::optional<Instant> JsonBody::instant(const char* name) {
  const auto said = text(name);
  if (!said) return std::nullopt;
  const auto at = instant_of_rfc3339(*said);
  return at ? at : refuse<Instant>(fmt::format("{} must be a time like 2026-11-21T08:30:00Z", name));
}

std::optional<JsonBody> JsonBody::object(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) return refuse<JsonBody>(fmt::format("{} must be an object", name));
  JsonBody inner;
  inner.object_ = *value;
  return inner;
}

void JsonBody::complain(std::string what) {
  if (wrong_.empty()) wrong_ = std::move(what);
}

std::optional<Response> JsonBody::refusal() {
  for (const auto& [name, value] : object_.items()) {
    if (!taken_.contains(name)) complain("a member has a name that nobody here knows");
  }
  if (wrong_.empty()) return std::nullopt;
  return problem(Problem::Unreadable, wrong_);
}

const nlohmann::json* JsonBody::take(const char* name) {
  taken_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace aftercare::server
