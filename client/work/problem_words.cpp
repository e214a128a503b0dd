#include "client/work/problem_words.h"

namespace aftercare::work {

std::string error_key(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound: return "error.not_found";
    case ErrorKind::Invalid: return "error.invalid";
    case ErrorKind::Refused: return "error.refused";
    case ErrorKind::Conflict: return "error.conflict";
    case ErrorKind::Offline: return "error.offline";
    case ErrorKind::SignIn: return "error.sign_in";
    case ErrorKind::Busy: return "error.busy";
    case ErrorKind::Full: return "error.full";
    case ErrorKind::Corrupt: return "error.corrupt";
    case ErrorKind::Newer: break;
  }
  return "error.newer";
}

std::string problem_key(const sync::Failure& failure, bool is_stranger) {
  if (is_stranger) return "sync.problem.wrong_certificate";
  switch (failure.what) {
    case sync::FailureClass::Network: return "sync.problem.network";
    case sync::FailureClass::SignIn: return "sync.problem.sign_in";
    case sync::FailureClass::Operation: return "sync.problem.server_failed";
    case sync::FailureClass::Server:
      return failure.error.kind == ErrorKind::Newer ? "sync.problem.too_old" : "sync.problem.server_failed";
    case sync::FailureClass::Device: break;
  }
  return error_key(failure.error.kind);
}

std::string enrolment_key(const Error& error, bool is_stranger) {
  if (is_stranger) return "sync.problem.wrong_certificate";
  switch (error.kind) {
    case ErrorKind::Offline: return "sync.problem.network";
    case ErrorKind::Newer: return "sync.problem.too_old";
    case ErrorKind::Refused:
    case ErrorKind::SignIn:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict: return "start.code_used_or_late";
    default: return error_key(error.kind);
  }
}

}  // namespace aftercare::work
