#!/usr/bin/env bash
# Runs the client against the server: test.sh SERVER CLIENT. The port is any free one, as the server tells.
set -euo pipefail

coproc SERVER { exec "$1" 127.0.0.1:0; }
pid=$SERVER_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" || true' EXIT
read -r -t 20 _ address <&"${SERVER[0]}"
printed=$("$2" "$address")
expected=$'40 + 2 = 42\n1 / 0 has no result\n1 3 6 10 '
if [[ "$printed" != "$expected" ]]; then
  printf 'the client printed:\n%s\nand not:\n%s\n' "$printed" "$expected" >&2
  exit 1
fi
