#pragma once

#include "sync/server/http.h"
#include "sync/transport/exchange.h"
#include "tests/simulation/chance.h"
#include "tests/simulation/machine_clock.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The way between a device and the server: requests and answers as they look on the wire, and all that can
/// happen to them.
namespace aftercare::simulation {

enum class NetFault : std::uint8_t {
  None,
  RequestLost,     // never arrives
  AnswerLost,      // carried out; nobody hears
  AnswerCut,       // carried out; the answer ends at some byte
  RequestDoubled,  // carried out twice; the second answer arrives
  RequestLate,     // the device gives up; the request is carried out later, after others
  Portal,          // a page of the network answers with 200
  ProxyTooLarge,   // a proxy refuses with 413
  ProxyBroken,     // a proxy answers 502
  Stalled,         // carried out, then silence until the device gives up
  Busy,            // our own server says 503 and when to come back
};
inline constexpr std::array kNetFaults{
    NetFault::RequestLost, NetFault::AnswerLost, NetFault::AnswerCut,     NetFault::RequestDoubled,
    NetFault::RequestLate, NetFault::Portal,     NetFault::ProxyTooLarge, NetFault::ProxyBroken,
    NetFault::Stalled,     NetFault::Busy};
[[nodiscard]] std::string_view name_of(NetFault fault);

/// The call of a sync at which something happened, by its route.
enum class SyncStep : std::uint8_t {
  SignIn,
  Push,
  Pull,
  Snapshot,
  Compare,
  AskBlobs,
  SendBlob,
  FetchBlob,
  Tell,
  Other,
  Count
};
[[nodiscard]] SyncStep step_of(std::string_view method, std::string_view target);
[[nodiscard]] std::string_view name_of(SyncStep step);

/// What stands at the other end; nothing when the server is down.
using Serve = std::function<std::optional<server::Response>(const server::Request&)>;

/// Requests that are still on their way when their sender has given up.
struct Straggler {
  server::Request request;
};

struct Wire {
  Course& course;
  Serve serve;
  std::vector<Straggler> late = {};
  std::uint64_t byte_count = 0;  // both ways, heads and bodies
  std::uint64_t call_count = 0;
  Hash trace{};  // of every byte, in order

  void note(std::string_view bytes);
};

/// One fault for the n-th call of a run, or for the n-th call of one step of it.
struct PlannedFault {
  NetFault fault = NetFault::None;
  std::optional<SyncStep> step = std::nullopt;
  std::uint64_t at_call = 0;
  std::uint64_t luck = 0;
};

/// A device's end of the wire, under the shipped HttpsServer.
class SimulatedExchange final : public sync::Exchange {
 public:
  SimulatedExchange(Wire& wire, std::function<bool()> is_up) : wire_(wire), is_up_(std::move(is_up)) {}

  [[nodiscard]] Result<sync::Answer> perform(const sync::Call& call) override;

  void plan(std::vector<PlannedFault> faults) {
    planned_ = std::move(faults);
    call_count_ = 0;
    step_counts_ = {};
    happened_.clear();
    last_step_ = SyncStep::SignIn;
    before_call_ = {};
    meanwhile_ = {};
  }
  /// What people do while a run is under way: before its n-th call.
  void plan_meanwhile(std::uint64_t at_call, std::function<void()> what) {
    meanwhile_at_ = at_call;
    meanwhile_ = std::move(what);
  }
  /// Until the next plan. Told the step of the call; `last_step` is still that of the one before.
  void before_each_call(std::function<void(SyncStep)> tell) { before_call_ = std::move(tell); }
  struct Happened {
    NetFault fault = NetFault::None;
    SyncStep step = SyncStep::Other;
  };
  [[nodiscard]] const std::vector<Happened>& happened() const { return happened_; }
  [[nodiscard]] SyncStep last_step() const { return last_step_; }

 private:
  Wire& wire_;
  std::function<bool()> is_up_;
  std::vector<PlannedFault> planned_;
  std::uint64_t call_count_ = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(SyncStep::Count)> step_counts_{};
  std::vector<Happened> happened_;
  std::uint64_t meanwhile_at_ = 0;
  std::function<void()> meanwhile_;
  SyncStep last_step_ = SyncStep::SignIn;
  std::function<void(SyncStep)> before_call_;
};

}  // namespace aftercare::simulation
