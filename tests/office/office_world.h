#pragma once

#include "shared/storage/blob_files.h"
#include "tests/support/organisation_world.h"

namespace aftercare::testing {

/// An organisation with its blobs, looked at as the office looks at it.
struct OfficeWorld : OrganisationWorld {
  storage::BlobFiles blobs;
  domain::User dispatcher;

  OfficeWorld() : blobs(storage::BlobFiles::open(folder.path() / "blobs", key).value()) {
    dispatcher.id = id<domain::UserId>();
    dispatcher.name = "Maja Kovačič";
    dispatcher.role = domain::Role::Dispatcher;
    dispatcher.language = "sl";
    by_office(dispatcher);
  }

  domain::User add_technician(std::string name) {
    domain::User made;
    made.id = id<domain::UserId>();
    made.name = std::move(name);
    made.language = "cs";
    by_office(made);
    return made;
  }
  domain::Customer add_customer(std::string name) {
    auto made = make_customer(std::move(name));
    by_office(made);
    return made;
  }
  template <class Work>
  Done write(Work work) {
    return store->db().transaction([&]() -> Done { return work(*store); });
  }
};

}  // namespace aftercare::testing
