"""What the process does for itself before it touches a secret."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from wizard.vault.hygiene import child_environment, drop_debug_variables, quiet_http_logs

HARDENED = """
import json, os, resource, ctypes, sys
from pathlib import Path
from wizard.vault.hygiene import harden
harden()
Path(sys.argv[1]).write_text("x")
print(json.dumps({
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0,
    "mode": Path(sys.argv[1]).stat().st_mode & 0o777,
    "left": [name for name in os.environ if name.startswith("TEXTUAL")],
}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits and modes are POSIX")
def test_a_hardened_process(tmp_path: object) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HARDENED, f"{tmp_path}/file"],
        env={**child_environment(), "TEXTUAL_LOG": f"{tmp_path}/log", "TEXTUAL": "devtools,debug"},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"core": [0, 0], "dumpable": 0, "mode": 0o600, "left": []}


def test_the_debug_variables_are_named() -> None:
    environment = {"TEXTUAL_LOG": "x", "PATH": "y"}
    assert drop_debug_variables(environment) == ("TEXTUAL_LOG",)
    assert environment == {"PATH": "y"}


def test_children_get_no_tokens() -> None:
    around = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "SystemRoot": "C:\\Windows",
        "GITHUB_TOKEN": "x",
        "CLOUDFLARE_API_TOKEN": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "DATABASE_URL": "x",
        "PYTHONPATH": "x",
        "LD_PRELOAD": "x",
        "GIT_SSH_COMMAND": "x",
        "HTTPS_PROXY": "http://u:p@h",
    }
    assert set(child_environment(base=around)) == {"PATH", "LC_ALL", "SystemRoot"}
    assert child_environment({"X": "1"}, base=around)["X"] == "1"


def test_http_libraries_do_not_log_urls() -> None:
    quiet_http_logs()
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore.connection").isEnabledFor(logging.DEBUG)
