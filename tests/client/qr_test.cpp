#include "client/ui/qr.h"
#include "tests/support/catch.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace aftercare;
using ui::qr_code;
using ui::QrCode;

namespace {

using Codewords = std::vector<std::uint8_t>;

// Of level M, by version from 1 (ISO/IEC 18004, table 9).
constexpr std::array<int, 40> kCheckBytes{10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24,
                                          24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28,
                                          28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28};
constexpr std::array<int, 40> kBlocks{1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,
                                      10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26,
                                      28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49};

/// Reads a code as the standard says, knowing nothing of the library that made it: mask, order of the
/// squares, blocks and their check bytes. Level M and bytes only. It does not mend: a code just made has no
/// errors.
class Reader {
 public:
  explicit Reader(const QrCode& code) : code_(code), version_((code.side - 17) / 4) {}

  std::optional<std::string> text() {
    if (version_ < 1 || version_ > 40 || code_.side != version_ * 4 + 17) return std::nullopt;
    const auto mask = mask_of_level_m();
    if (!mask) return std::nullopt;
    const auto bytes = data(codewords(*mask));
    return bytes ? text_of(*bytes) : std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<int> mask_of_level_m() const {
    const int last = code_.side - 1;
    int first = 0;
    int second = 0;
    for (int i = 0; i < 15; ++i) {
      const bool a = i < 6    ? code_.at(8, i)
                     : i == 6 ? code_.at(8, 7)
                     : i == 7 ? code_.at(8, 8)
                     : i == 8 ? code_.at(7, 8)
                              : code_.at(14 - i, 8);
      const bool b = i < 8 ? code_.at(last - i, 8) : code_.at(8, last - 14 + i);
      first |= static_cast<int>(a) << i;
      second |= static_cast<int>(b) << i;
    }
    if (first != second) return std::nullopt;
    const int facts = (first ^ 0x5412) >> 10;
    int rest = facts;
    for (int i = 0; i < 10; ++i) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    if (((facts << 10 | rest) ^ 0x5412) != first) return std::nullopt;
    if (facts >> 3 != 0) return std::nullopt;  // 0 is level M
    return facts & 7;
  }

  [[nodiscard]] std::vector<int> alignment() const {
    if (version_ == 1) return {};
    const int count = version_ / 7 + 2;
    const int step = version_ == 32 ? 26 : (version_ * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
    std::vector<int> places{6};
    for (int i = count - 2; i >= 0; --i) places.push_back(code_.side - 7 - i * step);
    return places;
  }

  [[nodiscard]] bool holds_data(int x, int y) const {
    const int side = code_.side;
    if (x == 6 || y == 6) return false;
    if ((x < 9 && y < 9) || (x < 9 && y >= side - 8) || (x >= side - 8 && y < 9)) return false;
    if (version_ >= 7 && ((x < 6 && y >= side - 11) || (y < 6 && x >= side - 11))) return false;
    const auto places = alignment();
    for (const int ax : places) {
      for (const int ay : places) {
        const bool is_finder =
            (ax == 6 && ay == 6) || (ax == 6 && ay == side - 7) || (ax == side - 7 && ay == 6);
        if (!is_finder && std::abs(x - ax) <= 2 && std::abs(y - ay) <= 2) return false;
      }
    }
    return true;
  }

  static bool is_flipped(int mask, int x, int y) {
    switch (mask) {
      case 0: return (x + y) % 2 == 0;
      case 1: return y % 2 == 0;
      case 2: return x % 3 == 0;
      case 3: return (x + y) % 3 == 0;
      case 4: return (x / 3 + y / 2) % 2 == 0;
      case 5: return x * y % 2 + x * y % 3 == 0;
      case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
      default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
  }

  [[nodiscard]] Codewords codewords(int mask) const {
    Codewords words;
    int bit_count = 0;
    bool is_upward = true;
    for (int right = code_.side - 1; right > 0; right -= 2, is_upward = !is_upward) {
      if (right == 6) --right;
      for (int i = 0; i < code_.side; ++i) {
        const int y = is_upward ? code_.side - 1 - i : i;
        for (const int x : {right, right - 1}) {
          if (!holds_data(x, y)) continue;
          if (bit_count++ % 8 == 0) words.push_back(0);
          const bool bit = code_.at(x, y) != is_flipped(mask, x, y);
          words.back() = static_cast<std::uint8_t>(words.back() << 1 | static_cast<int>(bit));
        }
      }
    }
    if (bit_count % 8 != 0) words.pop_back();  // squares that are left over
    return words;
  }

  static std::uint8_t product(std::uint8_t a, std::uint8_t b) {
    int result = 0;
    for (int i = 7; i >= 0; --i) {
      result = (result << 1) ^ ((result >> 7) * 0x11d);
      result ^= ((b >> i) & 1) * a;
    }
    return static_cast<std::uint8_t>(result);
  }

  static bool is_whole(const Codewords& block, std::size_t check_count) {
    std::uint8_t root = 1;
    for (std::size_t i = 0; i < check_count; ++i, root = product(root, 2)) {
      std::uint8_t sum = 0;
      for (const auto byte : block) sum = static_cast<std::uint8_t>(product(sum, root) ^ byte);
      if (sum != 0) return false;
    }
    return true;
  }

  /// The data of all blocks in order, when the check bytes of each prove it.
  [[nodiscard]] std::optional<Codewords> data(const Codewords& words) const {
    const auto block_count = static_cast<std::size_t>(kBlocks[static_cast<std::size_t>(version_ - 1)]);
    const auto check_count = static_cast<std::size_t>(kCheckBytes[static_cast<std::size_t>(version_ - 1)]);
    const auto short_size = words.size() / block_count - check_count;
    const auto long_count = words.size() % block_count;
    std::vector<Codewords> blocks(block_count);
    std::size_t at = 0;
    for (std::size_t i = 0; i <= short_size; ++i) {
      for (std::size_t b = 0; b < block_count; ++b) {
        if (i < short_size || b >= block_count - long_count) blocks[b].push_back(words.at(at++));
      }
    }
    Codewords all;
    for (const auto& block : blocks) all.insert(all.end(), block.begin(), block.end());
    for (std::size_t i = 0; i < check_count; ++i) {
      for (auto& block : blocks) block.push_back(words.at(at++));
    }
    for (const auto& block : blocks) {
      if (!is_whole(block, check_count)) return std::nullopt;
    }
    return all;
  }

  [[nodiscard]] std::optional<std::string> text_of(const Codewords& bytes) const {
    std::size_t bit = 0;
    const auto take = [&](int count) {
      std::size_t value = 0;
      for (; count > 0; --count, ++bit) value = value << 1 | ((bytes.at(bit / 8) >> (7 - bit % 8)) & 1U);
      return value;
    };
    if (take(4) != 4) return std::nullopt;  // bytes
    const auto size = take(version_ < 10 ? 8 : 16);
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(take(8));
    return text;
  }

  const QrCode& code_;
  int version_;
};

std::string read(const QrCode& code) { return Reader(code).text().value_or("cannot be read"); }

std::string some_text(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('!' + (i * 37 + i / 7) % 90);
  return text;
}

}  // namespace

TEST_CASE("qr: what is put in can be read out, in every script", "[client][V13][V14]") {
  for (const std::string text :
       {"https://service.example/r/7Q2K-M9XP", "a", "HELLO 123", "0123456789", "Kdo podepsal: Jiří Dvořák",
        "მადლობა", "Спасибо", "Nguyễn Thị Hương", "line\nline", "{\"k\":\"v\"}"}) {
    const auto code = qr_code(text);
    CAPTURE(text);
    REQUIRE(code.has_value());
    CHECK(read(code.value()) == text);
  }
  const std::string with_nul("a\0b", 3);
  CHECK(read(qr_code(with_nul).value()) == with_nul);
}

TEST_CASE("qr: codes of every size can be read", "[client][V13][V14]") {
  int largest = 0;
  for (std::size_t size = 1; size <= ui::kQrByteCountMax; size += size < 100 ? 1 : 29) {
    const auto text = some_text(size);
    const auto code = qr_code(text);
    CAPTURE(size);
    REQUIRE(code.has_value());
    CHECK(read(code.value()) == text);
    CHECK(code.value().side >= largest);
    largest = code.value().side;
  }
  const auto full = qr_code(some_text(ui::kQrByteCountMax));
  REQUIRE(full.has_value());
  CHECK(full.value().side == 177);
  CHECK(read(full.value()) == some_text(ui::kQrByteCountMax));
}

TEST_CASE("qr: the code is the smallest that holds the text", "[client][V13]") {
  CHECK(qr_code(some_text(14)).value().side == 21);
  CHECK(qr_code(some_text(15)).value().side == 25);
  CHECK(qr_code(some_text(26)).value().side == 25);
  CHECK(qr_code(some_text(27)).value().side == 29);
  CHECK(qr_code(some_text(62)).value().side == 33);
  CHECK(qr_code(some_text(63)).value().side == 37);
}

TEST_CASE("qr: the three corners that readers look for are there, and light lies around", "[client][V13]") {
  const auto made = qr_code("https://service.example/r/7Q2K-M9XP");
  REQUIRE(made.has_value());
  const auto& code = made.value();
  REQUIRE(code.dark.size() == static_cast<std::size_t>(code.side * code.side));
  const auto is_ring_dark = [](int x, int y) {
    const int distance = std::max(std::abs(x - 3), std::abs(y - 3));
    return distance == 3 || distance <= 1;
  };
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x) {
      CHECK(code.at(x, y) == is_ring_dark(x, y));
      CHECK(code.at(code.side - 7 + x, y) == is_ring_dark(x, y));
      CHECK(code.at(x, code.side - 7 + y) == is_ring_dark(x, y));
    }
  }
  for (int i = -4; i < code.side + 4; ++i) {
    CHECK_FALSE(code.at(i, -1));
    CHECK_FALSE(code.at(-1, i));
    CHECK_FALSE(code.at(i, code.side));
    CHECK_FALSE(code.at(code.side, i));
  }
}

TEST_CASE("qr: the same text gives the same code, another text another", "[client][V13]") {
  const auto text = some_text(100);
  CHECK((qr_code(text).value().dark == qr_code(text).value().dark));
  CHECK((qr_code(text).value().dark != qr_code(some_text(99) + "~").value().dark));
}

TEST_CASE("qr: a text that is too long, or none, is refused in words", "[client][V13][S07]") {
  const auto longer = qr_code(some_text(ui::kQrByteCountMax + 1));
  REQUIRE_FALSE(longer.has_value());
  CHECK(longer.error().kind == ErrorKind::Refused);
  CHECK(longer.error().detail == "the text has 2332 bytes, a QR code holds at most 2331: shorten it");
  CHECK(qr_code("").error().kind == ErrorKind::Refused);
}
