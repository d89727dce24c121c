import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "python"))  # reference.py
PROGRAM = os.environ.get("SLOPEWISE_PROGRAM")


def pytest_configure(config):
    if not PROGRAM or not Path(PROGRAM).is_file():
        pytest.exit(f"SLOPEWISE_PROGRAM must name the built program, got {PROGRAM!r}", returncode=3)


@pytest.fixture
def run(tmp_path):
    """Runs the program in tmp_path; the environment's own SLOPEWISE_* variables do not reach it."""

    def call(*arguments, status=0, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")} | environment
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        if status == 1:
            assert done.stderr.startswith("slopewise: ") and done.stderr.count("\n") == 1, done.stderr
            assert done.stdout == ""
        return done.stderr if status else done.stdout

    return call


def special_values(kind):
    """Random bit patterns of a type, every fourth a special one."""
    random = np.random.default_rng(5)
    if kind[0] in "iu" or kind == "bf16":
        kind = "u2" if kind == "bf16" else kind
        info = np.iinfo(kind)
        return random.integers(info.min, info.max, 1037, dtype=kind, endpoint=True)
    bits = random.integers(0, np.iinfo(f"u{kind[1]}").max, 1037, dtype=f"u{kind[1]}", endpoint=True)
    x = bits.view(kind)
    x[::4] = np.resize(np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -1.5, 1e-5, -1e-5]), x[::4].shape)
    return x


@pytest.fixture
def values():
    return special_values
