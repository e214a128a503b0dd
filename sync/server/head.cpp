#include "sync/server/head.h"

#include "sync/protocol/version.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace aftercare::server {
namespace {

namespace beast = boost::beast;
namespace ip = boost::asio::ip;

constexpr std::string_view kEnd = "\r\n\r\n";

std::string_view view_of(boost::core::string_view text) { return {text.data(), text.size()}; }

// Beast accepts more than we want (folded lines, a bare line feed in places), so these bytes are looked
// at before it sees them. Nothing when they are fine.
std::optional<Refusal> scan(std::string_view bytes, const HttpLimits& limits) {
  std::size_t line_count = 0;
  while (!bytes.empty()) {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos)
      return Refusal{Problem::BadRequest, "a line of the header does not end"};
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (line.empty()) break;
    if (line_count++ > limits.header_count_max) {
      return Refusal{Problem::HeaderTooLarge,
                     fmt::format("more than {} header fields", limits.header_count_max)};
    }
    if (line.front() == ' ' || line.front() == '\t')
      return Refusal{Problem::BadRequest, "folded header lines are refused"};
    for (const char letter : line) {
      const auto code = static_cast<unsigned char>(letter);
      const bool is_tab = code == '\t' && line_count > 1;
      if ((code < 0x20 && !is_tab) || code == 0x7F || (code >= 0x80 && line_count == 1)) {
        return Refusal{Problem::BadRequest, "a control character in the header"};
      }
    }
  }
  if (line_count == 0) return Refusal{Problem::BadRequest, "an empty line where a request should be"};
  if (!bytes.empty()) return Refusal{Problem::BadRequest, "bytes behind the header"};
  return std::nullopt;
}

// The words of a list such as `Connection: keep-alive, upgrade`.
bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    auto part = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
    if (is_equal_ignoring_case(part, word)) return true;
  }
  return false;
}

std::optional<std::uint64_t> length_of(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::uint64_t length = 0;
  for (const char letter : text) {
    if (letter < '0' || letter > '9') return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(letter - '0');
  }
  return length;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_' ||
           letter == ':' || letter == '[' || letter == ']';
  });
}

std::string_view reason_of(int status) {
  for (const auto& kind : problem_kinds()) {
    if (kind.status == status) return kind.title;
  }
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    default: return "Answer";
  }
}

std::optional<ip::address> address_of(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(std::string{text}, error);
  if (error) return std::nullopt;
  // A socket that takes both kinds sees IPv4 as ::ffff:a.b.c.d.
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

bool is_in(const ip::address& address, const std::string& network_text) {
  boost::system::error_code error;
  if (const auto single = address_of(network_text)) return *single == address;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(network_text, error);
    return !error &&
           ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network.canonical();
  }
  const auto network = ip::make_network_v6(network_text, error);
  return !error &&
         ip::network_v6(address.to_v6(), network.prefix_length()).canonical() == network.canonical();
}

bool is_proxy(const ip::address& address, const std::vector<std::string>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const std::string& proxy) { return is_in(address, proxy); });
}

// No line can be smuggled into an answer through a value.
void add_header(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  for (const char letter : value)
    text += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F ? ' ' : letter;
  text += "\r\n";
}

}  // namespace

std::optional<std::size_t> head_end(std::string_view bytes) {
  const auto at = bytes.find(kEnd);
  if (at == std::string_view::npos) return std::nullopt;
  return at + kEnd.size();
}

