"""What must be true of the objects that the chart renders, and no schema says: chart.py BINARY FILE…"""

import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

HARDENED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
# Requests in flight and the mail that is on its way.
SHORTEST_GRACE = 40


def check(binary, objects):
    kinds = [item["kind"] for item in objects]
    assert "Secret" not in kinds, "a secret is rendered; the chart refers to secrets and makes none"
    configs = {item["metadata"]["name"]: item["data"] for item in objects if item["kind"] == "ConfigMap"}
    for item in objects:
        if item["kind"] in ("Deployment", "Job"):
            check_pod(item["spec"]["template"]["spec"])
            check_configuration(binary, item["spec"]["template"]["spec"], configs)
    return kinds


def check_pod(pod):
    security = pod["securityContext"]
    assert security["runAsNonRoot"] and security["runAsUser"] > 0, "root"
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}, "no seccomp profile"
    assert pod["automountServiceAccountToken"] is False, "a token is mounted"
    (container,) = pod["containers"]
    assert container["securityContext"] == HARDENED, "a container is not hardened"
    assert "memory" in container["resources"]["limits"], "memory is not limited"
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert volumes == mounted, f"{volumes ^ mounted} is a volume or a mount, and not both"
    if "lifecycle" in container:
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] >= pause + SHORTEST_GRACE, "requests in flight are cut off"


def check_configuration(binary, pod, configs):
    """The service itself reads what the pod would be given."""
    (name,) = (volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume)
    variables = {item["name"]: item["value"] for item in pod["containers"][0]["env"] if "value" in item}
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "tenantry.toml"
        file.write_text(configs[name]["tenantry.toml"], encoding="utf-8")
        environment = {"PATH": os.environ["PATH"]} | variables
        command = [binary, "--config", file, "check-config"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"the service refuses its configuration: {done.stderr}"


def main():
    binary, *files = sys.argv[1:]
    for file in files:
        objects = [item for item in yaml.safe_load_all(pathlib.Path(file).read_text(encoding="utf-8")) if item]
        try:
            kinds = check(binary, objects)
        except AssertionError as error:
            sys.exit(f"{file}: {error}")
        print(f"  {pathlib.Path(file).name}: {', '.join(kinds)}")


main()
