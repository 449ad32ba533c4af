// Programs that call each other: who is there, what came of each row, and what has to come of it.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace wasmcloud::interop {

inline constexpr const char* kTransports[] = {"nats", "tcp", "unix"};

struct Peer {
  std::string name;                    // "rust"
  std::optional<std::string> program;  // nothing: it is not here
  bool has_unix = true;                // a transport of its own for Unix sockets
};

// Ours is the first.
const std::vector<Peer>& peers();

// A client, a server, and one of kTransports between them.
struct Pair {
  const Peer* client;
  const Peer* server;
  std::string transport;
};

// All of all peers, whether they are here or not.
std::vector<Pair> all_pairs();

inline bool is_here(const Pair& pair) { return pair.client->program && pair.server->program; }

inline void PrintTo(const Pair& pair, std::ostream* out) {
  *out << pair.client->name << " to " << pair.server->name << " over " << pair.transport;
}

// How a row came out: "ok"; "wrong", an answer came that is not right; "fails", the call failed;
// "silent", no answer came in time; "missing", the client did not say.
struct Outcome {
  std::string kind = "missing";
  std::string text = {};
};

// All rows of one pair, each with processes that end before this returns. Blocking. Aborts if a
// server does not come up.
std::map<std::string, Outcome> run(const Pair& pair);

struct Expected {
  std::string kind = "ok";  // "any": what is corrupted comes out as chance has it
  std::string why = {};     // unless it is ok: whose defect it is, by its number in the fact sheet
};

inline bool is_as_stated(const Outcome& outcome, const Expected& stated) {
  return outcome.kind == stated.kind || stated.kind == "any";
}

Expected expected(const Pair& pair, const std::string& row);

}  // namespace wasmcloud::interop
