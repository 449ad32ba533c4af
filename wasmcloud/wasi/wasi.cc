#include "wasmcloud/wasi/wasi.h"

#include "wasmcloud/wasi/cli.h"
#include "wasmcloud/wasi/clocks.h"
#include "wasmcloud/wasi/config.h"
#include "wasmcloud/wasi/filesystem.h"
#include "wasmcloud/wasi/http.h"
#include "wasmcloud/wasi/io.h"
#include "wasmcloud/wasi/logging.h"
#include "wasmcloud/wasi/random.h"
#include "wasmcloud/wasi/sockets.h"

namespace wasmcloud::wasi {

void add_to(component::Host& host) {
  add_io(host);
  add_clocks(host);
  add_random(host);
  add_cli(host);
  add_filesystem(host);
  add_sockets(host);
  add_http(host);
  add_config(host);
  add_logging(host);
}

}  // namespace wasmcloud::wasi
