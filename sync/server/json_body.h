#pragma once

#include "shared/base/json.h"
#include "shared/base/rfc3339.h"
#include "shared/domain/field.h"
#include "sync/server/http.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace aftercare::server {

/// A member that may be absent, null (clear it) or a value.
template <class T>
struct Given {
  bool is_given = false;
  std::optional<T> value = std::nullopt;
};

/// The members of a JSON body, each taken once by name and kind. What is of another kind, unknown or
/// missing is said at the end, by name.
class JsonBody {
 public:
  static constexpr std::size_t kByteCountMax = 8 << 10;  // unless a route says otherwise

  explicit JsonBody(std::string_view bytes, std::size_t byte_count_max = kByteCountMax);

  [[nodiscard]] std::optional<std::string> text(const char* name);
  [[nodiscard]] std::optional<bool> flag(const char* name);
  [[nodiscard]] std::optional<std::int64_t> integer(const char* name);
  [[nodiscard]] std::optional<Instant> instant(const char* name);
  /// The members of an object inside; complaints about it are told by this one.
  [[nodiscard]] std::optional<JsonBody> object(const char* name);

  template <class IdType>
  [[nodiscard]] std::optional<IdType> id(const char* name) {
    const auto said = text(name);
    if (!said) return std::nullopt;
    const auto known = id_of_text<IdType>(*said);
    return known ? std::optional{known.value()} : refuse<IdType>(fmt::format("{} must be an id", name));
  }
  template <domain::Named Enum>
  [[nodiscard]] std::optional<Enum> word(const char* name) {
    const auto said = text(name);
    if (!said) return std::nullopt;
    const auto known = domain::value_of<Enum>(*said);
    return known ? known : refuse<Enum>(fmt::format("{} has a value that nobody here knows", name));
  }
  [[nodiscard]] Given<Instant> given_instant(const char* name) { return {has(name), instant(name)}; }
  template <class IdType>
  [[nodiscard]] Given<IdType> given_id(const char* name) {
    return {has(name), id<IdType>(name)};
  }
  template <class T>
  [[nodiscard]] T needed(std::optional<T> value, const char* name) {
    if (!value) complain(fmt::format("{} is missing", name));
    return value.value_or(T{});
  }

  [[nodiscard]] bool has(const char* name) const { return object_.contains(name); }
  void complain(std::string what);
  /// What is wrong with the body, once everything was asked for.
  [[nodiscard]] std::optional<Response> refusal();

 private:
  JsonBody() = default;
  const nlohmann::json* take(const char* name);
  template <class T>
  std::optional<T> refuse(std::string detail) {
    complain(std::move(detail));
    return std::nullopt;
  }

  nlohmann::json object_ = nlohmann::json::object();
  std::set<std::string> taken_;
  std::string wrong_;
};

}  // namespace aftercare::server
