#!/usr/bin/env bash
# Makes the Debian package from target/debug/tenantry, and does with it what an administrator does: installs it, starts the service as the
# unit would, asks whether it is ready, stops it, removes the package, and purges it. On this machine; so only as root, and not where a
# tenantry is installed.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/target/deploy"
state=/var/lib/tenantry

say() { echo "deb: $*"; }
not_checked() { say "NOT CHECKED: $1" >&2; exit 0; }
fail() { say "$1" >&2; exit 1; }

command -v dpkg >/dev/null || not_checked "there is no dpkg here"
[ "$(id -u)" -eq 0 ] || not_checked "only root may install a package"
if dpkg --status tenantry >/dev/null 2>&1 || [ -e /etc/tenantry ] || [ -e "$state" ]; then
  not_checked "a tenantry is installed here, and is left alone"
fi

build() { # from the binary that the tests use, as if it were a release
  mkdir -p "$work/stage/release"
  strip --output-file "$work/stage/release/tenantry" "$root/target/debug/tenantry"
  CARGO_TARGET_DIR="$work/stage" "$root/deploy/build-deb.sh" --no-build --no-strip --fast --quiet --output "$work/tenantry.deb" >/dev/null
}

# What is left when a step fails goes as well; a user that was there before stays.
had_user="$(getent passwd tenantry || true)"
service=
clean() {
  if [ -n "$service" ]; then kill -KILL "$service" 2>/dev/null && wait "$service" 2>/dev/null || true; fi
  dpkg --purge tenantry >/dev/null 2>&1 || true
  if [ -z "$had_user" ]; then userdel tenantry 2>/dev/null || true; fi
  rm -rf "$credentials"
}
credentials="$(mktemp --directory)"
trap clean EXIT

as_service=(setpriv --reuid=tenantry --regid=tenantry --init-groups --no-new-privs)

start() { # what systemd does for the unit: the credential, the environment, the folder, the user, the command
  local unit=/usr/lib/systemd/system/tenantry.service
  chown tenantry: "$credentials"
  install --owner tenantry --mode 0400 /etc/tenantry/secrets.toml "$credentials/secrets.toml"
  local command
  command="$(sed -n "s#\${CREDENTIALS_DIRECTORY}#$credentials#; s/^ExecStart=//p" "$unit")"
  cd "$(sed -n 's/^WorkingDirectory=//p' "$unit")"
  # shellcheck disable=SC2046,SC2086 # words, as systemd splits them
  "${as_service[@]}" env -i $(grep -v '^#' /etc/default/tenantry) $command 2>"$work/deb.log" &
  service=$!
}

wait_until_ready() {
  for _ in $(seq 300); do
    "${as_service[@]}" tenantry health --url "$1" >/dev/null 2>&1 && return
    kill -0 "$service" 2>/dev/null || break
    sleep 0.2
  done
  cat "$work/deb.log" >&2
  fail "the service does not become ready"
}

say "the package is made, installed, started, stopped, removed and purged"
build
dpkg --install "$work/tenantry.deb" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" >&2; fail "dpkg does not install it"; }
# Where systemd runs, the package has done so itself.
[ -d /run/systemd/system ] || systemd-tmpfiles --create tenantry.conf
[ "$(stat --format %U:%a "$state")" = tenantry:700 ] || fail "$state is not its user's alone"
[ "$(stat --format %U:%G:%a /etc/tenantry/secrets.toml)" = root:tenantry:640 ] || fail "secrets.toml is for others too"

port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
echo "TENANTRY__HTTP__PORT=$port" >>/etc/default/tenantry
start
wait_until_ready "http://127.0.0.1:$port"
kill -TERM "$service"
wait "$service" || fail "the service ended with exit code $?"
service=
grep --quiet '"message":"stopped"' "$work/deb.log" || fail "the service did not stop in order"

dpkg --remove tenantry >>"$work/dpkg.log" 2>&1
[ -e "$state/tenantry.db" ] && [ -e /etc/tenantry/tenantry.toml ] || fail "removing the package took data or configuration along"
dpkg --purge tenantry >>"$work/dpkg.log" 2>&1
for left in "$state" /etc/tenantry /etc/default/tenantry /etc/systemd/system/tenantry.service /usr/bin/tenantry; do
  [ ! -e "$left" ] || fail "$left is left after the package was purged"
done
