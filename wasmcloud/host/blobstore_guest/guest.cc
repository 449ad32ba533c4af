// Does with a blob store what a text says, such as "put box thing 1000": what blobstore_test.cc
// needs from a guest, good and bad. The byte at i of what it writes is i % 251; what it reads is
// compared with that.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bindings.h"

namespace {

namespace blob {
using Container = wasi_blobstore_container_own_container_t;
using Names = wasi_blobstore_container_own_stream_object_names_t;
using OutgoingValue = wasi_blobstore_types_own_outgoing_value_t;
using IncomingValue = wasi_blobstore_types_own_incoming_value_t;
}  // namespace blob

using Words = std::vector<std::string>;

constexpr std::uint64_t kAll = UINT64_MAX;

std::uint8_t byte_at(std::uint64_t i) { return static_cast<std::uint8_t>(i % 251); }

bindings_string_t text(std::string& from) {
  return {reinterpret_cast<std::uint8_t*>(from.data()), from.size()};
}

std::string taken(bindings_string_t from) {
  std::string made(reinterpret_cast<const char*>(from.ptr), from.len);
  bindings_string_free(&from);
  return made;
}

std::string told(bool fine, bindings_string_t error) {
  return fine ? "ok" : "error: " + taken(error);
}

std::string told(bool fine, bool value, bindings_string_t error) {
  return fine ? (value ? "true" : "false") : told(false, error);
}

// Of a stream.
std::string taken(wasi_io_streams_stream_error_t error) {
  if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    return "closed";
  }
  bindings_string_t words;
  wasi_io_error_method_error_to_debug_string(
      wasi_io_error_borrow_error(error.val.last_operation_failed), &words);
  wasi_io_streams_stream_error_free(&error);
  return taken(words);
}

// --- containers ---

std::string make(Words& words) {
  bindings_string_t name = text(words[1]);
  bindings_string_t error;
  blob::Container made;
  if (!wasi_blobstore_blobstore_create_container(&name, &made, &error)) {
    return told(false, error);
  }
  bindings_string_t called;
  wasi_blobstore_container_method_container_name(wasi_blobstore_container_borrow_container(made),
                                                 &called, &error);
  return taken(called);
}

std::string find(Words& words, blob::Container& found) {
  bindings_string_t name = text(words[1]);
  bindings_string_t error;
  const bool fine = wasi_blobstore_blobstore_get_container(&name, &found, &error);
  return told(fine, error);
}

std::string remove(Words& words) {
  bindings_string_t name = text(words[1]);
  bindings_string_t error;
  const bool fine = wasi_blobstore_blobstore_delete_container(&name, &error);
  return told(fine, error);
}

std::string exists(Words& words) {
  bindings_string_t name = text(words[1]);
  bindings_string_t error;
  bool value = false;
  const bool fine = wasi_blobstore_blobstore_container_exists(&name, &value, &error);
  return told(fine, value, error);
}

std::string info(wasi_blobstore_container_borrow_container_t container) {
  wasi_blobstore_container_container_metadata_t data;
  bindings_string_t error;
  if (!wasi_blobstore_container_method_container_info(container, &data, &error)) {
    return told(false, error);
  }
  return taken(data.name) + " " + std::to_string(data.created_at);
}

std::string copy_or_move(Words& words) {
  wasi_blobstore_types_object_id_t from{text(words[1]), text(words[2])};
  wasi_blobstore_types_object_id_t to{text(words[3]), text(words[4])};
  bindings_string_t error;
  const bool fine = words[0] == "copy" ? wasi_blobstore_blobstore_copy_object(&from, &to, &error)
                                       : wasi_blobstore_blobstore_move_object(&from, &to, &error);
  return told(fine, error);
}

// --- objects ---

std::string erase(wasi_blobstore_container_borrow_container_t container, Words& words) {
  bindings_string_t error;
  if (words.size() == 3) {
    bindings_string_t name = text(words[2]);
    const bool fine =
        wasi_blobstore_container_method_container_delete_object(container, &name, &error);
    return told(fine, error);
  }
  std::vector<bindings_string_t> names;
  for (std::size_t i = 2; i < words.size(); ++i) {
    names.push_back(text(words[i]));
  }
  wasi_blobstore_container_list_object_name_t list{names.data(), names.size()};
  const bool fine =
      wasi_blobstore_container_method_container_delete_objects(container, &list, &error);
  return told(fine, error);
}

std::string has(wasi_blobstore_container_borrow_container_t container, Words& words) {
  bindings_string_t name = text(words[2]);
  bindings_string_t error;
  bool value = false;
  const bool fine =
      wasi_blobstore_container_method_container_has_object(container, &name, &value, &error);
  return told(fine, value, error);
}

