// The NATS subjects of an invocation (wrpc.md 2.2, 3.1). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wrpc/path.h"

namespace wasmcloud::wrpc {

// A function's name on the wire, of its name in a component: `[method]res.do-it` is `res.do-it`,
// `[constructor]res` is `res`. A view into `name`.
std::string_view wire_name(std::string_view name) noexcept;

struct Endpoint {
  std::string_view prefix;  // "default.kv": lattice and target; may be empty
  std::string_view
      instance;  // "wrpc:keyvalue/store@0.2.0-draft"; empty for a function of the world
  std::string_view function;  // as a component names it: "get", "[method]res.do-it"
};

// "default.kv.wrpc.0.0.1.wrpc:keyvalue/store@0.2.0-draft.get". Error `invalid` if a part of it
// would make another subject than is meant: blanks, wildcards, empty tokens, no function.
Result<std::string> invocation_subject(const Endpoint& endpoint);

// Which of the two directions of an invocation; under whose inbox.
enum class Direction : std::uint8_t {
  params,   // the server's
  results,  // the client's
};

// "_INBOX.A.B.params.0.1"; of the root (an empty path) "_INBOX.A.B.params".
std::string channel_subject(std::string_view inbox, Direction direction,
                            std::span<const std::uint32_t> path);

// The path in a subject that came in. None if it is no channel of that inbox and direction.
std::optional<Path> channel_of(std::string_view subject, std::string_view inbox,
                               Direction direction);

}  // namespace wasmcloud::wrpc
