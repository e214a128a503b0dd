#pragma once

#include "shared/language/catalogue.h"
#include "sync/server/service.h"

#include <charconv>
#include <functional>
#include <optional>
#include <string_view>

/// What the office's routes share: who asks, in which language, how much.
namespace aftercare::office {

using server::Handler;
using server::PersonCaller;
using server::Problem;
using server::Reply;
using server::Request;
using server::Response;
using server::Route;
using server::Service;

/// What a running office knows beside the server.
struct Office {
  Service& service;
  const language::Catalogue& catalogue;
};

/// The handler of a route that only people may call.
template <class Run>
[[nodiscard]] Handler as_person(const Office& office, Run run) {
  return [office, run](const Request& request, const server::Caller& caller) -> Reply {
    return run(office, request, std::get<PersonCaller>(caller));
  };
}

/// A number as it stands in a query; nothing for anything else.
[[nodiscard]] inline std::optional<std::uint64_t> natural_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::uint64_t kMax = 1ULL << 53;
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > kMax)
    return std::nullopt;
  return value;
}

/// The parameters of a list's query, each read by kind; the first that makes no sense is told.
class ListQuery {
 public:
  explicit ListQuery(const Request& request) : request_(request) {}

  [[nodiscard]] std::size_t limit(std::size_t usual, std::size_t max);
  [[nodiscard]] std::optional<Instant> instant(std::string_view name);
  [[nodiscard]] std::string text(std::string_view name) const;
  template <class IdType>
  [[nodiscard]] std::optional<IdType> id(std::string_view name) {
    const auto said = request_.query_value(name);
    if (!said) return std::nullopt;
    const auto id = id_of_text<IdType>(*said);
    if (!id) complain(name, "an id");
    return id ? std::optional{id.value()} : std::nullopt;
  }
  template <domain::Named Enum>
  [[nodiscard]] std::optional<Enum> word(std::string_view name) {
    const auto said = request_.query_value(name);
    if (!said) return std::nullopt;
    const auto known = domain::value_of<Enum>(*said);
    if (!known) complain(name, "one of the words that the records use");
    return known;
  }
  void complain(std::string_view name, std::string_view wanted);
  [[nodiscard]] std::optional<Response> refusal() const;

 private:
  const Request& request_;
  std::string wrong_;
};

/// The words of a route's answer in the language that was asked for (`?language=`).
[[nodiscard]] const language::Formatter& language_of(const Office& office, const Request& request);

}  // namespace aftercare::office
