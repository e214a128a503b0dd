#include "tests/simulation/network.h"

#include "shared/base/hash.h"
#include "sync/protocol/version.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::simulation {
namespace {

using server::Request;
using server::Response;

constexpr std::string_view kOrigin = "https://server.simulated:8443";
constexpr std::int64_t kRoundTripMs = 20;
constexpr std::int64_t kGivesUpMs = 30'000;
constexpr std::size_t kLateMax = 8;

Request request_of(const sync::Call& call, const sync::Exchange& exchange) {
  Request request;
  request.method = server::method_of(call.method).value_or(server::Method::Get);
  const std::string_view target = call.target;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) {
    if (auto query = server::query_of(target.substr(question + 1))) request.query = std::move(*query);
  }
  for (const auto& line : sync::headers_of(call, exchange)) {
    const auto colon = line.find(':');
    request.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  request.body = call.body;
  request.peer_address = "192.0.2.1";
  return request;
}

/// The answer as the session would write it.
std::string bytes_of(const Response& response) {
  auto text = fmt::format("HTTP/1.1 {} Word\r\n{}: {}\r\nContent-Length: {}\r\n", response.status,
                          protocol::kVersionHeader, protocol::kVersion, response.body.size());
  if (!response.content_type.empty()) text += fmt::format("Content-Type: {}\r\n", response.content_type);
  for (const auto& header : response.headers) text += fmt::format("{}: {}\r\n", header.name, header.value);
  return text + "\r\n" + response.body;
}

std::string foreign_page(int status) {
  const std::string body = "<!doctype html><title>Sign in to this network</title>";
  return fmt::format("HTTP/1.1 {} Word\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}", status,
                     body.size(), body);
}

Error offline(std::string_view what) {
  return {ErrorKind::Offline, fmt::format("no word from {}: {}", kOrigin, what)};
}

/// What the device makes of the bytes that arrived.
Result<sync::Answer> answer_of(sync::Exchange& exchange, const sync::Call& call, std::string_view bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return offline("the answer was cut in its head");
  sync::Answer answer;
  auto head = bytes.substr(0, head_end);
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    answer.take_head_line(head.substr(0, end));
    head = end == std::string_view::npos ? std::string_view{} : head.substr(end + 2);
  }
  const auto length = answer.number("content-length").value_or(0);
  const auto body = bytes.substr(head_end + 4);
  const bool has_body = std::string_view{call.method} != "HEAD";
  if (has_body && body.size() < length) {
    if (!call.takes_cut_body || answer.status != 206 || body.empty())
      return offline("the answer was cut in its body");
    answer.is_cut = true;
  }
  if (has_body) answer.body = body.substr(0, length);
  const auto bound = answer.is_good() ? call.answer_byte_count_max : exchange.limits.answer_byte_count_max;
  if (sync::is_our_servers(answer, call) && answer.body.size() > bound)
    return Error{ErrorKind::Invalid, "the server's answer is larger than it may be"};
  return sync::our_servers_word(exchange, call, std::move(answer), kOrigin);
}

constexpr std::string_view kFaultNames[] = {
    "none",      "request lost", "answer lost", "answer cut", "request doubled", "request late", "portal",
    "proxy 413", "proxy 502",    "stalled",     "busy"};
constexpr std::string_view kStepNames[] = {"sign in",       "push",      "pull",       "snapshot", "compare",
                                           "ask for blobs", "send blob", "fetch blob", "tell",     "other"};

}  // namespace

std::string_view name_of(NetFault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }
std::string_view name_of(SyncStep step) { return kStepNames[static_cast<std::size_t>(step)]; }

SyncStep step_of(std::string_view method, std::string_view target) {
  if (target.starts_with("/v1/token")) return SyncStep::SignIn;
  if (target.starts_with("/v1/push")) return SyncStep::Push;
  if (target.starts_with("/v1/pull")) return SyncStep::Pull;
  if (target.starts_with("/v1/snapshot")) return SyncStep::Snapshot;
  if (target.starts_with("/v1/checksums")) return SyncStep::Compare;
  if (target.starts_with("/v1/unsent")) return SyncStep::Tell;
  if (target.starts_with("/v1/blobs/missing")) return SyncStep::AskBlobs;
  if (target.starts_with("/v1/blobs/")) return method == "GET" ? SyncStep::FetchBlob : SyncStep::SendBlob;
  return SyncStep::Other;
}

void Wire::note(std::string_view bytes) {
  byte_count += bytes.size();
  trace = sha256({view(trace), bytes});
}

Result<sync::Answer> SimulatedExchange::perform(const sync::Call& call) {
  retry_after.reset();
  is_stranger = false;
  const auto step = step_of(call.method, call.target);
  if (before_call_) before_call_(step);
  last_step_ = step;
  if (!is_up_()) return offline("this machine is without power");

  const auto number = call_count_++;
  const auto number_in_step = step_counts_[static_cast<std::size_t>(step)]++;
  ++wire_.call_count;
  if (meanwhile_ && number >= meanwhile_at_) {
    std::exchange(meanwhile_, {})();
    if (!is_up_()) return offline("this machine is without power");
  }
  PlannedFault now;
  for (const auto& planned : planned_) {
    const bool is_now =
        planned.step ? *planned.step == step && planned.at_call == number_in_step : planned.at_call == number;
    if (is_now) now = planned;
  }
  if (now.fault != NetFault::None) happened_.push_back({now.fault, last_step_});

  auto request = request_of(call, *this);
  wire_.note(call.target);
  for (const auto& header : request.headers) wire_.note(fmt::format("{}: {}\r\n", header.name, header.value));
  wire_.note(call.body);
  wire_.course.ms += kRoundTripMs;

  const auto arrives = [&](std::string bytes) {
    wire_.note(bytes);
    return answer_of(*this, call, bytes);
  };
  switch (now.fault) {
    case NetFault::RequestLost: wire_.course.ms += kGivesUpMs; return offline("nobody answered");
    case NetFault::RequestLate:
      if (wire_.late.size() < kLateMax) wire_.late.push_back({std::move(request)});
      wire_.course.ms += kGivesUpMs;
      return offline("nobody answered in time");
    case NetFault::Portal: return arrives(foreign_page(200));
    case NetFault::ProxyTooLarge: return arrives(foreign_page(413));
    case NetFault::ProxyBroken: return arrives(foreign_page(502));
    case NetFault::Busy:
      return arrives(bytes_of(
          server::problem_later(server::Problem::Busy, static_cast<std::uint32_t>(1 + now.luck % 60))));
    case NetFault::RequestDoubled: static_cast<void>(wire_.serve(request)); break;
    default: break;
  }

  const auto response = wire_.serve(request);
  if (!response) return offline("the connection was refused");
  if (!is_up_()) return offline("this machine is without power");
  auto bytes = bytes_of(*response);
  switch (now.fault) {
    case NetFault::AnswerLost: return offline("the connection was closed");
    case NetFault::Stalled: wire_.course.ms += kGivesUpMs; return offline("silence");
    case NetFault::AnswerCut:
      // Half of the cuts in the last bytes, where something may look whole.
      bytes.resize(now.luck % 2 == 0
                       ? now.luck / 2 % bytes.size()
                       : bytes.size() - 1 - std::min<std::uint64_t>(now.luck / 2 % 40, bytes.size() - 1));
      return arrives(std::move(bytes));
    default: return arrives(std::move(bytes));
  }
}

}  // namespace aftercare::simulation
