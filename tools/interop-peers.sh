#!/usr/bin/env bash
# Builds the programs that tests/interop calls and is called by, once per machine, into a cache outside the build tree:
#   <cache>/interop/bin/wc-interop-rust, wc-echo-rust
# Versions: tests/interop/rust/Cargo.lock. Quick when nothing changed: a stamp holds the digest of what it was built from.
#
#   tools/interop-peers.sh           builds what is missing or out of date; needs cargo and rustc
#   tools/interop-peers.sh --check   builds nothing: exit 0 if all is up to date, 1 if not
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${WC_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmcloud-cpp}
sources=$root/tests/interop
out=$cache/interop
stamp=$cache/interop.digest
programs=(wc-interop-rust wc-echo-rust)
source_digest=$(cat "$sources"/wit/*.wit "$sources"/rust/Cargo.* "$sources"/rust/*/Cargo.toml "$sources"/rust/*/src/*.rs |
  sha256sum | cut -d' ' -f1)

up_to_date() {
  local program
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$source_digest" ] || return 1
  for program in "${programs[@]}"; do
    [ -x "$out/bin/$program" ] || return 1
  done
}

case "${1:-}" in
  "") ;;
  --check) if up_to_date; then exit 0; else exit 1; fi ;;
  *) echo "interop-peers: unknown argument $1 (there is only --check)" >&2; exit 2 ;;
esac

mkdir -p "$cache"
exec 9>"$cache/interop.lock"
flock 9
if up_to_date; then
  echo "interop-peers: up to date in $out"
  exit 0
fi

echo "interop-peers: building the Rust peer of tests/interop (about 5 minutes on two cores, once per machine)"
cd "$sources/rust"
export CARGO_TARGET_DIR=${WC_CARGO_TARGET_DIR:-$cache/cargo-target-interop}
cargo build --release --locked --jobs "$(nproc)"
mkdir -p "$out/bin"
for program in "${programs[@]}"; do
  cp "$CARGO_TARGET_DIR/release/$program" "$out/bin/$program.new"
  mv "$out/bin/$program.new" "$out/bin/$program"  # at once: a test may be running the old one
done

# The intermediate files are hundreds of megabytes and are of no use once the results stand.
[ -n "${WC_CARGO_TARGET_DIR:-}" ] || rm -rf "$CARGO_TARGET_DIR"
echo "$source_digest" > "$stamp"
echo "interop-peers: done, in $out"
