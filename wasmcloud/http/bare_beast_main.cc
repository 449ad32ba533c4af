// The limit that our server is measured against: the least that a coroutine server on Beast does
// for a request. No time limits, no checks, no streaming: not a server to use.
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> session(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request<http::string_body> request;
    auto [read_error, read_size] = co_await http::async_read(socket, buffer, request, as_result);
    if (read_error) {
      break;
    }
    http::response<http::string_body> response(http::status::ok, request.version());
    response.set(http::field::content_type, "text/plain");
    response.keep_alive(request.keep_alive());
    response.body() = "Hello from Beast!";
    response.prepare_payload();
    auto [write_error, write_size] = co_await http::async_write(socket, response, as_result);
    if (write_error || !response.keep_alive()) {
      break;
    }
  }
}

asio::awaitable<void> accept_loop(tcp::acceptor acceptor) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error) {
      co_return;
    }
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), session(std::move(socket)), asio::detached);
  }
}

tcp::acceptor listen(asio::io_context& context, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(context, endpoint.protocol());
  const int on = 1;
  ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  acceptor.set_option(asio::socket_base::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen(4096);
  return acceptor;
}

}  // namespace

int main(int argc, char** argv) {
  std::string address = "127.0.0.1:8000";
  std::size_t shards = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--addr") == 0) {
      address = argv[i + 1];
    } else if (std::strcmp(argv[i], "--shards") == 0) {
      shards = std::stoul(argv[i + 1]);
    }
  }
  const std::size_t colon = address.rfind(':');
  const tcp::endpoint endpoint(asio::ip::make_address(address.substr(0, colon)),
                               static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < shards; ++i) {
    contexts.push_back(std::make_unique<asio::io_context>(1));
    asio::io_context& context = *contexts.back();
    asio::co_spawn(context, accept_loop(listen(context, endpoint)), asio::detached);
    threads.emplace_back([&context] { context.run(); });
  }
  std::cout << "listening at " << address << '\n' << std::flush;
}
