// For tests: each transport behind one face, and handlers.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/local_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"

namespace wasmcloud::wrpc {

using nats::soon;

// A handler that is a function.
class Serving final : public Handler {
 public:
  using Function = std::function<Task<>(Invocation)>;

  explicit Serving(Function function) : function_(std::move(function)) {}

  Task<> handle(Invocation invocation) override { return function_(std::move(invocation)); }

 private:
  Function function_;
};

// A server of `a:b/c` with the functions that tests call, and a client of it.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual Task<> start(Handler& handler) = 0;
  virtual Task<> stop() = 0;
  virtual Client& client() = 0;
};

struct WireKind {
  std::string name;
  bool has_headers;
  // `connection` outlives it; only NATS has need of one.
  std::function<std::unique_ptr<Wire>(nats::Connection* connection)> make;
};

inline void PrintTo(const WireKind& kind, std::ostream* out) { *out << kind.name; }

inline const std::string kInstance = "a:b/c@1.0.0";

// All that has come on a channel until its end.
inline Task<std::string> read_all(Session& session, Path path) {
  std::string all;
  for (;;) {
    WC_CO_TRY(const std::optional<std::string> bytes, session.read(path, soon()));
    if (!bytes) {
      co_return all;
    }
    all += *bytes;
  }
}

// As many bytes as are wanted, at least.
inline Task<std::string> read_some(Session& session, Path path, std::size_t count) {
  std::string some;
  while (some.size() < count) {
    WC_CO_TRY(const std::optional<std::string> bytes, session.read(path, soon()));
    if (!bytes) {
      co_return Error(ErrorKind::unavailable, "the channel ended after {} bytes", some.size());
    }
    some += *bytes;
  }
  co_return some;
}

}  // namespace wasmcloud::wrpc
