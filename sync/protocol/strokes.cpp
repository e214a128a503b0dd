#include "sync/protocol/strokes.h"

#include "shared/base/cbor.h"

#include <algorithm>

namespace aftercare::protocol {
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

Bytes encode(const Strokes& strokes) {
  cbor::Writer writer;
  writer.array(5)
      .integer(1)
      .text(strokes.digitiser)
      .integer(strokes.width_px)
      .integer(strokes.height_px)
      .array(strokes.strokes.size());
  for (const auto& stroke : strokes.strokes) {
    writer.array(stroke.size());
    for (const auto& point : stroke) {
      writer.array(4).integer(point.x).integer(point.y).integer(point.t_ms);
      if (point.pressure) {
        writer.integer(*point.pressure);
      } else {
        writer.null();
      }
    }
  }
  return writer.take();
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

}  // namespace aftercare::protocol
