#!/usr/bin/env bash
# Builds what comes from crates.io, once per machine, into a cache outside the build tree:
#   <cache>/wasmtime/{include,lib}       Wasmtime's C API, unless WASMTIME_DIR names one
#   <cache>/guest-tools/bin              wasm-tools, wit-bindgen
#   <cache>/guest-tools/share            the preview1 adapter, WASI's WIT
# Versions: third_party/Cargo.lock. Quick when nothing changed: a stamp holds the digest of what it was built from.
#
#   tools/third-party.sh           builds what is missing or out of date; needs cargo and rustc, see third_party/Cargo.toml
#   tools/third-party.sh --check   builds nothing: exit 0 if all is up to date, 1 if not
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${WC_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmcloud-cpp}
# What the results depend on. Raise the recipe's number with a change below that changes them.
recipe=2
source_digest=$({ echo "recipe $recipe"
                  cat "$root"/third_party/Cargo.lock "$root"/third_party/Cargo.toml "$root"/third_party/*/Cargo.toml \
                    "$root"/third_party/*/src/lib.rs
                } | sha256sum | cut -d' ' -f1)
stamp=$cache/third-party.digest

up_to_date() {
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$source_digest" ] &&
    [ -x "$cache/guest-tools/bin/wasm-tools" ] && [ -x "$cache/guest-tools/bin/wit-bindgen" ] &&
    { [ -n "${WASMTIME_DIR:-}" ] || [ -f "$cache/wasmtime/lib/libwasmtime.a" ]; }
}

case "${1:-}" in
  "") ;;
  --check) if up_to_date; then exit 0; else exit 1; fi ;;
  *) echo "third-party: unknown argument $1 (there is only --check)" >&2; exit 2 ;;
esac

if up_to_date; then
  echo "third-party: up to date in $cache"
  exit 0
fi
if ! command -v cargo >/dev/null; then
  echo "third-party: cargo was not found; tools/setup.sh installs it" >&2
  exit 1
fi

mkdir -p "$cache"
exec 9>"$cache/third-party.lock"
flock 9
if up_to_date; then
  echo "third-party: built meanwhile by another run, in $cache"
  exit 0
fi

cd "$root/third_party"
export CARGO_TARGET_DIR=${WC_CARGO_TARGET_DIR:-$cache/cargo-target}
jobs=$(nproc)

# The folder of a crate's sources, as cargo unpacked them.
crate_dir() {
  cargo metadata --locked --format-version 1 |
    python3 -c 'import json, os, sys
name = sys.argv[1]
print(next(os.path.dirname(p["manifest_path"]) for p in json.load(sys.stdin)["packages"] if p["name"] == name))' "$1"
}

if [ -z "${WASMTIME_DIR:-}" ]; then
  echo "third-party: building libwasmtime (about 5 minutes on two cores, once per machine)"
  cargo build --release --locked --jobs "$jobs" -p wc-wasmtime
  out=$cache/wasmtime
  rm -rf "$out.new" && mkdir -p "$out.new/lib" "$out.new/include"
  capi=$(crate_dir wasmtime-c-api-impl)
  cp "$CARGO_TARGET_DIR/release/libwasmtime.a" "$out.new/lib/"
  cp "$capi"/include/*.h "$out.new/include/"
  mkdir -p "$out.new/include/wasmtime" && cp -r "$capi"/include/wasmtime/* "$out.new/include/wasmtime/"
  # conf.h says with which features the library was built; the headers declare by it.
  features=$(cargo metadata --locked --no-deps --format-version 1 |
    python3 -c 'import json, sys
package = next(p for p in json.load(sys.stdin)["packages"] if p["name"] == "wc-wasmtime")
api = next(d for d in package["dependencies"] if d["name"] == "wasmtime-c-api-impl")
print(" ".join(f.upper().replace("-", "_") for f in api["features"]))')
  while IFS= read -r line; do
    if [[ $line =~ ^#cmakedefine\ WASMTIME_FEATURE_([A-Z0-9_]+)$ ]]; then
      case " $features " in
        *" ${BASH_REMATCH[1]} "*) echo "#define WASMTIME_FEATURE_${BASH_REMATCH[1]}" ;;
        *) echo "/* #undef WASMTIME_FEATURE_${BASH_REMATCH[1]} */" ;;
      esac
    else
      printf '%s\n' "$line"
    fi
  done < "$capi/include/wasmtime/conf.h.in" > "$out.new/include/wasmtime/conf.h"
  licence=$(find "$(crate_dir wasmtime)" -maxdepth 1 -name 'LICENSE*' | head -n1)
  [ -z "$licence" ] || cp "$licence" "$out.new/LICENSE"
  rm -rf "$out" && mv "$out.new" "$out"
fi

echo "third-party: building the guest tools (about 5 minutes on two cores, once per machine)"
cargo build --release --locked --jobs "$jobs" -p wasm-tools -p wit-bindgen-cli
out=$cache/guest-tools
rm -rf "$out.new" && mkdir -p "$out.new/bin" "$out.new/share"
cp "$CARGO_TARGET_DIR/release/wasm-tools" "$CARGO_TARGET_DIR/release/wit-bindgen" "$out.new/bin/"
cp "$(crate_dir wasi-preview1-component-adapter-provider)"/artefacts/*.wasm "$out.new/share/"
cp -r "$(crate_dir wasip2)/wit" "$out.new/share/wit"
chmod -R u+w "$out.new"
rm -rf "$out" && mv "$out.new" "$out"

# The intermediate files are hundreds of megabytes and are of no use once the results stand.
[ -n "${WC_CARGO_TARGET_DIR:-}" ] || rm -rf "$CARGO_TARGET_DIR"
echo "$source_digest" > "$stamp"
echo "third-party: done, in $cache"
