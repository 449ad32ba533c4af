#include "wasmcloud/wit/topological_order.h"

#include <algorithm>
#include <cstddef>

namespace wasmcloud::wit {
namespace {

enum class State : std::uint8_t { unseen, open, done };

// A thing that is being looked at, and how many of those it uses have been.
struct Visit {
  std::uint32_t thing;
  std::size_t next = 0;
};

std::vector<std::uint32_t> cycle_from(const std::vector<Visit>& path, std::uint32_t first) {
  std::vector<std::uint32_t> cycle;
  auto at = std::ranges::find(path, first, &Visit::thing);
  for (; at != path.end(); ++at) {
    cycle.push_back(at->thing);
  }
  return cycle;
}

}  // namespace

TopologicalOrder order_by_use(const std::vector<std::vector<std::uint32_t>>& uses) {
  TopologicalOrder result;
  std::vector<State> states(uses.size(), State::unseen);
  std::vector<Visit> path;
  for (std::uint32_t start = 0; start < uses.size(); ++start) {
    if (states[start] == State::unseen) {
      states[start] = State::open;
      path.push_back({.thing = start});
    }
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == uses[visit.thing].size()) {
        states[visit.thing] = State::done;
        result.order.push_back(visit.thing);
        path.pop_back();
        continue;
      }
      const std::uint32_t used = uses[visit.thing][visit.next++];
      if (states[used] == State::open) {
        result.cycle = cycle_from(path, used);
        return result;
      }
      if (states[used] == State::unseen) {
        states[used] = State::open;
        path.push_back({.thing = used});
      }
    }
  }
  return result;
}

}  // namespace wasmcloud::wit
