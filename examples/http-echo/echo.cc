// Sends the body of each request back as it arrives: however long it is, this component holds none
// of it.
#include "guest/http.h"

void http::handle(Request request, Responder responder) {
  auto type = request.header("content-type").value_or("application/octet-stream");
  Response head{.status = 200, .headers = {{"content-type", std::move(type)}}};
  ResponseBody body = std::move(responder).send(std::move(head));
  if (body.copy_from(request.body()) == CopyEnd::complete) {
    body.finish();
  }
}
