#include "shared/base/json.h"

#include "shared/base/text.h"

#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <vector>

namespace aftercare {
namespace {

// Listens to nlohmann's event parser, which builds nothing and does not recurse, and stops it at
// the first thing that a value should not be built from.
class Scan final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Scan(const JsonLimits& limits) : limits_(limits) {}

  bool null() override { return count(); }
  bool boolean(bool) override { return count(); }
  bool number_integer(number_integer_t) override { return count(); }
  bool number_unsigned(number_unsigned_t) override { return count(); }
  bool number_float(number_float_t, const string_t&) override { return count(); }
  bool string(string_t& text) override { return clean(text) && count(); }
  bool binary(binary_t&) override { return refuse("binary values do not exist in JSON"); }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (!clean(name)) return false;
    if (!keys_.back().insert(name).second)
      return refuse(fmt::format("the key \"{}\" stands twice in one object", name));
    return count();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse(fmt::format("not JSON at byte {}", position));
  }

  std::string complaint;

 private:
  bool refuse(std::string why) {
    if (complaint.empty()) complaint = std::move(why);
    return false;
  }
  bool clean(const std::string& text) {
    return is_clean_utf8(text) || refuse("a text holds a NUL or is not UTF-8");
  }
  bool count() { return ++value_count_ <= limits_.value_count_max || refuse("too many values"); }
  bool enter() {
    keys_.emplace_back();
    return keys_.size() <= limits_.depth_max
               ? count()
               : refuse(fmt::format("nested deeper than {} levels", limits_.depth_max));
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  const JsonLimits& limits_;
  std::vector<std::unordered_set<std::string>> keys_;  // one set for each open object or array
  std::size_t value_count_ = 0;
};

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.byte_count_max) {
    return Error{ErrorKind::Invalid, fmt::format("larger than {} bytes", limits.byte_count_max)};
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return Error{ErrorKind::Invalid, fmt::format("a NUL stands at byte {}", nul)};
  }
  if (text.starts_with("\xef\xbb\xbf"))
    return Error{ErrorKind::Invalid, "remove the byte order mark at the start"};

  Scan scan{limits};
  if (!nlohmann::json::sax_parse(text, &scan, nlohmann::json::input_format_t::json, /*strict=*/true)) {
    return Error{ErrorKind::Invalid, scan.complaint.empty() ? "not JSON" : scan.complaint};
  }
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace aftercare
