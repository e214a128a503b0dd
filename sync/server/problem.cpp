#include "sync/server/problem.h"

#include <array>
#include <cassert>

namespace aftercare::server {
namespace {

constexpr std::array<ProblemKind, 27> kKinds{{
    {Problem::BadRequest, "bad_request", 400, "The request makes no sense",
     "Correct the request; sending it again changes nothing."},
    {Problem::NotSignedIn, "not_signed_in", 401, "Not signed in", "Sign in, then send the request again."},
    {Problem::TokenExpired, "token_expired", 401, "The token has expired",
     "Get a new token, then send the request again."},
    {Problem::CodeNeeded, "code_needed", 401, "The second factor is missing",
     "Send the same again with the six digits that the authenticator app shows."},
    {Problem::Forbidden, "forbidden", 403, "Not allowed",
     "Ask an administrator whether this account or device should be allowed to."},
    {Problem::TotpNeeded, "totp_needed", 403, "A second factor must be set up first",
     "Set it up with the routes below /v1/session/totp, then send the request again."},
    {Problem::Revoked, "revoked", 403, "This device was revoked",
     "Hand in the recorded work; ask the office why."},
    {Problem::NotFound, "not_found", 404, "Not found", "It does not exist here, or not for you."},
    {Problem::MethodNotAllowed, "method_not_allowed", 405, "Not a method of this address",
     "The header Allow lists the methods."},
    {Problem::Behind, "behind", 409, "The server holds another part of the journal",
     "Go on from the operation that the answer names."},
    {Problem::OtherEpoch, "other_epoch", 409, "The server was restored",
     "Read the feed from the start; offer the operations again."},
    {Problem::OffsetMismatch, "offset_mismatch", 409, "The upload is at another place",
     "Go on from the offset that the answer names."},
    {Problem::Conflict, "conflict", 409, "Somebody else was first",
     "Look at what there is now and decide again."},
    {Problem::CodeUsed, "code_used", 410, "The enrolment code was used",
     "Ask an administrator for a new code."},
    {Problem::CodeExpired, "code_expired", 410, "The enrolment code has expired",
     "Ask an administrator for a new code."},
    {Problem::LengthRequired, "length_required", 411, "The length is missing",
     "Send Content-Length; chunked bodies are refused."},
    {Problem::TooLarge, "too_large", 413, "Too large", "Send less at a time; /openapi.json tells the limit."},
    {Problem::UnsupportedMedia, "unsupported_media", 415, "Not a kind of body that this address takes",
     "/openapi.json tells the content type and encoding."},
    {Problem::Unreadable, "unreadable", 422, "The body cannot be read",
     "Correct what the detail names; sending it again changes nothing."},
    {Problem::WrongHash, "wrong_hash", 422, "The bytes are not those that were announced",
     "Send the file again from the start."},
    {Problem::TooOld, "too_old", 426, "This program is too old", "Update it, then go on; nothing is lost."},
    {Problem::TooNew, "too_new", 426, "This server is older than the program that asks",
     "Update the server; until then the program keeps what it has, and nothing is lost."},
    {Problem::TooMany, "too_many", 429, "Too many requests", "Wait as long as Retry-After says."},
    {Problem::HeaderTooLarge, "header_too_large", 431, "The header is too large",
     "Send fewer and shorter header fields."},
    {Problem::ServerError, "server_error", 500, "Something broke here",
     "Try again later; the server's log says more."},
    {Problem::Busy, "busy", 503, "Busy", "Come back after as long as Retry-After says."},
    {Problem::DiskFull, "disk_full", 507, "The server's disk is full",
     "Nothing was written; tell whoever runs the server."},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].code != static_cast<Problem>(i)) return false;
  }
  return static_cast<std::size_t>(Problem::DiskFull) + 1 == kKinds.size();
}
static_assert(is_in_order());

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kKinds; }

const ProblemKind& kind_of(Problem code) { return kKinds[static_cast<std::size_t>(code)]; }

std::optional<Problem> problem_named(std::string_view name) {
  for (const auto& kind : kKinds) {
    if (kind.name == name) return kind.code;
  }
  return std::nullopt;
}

}  // namespace aftercare::server
