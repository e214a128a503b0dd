#pragma once

#include "sync/engine/report.h"

/// What the steps of one run share. For the files of this folder and their tests only.
namespace aftercare::sync {

/// Nothing, when the step went well.
using Outcome = std::optional<Failure>;

/// One run under way.
struct Attempt {
  Store& store;
  Server& server;
  Clock& clock;
  Session& session;
  const RunOptions& options;
  RunReport& report;
  Identity identity;

  bool has_signed_in_again = false;
  std::size_t behind_count = 0;
  std::size_t epoch_count = 0;
  /// The lineage that the server last said it knows us by, until a receipt is noted.
  std::optional<Hash> lineage = std::nullopt;
  /// Set while the server answers with the head of another copy's journal: how far it has seen ours
  /// nevertheless, without having signed for it.
  struct Elsewhere {
    std::uint64_t offered_dseq = 0;
    Head head;
  };
  std::optional<Elsewhere> elsewhere = std::nullopt;
  bool has_receipt = false;  // the server signed for our journal in this very run
  /// Nothing more to offer in this run.
  bool is_push_over = false;

  [[nodiscard]] bool is_stopped() const { return options.stop.stop_requested(); }
  /// With how far the visits and photos have come. Costs nothing where nobody listens.
  void tell(Progress progress);

  /// So many were left when last looked; what is recorded meanwhile adds to the whole.
  struct Course {
    std::uint64_t left_count = 0;
    std::uint64_t total_count = 0;
    void note(std::uint64_t left_now) {
      if (left_now > left_count) total_count += left_now - left_count;
      left_count = left_now;
    }
    [[nodiscard]] std::uint64_t done_count() const { return total_count - left_count; }
  };
  Course visits = {};
  std::uint64_t photo_done_count = 0;  // sent in this run, or there already
};

/// Classes an error that `Server` gave, and keeps how long it asked us to wait.
[[nodiscard]] Failure server_failure(Attempt& attempt, Error error);
[[nodiscard]] inline Failure device_failure(Error error) { return {FailureClass::Device, std::move(error)}; }

/// Goes over to another epoch: what we read of the feed, and what the server said it held, counted
/// for the old one. Not without bound: a server that cannot make up its mind ends the run.
[[nodiscard]] Outcome enter_epoch(Attempt& attempt, const EpochId& epoch);

}  // namespace aftercare::sync
