"""Includes look down only, and the picture of a call's way is the code's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()


def floors(root):
    done = subprocess.run([sys.executable, ROOT / "tools" / "floors.py", root], capture_output=True, text=True)
    return done.returncode, done.stdout


def test_every_include_looks_down():
    assert floors(ROOT)[0] == 0, floors(ROOT)[1]


@pytest.fixture
def tree(tmp_path):
    """The page, and a header on every floor."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "architecture.md").write_text(PAGE)
    for name in ("api/top.h", "cpu/side.h", "gpu/side.h", "table/ground.h", "include/slopewise/public.h"):
        (tmp_path / "runtime" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "runtime" / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    "where, include, status",
    [
        ("runtime/cpu/x.cpp", '"api/top.h"', 1),
        ("runtime/cpu/x.cpp", '"gpu/side.h"', 1),
        ("runtime/include/slopewise/x.h", '"table/ground.h"', 1),
        ("cli/x.cpp", '"table/ground.h"', 1),
        ("cli/x.cpp", "<slopewise/public.h>", 0),
        ("runtime/cpu/x.cpp", '"table/ground.h"', 0),
        ("runtime/cpu/x.cpp", '"side.h"', 0),
        ("runtime/new/x.cpp", '"table/ground.h"', 1),
    ],
)
def test_upward_include_is_refused(tree, where, include, status):
    (tree / where).parent.mkdir(parents=True, exist_ok=True)
    (tree / where).write_text(f"#include {include}\n")
    got, said = floors(tree)
    assert got == status and (where in said) == bool(status), said


def steps():
    """(indentation, function, file) of each line of the picture."""
    picture = PAGE.split("```")[1]
    return [(len(m[1]), m[2], m[3]) for m in re.finditer(r"^( *)(\w+) +(runtime/\S+\.cpp)", picture, re.M)]


def test_the_way_of_a_call_is_the_codes():
    above = []
    for indent, function, file in steps():
        text = (ROOT / file).read_text()
        assert re.search(rf"\b{function}\([^;]*{{$", text, re.M), f"{file} does not define {function}()"
        above = [step for step in above if step[0] < indent]
        if above:
            caller = (ROOT / above[-1][2]).read_text()
            body = re.search(rf"\b{above[-1][1]}\([^;]*?{{\n(.*?)^}}", caller, re.M | re.S)[1]
            helpers = [name for name in re.findall(r"\b(\w+)\(", body) if re.search(rf"^\S.* \**{name}\(.*{{$", caller, re.M)]
            bodies = [body, *(re.search(rf"\b{name}\([^;]*?{{\n(.*?)^}}", caller, re.M | re.S)[1] for name in helpers)]
            assert any(re.search(rf"\b{function}\(", b) for b in bodies), f"{above[-1][1]}() does not call {function}()"
        above.append((indent, function, file))
    assert len(steps()) >= 10
