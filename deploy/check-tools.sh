#!/usr/bin/env bash
# Looks for what a build needs beside Rust's own crates: a C compiler, for the bundled C libraries. Installs it on Debian and its like.
set -euo pipefail

if ! command -v cargo >/dev/null; then
  echo "cargo is missing. Install Rust from https://rustup.rs, then run make again." >&2
  exit 1
fi
if command -v cc >/dev/null; then
  exit 0
fi
echo "a C compiler is missing; it builds the SQLite that comes with the service" >&2
if ! command -v apt-get >/dev/null; then
  echo "install one (gcc or clang) so that \`cc\` works, then run make again" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
fi
echo "installing gcc with apt-get" >&2
$as_root apt-get update -qq
$as_root apt-get install -y -qq gcc libc6-dev
