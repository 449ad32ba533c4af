// Tests of wasi:io and the clocks.
#include <string>
#include <vector>

#include "guest.h"

namespace guest {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kHour = 3'600'000 * kMillisecond;

wasi_io_streams_own_output_stream_t get_stdout() { return wasi_cli_stdout_get_stdout(); }

bindings_list_u8_t bytes_of(std::string_view text) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())), text.size()};
}

// Must trap.
Outcome poll_nothing() {
  wasi_io_poll_list_borrow_pollable_t none{nullptr, 0};
  bindings_list_u32_t ready{};
  wasi_io_poll_poll(&none, &ready);
  return failed("poll of nothing came back");
}

// Which of an hour and `milliseconds`, each given twice, are ready first.
Outcome poll_timers() {
  const auto late = wasi_clocks_monotonic_clock_subscribe_duration(kHour);
  const auto soon = wasi_clocks_monotonic_clock_subscribe_duration(2 * kMillisecond);
  std::vector<wasi_io_poll_borrow_pollable_t> list{
      wasi_io_poll_borrow_pollable(late), wasi_io_poll_borrow_pollable(soon),
      wasi_io_poll_borrow_pollable(late), wasi_io_poll_borrow_pollable(soon)};
  wasi_io_poll_list_borrow_pollable_t in{list.data(), list.size()};
  bindings_list_u32_t ready{};
  wasi_io_poll_poll(&in, &ready);
  std::string text;
  for (std::size_t i = 0; i < ready.len; ++i) {
    text += std::to_string(ready.ptr[i]) + " ";
  }
  text += wasi_io_poll_method_pollable_ready(list[0]) ? "late" : "not late";
  wasi_io_poll_pollable_drop_own(late);
  wasi_io_poll_pollable_drop_own(soon);
  return found(text);
}

Outcome sleep_a_little() {
  const std::uint64_t begin = wasi_clocks_monotonic_clock_now();
  const auto timer = wasi_clocks_monotonic_clock_subscribe_duration(3 * kMillisecond);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(timer));
  wasi_io_poll_pollable_drop_own(timer);
  const std::uint64_t slept = wasi_clocks_monotonic_clock_now() - begin;
  return slept >= 3 * kMillisecond ? found("slept") : failed("woke too early");
}

// Never ends by itself.
Outcome sleep_for_ever() {
  const auto timer = wasi_clocks_monotonic_clock_subscribe_duration(~0ULL);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(timer));
  return failed("woke up");
}

// Must trap: nothing was permitted.
Outcome write_unasked() {
  const auto out = get_stdout();
  bindings_list_u8_t text = bytes_of("x");
  wasi_io_streams_stream_error_t error{};
  wasi_io_streams_method_output_stream_write(wasi_io_streams_borrow_output_stream(out), &text,
                                             &error);
  return failed("a write without permit came back");
}

// Must trap.
Outcome write_too_much_at_once() {
  const auto out = get_stdout();
  const std::string large(4097, 'x');
  bindings_list_u8_t text = bytes_of(large);
  wasi_io_streams_stream_error_t error{};
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(out), &text, &error);
  return failed("a write of 4097 bytes came back");
}

Outcome write_within_permit() {
  const auto out = get_stdout();
  const auto borrowed = wasi_io_streams_borrow_output_stream(out);
  std::uint64_t permit = 0;
  wasi_io_streams_stream_error_t error{};
  if (!wasi_io_streams_method_output_stream_check_write(borrowed, &permit, &error)) {
    return failed("check-write: " + describe(error));
  }
  bindings_list_u8_t text = bytes_of("a line\n");
  if (permit < text.len || !wasi_io_streams_method_output_stream_write(borrowed, &text, &error) ||
      !wasi_io_streams_method_output_stream_blocking_flush(borrowed, &error)) {
    return failed("write: " + describe(error));
  }
  const auto ready = wasi_io_streams_method_output_stream_subscribe(borrowed);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(ready));
  wasi_io_poll_pollable_drop_own(ready);
  wasi_io_streams_output_stream_drop_own(out);
  return found("written");
}

Outcome read_stdin() {
  const auto in = wasi_cli_stdin_get_stdin();
  bindings_list_u8_t bytes{};
  wasi_io_streams_stream_error_t error{};
  if (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 10,
                                                        &bytes, &error)) {
    return failed("there was input");
  }
  return found(describe(error));
}

}  // namespace

std::string describe(wasi_io_streams_stream_error_t error) {
  if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    return "closed";
  }
  wasi_filesystem_types_error_code_t code = 0;
  std::string text = "failed";
  if (wasi_filesystem_types_filesystem_error_code(
          wasi_io_error_borrow_error(error.val.last_operation_failed), &code)) {
    text += " with code " + std::to_string(code);
  }
  wasi_io_error_error_drop_own(error.val.last_operation_failed);
  return text;
}

Outcome run_io(std::string_view test) {
  if (test == "poll-nothing") {
    return poll_nothing();
  }
  if (test == "poll-timers") {
    return poll_timers();
  }
  if (test == "sleep") {
    return sleep_a_little();
  }
  if (test == "sleep-for-ever") {
    return sleep_for_ever();
  }
  if (test == "write-unasked") {
    return write_unasked();
  }
  if (test == "write-too-much-at-once") {
    return write_too_much_at_once();
  }
  if (test == "write-within-permit") {
    return write_within_permit();
  }
  if (test == "read-stdin") {
    return read_stdin();
  }
  return failed("no such test: " + std::string(test));
}

}  // namespace guest
