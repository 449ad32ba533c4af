// A listening socket of the built-in HTTP server, and what its requests see.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/host/http_server_request.h"
#include "wasmcloud/http/server.h"

namespace wasmcloud::host {

// Its methods are awaited on one executor, one at a time but for stop(). Requests never wait for
// them. Before it is destroyed stop() must have ended, if open() did not fail.
class HttpListener final : private http::Handler {
 public:
  HttpListener(Shards& shards, std::shared_ptr<const HttpView> view);
  ~HttpListener() override;

  // Serves at `address` when it ends. Errors as http::listen().
  Task<> open(std::string address);
  // Requests that come after this see `view`; those under way keep what they began with.
  Task<> show(std::shared_ptr<const HttpView> view);
  // The socket is closed when it ends; requests under way go on.
  Task<> stop_accepting();
  // Requests under way have until `deadline`. May be called again with an earlier one.
  Task<> stop(Deadline deadline);

  const std::shared_ptr<const HttpView>& view() const noexcept { return view_; }

  // HOST:PORT as it was bound. After open().
  const std::string& address() const noexcept { return server_->address(); }

 private:
  // A shard's reference to the view: all is for its thread, so no two cores write to one count.
  struct alignas(64) Place;

  static Task<> install(Place* place, std::shared_ptr<const HttpView> view);
  Task<> handle(http::Request& request, http::ResponseWriter& response) override;

  Shards& shards_;
  std::shared_ptr<const HttpView> view_;  // what was shown last
  std::vector<std::unique_ptr<Place>> places_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace wasmcloud::host
