#include "shared/base/cbor.h"

#include "shared/base/text.h"

#include <limits>

namespace aftercare::cbor {
namespace {

enum Major : std::uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kByteString = 2,
  kTextString = 3,
  kArray = 4,
  kMap = 5,
  kSimple = 7
};
constexpr std::uint8_t kFalse = 20;
constexpr std::uint8_t kTrue = 21;
constexpr std::uint8_t kNil = 22;
constexpr std::size_t kFieldCountMax = 256;
constexpr std::uint64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();

}  // namespace

void Writer::head(std::uint8_t major, std::uint64_t argument) {
  const auto first = static_cast<std::uint8_t>(major << 5);
  int width = 0;
  if (argument < 24) {
    bytes_ += static_cast<char>(first | argument);
  } else if (argument <= 0xff) {
    bytes_ += static_cast<char>(first | 24), width = 1;
  } else if (argument <= 0xffff) {
    bytes_ += static_cast<char>(first | 25), width = 2;
  } else if (argument <= 0xffffffff) {
    bytes_ += static_cast<char>(first | 26), width = 4;
  } else {
    bytes_ += static_cast<char>(first | 27), width = 8;
  }
  for (int i = width - 1; i >= 0; --i) bytes_ += static_cast<char>((argument >> (8 * i)) & 0xff);
}

Writer& Writer::integer(std::int64_t value) {
  if (value >= 0) {
    head(kUnsigned, static_cast<std::uint64_t>(value));
  } else {
    head(kNegative, static_cast<std::uint64_t>(-(value + 1)));
  }
  return *this;
}

Writer& Writer::bytes(std::string_view value) {
  head(kByteString, value.size());
  bytes_.append(value);
  return *this;
}

Writer& Writer::text(std::string_view value) {
  head(kTextString, value.size());
  bytes_.append(value);
  return *this;
}

Writer& Writer::boolean(bool value) {
  head(kSimple, value ? kTrue : kFalse);
  return *this;
}

Writer& Writer::null() {
  head(kSimple, kNil);
  return *this;
}

Writer& Writer::array(std::size_t count) {
  head(kArray, count);
  return *this;
}

Writer& Writer::map(std::size_t count) {
  head(kMap, count);
  return *this;
}

Writer& Writer::raw(std::string_view encoded) {
  bytes_.append(encoded);
  return *this;
}

std::uint64_t Reader::argument(std::uint8_t info) {
  if (info < 24) return info;
  if (info > 27) return fail(), 0;  // indefinite lengths have no place in a deterministic form
  const std::size_t width = std::size_t{1} << (info - 24);
  if (rest_.size() < width) return fail(), 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<std::uint8_t>(rest_[i]);
  rest_.remove_prefix(width);
  constexpr std::uint64_t kSmallest[] = {24, 0x100, 0x10000, 0x100000000};
  if (value < kSmallest[info - 24]) fail();  // a shorter form exists
  return value;
}

std::uint64_t Reader::head(std::uint8_t major) {
  if (!is_ok_ || rest_.empty()) return fail(), 0;
  const auto first = static_cast<std::uint8_t>(rest_[0]);
  if (first >> 5 != major) return fail(), 0;
  rest_.remove_prefix(1);
  return argument(first & 0x1f);
}

std::int64_t Reader::integer() {
  if (!is_ok_ || rest_.empty()) return fail(), 0;
  const bool is_negative = static_cast<std::uint8_t>(rest_[0]) >> 5 == kNegative;
  const std::uint64_t value = head(is_negative ? kNegative : kUnsigned);
  if (value > kIntegerMax) return fail(), 0;
  if (!is_ok_) return 0;
  return is_negative ? -static_cast<std::int64_t>(value) - 1 : static_cast<std::int64_t>(value);
}

std::uint64_t Reader::natural() {
  const auto value = integer();
  if (value < 0) return fail(), 0;
  return static_cast<std::uint64_t>(value);
}

std::string_view Reader::string(std::uint8_t major) {
  const auto size = head(major);
  if (!is_ok_ || size > rest_.size()) return fail(), std::string_view{};
  const auto value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

std::string_view Reader::bytes() { return string(kByteString); }

std::string_view Reader::bytes(std::size_t size) {
  const auto value = bytes();
  if (value.size() != size) return fail(), std::string_view{};
  return value;
}

std::string_view Reader::text() {
  const auto value = string(kTextString);
  if (is_ok_ && !is_clean_utf8(value)) return fail(), std::string_view{};
  return value;
}

bool Reader::boolean() {
  const auto value = head(kSimple);
  if (value != kFalse && value != kTrue) fail();
  return is_ok_ && value == kTrue;
}

bool Reader::null() {
  if (!is_ok_ || !rest_.starts_with(kNull)) return false;
  rest_.remove_prefix(1);
  return true;
}

// Every item takes at least one byte, so a count beyond the bytes that are left is a lie told to
// make somebody reserve memory.
std::size_t Reader::array() {
  const auto count = head(kArray);
  if (count > rest_.size()) return fail(), 0;
  return count;
}

void Reader::array(std::size_t count) {
  if (array() != count) fail();
}

std::size_t Reader::map() {
  const auto count = head(kMap);
  if (count > rest_.size() / 2) return fail(), 0;
  return count;
}

void Reader::skip_at(std::size_t depth) {
  if (!is_ok_ || rest_.empty() || depth > kDepthMax) return fail();
  switch (static_cast<std::uint8_t>(rest_[0]) >> 5) {
    case kUnsigned:
    case kNegative: (void)integer(); return;
    case kByteString: (void)bytes(); return;
    case kTextString: (void)text(); return;
    case kArray:
      for (auto count = array(); count > 0 && is_ok_; --count) skip_at(depth + 1);
      return;
    case kMap: {
      std::string_view previous;
      for (auto count = map(); count > 0 && is_ok_; --count) {
        const auto before = rest_;
        skip_at(depth + 1);
        const auto key = before.substr(0, before.size() - rest_.size());
        if (!previous.empty() && key <= previous) fail();  // ascending, so never twice
        previous = key;
        skip_at(depth + 1);
      }
      return;
    }
    case kSimple:
      if (!null()) (void)boolean();
      return;
    default: fail();  // tags are not part of the format
  }
}

std::string_view Reader::skip() {
  const auto before = rest_;
  skip_at(1);
  return is_ok_ ? before.substr(0, before.size() - rest_.size()) : std::string_view{};
}

Bytes encode(const FieldMap& fields) {
  Writer writer;
  writer.map(fields.size());
  for (const auto& [number, value] : fields) writer.integer(number).raw(value);
  return writer.take();
}

Result<FieldMap> decode_fields(std::string_view bytes) {
  Reader reader{bytes};
  FieldMap fields;
  auto count = reader.map();
  if (count > kFieldCountMax) reader.fail();
  for (; count > 0 && reader.is_ok(); --count) {
    const auto number = reader.natural();
    if (number == 0 || number > std::numeric_limits<std::uint32_t>::max()) reader.fail();
    if (!fields.empty() && number <= fields.rbegin()->first) reader.fail();
    const auto value = reader.skip();
    if (reader.is_ok()) fields.emplace_hint(fields.end(), static_cast<std::uint32_t>(number), value);
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not a map of fields in deterministic CBOR"};
  return fields;
}

}  // namespace aftercare::cbor
