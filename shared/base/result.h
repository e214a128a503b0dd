#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace aftercare {

/// What the caller can do about it, not where it came from.
enum class ErrorKind {
  NotFound,  // ask for something else
  Invalid,   // the bytes or words make no sense; the detail says where
  Refused,   // the request breaks a rule; tell the user which
  Conflict,  // somebody else was first; reload and decide again
  Offline,   // no word from our server; try again later
  SignIn,    // our server does not know us (any more); sign in or enrol again
  Busy,      // our server, or another program on this folder, asks us to come back
  Full,      // the disk is full; nothing was written
  Corrupt,   // the file cannot be trusted; keep it and ask for help
  Newer,     // a newer program made this; update, nothing was touched
};

struct Error {
  ErrorKind kind;
  std::string detail;  // in English, says what happened and what to do; screens translate `kind`
};

/// Either a T or the Error that stood in its way. The names follow C++23 std::expected, so this
/// class can become an alias once the compiler has one.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const T& value() const& {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T& value() & {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// For work that has nothing to hand back.
using Done = Result<std::monostate>;
inline Done done() { return std::monostate{}; }

}  // namespace aftercare
