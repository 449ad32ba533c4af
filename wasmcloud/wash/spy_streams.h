// What `wash spy` shows of streams and futures. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wash {

// A chunk of a stream, the value of a future, or why there is none.
struct SeenChunk {
  wrpc::Path path;
  std::string type;                  // "stream<u8>"
  std::string text;                  // WAVE; of bytes they themselves, or their beginning
  std::optional<std::size_t> bytes;  // how many; none if it is not of bytes
  std::string remark;                // empty: all is shown
};

// The channels of one direction of a call.
class SpyStreams {
 public:
  // Of values that were seen.
  void add(const std::vector<wrpc::PartAt>& parts);

  // A message on a channel; an empty one is its end. None of a channel that is not known.
  std::vector<SeenChunk> feed(const wrpc::Path& path, std::string_view message);

  // Nothing is awaited.
  bool empty() const noexcept { return channels_.empty(); }

 private:
  struct Channel {
    wit::ValueTypePtr type;
    wrpc::Scanner scanner;
    std::string bytes;           // of a chunk that is not whole yet
    std::uint32_t received = 0;  // elements
  };

  using Channels = std::map<wrpc::Path, Channel>;

  std::optional<SeenChunk> take_whole(Channels::iterator at);
  SeenChunk end(Channels::iterator at, std::string remark);

  Channels channels_;
};

}  // namespace wasmcloud::wash
