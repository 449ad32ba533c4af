#include "wasmcloud/host/http_server_listener.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::host {
namespace {

// The same view with a count of references of its own.
std::shared_ptr<const HttpView> own_count(const std::shared_ptr<const HttpView>& view) {
  auto owner = std::make_shared<const std::shared_ptr<const HttpView>>(view);
  return {std::move(owner), view.get()};
}

// Runs on the blocking pool. `shards` and `handler` stay: the caller awaits at once.
Task<std::unique_ptr<http::Server>> open_server(Shards& shards, std::string address,
                                                http::Handler& handler) {
  co_return http::listen(shards, address, handler);
}

}  // namespace

struct alignas(64) HttpListener::Place {
  Place(Shard& shard_, std::shared_ptr<const HttpView> view_)
      : shard(shard_), view(std::move(view_)) {}

  Shard& shard;
  std::shared_ptr<const HttpView> view;
};

HttpListener::HttpListener(Shards& shards, std::shared_ptr<const HttpView> view)
    : shards_(shards), view_(std::move(view)) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    places_.push_back(std::make_unique<Place>(shards_[i], own_count(view_)));
  }
}

HttpListener::~HttpListener() = default;

Task<> HttpListener::open(std::string address) {
  WC_CO_TRY(server_,
            asio::co_spawn(shards_.blocking_pool(), open_server(shards_, std::move(address), *this),
                           not_cancelled()));
  co_return Result<>();
}

Task<> HttpListener::install(Place* place, std::shared_ptr<const HttpView> view) {
  place->view = std::move(view);
  co_return Result<>();
}

Task<> HttpListener::show(std::shared_ptr<const HttpView> view) {
  view_ = std::move(view);
  for (const auto& place : places_) {
    WC_CO_CHECK(asio::co_spawn(place->shard.executor(), install(place.get(), own_count(view_)),
                               not_cancelled()));
  }
  co_return Result<>();
}

Task<> HttpListener::stop_accepting() { return server_->stop_accepting(); }

Task<> HttpListener::stop(Deadline deadline) { return server_->stop(deadline); }

Task<> HttpListener::handle(http::Request& request, http::ResponseWriter& response) {
  for (const auto& place : places_) {
    if (place->shard.is_current()) {
      return serve_http(place->view, request, response);
    }
  }
  WC_ASSERT(false);
}

}  // namespace wasmcloud::host
