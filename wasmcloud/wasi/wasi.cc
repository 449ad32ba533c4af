#include "wasmcloud/wasi/wasi.h"

#include "wasmcloud/wasi/cli.h"
#include "wasmcloud/wasi/clocks.h"
#include "wasmcloud/wasi/filesystem.h"
#include "wasmcloud/wasi/io.h"
#include "wasmcloud/wasi/random.h"
#include "wasmcloud/wasi/sockets.h"

#if __has_include("wasmcloud/wasi/http.h")
#include "wasmcloud/wasi/http.h"
#define WC_WASI_HAS_HTTP 1
#endif

namespace wasmcloud::wasi {

void add_to(component::Host& host) {
  add_io(host);
  add_clocks(host);
  add_random(host);
  add_cli(host);
  add_filesystem(host);
  add_sockets(host);
#ifdef WC_WASI_HAS_HTTP
  add_http(host);
#endif
}

}  // namespace wasmcloud::wasi
