#include "sync/office/asking.h"

#include "shared/base/rfc3339.h"

#include <fmt/format.h>

namespace aftercare::office {

std::size_t ListQuery::limit(std::size_t usual, std::size_t max) {
  const auto said = request_.query_value("limit");
  if (!said) return usual;
  const auto number = natural_of(*said);
  if (!number || *number == 0 || *number > max) complain("limit", fmt::format("a number from 1 to {}", max));
  return static_cast<std::size_t>(number.value_or(usual));
}

std::optional<Instant> ListQuery::instant(std::string_view name) {
  const auto said = request_.query_value(name);
  if (!said) return std::nullopt;
  const auto at = instant_of_rfc3339(*said);
  if (!at) complain(name, "a time like 2026-11-21T08:30:00Z");
  return at;
}

std::string ListQuery::text(std::string_view name) const {
  return std::string(request_.query_value(name).value_or(""));
}

void ListQuery::complain(std::string_view name, std::string_view wanted) {
  if (wrong_.empty()) wrong_ = fmt::format("{} is {}", name, wanted);
}

std::optional<Response> ListQuery::refusal() const {
  if (wrong_.empty()) return std::nullopt;
  return server::problem(Problem::BadRequest, wrong_);
}

const language::Formatter& language_of(const Office& office, const Request& request) {
  return office.catalogue.in(request.query_value("language").value_or("en"));
}

}  // namespace aftercare::office
