#pragma once

#include "sync/engine/report.h"

#include <string>

/// The catalogue keys of what went wrong.
namespace aftercare::work {

[[nodiscard]] std::string error_key(ErrorKind kind);
/// What stands in the way of a run. A stranger at our server's address is worth its own words.
[[nodiscard]] std::string problem_key(const sync::Failure& failure, bool is_stranger);
[[nodiscard]] std::string enrolment_key(const Error& error, bool is_stranger);

}  // namespace aftercare::work
