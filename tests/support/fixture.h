#pragma once

#include "shared/base/bytes.h"
#include "tests/support/catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

/// Bytes in tests/fixtures that never change.
namespace aftercare::testing {

inline std::filesystem::path fixture_path(std::string_view name) {
  return std::filesystem::path{AFTERCARE_SOURCE_DIR} / "tests/fixtures" / name;
}

inline Bytes read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Hexadecimal text, wrapped in lines, as bytes.
inline Bytes fixture(std::string_view name) {
  auto text = read_whole(fixture_path(name));
  std::erase(text, '\n');
  const auto bytes = from_hex(text);
  INFO("the fixture " << name << " is missing or damaged");
  REQUIRE((bytes && !bytes.value().empty()));
  return bytes.value();
}

/// Today's program makes exactly the bytes of the fixture. With AFTERCARE_NEW_FIXTURES set, a fixture that is
/// not there yet is written; one that is there never is.
inline void check_fixture(const std::string& name, std::string_view bytes) {
  const auto path = fixture_path(name);
  if (!std::filesystem::exists(path) && std::getenv("AFTERCARE_NEW_FIXTURES") != nullptr) {
    const auto hex = to_hex(bytes);
    std::ofstream file(path, std::ios::binary);
    for (std::size_t at = 0; at < hex.size(); at += 96) file << std::string_view{hex}.substr(at, 96) << '\n';
  }
  INFO("the fixture " << name);
  CHECK(to_hex(fixture(name)) == to_hex(bytes));
}

}  // namespace aftercare::testing
