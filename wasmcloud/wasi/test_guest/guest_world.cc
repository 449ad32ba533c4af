// Tests of the small interfaces: environment, exit, random, sockets.
#include <cstdio>
#include <ctime>
#include <string>

#include "guest.h"

namespace guest {
namespace {

Outcome list_environment() {
  std::string text;
  bindings_list_string_t arguments{};
  wasi_cli_environment_get_arguments(&arguments);
  for (std::size_t i = 0; i < arguments.len; ++i) {
    text += std::string(view(arguments.ptr[i])) + ";";
  }
  bindings_list_tuple2_string_string_t variables{};
  wasi_cli_environment_get_environment(&variables);
  for (std::size_t i = 0; i < variables.len; ++i) {
    text +=
        std::string(view(variables.ptr[i].f0)) + "=" + std::string(view(variables.ptr[i].f1)) + ";";
  }
  bindings_string_t cwd{};
  text += wasi_cli_environment_initial_cwd(&cwd) ? "cwd" : "no cwd";
  return found(text);
}

Outcome draw_random() {
  bindings_list_u8_t bytes{};
  wasi_random_random_get_random_bytes(100'000, &bytes);
  std::size_t zeroes = 0;
  for (std::size_t i = 0; i < bytes.len; ++i) {
    zeroes += bytes.ptr[i] == 0 ? 1 : 0;
  }
  const bool likely = bytes.len == 100'000 && zeroes > 200 && zeroes < 600;
  const bool differ = wasi_random_random_get_random_u64() != wasi_random_random_get_random_u64() &&
                      wasi_random_insecure_get_insecure_random_u64() !=
                          wasi_random_insecure_get_insecure_random_u64();
  return likely && differ ? found("random") : failed("not random");
}

// Must trap.
Outcome draw_too_much() {
  bindings_list_u8_t bytes{};
  wasi_random_random_get_random_bytes((64ULL << 20U) + 1, &bytes);
  return failed("more than 64 MiB came back");
}

Outcome use_sockets() {
  std::string text;
  const auto network = wasi_sockets_instance_network_instance_network();
  const auto borrowed = wasi_sockets_network_borrow_network(network);
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t stream{};
  std::uint8_t error = 0;
  bindings_string_t name = view("example.com");
  if (!wasi_sockets_ip_name_lookup_resolve_addresses(borrowed, &name, &stream, &error)) {
    text += "lookup " + std::to_string(error);
  }
  wasi_sockets_tcp_own_tcp_socket_t socket{};
  if (!wasi_sockets_tcp_create_socket_create_tcp_socket(WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4,
                                                        &socket, &error)) {
    return failed("create-tcp-socket: " + std::to_string(error));
  }
  wasi_sockets_tcp_ip_socket_address_t address{};
  address.tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4;
  address.val.ipv4 = {80, {127, 0, 0, 1}};
  const auto self = wasi_sockets_tcp_borrow_tcp_socket(socket);
  if (!wasi_sockets_tcp_method_tcp_socket_start_connect(self, borrowed, &address, &error)) {
    text += ", connect " + std::to_string(error);
  }
  if (!wasi_sockets_tcp_method_tcp_socket_set_hop_limit(self, 0, &error)) {
    text += ", hop limit 0 " + std::to_string(error);
  }
  std::uint8_t hops = 0;
  wasi_sockets_tcp_method_tcp_socket_set_hop_limit(self, 7, &error);
  wasi_sockets_tcp_method_tcp_socket_hop_limit(self, &hops, &error);
  text += ", hop limit " + std::to_string(hops);
  wasi_sockets_tcp_tcp_socket_drop_own(socket);
  wasi_sockets_network_network_drop_own(network);
  return found(text);
}

Outcome tell_time() {
  wasi_clocks_wall_clock_datetime_t now{};
  wasi_clocks_wall_clock_now(&now);
  const bool agree = std::time(nullptr) - static_cast<std::time_t>(now.seconds) <= 1;
  return agree && now.seconds > 1'600'000'000 && now.nanoseconds < 1'000'000'000
             ? found("now")
             : failed("another time");
}

Outcome exit_with(std::uint8_t status) {
  wasi_cli_exit_exit_with_code(status);
  return failed("exit came back");
}

Outcome exit_badly() {
  wasi_cli_exit_result_void_void_t status{.is_err = true};
  wasi_cli_exit_exit(&status);
  return failed("exit came back");
}

}  // namespace

Outcome run_world(std::string_view test) {
  if (test == "environment") {
    return list_environment();
  }
  if (test == "random") {
    return draw_random();
  }
  if (test == "random-too-much") {
    return draw_too_much();
  }
  if (test == "sockets") {
    return use_sockets();
  }
  if (test == "time") {
    return tell_time();
  }
  if (test == "exit-7") {
    return exit_with(7);
  }
  if (test == "exit-badly") {
    return exit_badly();
  }
  return failed("no such test: " + std::string(test));
}

}  // namespace guest