std::string object(wasi_blobstore_container_borrow_container_t container, Words& words) {
  bindings_string_t name = text(words[2]);
  wasi_blobstore_container_object_metadata_t data;
  bindings_string_t error;
  if (!wasi_blobstore_container_method_container_object_info(container, &name, &data, &error)) {
    return told(false, error);
  }
  return taken(data.container) + " " + taken(data.name) + " " + std::to_string(data.created_at) +
         " " + std::to_string(data.size);
}

std::string clear(wasi_blobstore_container_borrow_container_t container) {
  bindings_string_t error;
  const bool fine = wasi_blobstore_container_method_container_clear(container, &error);
  return told(fine, error);
}

// --- writing ---

struct Upload {
  blob::OutgoingValue value = wasi_blobstore_types_static_outgoing_value_new_outgoing_value();
  wasi_io_streams_own_output_stream_t stream{};

  bool open() {
    return wasi_blobstore_types_method_outgoing_value_outgoing_value_write_body(
        wasi_blobstore_types_borrow_outgoing_value(value), &stream);
  }

  std::string send(wasi_blobstore_container_borrow_container_t container, std::string& object) {
    bindings_string_t name = text(object);
    bindings_string_t error;
    const bool fine = wasi_blobstore_container_method_container_write_data(
        container, &name, wasi_blobstore_types_borrow_outgoing_value(value), &error);
    return told(fine, error);
  }

  // As most components of 1.x do it.
  std::string write(std::uint64_t size) {
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t at = 0; at < size; at += bytes.size()) {
      bytes.resize(std::min<std::uint64_t>(4096, size - at));
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = byte_at(at + i);
      }
      bindings_list_u8_t contents{bytes.data(), bytes.size()};
      wasi_io_streams_stream_error_t error;
      if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
              wasi_io_streams_borrow_output_stream(stream), &contents, &error)) {
        return "cannot write at " + std::to_string(at) + ": " + taken(error);
      }
    }
    return "ok";
  }

  void close() { wasi_io_streams_output_stream_drop_own(stream); }

  std::string finish() {
    bindings_string_t error;
    const bool fine = wasi_blobstore_types_static_outgoing_value_finish(value, &error);
    return told(fine, error);
  }

  void drop() { wasi_blobstore_types_outgoing_value_drop_own(value); }
};

// "put": first where to, then the bytes; "put-first" the other way round.
std::string put(wasi_blobstore_container_borrow_container_t container, Words& words) {
  const std::uint64_t size = std::strtoull(words[3].c_str(), nullptr, 10);
  Upload upload;
  upload.open();
  const bool first = words[0] == "put-first";
  std::string how = first ? upload.write(size) : upload.send(container, words[2]);
  if (how == "ok") {
    how = first ? upload.send(container, words[2]) : upload.write(size);
  }
  if (words[0] == "put-trap") {
    __builtin_trap();
  }
  if (words[0] == "put-alive") {
    return upload.finish();
  }
  upload.close();
  if (words[0] == "put-drop") {
    upload.drop();
    return how;
  }
  const std::string finished = upload.finish();
  return how == "ok" ? finished : how + ", " + finished;
}

std::string put_twice(wasi_blobstore_container_borrow_container_t container, Words& words) {
  Upload upload;
  upload.send(container, words[2]);
  return upload.send(container, words[2]);
}

// A second stream is refused; what is sent nowhere is finished at once.
std::string put_nowhere() {
  Upload upload;
  if (!upload.open() || upload.open()) {
    return "two streams";
  }
  upload.close();
  return upload.finish();
}

// --- reading ---

// Compares what comes with what "put" writes.
struct Check {
  std::uint64_t at;
  std::uint64_t count = 0;
  bool wrong = false;

  void take(const std::uint8_t* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      wrong = wrong || bytes[i] != byte_at(at + count + i);
    }
    count += size;
  }

  std::string result() const { return std::to_string(count) + (wrong ? " wrong" : "") + " bytes"; }
};

std::string open(wasi_blobstore_container_borrow_container_t container, Words& words,
                 std::uint64_t start, std::uint64_t end, blob::IncomingValue& value) {
  bindings_string_t name = text(words[2]);
  bindings_string_t error;
  const bool fine = wasi_blobstore_container_method_container_get_data(container, &name, start, end,
                                                                       &value, &error);
  return told(fine, error);
}

std::string get(wasi_blobstore_container_borrow_container_t container, Words& words) {
  const bool part = words.size() == 5;
  const std::uint64_t start = part ? std::strtoull(words[3].c_str(), nullptr, 10) : 0;
  const std::uint64_t end = part ? std::strtoull(words[4].c_str(), nullptr, 10) : kAll;
  blob::IncomingValue value;
  if (std::string how = open(container, words, start, end, value); how != "ok") {
    return how;
  }
  wasi_io_streams_own_input_stream_t stream;
  bindings_string_t refused;
  wasi_blobstore_types_static_incoming_value_incoming_value_consume_async(value, &stream, &refused);
  Check check{start};
  for (;;) {
    bindings_list_u8_t bytes;
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_input_stream_blocking_read(
            wasi_io_streams_borrow_input_stream(stream), 65536, &bytes, &error)) {
      return check.result() + ", " + taken(error);
    }
    check.take(bytes.ptr, bytes.len);
    bindings_list_u8_free(&bytes);
    if (words[0] == "get-some") {
      // What follows is asked for, and not waited for.
      wasi_io_streams_method_input_stream_read(wasi_io_streams_borrow_input_stream(stream), 0,
                                               &bytes, &error);
      wasi_io_streams_input_stream_drop_own(stream);
      return check.count != 0 && !check.wrong ? "some bytes" : "no bytes";
    }
  }
}

