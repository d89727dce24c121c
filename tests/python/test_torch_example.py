"""The example that trains on scikit-learn's digits."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

EXAMPLE = Path(__file__).parents[2] / "examples" / "train_digits.py"


def test_it_trains(tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "digits.png"
    done = subprocess.run(
        [sys.executable, EXAMPLE, "--quick", "--plot", picture], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == ["RReLU", "slopewise", "PyTorch"]
    assert all(float(row[1]) > 0.5 for row in rows[1:])
    assert picture.read_bytes().startswith(b"\x89PNG")
