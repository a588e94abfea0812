#!/usr/bin/env bash
# Makes the secrets that compose.yaml reads, once. The folder is for its owner alone; the files in it are for whoever the containers run as.
set -euo pipefail
cd "$(dirname "$0")"

if [ -e secrets ]; then
  echo "secrets/ is there already, and is left alone" >&2
  exit 1
fi
password="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
mkdir -m 0700 secrets
printf '%s' "$password" >secrets/postgres_password
printf '[database]\nurl = "postgres://tenantry:%s@postgres/tenantry"\n' "$password" >secrets/tenantry.toml
chmod 0444 secrets/*