std::string get_whole(wasi_blobstore_container_borrow_container_t container, Words& words) {
  blob::IncomingValue value;
  if (std::string how = open(container, words, 0, kAll, value); how != "ok") {
    return how;
  }
  if (words[0] == "get-drop") {
    wasi_blobstore_types_incoming_value_drop_own(value);
    return "dropped";
  }
  if (words[0] == "get-size") {
    return std::to_string(wasi_blobstore_types_method_incoming_value_size(
        wasi_blobstore_types_borrow_incoming_value(value)));
  }
  wasi_blobstore_types_incoming_value_sync_body_t body;
  bindings_string_t error;
  if (!wasi_blobstore_types_static_incoming_value_incoming_value_consume_sync(value, &body,
                                                                              &error)) {
    return told(false, error);
  }
  Check check{0};
  check.take(body.ptr, body.len);
  return check.result();
}

// --- names ---

// As many names at a time as the third word says, with a "|" where a call ended; of "skip" not
// those of the first call.
std::string list(wasi_blobstore_container_borrow_container_t container, Words& words) {
  const std::uint64_t most = std::strtoull(words[2].c_str(), nullptr, 10);
  blob::Names names;
  bindings_string_t error;
  if (!wasi_blobstore_container_method_container_list_objects(container, &names, &error)) {
    return told(false, error);
  }
  const auto from = wasi_blobstore_container_borrow_stream_object_names(names);
  std::string all;
  if (words[0] == "skip") {
    bindings_tuple2_u64_bool_t skipped;
    if (!wasi_blobstore_container_method_stream_object_names_skip_stream_object_names(
            from, most, &skipped, &error)) {
      return told(false, error);
    }
    all = std::to_string(skipped.f0) + (skipped.f1 ? " to the end|" : "|");
  }
  for (bool ended = false; !ended;) {
    wasi_blobstore_container_tuple2_list_object_name_bool_t some;
    if (!wasi_blobstore_container_method_stream_object_names_read_stream_object_names(
            from, most, &some, &error)) {
      return all + told(false, error);
    }
    for (std::size_t i = 0; i < some.f0.len; ++i) {
      all.append(reinterpret_cast<const char*>(some.f0.ptr[i].ptr), some.f0.ptr[i].len).append(" ");
    }
    all += "|";
    ended = some.f1;
    wasi_blobstore_container_list_object_name_free(&some.f0);
  }
  return all;
}

// --- what it is told ---

std::string in_container(Words& words) {
  blob::Container found;
  if (std::string how = find(words, found); how != "ok" || words[0] == "find") {
    return how;
  }
  const auto container = wasi_blobstore_container_borrow_container(found);
  const std::string& verb = words[0];
  if (verb == "info") {
    return info(container);
  }
  if (verb == "clear") {
    return clear(container);
  }
  if (verb == "erase") {
    return erase(container, words);
  }
  if (verb == "has") {
    return has(container, words);
  }
  if (verb == "object") {
    return object(container, words);
  }
  if (verb == "list" || verb == "skip") {
    return list(container, words);
  }
  if (verb == "get" || verb == "get-some") {
    return get(container, words);
  }
  if (verb.starts_with("get-")) {
    return get_whole(container, words);
  }
  return verb == "put-twice" ? put_twice(container, words) : put(container, words);
}

std::string act(Words& words) {
  const std::string& verb = words[0];
  if (verb == "make") {
    return make(words);
  }
  if (verb == "remove") {
    return remove(words);
  }
  if (verb == "exists") {
    return exists(words);
  }
  if (verb == "copy" || verb == "move") {
    return copy_or_move(words);
  }
  if (verb == "put-nowhere") {
    return put_nowhere();
  }
  return in_container(words);
}

Words split(std::string_view line) {
  Words words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

// Sentences end with a ";": each is done, and its answer a line.
extern "C" void exports_wc_test_relay_relay(bindings_list_u8_t* data, bindings_list_u8_t* ret) {
  std::string_view lines(reinterpret_cast<const char*>(data->ptr), data->len);
  std::string answers;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find(';'), lines.size());
    Words words = split(lines.substr(0, end));
    answers += (answers.empty() ? "" : "\n") + act(words);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  ret->len = answers.size();
  ret->ptr = static_cast<std::uint8_t*>(std::malloc(answers.size() + 1));
  std::memcpy(ret->ptr, answers.data(), answers.size());
}
