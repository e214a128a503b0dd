#include "shared/domain/asset.h"

#include "shared/base/text.h"

namespace aftercare::domain {

Done check_asset(const Asset& asset) {
  if (trimmed(asset.serial).empty() && trimmed(asset.place).empty()) {
    return Error{ErrorKind::Refused, "an asset needs a serial number, or a place where it is found"};
  }
  if (asset.parent_id == asset.id) return Error{ErrorKind::Refused, "an asset cannot stand inside itself"};
  return done();
}

}  // namespace aftercare::domain
