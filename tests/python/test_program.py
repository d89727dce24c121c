"""The program that the wheel carries, on the table of cases that every framework has."""

import subprocess

import numpy as np
import pytest
from cases import CASES, NAMES, same

from slopewise._inside import PROGRAM

# It takes no index strides.
OF_PROGRAM = [(c, name) for c, name in zip(CASES, NAMES) if c.index_strides is None]


def apply(folder, op, case, *arguments):
    numbers = {"lower": case.lower, "upper": case.upper, "seed": case.key[0], "stream": case.key[1], "offset": case.offset}
    options = [f"--{name}={value!r}" for name, value in numbers.items()] + ["--bf16"] * (case.dtype == "bf16")
    done = subprocess.run([PROGRAM, "apply", op, "x.npy", "out.npy", *options, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.load(folder / "out.npy")


@pytest.mark.parametrize("case", [c for c, _ in OF_PROGRAM], ids=[name for _, name in OF_PROGRAM])
def test_rrelu(case, tmp_path):
    np.save(tmp_path / "x.npy", case.x())
    np.save(tmp_path / "grad.npy", case.grad())
    assert same(apply(tmp_path, "rrelu", case), case.y(), case.dtype)
    assert same(apply(tmp_path, "rrelu_backward", case, "--grad=grad.npy"), case.grad_x(), case.dtype)
