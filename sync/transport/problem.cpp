#include "sync/transport/problem.h"

#include "shared/base/json.h"

#include <fmt/format.h>

#include <array>

namespace aftercare::sync {
namespace {

constexpr std::string_view kUrn = "urn:aftercare:problem:";
constexpr JsonLimits kJsonLimits{.byte_count_max = 64 << 10, .depth_max = 8, .value_count_max = 1'000};

struct Meaning {
  std::string_view code;
  ErrorKind kind;
};
constexpr std::array kMeanings{
    Meaning{"not_signed_in", ErrorKind::SignIn}, Meaning{"token_expired", ErrorKind::SignIn},
    Meaning{"revoked", ErrorKind::SignIn},       Meaning{"not_found", ErrorKind::NotFound},
    Meaning{"conflict", ErrorKind::Conflict},    Meaning{"wrong_hash", ErrorKind::Conflict},
    Meaning{"too_many", ErrorKind::Busy},        Meaning{"busy", ErrorKind::Busy},
    Meaning{"server_error", ErrorKind::Busy},    Meaning{"disk_full", ErrorKind::Busy},
    Meaning{"too_old", ErrorKind::Newer},        Meaning{"too_new", ErrorKind::Refused},
};

ErrorKind kind_of_status(long status) {
  if (status == 401) return ErrorKind::SignIn;
  if (status == 404) return ErrorKind::NotFound;
  if (status == 409) return ErrorKind::Conflict;
  if (status == 426) return ErrorKind::Newer;
  if (status == 429 || status >= 500) return ErrorKind::Busy;
  if (status >= 400) return ErrorKind::Refused;
  return ErrorKind::Invalid;  // our server neither redirects nor answers with anything else
}

ErrorKind kind_of(const Problem& problem) {
  for (const auto& meaning : kMeanings) {
    if (meaning.code == problem.code) return meaning.kind;
  }
  return kind_of_status(problem.status);
}

Error unreadable() { return {ErrorKind::Invalid, "the server does not say where it stands"}; }

}  // namespace

std::optional<std::uint64_t> Problem::number(const char* name) const {
  const auto found = members.find(name);
  if (found == members.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::string Problem::text(const char* name) const {
  const auto found = members.find(name);
  return found != members.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Problem problem_of(const Answer& answer) {
  Problem problem;
  problem.status = answer.status;
  problem.members = nlohmann::json::object();
  if (!answer.header("content-type").starts_with("application/problem+json")) return problem;
  auto json = parse_json(answer.body, kJsonLimits);
  if (!json || !json.value().is_object()) return problem;
  problem.members = std::move(json).value();

  const auto type = problem.text("type");
  if (type.starts_with(kUrn)) problem.code = type.substr(kUrn.size());
  problem.detail = problem.text("detail");
  if (problem.detail.empty()) problem.detail = problem.text("title");
  return problem;
}

Error error_of(const Problem& problem) {
  auto detail =
      problem.detail.empty() ? fmt::format("the server answered {}", problem.status) : problem.detail;
  return {kind_of(problem), std::move(detail)};
}

Result<Behind> behind_of(const Problem& problem) {
  const auto epoch = id_of_text<EpochId>(problem.text("epoch"));
  const auto lineage = from_hex(problem.text("lineage"));
  const auto head = from_hex(problem.text("head"));
  const auto dseq = problem.number("dseq");
  if (!epoch || !lineage || !head || !dseq) return unreadable();
  const auto lineage_hash = hash_of_bytes(lineage.value());
  const auto head_hash = hash_of_bytes(head.value());
  if (!lineage_hash || !head_hash) return unreadable();
  return Behind{epoch.value(), lineage_hash.value(), {*dseq, head_hash.value()}};
}

Result<OtherEpoch> other_epoch_of(const Problem& problem) {
  const auto epoch = id_of_text<EpochId>(problem.text("epoch"));
  if (!epoch) return unreadable();
  return OtherEpoch{epoch.value()};
}

}  // namespace aftercare::sync
