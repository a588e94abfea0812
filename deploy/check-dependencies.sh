#!/usr/bin/env bash
# Checks licences, bans and sources of all dependencies, and the advisories about them when their database can be had. Where there is no
# cargo-deny it says so and nothing else: building it takes longer than the tests.
set -euo pipefail

if ! command -v cargo-deny >/dev/null; then
  echo "deny: not checked, there is no cargo-deny here; 'cargo install --locked cargo-deny' builds it"
  exit 0
fi
cargo deny check bans licenses sources
if cargo deny fetch db >/dev/null 2>&1; then
  cargo deny check --disable-fetch advisories
else
  echo "deny: advisories not checked, their database cannot be had"
fi
