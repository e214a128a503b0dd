#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The fuzz targets of this folder as plain functions, for a program that needs no fuzzer.
namespace aftercare::fuzz {

struct Target {
  std::string_view name;  // the file is fuzz_<name>.cpp, the corpus lies in corpus/<name>
  int (*play)(const std::uint8_t*, std::size_t) = nullptr;
};
/// Written by CMakeLists.txt from the files of this folder.
[[nodiscard]] std::span<const Target> targets();

}  // namespace aftercare::fuzz
