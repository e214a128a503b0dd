#include "client/ui/qr.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace aftercare::ui {

bool QrCode::at(int x, int y) const {
  if (x < 0 || y < 0 || x >= side || y >= side) return false;
  return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)];
}

Result<QrCode> qr_code(std::string_view text) {
  if (text.empty()) return Error{ErrorKind::Refused, "there is no text for a QR code"};
  if (text.size() > kQrByteCountMax) {
    return Error{ErrorKind::Refused,
                 fmt::format("the text has {} bytes, a QR code holds at most {}: shorten it", text.size(),
                             kQrByteCountMax)};
  }
  const std::unique_ptr<QRcode, void (*)(QRcode*)> made{
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_M),
      QRcode_free};
  if (!made) return Error{ErrorKind::Refused, "the QR code could not be made: try again"};

  QrCode code{made->width, {}};
  const auto count = static_cast<std::size_t>(code.side) * static_cast<std::size_t>(code.side);
  code.dark.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    code.dark.push_back((made->data[i] & 1) != 0);  // the rest is libqrencode's
  return code;
}

}  // namespace aftercare::ui
