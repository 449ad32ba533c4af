// Whole values out of the channels of a session: bytes come cut anywhere, and what follows on the
// same channel stays for the next.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

// Belongs to the session's executor; coroutines may read different channels at a time.
class ChannelReader {
 public:
  // `session` outlives it.
  explicit ChannelReader(Session& session) noexcept : session_(session) {}

  // What has come and was not taken; none at the channel's end. Error: of Session::read().
  Task<std::optional<std::string>> next(Path path, Deadline deadline);
  // Of what next() gave, that which belongs to what follows.
  void put_back(Path path, std::string bytes);

  // The bytes of what `scanner`, which is the awaiting caller's, looks for. None if the channel
  // ends before the first of them. `unavailable` if it ends later; the errors of Session::read(),
  // after which nothing is taken, and of the scanner.
  Task<std::optional<std::string>> collect(Path path, Scanner& scanner, Deadline deadline);
  // Until the channel ends; what still comes on it is dropped.
  Task<> await_end(Path path, Deadline deadline);

 private:
  Session& session_;
  std::map<Path, std::string> rest_;  // came already, and belongs to what follows
};

}  // namespace wasmcloud::wrpc
