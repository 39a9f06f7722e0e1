"""Hosts whose kernel lacks layers of the jail."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("namespaces", "privileges", "Landlock", "seccomp")

DENYING = """
import errno, json, os, socket, sys
import pyseccomp
from sandbox.limits import Limits
from sandbox.process import ProcessSandbox
from sandbox.session import SandboxError
from sandbox.wasm import WasmSandbox
from tests.sandbox.guests import CALLER, EVALUATOR, text

kernel = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
for layer in json.loads(sys.argv[1]):
    match layer:
        case "namespaces":
            kernel.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
        case "privileges":
            kernel.add_rule(pyseccomp.ERRNO(errno.EPERM), "capset")
        case "Landlock":
            kernel.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "landlock_create_ruleset")
        case "seccomp":
            mode = pyseccomp.Arg(0, pyseccomp.EQ, 22)
            kernel.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", mode)
kernel.load()
"""
"""Makes a host whose kernel lacks the layers that are named: it has a filter of its own."""


def on_a_host_without(layers: tuple[str, ...], code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", DENYING + code, json.dumps(layers), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
