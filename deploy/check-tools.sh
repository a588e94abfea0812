#!/usr/bin/env bash
# Looks for what is needed beside Rust's own crates, and installs it on Debian and its like: a C compiler, make and perl, which build the C
# libraries that come with the service. With the argument `tests` also PostgreSQL, pgbouncer, libfaketime, openssl, curl, Python and Node, which only the tests run.
set -euo pipefail

if ! command -v cargo >/dev/null; then
  echo "cargo is missing. Install Rust from https://rustup.rs, then run make again." >&2
  exit 1
fi

has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

packages=()
command -v cc >/dev/null || packages+=(gcc libc6-dev)
command -v make >/dev/null || packages+=(make)
command -v perl >/dev/null || packages+=(perl)
if [ "${1:-}" = tests ]; then
  has_postgresql || packages+=(postgresql)
  PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || packages+=(pgbouncer)
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || packages+=(libfaketime)
  command -v openssl >/dev/null || packages+=(openssl)
  command -v curl >/dev/null || packages+=(curl)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
  command -v npm >/dev/null || packages+=(nodejs npm)
fi
if [ ${#packages[@]} -eq 0 ]; then
  exit 0
fi

echo "missing: ${packages[*]}" >&2
if ! command -v apt-get >/dev/null; then
  echo "install what these Debian packages hold, then run make again" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
fi
echo "installing them with apt-get" >&2
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends "${packages[@]}"
