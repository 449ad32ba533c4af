#include "wasmcloud/component/validator_testing.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "wasmcloud/component/decoder.h"

namespace wasmcloud::component::testing {

Raw read_file(const std::filesystem::path& path) {
  Raw bytes(std::filesystem::file_size(path));
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return in ? bytes : Raw();
}

namespace {
// The binary form of a text; empty if it cannot be assembled.
Raw assemble(const std::string& text) {
  const auto base = std::filesystem::path(::testing::TempDir()) /
                    fmt::format("wc-validator-{}", static_cast<int>(getpid()));
  const std::string from = base.string() + ".wat";
  const std::string to = base.string() + ".wasm";
  std::ofstream(from) << text;
  const std::string command = fmt::format("{} parse '{}' -o '{}'", WC_WASM_TOOLS, from, to);
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): our own tool
  Raw bytes = status == 0 ? read_file(to) : Raw();
  std::filesystem::remove(from);
  std::filesystem::remove(to);
  return bytes;
}
}  // namespace

Checked check_bytes(Raw bytes, const Features& features) {
  Checked out;
  out.bytes = std::move(bytes);
  auto decoded = decode(out.bytes);
  if (!decoded) {
    out.complaint = decoded.error().describe();
    return out;
  }
  out.syntax = *std::move(decoded);
  auto validated = validate(*out.syntax, features);
  if (!validated) {
    out.complaint = validated.error().describe();
    return out;
  }
  out.typed = *std::move(validated);
  return out;
}

Checked check(const std::string& text, const Features& features) {
  Raw bytes = assemble(text);
  EXPECT_FALSE(bytes.empty()) << "cannot assemble: " << text;
  return check_bytes(std::move(bytes), features);
}

}  // namespace wasmcloud::component::testing
