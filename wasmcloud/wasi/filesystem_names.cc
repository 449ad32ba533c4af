// The functions of a directory that work on names, not on what the names stand for: the parent is
// resolved beneath the directory, the last name is handed to the system, which does not follow it.

#include <array>
#include <climits>

#include <stdio.h>
#include <unistd.h>

#include "wasmcloud/base/utf8.h"
#include "wasmcloud/wasi/filesystem_descriptor.h"

namespace wasmcloud::wasi::filesystem {
namespace {

FsResult<> done(int outcome) noexcept {
  return outcome == 0 ? FsResult<>() : FsResult<>(last_error());
}

// A name that something new is to get. It may end with a slash only if that is a directory.
FsResult<> check_new_name(const Parent& parent) {
  return parent.must_be_directory ? std::unexpected(ErrorCode::no_entry) : FsResult<>();
}

}  // namespace

FsResult<> Descriptor::create_directory_at(std::string_view path) const {
  const FsResult<> allowed = check_mutable_directory();
  if (!allowed) {
    return allowed;
  }
  const auto parent = parent_of(path);
  if (!parent) {
    return std::unexpected(parent.error());
  }
  constexpr mode_t kMode = 0777;  // less the umask
  return done(::mkdirat(parent->directory->get(), parent->name.c_str(), kMode));
}

FsResult<> Descriptor::link_at(PathFlags old_path_flags, std::string_view old_path,
                               const Descriptor& new_directory, std::string_view new_path) const {
  for (const Descriptor* const directory : {this, &new_directory}) {
    const FsResult<> allowed = directory->check_mutable_directory();
    if (!allowed) {
      return allowed;
    }
  }
  if ((old_path_flags.bits & PathFlags::kSymlinkFollow) != 0) {
    return std::unexpected(ErrorCode::invalid);
  }
  const auto from = parent_of(old_path);
  if (!from) {
    return std::unexpected(from.error());
  }
  const auto to = new_directory.parent_of(new_path);
  if (!to) {
    return std::unexpected(to.error());
  }
  for (const FsResult<>& name : {check_trailing_slash(*from), check_new_name(*to)}) {
    if (!name) {
      return name;
    }
  }
  return done(::linkat(from->directory->get(), from->name.c_str(), to->directory->get(),
                       to->name.c_str(), 0));
}

FsResult<std::string> Descriptor::readlink_at(std::string_view path) const {
  const auto parent = parent_of(path);
  if (!parent) {
    return std::unexpected(parent.error());
  }
  const FsResult<> name = check_trailing_slash(*parent);
  if (!name) {
    return std::unexpected(name.error());
  }
  std::array<char, PATH_MAX> target{};
  const ssize_t size =
      ::readlinkat(parent->directory->get(), parent->name.c_str(), target.data(), target.size());
  if (size < 0) {
    return last_error();
  }
  std::string text(target.data(), static_cast<std::size_t>(size));
  if (!is_utf8(text)) {
    return std::unexpected(ErrorCode::illegal_byte_sequence);
  }
  if (text.starts_with('/')) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  return text;
}

FsResult<> Descriptor::remove_directory_at(std::string_view path) const {
  const FsResult<> allowed = check_mutable_directory();
  if (!allowed) {
    return allowed;
  }
  const auto parent = parent_of(path);
  if (!parent) {
    return std::unexpected(parent.error());
  }
  return done(::unlinkat(parent->directory->get(), parent->name.c_str(), AT_REMOVEDIR));
}

FsResult<> Descriptor::rename_at(std::string_view old_path, const Descriptor& new_directory,
                                 std::string_view new_path) const {
  for (const Descriptor* const directory : {this, &new_directory}) {
    const FsResult<> allowed = directory->check_mutable_directory();
    if (!allowed) {
      return allowed;
    }
  }
  const auto from = parent_of(old_path);
  if (!from) {
    return std::unexpected(from.error());
  }
  auto to = new_directory.parent_of(new_path);
  if (!to) {
    return std::unexpected(to.error());
  }
  // What a name with a slash at its end gets must be a directory: so must be what is moved there.
  Parent source = *from;
  source.must_be_directory |= to->must_be_directory;
  for (const FsResult<>& name : {check_trailing_slash(source), check_trailing_slash(*to)}) {
    if (!name) {
      return name;
    }
  }
  return done(::renameat(from->directory->get(), from->name.c_str(), to->directory->get(),
                         to->name.c_str()));
}

FsResult<> Descriptor::symlink_at(std::string_view old_path, std::string_view new_path) const {
  const FsResult<> allowed = check_mutable_directory();
  if (!allowed) {
    return allowed;
  }
  if (old_path.starts_with('/')) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  if (old_path.contains('\0')) {
    return std::unexpected(ErrorCode::invalid);
  }
  const auto parent = parent_of(new_path);
  if (!parent) {
    return std::unexpected(parent.error());
  }
  const FsResult<> name = check_new_name(*parent);
  if (!name) {
    return name;
  }
  return done(
      ::symlinkat(std::string(old_path).c_str(), parent->directory->get(), parent->name.c_str()));
}

FsResult<> Descriptor::unlink_file_at(std::string_view path) const {
  const FsResult<> allowed = check_mutable_directory();
  if (!allowed) {
    return allowed;
  }
  const auto parent = parent_of(path);
  if (!parent) {
    return std::unexpected(parent.error());
  }
  const FsResult<> name = check_trailing_slash(*parent);
  if (!name) {
    return name;
  }
  return done(::unlinkat(parent->directory->get(), parent->name.c_str(), 0));
}

}  // namespace wasmcloud::wasi::filesystem
