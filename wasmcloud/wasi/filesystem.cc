#include "wasmcloud/wasi/filesystem.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/blocking.h"
#include "wasmcloud/wasi/filesystem_descriptor.h"
#include "wasmcloud/wasi/filesystem_streams.h"

namespace wasmcloud::wasi {
namespace {

using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using filesystem::Advice;
using filesystem::Descriptor;
using filesystem::DescriptorFlags;
using filesystem::DirectoryEntry;
using filesystem::DirectoryEntryStream;
using filesystem::ErrorCode;
using filesystem::FsResult;
using filesystem::NewTimestamp;
using filesystem::OpenFlags;
using filesystem::PathFlags;
using Bytes = std::span<const std::uint8_t>;

filesystem::StreamThreads threads_of(Store& store) {
  return {.executor = store.executor(), .blocking = store.host<Context>().environment().blocking};
}

FsResult<Own<InputStream>> read_via_stream(Store& store, Borrow<Descriptor> self,
                                           std::uint64_t offset) {
  if (self->is_directory()) {
    return std::unexpected(ErrorCode::is_directory);
  }
  const FsResult<> usable = self->check_readable();
  if (!usable) {
    return std::unexpected(usable.error());
  }
  return make_own<InputStream>(make_file_source(self->handle(), offset, threads_of(store)));
}

FsResult<Own<OutputStream>> write_via_stream(Store& store, Borrow<Descriptor> self,
                                             std::uint64_t offset) {
  const FsResult<> usable = self->check_writable();
  if (!usable) {
    return std::unexpected(usable.error());
  }
  return make_own<OutputStream>(make_file_sink(self->handle(), offset, threads_of(store)));
}

FsResult<Own<OutputStream>> append_via_stream(Store& store, Borrow<Descriptor> self) {
  const FsResult<> usable = self->check_writable();
  if (!usable) {
    return std::unexpected(usable.error());
  }
  return make_own<OutputStream>(make_append_sink(self->handle(), threads_of(store)));
}

void add_stream_functions(HostInterface& types) {
  types.function("[method]descriptor.read-via-stream", read_via_stream);
  types.function("[method]descriptor.write-via-stream", write_via_stream);
  types.function("[method]descriptor.append-via-stream", append_via_stream);
}

void add_file_functions(HostInterface& types) {
  types.function("[method]descriptor.advise",
                 [](Store& store, Borrow<Descriptor> self, std::uint64_t offset,
                    std::uint64_t length, Advice advice) {
                   return run_blocking(store, [&] { return self->advise(offset, length, advice); });
                 });
  types.function("[method]descriptor.sync-data", [](Store& store, Borrow<Descriptor> self) {
    return run_blocking(store, [&] { return self->sync(true); });
  });
  types.function("[method]descriptor.sync", [](Store& store, Borrow<Descriptor> self) {
    return run_blocking(store, [&] { return self->sync(false); });
  });
  types.function("[method]descriptor.set-size",
                 [](Store& store, Borrow<Descriptor> self, std::uint64_t size) {
                   return run_blocking(store, [&] { return self->set_size(size); });
                 });
  types.function("[method]descriptor.read", [](Store& store, Borrow<Descriptor> self,
                                               std::uint64_t length, std::uint64_t offset) {
    return run_blocking(store, [&] { return self->read(length, offset); });
  });
  types.function("[method]descriptor.write",
                 [](Store& store, Borrow<Descriptor> self, Bytes bytes, std::uint64_t offset) {
                   return run_blocking(store, [&] { return self->write(bytes, offset); });
                 });
}

void add_metadata_functions(HostInterface& types) {
  types.function("[method]descriptor.get-flags", [](Store&, Borrow<Descriptor> self) {
    return FsResult<DescriptorFlags>(self->flags());
  });
  types.function("[method]descriptor.get-type", [](Store&, Borrow<Descriptor> self) {
    return FsResult<filesystem::DescriptorType>(self->type());
  });
  types.function("[method]descriptor.is-same-object",
                 [](Store&, Borrow<Descriptor> self, Borrow<Descriptor> other) {
                   return self->same_object(*other);
                 });
  types.function("[method]descriptor.stat", [](Store& store, Borrow<Descriptor> self) {
    return run_blocking(store, [&] { return self->stat(); });
  });
  types.function("[method]descriptor.stat-at",
                 [](Store& store, Borrow<Descriptor> self, PathFlags flags, std::string_view path) {
                   return run_blocking(store, [&] { return self->stat_at(flags, path); });
                 });
  types.function(
      "[method]descriptor.set-times",
      [](Store& store, Borrow<Descriptor> self, NewTimestamp access, NewTimestamp modification) {
        return run_blocking(store, [&] { return self->set_times(access, modification); });
      });
  types.function("[method]descriptor.set-times-at",
                 [](Store& store, Borrow<Descriptor> self, PathFlags flags, std::string_view path,
                    NewTimestamp access, NewTimestamp modification) {
                   return run_blocking(store, [&] {
                     return self->set_times_at(flags, path, access, modification);
                   });
                 });
  types.function("[method]descriptor.metadata-hash", [](Store& store, Borrow<Descriptor> self) {
    return run_blocking(store, [&] { return self->metadata_hash(); });
  });
  types.function("[method]descriptor.metadata-hash-at",
                 [](Store& store, Borrow<Descriptor> self, PathFlags flags, std::string_view path) {
                   return run_blocking(store, [&] { return self->metadata_hash_at(flags, path); });
                 });
}

// What a function of one path does, bound to it.
template <auto Function>
auto with_path(Store& store, Borrow<Descriptor> self, std::string_view path) {
  return run_blocking(store, [&] { return (self.get()->*Function)(path); });
}

void add_directory_functions(HostInterface& types) {
  types.function("[method]descriptor.create-directory-at",
                 with_path<&Descriptor::create_directory_at>);
  types.function("[method]descriptor.readlink-at", with_path<&Descriptor::readlink_at>);
  types.function("[method]descriptor.remove-directory-at",
                 with_path<&Descriptor::remove_directory_at>);
  types.function("[method]descriptor.unlink-file-at", with_path<&Descriptor::unlink_file_at>);
  types.function("[method]descriptor.open-at", [](Store& store, Borrow<Descriptor> self,
                                                  PathFlags path_flags, std::string_view path,
                                                  OpenFlags open_flags, DescriptorFlags flags) {
    return run_blocking(store, [&] { return self->open_at(path_flags, path, open_flags, flags); });
  });
  types.function("[method]descriptor.link-at",
                 [](Store& store, Borrow<Descriptor> self, PathFlags flags, std::string_view from,
                    Borrow<Descriptor> directory, std::string_view to) {
                   return run_blocking(store,
                                       [&] { return self->link_at(flags, from, *directory, to); });
                 });
  types.function("[method]descriptor.rename-at",
                 [](Store& store, Borrow<Descriptor> self, std::string_view from,
                    Borrow<Descriptor> directory, std::string_view to) {
                   return run_blocking(store,
                                       [&] { return self->rename_at(from, *directory, to); });
                 });
  types.function(
      "[method]descriptor.symlink-at",
      [](Store& store, Borrow<Descriptor> self, std::string_view target, std::string_view path) {
        return run_blocking(store, [&] { return self->symlink_at(target, path); });
      });
}

Result<FsResult<std::optional<DirectoryEntry>>> read_directory_entry(
    Store& store, Borrow<DirectoryEntryStream> self) {
  if (self->needs_fill()) {
    const auto fill = [&] {
      self->fill();
      return component::Unit{};
    };
    WC_CHECK(run_blocking(store, fill));
  }
  return self->next();
}

void add_directory_reading(HostInterface& types) {
  types.function("[method]descriptor.read-directory", [](Store& store, Borrow<Descriptor> self) {
    return run_blocking(store, [&] { return self->read_directory(); });
  });
  types.function("[method]directory-entry-stream.read-directory-entry", read_directory_entry);
}

std::optional<ErrorCode> filesystem_error_code(Store&, Borrow<IoError> error) {
  const auto* const found = dynamic_cast<const filesystem::FilesystemError*>(error.get());
  return found == nullptr ? std::nullopt : std::optional(found->code());
}

HostInterface make_types() {
  HostInterface types("wasi:filesystem/types@0.2.12");
  types.resource<InputStream>("input-stream");
  types.resource<OutputStream>("output-stream");
  types.resource<IoError>("error");
  types.resource<Descriptor>("descriptor");
  types.resource<DirectoryEntryStream>("directory-entry-stream");
  add_stream_functions(types);
  add_file_functions(types);
  add_metadata_functions(types);
  add_directory_functions(types);
  add_directory_reading(types);
  types.function("filesystem-error-code", filesystem_error_code);
  return types;
}

using Directories = std::vector<std::tuple<Own<Descriptor>, std::string_view>>;

Result<Directories> get_directories(Store& store) {
  Directories directories;
  for (const auto& preopen : store.host<Context>().environment().preopens) {
    auto descriptor =
        Descriptor::make({.handle = preopen->handle(), .flags = {}, .access = preopen->access()});
    if (!descriptor) {
      return Error(ErrorKind::unavailable, "preopened directory \"{}\": {}", preopen->guest_path(),
                   to_string(descriptor.error()));
    }
    directories.emplace_back(*std::move(descriptor), preopen->guest_path());
  }
  return directories;
}

HostInterface make_preopens() {
  HostInterface preopens("wasi:filesystem/preopens@0.2.12");
  preopens.resource<Descriptor>("descriptor");
  preopens.function("get-directories", get_directories);
  return preopens;
}

ErrorKind kind_of(int error) {
  switch (error) {
    case ENOENT:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
      return ErrorKind::denied;
    case ENOTDIR:
      return ErrorKind::invalid;
    default:
      return ErrorKind::internal;
  }
}

}  // namespace

Preopen::Preopen(filesystem::SharedHandle handle, std::string guest_path, filesystem::Access access)
    : handle_(std::move(handle)), guest_path_(std::move(guest_path)), access_(access) {}

Result<std::shared_ptr<const Preopen>> Preopen::open(const std::filesystem::path& directory,
                                                     std::string guest_path,
                                                     filesystem::Access access) {
  const int opened = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) {
    return Error(kind_of(errno), "directory \"{}\": {}", directory.string(),
                 std::generic_category().message(errno));
  }
  auto handle = std::make_shared<const filesystem::FileHandle>(opened);
  WC_CHECK(filesystem::check_confinement(opened), "directory \"{}\"", directory.string());
  return std::shared_ptr<const Preopen>(
      new Preopen(std::move(handle), std::move(guest_path), access));
}

void add_filesystem(component::Host& host) {
  host.add(make_types());
  host.add(make_preopens());
}

}  // namespace wasmcloud::wasi
