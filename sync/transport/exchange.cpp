#include "sync/transport/exchange.h"

#include "shared/base/text.h"
#include "sync/protocol/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace aftercare::sync {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

const std::string kVersionName = lower(protocol::kVersionHeader);

bool has_expected_type(const Answer& answer, const Call& call) {
  const std::string_view expected = call.expected_type;
  if (expected.empty() || !answer.is_good() || answer.status == 204) return true;
  auto type = lower(answer.header("content-type"));
  type.resize(std::min(type.size(), type.find(';')));
  return trimmed(type) == expected;
}

}  // namespace

void Answer::take_head_line(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    headers.clear();
    const auto space = line.find(' ');
    const auto told = space == std::string_view::npos ? std::nullopt : number_of(line.substr(space + 1, 3));
    status = told ? static_cast<long>(*told) : 0;
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  headers.insert_or_assign(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

std::string_view Answer::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::uint64_t> Answer::number(std::string_view name) const { return number_of(header(name)); }

std::vector<std::string> headers_of(const Call& call, const Exchange& exchange) {
  std::vector<std::string> headers{
      fmt::format("{}: {}", protocol::kVersionHeader, protocol::to_text(exchange.versions))};
  if (!exchange.token.empty()) headers.push_back("Authorization: Bearer " + exchange.token);
  headers.insert(headers.end(), call.headers.begin(), call.headers.end());
  return headers;
}

bool is_our_servers(const Answer& answer, const Call& call) {
  return answer.number(kVersionName).has_value() && has_expected_type(answer, call);
}

Result<Answer> our_servers_word(Exchange& exchange, const Call& call, Answer answer,
                                std::string_view origin) {
  if (!is_our_servers(answer, call)) {
    return Error{
        ErrorKind::Offline,
        fmt::format(
            "something else answered in the place of {}: a sign-in page or a proxy of this network stands in "
            "between. Open a browser and sign in to the network, or use another one",
            origin)};
  }
  const auto version = answer.number(kVersionName);
  const auto& spoken = exchange.versions;
  if (answer.is_good() && version && (*version < spoken.oldest || *version > spoken.newest)) {
    const bool is_newer = *version > spoken.newest;
    return Error{
        is_newer ? ErrorKind::Newer : ErrorKind::Refused,
        fmt::format(
            "the server answered in version {} of the protocol; this program speaks {}: nothing was lost, {}",
            *version, protocol::to_text(spoken),
            is_newer ? "update this program" : "ask the office to update the server")};
  }
  // Seconds only: the other form is a date, and our clock may be wrong.
  if (const auto seconds = answer.number("retry-after")) {
    const auto longest = static_cast<std::uint64_t>(exchange.limits.retry_after_max.count());
    exchange.retry_after = std::chrono::seconds{static_cast<std::int64_t>(std::min(*seconds, longest))};
  }
  return answer;
}

}  // namespace aftercare::sync
