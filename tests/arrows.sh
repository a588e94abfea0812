#!/usr/bin/env bash
# Proves which crate may see which (docs/architecture.md). `cargo tree -i` prints nothing both for a crate that is absent and for a
# name that does not exist, so every name is first shown to be present where it belongs.
set -euo pipefail

depends() { # does package $1 depend on $2, in what it builds and ships?
  [ -n "$(cargo tree --locked --quiet --edges normal,build --package "$1" --invert "$2" 2>/dev/null)" ]
}

must() {
  if ! depends "$1" "$2"; then
    echo "arrows: $1 should depend on $2 and does not (or the name is wrong)" >&2
    exit 1
  fi
}

must_not() {
  if depends "$1" "$2"; then
    echo "arrows: $1 must not depend on $2:" >&2
    cargo tree --locked --edges normal,build --package "$1" --invert "$2" >&2
    exit 1
  fi
}

must tenantry-application tenantry-domain
must tenantry-persistence tenantry-application
must tenantry-http tenantry-application
must tenantry-server tenantry-http
must tenantry-server tenantry-persistence
must tenantry-server tenantry-mail
must tenantry-server tenantry-license
must tenantry-server tenantry-pictures
must tenantry-pictures tenantry-application
must tenantry-pictures image
must tenantry-pictures object_store
must tenantry-license tenantry-domain
must tenantry-license jsonwebtoken
must tenantry-mail tenantry-application
must tenantry-mail lettre
must tenantry-reports tenantry-application
must tenantry-reports pdf-writer
must tenantry-reports csv
must tenantry-http tenantry-reports
must tenantry-persistence diesel
must tenantry-persistence r2d2
must tenantry-http actix-web
must tenantry-http tokio
must tenantry-http utoipa
must tenantry-http validator
must tenantry-http serde
must tenantry-server config
must tenantry-http prometheus-client
must tenantry-client hyper
must tenantry-tests tenantry-client
must tenantry-server opentelemetry

for web_or_async in actix-web tokio utoipa validator; do
  must_not tenantry-domain "$web_or_async"
  must_not tenantry-application "$web_or_async"
  must_not tenantry-persistence "$web_or_async"
  must_not tenantry-mail "$web_or_async"
  must_not tenantry-license "$web_or_async"
  must_not tenantry-reports "$web_or_async"
done
# Pictures are kept by a library that is async.
for web in actix-web utoipa validator; do
  must_not tenantry-pictures "$web"
done
for database in diesel r2d2; do
  must_not tenantry-domain "$database"
  must_not tenantry-application "$database"
  must_not tenantry-http "$database"
  must_not tenantry-mail "$database"
  must_not tenantry-pictures "$database"
  must_not tenantry-license "$database"
  must_not tenantry-reports "$database"
done
for ours in tenantry-application tenantry-persistence tenantry-http tenantry-mail tenantry-pictures tenantry-license tenantry-reports tenantry-server; do
  must_not tenantry-domain "$ours"
done
for ours in tenantry-persistence tenantry-http tenantry-mail tenantry-pictures tenantry-license tenantry-reports tenantry-server; do
  must_not tenantry-application "$ours"
done
for ours in tenantry-application tenantry-persistence tenantry-http tenantry-mail tenantry-pictures tenantry-reports tenantry-server; do
  must_not tenantry-license "$ours"
done
for ours in tenantry-domain tenantry-application tenantry-persistence tenantry-http tenantry-mail tenantry-pictures tenantry-license tenantry-reports tenantry-server; do
  must_not tenantry-client "$ours"
  must_not "$ours" tenantry-client
done
for telemetry in prometheus-client opentelemetry; do
  must_not tenantry-domain "$telemetry"
  must_not tenantry-application "$telemetry"
  must_not tenantry-persistence "$telemetry"
  must_not tenantry-mail "$telemetry"
  must_not tenantry-pictures "$telemetry"
  must_not tenantry-license "$telemetry"
  must_not tenantry-reports "$telemetry"
done
must_not tenantry-http opentelemetry
must_not tenantry-http tenantry-persistence
for other in tenantry-http tenantry-mail tenantry-pictures tenantry-license tenantry-reports; do
  must_not tenantry-persistence "$other"
done
for other in tenantry-mail tenantry-pictures tenantry-license jsonwebtoken; do
  must_not tenantry-http "$other"
done
for other in tenantry-http tenantry-persistence tenantry-license tenantry-reports; do
  must_not tenantry-mail "$other"
  must_not tenantry-pictures "$other"
done
for other in tenantry-http tenantry-persistence tenantry-mail tenantry-pictures tenantry-license; do
  must_not tenantry-reports "$other"
done
must_not tenantry-mail tenantry-pictures
must_not tenantry-pictures tenantry-mail
for configuration in config serde; do
  must_not tenantry-domain "$configuration"
done
echo "arrows: every dependency points the right way"
