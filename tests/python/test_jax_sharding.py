"""Sharded arrays, on four CPU devices in a process of their own: the other tests want one device."""

import os
import re
import subprocess
import sys
from pathlib import Path


def test_on_four_devices():
    tests = Path(__file__).with_name("jax_on_four_devices.py")
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 40 and "skipped" not in done.stdout
