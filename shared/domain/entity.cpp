#include "shared/domain/entity.h"

namespace aftercare::domain {

bool may_write(DeviceRole role, EntityType type) {
  using enum EntityType;
  if (role == DeviceRole::Kiosk) return type == Rating;
  switch (type) {
    case Product:
    case User:
    case Device:
    case Form:
    case Erasure:
    case Warranty:
    case WarrantyTerms:
    case ServicePoint: return role == DeviceRole::Office;
    case SignOff:
    case SealedGroup: return role == DeviceRole::Tablet;
    default: return true;
  }
}

bool may_read(DeviceRole role, EntityType type) {
  using enum EntityType;
  if (role != DeviceRole::Kiosk) return true;
  return type == Product || type == Form || type == Warranty || type == WarrantyTerms || type == ServicePoint;
}

bool is_part_of_visit(EntityType type) {
  using enum EntityType;
  return type == Visit || type == VisitEvent || type == Answer || type == Photo || type == Note;
}

}  // namespace aftercare::domain