std::variant<Head, Refusal> read_head(std::string_view bytes, const HttpLimits& limits) {
  if (bytes.size() > limits.head_byte_count_max) return Refusal{Problem::HeaderTooLarge};
  if (auto refusal = scan(bytes, limits)) return std::move(*refusal);

  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_byte_count_max));
  parser.body_limit(boost::none);  // the route bounds it
  beast::error_code error;
  parser.put(boost::asio::buffer(bytes), error);
  if (error || !parser.is_header_done()) {
    return Refusal{Problem::BadRequest, "not a header of HTTP/1.1: " + error.message()};
  }
  const auto& message = parser.get();

  Head head;
  const bool is_newest = message.version() == 11;
  if (!is_newest && message.version() != 10) return Refusal{Problem::BadRequest, "speak HTTP/1.1"};
  const auto method = method_of(view_of(message.method_string()));
  if (!method) return Refusal{Problem::MethodNotAllowed, "use GET, HEAD, POST, PUT, PATCH or DELETE"};
  head.request.method = *method;

  std::size_t host_count = 0;
  std::size_t length_count = 0;
  std::optional<std::uint64_t> length;
  bool is_transfer_encoded = false;
  for (const auto& field : message) {
    const auto name = view_of(field.name_string());
    const auto value = view_of(field.value());
    if (is_equal_ignoring_case(name, "Host")) {
      ++host_count;
      if (!is_host(value)) return Refusal{Problem::BadRequest, "Host is not a host"};
    } else if (is_equal_ignoring_case(name, "Content-Length")) {
      ++length_count;
      length = length_of(value);
      if (!length) return Refusal{Problem::BadRequest, "Content-Length is not a number"};
    } else if (is_equal_ignoring_case(name, "Transfer-Encoding")) {
      is_transfer_encoded = true;
    } else if (is_equal_ignoring_case(name, "Expect")) {
      if (!is_equal_ignoring_case(value, "100-continue"))
        return Refusal{Problem::BadRequest, "expects what we do not do"};
      head.expects_continue = is_newest;
    } else if (is_equal_ignoring_case(name, "Connection")) {
      if (has_word(value, "close")) head.keeps_alive = false;
    }
    head.request.headers.push_back({std::string{name}, std::string{value}});
  }
  head.keeps_alive = head.keeps_alive && is_newest;

  if (host_count != 1) return Refusal{Problem::BadRequest, "exactly one Host, please"};
  if (is_transfer_encoded) {
    if (!is_newest) return Refusal{Problem::BadRequest, "HTTP/1.0 has no Transfer-Encoding"};
    return Refusal{Problem::LengthRequired};
  }
  if (length_count > 1) return Refusal{Problem::BadRequest, "Content-Length stands there twice"};
  const bool has_body_method = *method == Method::Post || *method == Method::Put || *method == Method::Patch;
  if (has_body_method && !length) return Refusal{Problem::LengthRequired};
  head.content_length = length.value_or(0);

  const auto target = view_of(message.target());
  if (target.empty() || target.front() != '/' || target.find('#') != std::string_view::npos) {
    return Refusal{Problem::BadRequest, "only a path is understood, nothing with a host in it"};
  }
  const auto question = std::min(target.find('?'), target.size());
  head.request.path = std::string{target.substr(0, question)};
  if (!percent_decoded(head.request.path))
    return Refusal{Problem::BadRequest, "the path is not properly encoded"};
  if (question < target.size()) {
    auto query = query_of(target.substr(question + 1));
    if (!query)
      return Refusal{Problem::BadRequest, "the query is not properly encoded, or names something twice"};
    head.request.query = std::move(*query);
  }
  return head;
}

std::uint32_t version_for(const Request& request) {
  const auto said = request.header(protocol::kVersionHeader);
  const auto theirs = said ? protocol::versions_of_text(*said) : std::nullopt;
  return protocol::agree(protocol::kVersions, theirs.value_or(protocol::kVersions)).version;
}

std::string head_of(const Response& response, const HeadOptions& options) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kAlways{{
      {"Strict-Transport-Security", "max-age=31536000"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  }};
  const auto has = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const Header& header) { return is_equal_ignoring_case(header.name, name); });
  };

  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  add_header(text, "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now)));
  add_header(text, protocol::kVersionHeader, std::to_string(options.version));
  for (const auto& [name, value] : kAlways) {
    if (!has(name)) add_header(text, name, value);
  }
  if (!response.content_type.empty()) add_header(text, "Content-Type", response.content_type);
  for (const auto& header : response.headers) add_header(text, header.name, header.value);
  // 204 never has a body, and says so by having no length (RFC 9110 §8.6).
  if (options.has_length && response.status != 204)
    add_header(text, "Content-Length", std::to_string(response.body.size()));
  if (!options.keeps_alive) add_header(text, "Connection", "close");
  text += "\r\n";
  return text;
}

std::string client_address(const std::string& socket_address, const Headers& headers,
                           const std::vector<std::string>& proxies) {
  auto address = address_of(socket_address);
  if (!address) return socket_address;
  if (!is_proxy(*address, proxies)) return address->to_string();

  // Several lines are one list. Read from the end: only what our own proxies added can be believed.
  std::string list;
  for (const auto& header : headers) {
    if (is_equal_ignoring_case(header.name, "X-Forwarded-For"))
      list += (list.empty() ? "" : ",") + header.value;
  }
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto comma = rest.rfind(',');
    auto part = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    const auto next = address_of(part);
    if (!next) break;
    address = next;
    if (!is_proxy(*address, proxies)) break;
  }
  return address->to_string();
}

std::string rate_key(const std::string& address) {
  const auto parsed = address_of(address);
  if (!parsed || parsed->is_v4()) return address;
  return ip::network_v6(parsed->to_v6(), 64).canonical().to_string();
}

bool is_network(const std::string& text) {
  if (address_of(text)) return true;
  boost::system::error_code error;
  ip::make_network_v4(text, error);
  if (!error) return true;
  ip::make_network_v6(text, error);
  return !error;
}

}  // namespace aftercare::server
