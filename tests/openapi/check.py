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
EXAMPLES = os.environ.get("EXAMPLES", "40")


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
        agree = try_everything(service.base, owner, []) and try_everything(
            service.base, machine, ["--include-tag=charges", "--include-tag=limits"]
        )
        if troubles := service.troubles():
            sys.exit("the service had trouble:\n" + "".join(troubles))
        if not agree:
            sys.exit(f"the service and its document disagree; the same requests again: SEED={SEED} make contract")


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
    """Sends whatever the document allows, and much that it does not, by somebody with this token; tells whether all was well."""
    command = ["schemathesis", f"--config-file={HERE / 'schemathesis.toml'}", "run", f"{base}/openapi.json", f"--url={base}"]
    command += ["--checks=all", f"--seed={SEED}", f"--max-examples={EXAMPLES}"]
    # Its warnings guess from how often requests meet nothing, which here is meant.
    command += ["--generation-database=none", "--no-color", "--warnings=off", *which]
    told = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    told |= {"TENANTRY_SEEDS": str(WORK / "seeds.json"), "TENANTRY_TOKEN": token}
    return subprocess.run(command, cwd=WORK, env=told).returncode == 0


main()
