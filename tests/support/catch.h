#pragma once
// Debian 12 ships Catch2 v2; backports ship v3. Tests use only what both understand: TEST_CASE, SECTION,
// REQUIRE, CHECK, CAPTURE, INFO, GENERATE and tags. Of v3 only what these need is read, which halves the time
// a test compiles.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#else
#include <catch2/catch.hpp>
#endif
