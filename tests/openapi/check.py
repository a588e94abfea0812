"""Holds the document of the live service against public validators, and the live service against its document."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

import openapi_spec_validator

from examples import wrong_examples
from seeds import Caller, plant
from service import ROOT, Service

HERE = pathlib.Path(__file__).resolve().parent
WORK = ROOT / "target" / "openapi"
SEED = os.environ.get("SEED", "1")
# Of each operation: enough to meet every rule, and both runs together take less than two minutes.
EXAMPLES = os.environ.get("EXAMPLES", "15")


def main():
    with Service() as service:
        document = WORK / "openapi.json"
        with urllib.request.urlopen(f"{service.base}/openapi.json") as served:
            document.write_bytes(served.read())
        validate(document)
        owner, member = (service.token("--email", f"{who}@example.com") for who in ("ada", "grace"))
        values, cursors = plant(Caller(service.base, owner), Caller(service.base, member))
        seeds = WORK / "seeds.json"
        seeds.write_text(json.dumps({"values": values, "cursors": cursors}), encoding="utf-8")
        machine = service.token("--service", "metering", "--scope", "usage:read", "--scope", "usage:write")
        try_everything(service.base, owner, [])
        try_everything(service.base, machine, ["--include-tag=charges", "--include-tag=limits"])
        if troubles := service.troubles():
            sys.exit("the service logged errors:\n" + "".join(troubles))


def validate(document):
    """Against the schema of OpenAPI 3.1, the linter, and the examples against their schemas."""
    written = json.loads(document.read_text(encoding="utf-8"))
    errors = [str(error.message) for error in openapi_spec_validator.OpenAPIV31SpecValidator(written).iter_errors()]
    errors += wrong_examples(written)
    if errors:
        sys.exit("openapi.json is not valid:\n" + "\n".join(errors))
    linter = [WORK / "node_modules" / ".bin" / "redocly", "lint", document.name]
    quiet = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    if subprocess.run(linter, cwd=WORK, env=quiet).returncode:
        sys.exit("openapi.json does not pass the linter")


def try_everything(base, token, which):
    """Whatever the document allows, and much that it does not, by somebody with this token."""
    command = ["schemathesis", f"--config-file={HERE / 'schemathesis.toml'}", "run", f"{base}/openapi.json", f"--url={base}"]
    command += [f"--header=Authorization: Bearer {token}", "--checks=all", f"--seed={SEED}", f"--max-examples={EXAMPLES}"]
    command += ["--generation-database=none", "--no-color", *which]
    told = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "TENANTRY_SEEDS": str(WORK / "seeds.json")}
    if subprocess.run(command, cwd=WORK, env=told).returncode:
        sys.exit(f"the service and its document disagree; the same requests again: SEED={SEED} make contract")


main()
