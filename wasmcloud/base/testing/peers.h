// For tests: existing programs to test against. They lie outside of this repository, packed, in the
// folder that WASMCLOUD_PEERS_DIR names; a test that needs one is skipped where it is absent.
#pragma once

#include <optional>
#include <string>

namespace wasmcloud {

// The program of that name, unpacked into the build tree when it is first asked for.
std::optional<std::string> peer_program(const std::string& name);

}  // namespace wasmcloud

// First in a test or in SetUp().
#define WC_NEED_PEER(name)                                                                   \
  do {                                                                                       \
    if (!::wasmcloud::peer_program(name)) {                                                  \
      GTEST_SKIP() << "no " << (name) << ".xz in the folder that WASMCLOUD_PEERS_DIR names"; \
    }                                                                                        \
  } while (false)
