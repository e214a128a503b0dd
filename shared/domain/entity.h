#pragma once

#include "shared/domain/rating.h"
#include "shared/domain/service_point.h"
#include "shared/domain/sign_off.h"
#include "shared/domain/warranty.h"

#include <string_view>
#include <utility>

namespace aftercare::domain {

/// Every kind of record that is written into the journal. Numbers are on the wire and in the
/// tables: never reused, never renumbered.
enum class EntityType : std::uint8_t {
  Customer = 1,
  Site,
  Contact,
  Product,
  Asset,
  WorkOrder,
  Visit,
  VisitEvent,
  Answer,
  Photo,
  Note,
  SignOff,
  SealedGroup,
  User,
  Device,
  Form,
  Erasure,
  Rating,
  Warranty,
  WarrantyTerms,
  ServicePoint,
};
inline constexpr std::uint8_t kEntityTypeLast = static_cast<std::uint8_t>(EntityType::ServicePoint);

/// Whether this program knows the kind. Newer ones name others, which are carried along as bytes; nothing
/// below may be asked about them.
[[nodiscard]] constexpr bool is_known(EntityType type) {
  return type >= EntityType::Customer && static_cast<std::uint8_t>(type) <= kEntityTypeLast;
}

template <class Entity>
struct EntityInfo;

#define AFTERCARE_ENTITY(Record, table_name)               \
  template <>                                              \
  struct EntityInfo<Record> {                              \
    static constexpr EntityType type = EntityType::Record; \
    static constexpr std::string_view table = table_name;  \
  }
AFTERCARE_ENTITY(Customer, "customer");
AFTERCARE_ENTITY(Site, "site");
AFTERCARE_ENTITY(Contact, "contact");
AFTERCARE_ENTITY(Product, "product");
AFTERCARE_ENTITY(Asset, "asset");
AFTERCARE_ENTITY(WorkOrder, "work_order");
AFTERCARE_ENTITY(Visit, "visit");
AFTERCARE_ENTITY(VisitEvent, "visit_event");
AFTERCARE_ENTITY(Answer, "answer");
AFTERCARE_ENTITY(Photo, "photo");
AFTERCARE_ENTITY(Note, "note");
AFTERCARE_ENTITY(SignOff, "sign_off");
AFTERCARE_ENTITY(SealedGroup, "sealed_group");
AFTERCARE_ENTITY(User, "user");
AFTERCARE_ENTITY(Device, "device");
AFTERCARE_ENTITY(Form, "form");
AFTERCARE_ENTITY(Erasure, "erasure");
AFTERCARE_ENTITY(Rating, "rating");
AFTERCARE_ENTITY(Warranty, "warranty");
AFTERCARE_ENTITY(WarrantyTerms, "warranty_terms");
AFTERCARE_ENTITY(ServicePoint, "service_point");
#undef AFTERCARE_ENTITY

/// Calls `use.template operator()<Record>()` for the type that a number on the wire names.
template <class Use>
decltype(auto) with_entity(EntityType type, Use&& use) {
  switch (type) {
    case EntityType::Customer: return use.template operator()<Customer>();
    case EntityType::Site: return use.template operator()<Site>();
    case EntityType::Contact: return use.template operator()<Contact>();
    case EntityType::Product: return use.template operator()<Product>();
    case EntityType::Asset: return use.template operator()<Asset>();
    case EntityType::WorkOrder: return use.template operator()<WorkOrder>();
    case EntityType::Visit: return use.template operator()<Visit>();
    case EntityType::VisitEvent: return use.template operator()<VisitEvent>();
    case EntityType::Answer: return use.template operator()<Answer>();
    case EntityType::Photo: return use.template operator()<Photo>();
    case EntityType::Note: return use.template operator()<Note>();
    case EntityType::SignOff: return use.template operator()<SignOff>();
    case EntityType::SealedGroup: return use.template operator()<SealedGroup>();
    case EntityType::User: return use.template operator()<User>();
    case EntityType::Device: return use.template operator()<Device>();
    case EntityType::Form: return use.template operator()<Form>();
    case EntityType::Erasure: return use.template operator()<Erasure>();
    case EntityType::Rating: return use.template operator()<Rating>();
    case EntityType::Warranty: return use.template operator()<Warranty>();
    case EntityType::WarrantyTerms: return use.template operator()<WarrantyTerms>();
    case EntityType::ServicePoint: break;
  }
  return use.template operator()<ServicePoint>();
}

[[nodiscard]] inline std::string_view table_of(EntityType type) {
  return with_entity(type, []<class Record>() { return EntityInfo<Record>::table; });
}

/// Which type of record an id member points to, so that references can be checked by machine.
template <class IdType>
struct ReferenceTo;
template <>
struct ReferenceTo<CustomerId> {
  static constexpr EntityType type = EntityType::Customer;
};
template <>
struct ReferenceTo<SiteId> {
  static constexpr EntityType type = EntityType::Site;
};
template <>
struct ReferenceTo<ProductId> {
  static constexpr EntityType type = EntityType::Product;
};
template <>
struct ReferenceTo<AssetId> {
  static constexpr EntityType type = EntityType::Asset;
};
template <>
struct ReferenceTo<WorkOrderId> {
  static constexpr EntityType type = EntityType::WorkOrder;
};
template <>
struct ReferenceTo<VisitId> {
  static constexpr EntityType type = EntityType::Visit;
};
template <>
struct ReferenceTo<SignOffId> {
  static constexpr EntityType type = EntityType::SignOff;
};
template <>
struct ReferenceTo<UserId> {
  static constexpr EntityType type = EntityType::User;
};
template <>
struct ReferenceTo<FormId> {
  static constexpr EntityType type = EntityType::Form;
};

/// Who may write which records. A tablet writes what happens on site and whom it meets there; content,
/// warranties, people and devices are the office's; a kiosk writes what customers tell it.
[[nodiscard]] bool may_write(DeviceRole role, EntityType type);

/// Which records reach which device (S02). A kiosk stands in a shop: no people reach it, and not what others
/// said of us.
[[nodiscard]] bool may_read(DeviceRole role, EntityType type);

/// Whether records of this type freeze when their visit is sealed.
[[nodiscard]] bool is_part_of_visit(EntityType type);

}  // namespace aftercare::domain
