// Tells when a file has a new content: written in place, replaced by a rename, or removed and made
// again. By inotify on its directory, and on that of what it links to.
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud::wash {

// Lives on one executor. One changed() at a time.
class FileWatcher {
 public:
  virtual ~FileWatcher() = default;

  // Returns true when the file is there, is another than when this last returned true (or when the
  // watcher was made), and nobody has written to it for a moment; false when `deadline` has passed
  // before that. A file that is gone is no change: a build may be about to write it anew.
  virtual Task<bool> changed(Deadline deadline) = 0;
};

Result<std::unique_ptr<FileWatcher>> make_file_watcher(asio::any_io_executor executor,
                                                       std::filesystem::path file);

}  // namespace wasmcloud::wash
