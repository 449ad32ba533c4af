// Greets whoever asks, and says what they asked for.
#include "guest/http.h"

void http::handle(Request request, Responder responder) {
  Response head{.status = 200, .headers = {{"content-type", "text/plain; charset=utf-8"}}};
  ResponseBody body = std::move(responder).send(std::move(head));
  body.write("Hello from C++! You asked for " + request.path() + "\n");
  body.finish();
}
