#include "client/work/signatures.h"

#include "shared/base/cbor.h"

#include <algorithm>

namespace aftercare::work {
namespace {

constexpr std::size_t kReserveMax = 4'096;  // what a count is believed before its points are there

StrokePoint read_point(cbor::Reader& reader) {
  StrokePoint point;
  reader.array(4);
  point.x = reader.integer();
  point.y = reader.integer();
  point.t_ms = reader.integer();
  if (!reader.null()) point.pressure = reader.integer();
  return point;
}

}  // namespace

Result<protocol::StrokeFacts> keep_strokes(sync::DeviceStore& store, const Strokes& strokes) {
  const auto sha256 = store.keep_blob(encode(strokes), /*is_small=*/true);
  if (!sha256) return sha256.error();
  return protocol::StrokeFacts{{sha256.value()},
                               strokes.digitiser,
                               strokes.width_px,
                               strokes.height_px,
                               static_cast<std::int64_t>(strokes.strokes.size())};
}

Strokes strokes_of(const shown::Signature& signature) {
  Strokes strokes{signature.digitiser, signature.width_px, signature.height_px, {}};
  for (const auto& stroke : signature.strokes) {
    auto& points = strokes.strokes.emplace_back();
    points.reserve(stroke.size());
    for (const auto& sample : stroke) points.push_back({sample.x, sample.y, sample.t_ms, sample.pressure});
  }
  return strokes;
}

shown::Signature signature_of(const Strokes& strokes) {
  shown::Signature signature{strokes.digitiser, strokes.width_px, strokes.height_px, {}};
  for (const auto& stroke : strokes.strokes) {
    auto& samples = signature.strokes.emplace_back();
    samples.reserve(stroke.size());
    for (const auto& point : stroke) samples.push_back({point.x, point.y, point.t_ms, point.pressure});
  }
  return signature;
}

Result<Strokes> decode_strokes(std::string_view bytes) {
  cbor::Reader reader{bytes};
  Strokes strokes;
  reader.array(5);
  if (reader.integer() != 1) reader.fail();
  strokes.digitiser = reader.text();
  strokes.width_px = reader.integer();
  strokes.height_px = reader.integer();
  const auto stroke_count = reader.array();
  for (std::size_t i = 0; i < stroke_count && reader.is_ok(); ++i) {
    const auto point_count = reader.array();
    auto& points = strokes.strokes.emplace_back();
    points.reserve(std::min(point_count, kReserveMax));
    for (std::size_t j = 0; j < point_count && reader.is_ok(); ++j) points.push_back(read_point(reader));
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "the strokes of the signature cannot be read"};
  return strokes;
}

}  // namespace aftercare::work
