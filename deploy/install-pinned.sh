#!/usr/bin/env bash
# Installs what a folder pins of Python (requirements.txt) and Node (package-lock.json) into another one, unless it is there already:
# install-pinned.sh FROM INTO
set -euo pipefail
from="$1" into="$2"
mkdir -p "$into"

missing() {
  echo "$1 is missing; on Debian and its like: apt-get install $2" >&2
  exit 1
}
python3 -c 'import ensurepip, venv' 2>/dev/null || missing "Python with venv" "python3 python3-venv"
command -v npm >/dev/null || missing "npm" "nodejs npm"

# Whether what a file asks for is installed; remembered by a copy of the file.
is_installed() { cmp -s "$from/$1" "$into/$1"; }

if ! is_installed requirements.txt; then
  python3 -m venv --clear "$into/venv"
  "$into/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$from/requirements.txt" ||
    { echo "the Python packages cannot be installed; they come from PyPI, which takes a network the first time" >&2; exit 1; }
  cp "$from/requirements.txt" "$into/"
fi
if ! is_installed package-lock.json; then
  rm -f "$into/package-lock.json"
  cp "$from/package.json" "$into/"
  if [ -e "$from/.npmrc" ]; then cp "$from/.npmrc" "$into/"; fi
  cp "$from/package-lock.json" "$into/lock.json"
  (cd "$into" && mv lock.json package-lock.json && npm ci --silent --no-audit --no-fund) ||
    { rm -f "$into/package-lock.json"; echo "the Node packages cannot be installed; they come from npm, which takes a network the first time" >&2; exit 1; }
fi
