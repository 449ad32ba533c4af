#include "wasmcloud/wash/file_watcher.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

// Long enough for a linker's next write, short enough not to be noticed.
constexpr std::chrono::milliseconds kQuiet{100};
// How soon a directory that was removed and made again (a clean build) is seen.
constexpr std::chrono::milliseconds kRearm{250};
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF;

// What tells one content from another without reading it.
using Signature = std::tuple<dev_t, ino_t, off_t, time_t, long>;

std::optional<Signature> signature_of(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                   status.st_mtim.tv_nsec);
}

class InotifyWatcher final : public FileWatcher {
 public:
  InotifyWatcher(asio::any_io_executor executor, int descriptor, std::filesystem::path file)
      : inotify_(executor, descriptor), timer_(executor), file_(std::move(file)) {
    arm();
    last_ = signature_of(file_);
  }

  Task<bool> changed(Deadline deadline) override {
    for (;;) {
      const bool armed = arm();
      const std::optional<Signature> now = signature_of(file_);
      if (now && now != last_) {
        WC_CO_TRY(const bool written, touched_within(kQuiet));
        if (!written && signature_of(file_) == now) {
          last_ = now;
          co_return true;
        }
        continue;
      }
      if (deadline.expired()) {
        co_return false;
      }
      WC_CO_CHECK(event_before(armed ? deadline : deadline.min(Deadline::after(kRearm))));
      drain();
    }
  }

 private:
  // Whether something happened to the file itself within that time.
  Task<bool> touched_within(std::chrono::milliseconds time) {
    const Deadline deadline = Deadline::after(time);
    for (;;) {
      WC_CO_TRY(const bool event, event_before(deadline));
      if (!event) {
        co_return false;
      }
      if (drain()) {
        co_return true;
      }
    }
  }

  Task<bool> event_before(Deadline deadline) {
    timer_.expires_at(deadline.when());
    const auto first =
        co_await (inotify_.async_wait(asio::posix::descriptor_base::wait_read, as_result) ||
                  timer_.async_wait(as_result));
    const bool event = first.index() == 0;
    const auto error = event ? std::get<0>(std::get<0>(first)) : std::get<0>(std::get<1>(first));
    if (error) {
      co_return to_error(error, "watching the file");
    }
    co_return event;
  }

  // Watches the directories that matter now. Whether there was one for the file itself.
  bool arm() {
    std::map<int, std::set<std::string>> wanted;
    bool armed = watch(file_, wanted);
    std::error_code error;
    const std::filesystem::path target = std::filesystem::canonical(file_, error);
    if (!error) {
      armed = watch(target, wanted) && armed;
    }
    for (const auto& [id, names] : watches_) {
      if (!wanted.contains(id)) {
        ::inotify_rm_watch(inotify_.native_handle(), id);
      }
    }
    watches_ = std::move(wanted);
    return armed;
  }

  bool watch(const std::filesystem::path& file, std::map<int, std::set<std::string>>& wanted) {
    // A directory that is watched already keeps its id.
    const int id =
        ::inotify_add_watch(inotify_.native_handle(), file.parent_path().c_str(), kEvents);
    if (id < 0) {
      return false;
    }
    wanted[id].insert(file.filename().string());
    return true;
  }

  // Takes all events there are. Whether one was about the file or its directory.
  bool drain() {
    bool concerned = false;
    alignas(inotify_event) std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t count = ::read(inotify_.native_handle(), buffer.data(), buffer.size());
      if (count <= 0) {
        return concerned;
      }
      std::size_t at = 0;
      while (at < static_cast<std::size_t>(count)) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        const char* const name = buffer.data() + at + sizeof event;
        const auto names = watches_.find(event.wd);
        concerned |= event.len == 0 ||
                     (names != watches_.end() && names->second.contains(std::string(name)));
        at += sizeof event + event.len;
      }
    }
  }

  asio::posix::stream_descriptor inotify_;
  asio::steady_timer timer_;
  std::filesystem::path file_;
  std::map<int, std::set<std::string>> watches_;  // by inotify's id of a directory
  std::optional<Signature> last_;
};

}  // namespace

Result<std::unique_ptr<FileWatcher>> make_file_watcher(asio::any_io_executor executor,
                                                       std::filesystem::path file) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(file, error);
  if (error) {
    return Error(ErrorKind::unavailable, "{}: {}", file.string(), error.message());
  }
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    return Error(ErrorKind::exhausted,
                 "{}: cannot be watched: {}: raise fs.inotify.max_user_instances, or run without "
                 "--watch",
                 file.string(), std::strerror(errno));
  }
  return std::make_unique<InotifyWatcher>(std::move(executor), descriptor, absolute);
}

}  // namespace wasmcloud::wash
