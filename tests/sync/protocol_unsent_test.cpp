#include "sync/protocol/message.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

using namespace aftercare;
using protocol::Unsent;

TEST_CASE("unsent: what a device tells is read as it was said [O09]", "[sync][protocol][O09]") {
  CHECK(rc::check([] {
    const auto count = rc::gen::inRange<std::uint64_t>(0, 1ULL << 40);
    Unsent said{*count, *count, *count, *count, {}};
    for (const char kind : *rc::gen::container<std::string>(rc::gen::inRange('A', '[')))
      said.numbers[std::string(1, kind)] = *count;
    const auto heard = protocol::decode_unsent(protocol::encode(said));
    RC_ASSERT(heard.has_value());
    RC_ASSERT(heard.value().is_as_much_as(said));
    RC_ASSERT(heard.value().numbers == said.numbers);
  }));
}

TEST_CASE("unsent: kinds that are no letter, out of order, or negative counts are refused [O09]",
          "[sync][protocol][O09]") {
  const auto reads = [](const auto& write_numbers) {
    auto writer = cbor::Writer{};
    writer.array(6).integer(1).integer(0).integer(0).integer(0).integer(0);
    write_numbers(writer);
    return protocol::decode_unsent(writer.take()).has_value();
  };
  CHECK(reads([](auto& writer) { writer.map(1).text("V").integer(3); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(1).text("VV").integer(3); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(1).text("'").integer(3); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(1).text("V").integer(-3); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(2).text("V").integer(1).text("C").integer(1); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(2).text("V").integer(1).text("V").integer(2); }));
  CHECK_FALSE(reads([](auto& writer) { writer.map(2).text("C").integer(1); }));
  CHECK_FALSE(protocol::decode_unsent("").has_value());
}
