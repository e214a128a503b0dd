#pragma once

#include "shared/domain/field.h"

namespace aftercare::domain {

using CustomerId = Id<struct CustomerTag>;
using SiteId = Id<struct SiteTag>;
using ContactId = Id<struct ContactTag>;

/// Who is served: a person or a firm.
struct Customer {
  CustomerId id;
  std::string number;  // spoken, `C-22-0001-K`
  std::string name;
  bool is_company = false;
  std::string language;  // in which we speak and write to them: "en", "cs", "ka", "sl", "ru", "vi"
  std::string phone;     // E.164
  std::string email;
  std::string note;
  Bytes extra = {};  // fields of a newer program, kept and passed on
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Customer>
void each_field(C& customer, F&& field) {
  field(1, "number", customer.number, kOnce);
  field(2, "name", customer.name, kPersonal);
  field(3, "is_company", customer.is_company, kLatest);
  field(4, "language", customer.language, kLatest);
  field(5, "phone", customer.phone, kPersonal);
  field(6, "email", customer.email, kPersonal);
  field(7, "note", customer.note, kPersonal);
}

/// A place where a customer is served. A firm may have many.
struct Site {
  SiteId id;
  CustomerId customer_id;
  std::string name;
  std::string street;
  std::string city;
  std::string postcode;
  std::string country;  // ISO 3166-1, two letters
  std::string access_note;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Site>
void each_field(C& site, F&& field) {
  field(1, "customer_id", site.customer_id, kOnce);
  field(2, "name", site.name, kPersonal);
  field(3, "street", site.street, kPersonal);
  field(4, "city", site.city, kPersonal);
  field(5, "postcode", site.postcode, kPersonal);
  field(6, "country", site.country, kLatest);
  field(7, "access_note", site.access_note, kPersonal);
}

/// A person to talk to, at a customer or at one of its sites.
struct Contact {
  ContactId id;
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::string name;
  std::string role;
  std::string phone;
  std::string email;
  std::string language;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Contact>
void each_field(C& contact, F&& field) {
  field(1, "customer_id", contact.customer_id, kOnce);
  field(2, "site_id", contact.site_id, kLatest);
  field(3, "name", contact.name, kPersonal);
  field(4, "role", contact.role, kPersonal);
  field(5, "phone", contact.phone, kPersonal);
  field(6, "email", contact.email, kPersonal);
  field(7, "language", contact.language, kLatest);
}

}  // namespace aftercare::domain
