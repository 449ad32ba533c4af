#!/usr/bin/env bash
# Installs what is missing, builds, and serves examples/http-hello-world with our `wash run` until Ctrl-C.
#
#   tools/run.sh [--addr HOST:PORT] [arguments of `wash run` ...]
#
# The address is 127.0.0.1:8000 unless said. The server takes this script's place, so that a signal reaches it and nothing
# stays behind. WC_WASH names another wash to serve with than the one built here.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/steps.sh
. "$root/tools/steps.sh"

addr=127.0.0.1:8000
case "${1:-}" in
  -h | --help) usage "${BASH_SOURCE[0]}"; exit 0 ;;
  --addr) addr=${2:?--addr needs HOST:PORT}; shift 2 ;;
  --addr=*) addr=${1#--addr=}; shift ;;
esac

step "set up" "$root/tools/setup.sh" --for run
configure release
targets=(http-hello-world)
[ -n "${WC_WASH:-}" ] || targets+=(wash)
step "build" cmake --build --preset release --target "${targets[@]}"

say "serve examples/http-hello-world at http://$addr/ until Ctrl-C; in another terminal:"
say "    curl http://$addr/"
exec "${WC_WASH:-$root/build/release/bin/wash}" run "$root/build/release/components/http-hello-world.wasm" \
  --addr "$addr" "$@"
