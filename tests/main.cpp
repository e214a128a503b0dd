// Only for Catch2 v2, whose main() comes out of a macro; with v3 the library brings its own and this file is
// not built.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
