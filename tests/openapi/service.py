"""The service as a process of its own, of the enterprise edition, with data that is gone afterwards."""

import os
import pathlib
import re
import subprocess
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / "target" / "debug" / "tenantry"
# Bad credentials come from one address here, and their rate has tests of its own. An overlap may be as long as the document says.
SETTINGS = {
    "TENANTRY__HTTP__PORT": "0",
    "TENANTRY__LOG__FORMAT": "text",
    "TENANTRY__BILLING__REQUIRE_PAYMENT_METHOD": "false",
    "TENANTRY__LIMITS__ROTATION_OVERLAP_HOURS": "720",
    "TENANTRY__RATE_LIMITS__FAILED_AUTHENTICATIONS_PER_MINUTE": "0",
}


class Service:
    """Runs for as long as its `with` block."""

    def __enter__(self):
        self._data = tempfile.TemporaryDirectory()
        foreign = {name for name in os.environ if name.startswith("TENANTRY__")}
        own = {name: value for name, value in os.environ.items() if name not in foreign}
        self._environment = own | SETTINGS | {"TENANTRY__DATA_DIR": self._data.name}
        self._environment |= self._license()
        self._process = subprocess.Popen(
            [BINARY, "serve"], env=self._environment, stderr=subprocess.PIPE, text=True
        )
        self._printed = []
        self.base = self._wait_until_it_listens()
        threading.Thread(target=self._gather, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._data.cleanup()

    def token(self, *arguments):
        """What `tenantry token` prints."""
        return self._run("token", *arguments)

    def _run(self, *arguments):
        done = subprocess.run([BINARY, *arguments], env=self._environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def _license(self):
        """Issues one, and tells the settings that install it."""
        key, file = (pathlib.Path(self._data.name) / name for name in ("issuer.pem", "license.jwt"))
        self._run("license", "keygen", str(key))
        file.write_text(self._run("license", "issue", "--key", str(key), "--holder", "Tests", "--days", "1"), encoding="utf-8")
        return {"TENANTRY__LICENSE__KEY_FILE": f"{key}.pub", "TENANTRY__LICENSE__FILE": str(file)}

    def troubles(self):
        """What it said of requests that went wrong inside, and how it ended if it should have gone on."""
        said = [line for line in self._printed if re.search(r"\b(ERROR|panicked)\b", line)]
        code = self._process.poll()
        return said if code is None else [*said, f"it ended by itself, with exit code {code}; it said last:\n", *self._printed[-5:]]

    def _wait_until_it_listens(self):
        for line in self._process.stderr:
            self._printed.append(line)
            if listening := re.search(r"listening on (\S+)", line):
                return listening[1]
        raise SystemExit("the service does not start:\n" + "".join(self._printed))

    def _gather(self):
        """Reads on, so that it never blocks on a full pipe."""
        self._printed.extend(self._process.stderr)
