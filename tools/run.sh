#!/usr/bin/env bash
# Installs what is missing, builds, and serves examples/http-hello-world on a lattice of one host until Ctrl-C: starts NATS
# (unless one listens at 127.0.0.1:4222) and a host with `wash up`, the component and an HTTP server on it, and links them.
#
#   tools/run.sh [--addr HOST:PORT] [arguments of `wash up` ...]
#
# HOST:PORT is where the component answers, 127.0.0.1:8000 unless said. Nothing that it started stays behind. The links and
# configurations stay in NATS's store, below the folder for temporary files.
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
step "build" cmake --build --preset release --target wash wasmcloud http-hello-world

wash="$root/build/release/bin/wash"
show() { say "wash $*"; "$wash" "$@"; }

up=
finish() {
  trap '' INT TERM
  [ -z "$up" ] || { kill -TERM "$up" 2>/dev/null && wait "$up"; } || true
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "wash up $*"
"$wash" up "$@" &
up=$!
until "$wash" get hosts --timeout-ms 300 2>/dev/null | grep -qE '\bN[A-Z2-7]{55}\b'; do
  kill -0 "$up" 2>/dev/null || { wait "$up"; exit 1; }
done

show start component "$root/build/release/components/http-hello-world.wasm" hello --max-instances 100
show start provider wasmcloud+builtin://http-server http-server
show config put hello-address "address=$addr"
show link put http-server hello wasi http --interface incoming-handler --source-config hello-address

say "it answers until Ctrl-C; in another terminal:"
say "    curl http://$addr/"
wait "$up"
