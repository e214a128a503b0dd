#include "sync/office/office_routes.h"

#include <iterator>

namespace aftercare::office {

std::vector<Route> office_routes(Service& service, const language::Catalogue& catalogue) {
  const Office office{service, catalogue};
  std::vector<Route> routes;
  for (auto some :
       {visit_routes(office), live_routes(office), work_order_routes(office), customer_routes(office),
        content_routes(office), signed_record_routes(office), set_aside_routes(office)}) {
    routes.insert(routes.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return routes;
}

}  // namespace aftercare::office
