#!/usr/bin/env bash
# Makes the Debian package out of [package.metadata.deb] in crates/server/Cargo.toml, by cargo-deb, whose arguments it takes. Where there is
# none it is built under target/, unoptimized and without its own compressors, which takes half a minute.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
version=3.8.0
cargo="${CARGO:-cargo}"

if ! command -v cargo-deb >/dev/null; then
  export PATH="$root/target/deploy/cargo/bin:$PATH"
  command -v cargo-deb >/dev/null ||
    CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=0 "$cargo" install cargo-deb --version "$version" --locked --quiet --debug --no-default-features \
      --root "$root/target/deploy/cargo" --target-dir "$root/target/deploy/cargo-build"
fi
cd "$root"
exec cargo-deb --package tenantry-server --locked --compress-system "$@"
