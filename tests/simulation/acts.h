#pragma once

#include "shared/language/catalogue.h"
#include "tests/simulation/headquarters.h"
#include "tests/simulation/tablet.h"

/// What people record: at a device through the shipped steps of a visit, at the office through its own
/// journal.
namespace aftercare::simulation {

/// The technician does the next sensible thing, or one that collides with others. Refusals by the rules are
/// fine; other errors are the disk's.
Done work_at(Tablet& tablet, const language::Catalogue& catalogue, Chance& chance, std::string& said);
Done rate_at(Tablet& kiosk, Chance& chance, std::string& said);
Done office_works(Headquarters& headquarters, Chance& chance, std::string& said);
/// An order goes to a technician by chance.
Done office_moves_order(Headquarters& headquarters, Chance& chance);
/// What everybody needs from the start: people, products, a form-less catalogue, a few customers and orders.
struct Furniture {
  std::size_t technician_count = 1;
  std::size_t product_count = 0;  // more than one page of a snapshot, for some
};
Done furnish(server::OrganisationStore& store, const Furniture& furniture, Chance& chance);

}  // namespace aftercare::simulation
