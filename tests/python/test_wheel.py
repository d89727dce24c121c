"""The wheel as a stranger has it: installed alone into an empty environment."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

WHEEL = Path(os.environ.get("SLOPEWISE_WHEEL", ""))
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def run(*command, status=0):
    done = subprocess.run(list(map(str, command)), env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout if status == 0 else done.stderr


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """An environment that has pip and the wheel."""
    assert WHEEL.is_file(), f"SLOPEWISE_WHEEL must name the wheel, got {str(WHEEL)!r}"
    made = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", made)
    run(made / "bin" / "pip", "install", "-q", "--no-index", "--disable-pip-version-check", WHEEL)
    return made


@pytest.fixture
def python(folder):
    return lambda code, **how: run(folder / "bin" / "python", "-c", code, **how)


def test_import_takes_no_framework(python):
    code = """
import sys, slopewise
assert not {"numpy", "torch", "jax"} & set(sys.modules), sys.modules
print(slopewise.__version__, slopewise.explain("rrelu", "f32", 1000))
"""
    assert "variant:" in python(code)


def test_info_is_the_programs(python, folder):
    program = json.loads(run(folder / "bin" / "slopewise", "info", "--json"))
    module = json.loads(run(folder / "bin" / "python", "-m", "slopewise", "info", "--json"))
    info = json.loads(python("import slopewise, json; print(json.dumps(slopewise.info()))"))
    assert any(v["usable"] for v in program["variants"])
    assert program == module == {k: v for k, v in info.items() if k != "python"}
    assert info["python"]["library"].startswith(str(folder))


@pytest.mark.parametrize("framework", ["numpy", "torch", "jax"])
def test_a_missing_framework_is_named(python, framework):
    said = python(f"import slopewise.{framework}", status=1)
    last = said.splitlines()[-1]
    assert last.startswith((f"ModuleNotFoundError: No module named '{framework}'", f"ImportError: slopewise.{framework} needs")), said


def test_unknown_names(python):
    said = python("""
import slopewise
for arguments, kind in ((("gelu", "f32", 1), slopewise.ArgumentError), (("relu", "f9", 1), slopewise.DtypeError), ((1, "f32", 1), slopewise.ArgumentError)):
    try:
        slopewise.explain(*arguments)
        raise SystemExit("not refused")
    except kind as e:
        print(e.status)
""")
    assert said.split("\n")[:3] == ["invalid argument", "unsupported dtype", "invalid argument"]


@pytest.fixture
def broken(folder, tmp_path):
    """A copy of the package, to be broken, and what its import says."""
    [package] = folder.glob("lib/python3*/site-packages/slopewise")
    copy = tmp_path / "slopewise"
    shutil.copytree(package, copy)
    load = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import slopewise; from slopewise import _library; _library.load()"
    return copy / "libslopewise.so", lambda: run(folder / "bin" / "python", "-c", load, status=1)


def test_a_missing_library_says_where_it_was_looked_for(broken):
    library, said = broken
    library.unlink()
    assert f"UnavailableError: slopewise: its library was looked for at {library} and is not there" in said()


def test_a_foreign_library_is_named(broken):
    library, said = broken
    header = bytearray(library.read_bytes())
    header[18] ^= 0xFF  # of another processor
    library.write_bytes(header)
    assert f"UnavailableError: slopewise: {library} does not serve this machine" in said()
    [other] = list(Path("/lib").glob("*/libm.so.6"))[:1]
    shutil.copy(other, library)
    assert f"UnavailableError: slopewise: {library} does not serve this machine, or is another library" in said()


def test_what_it_holds():
    with zipfile.ZipFile(WHEEL) as wheel:
        names = {n for n in wheel.namelist() if not n.endswith("/")}
        [metadata] = [n for n in names if n.endswith(".dist-info/METADATA")]
        text = wheel.read(metadata).decode()
    assert {"slopewise/libslopewise.so", "slopewise/libslopewise_jax.so", "slopewise/bin/slopewise", "slopewise/numpy.py"} <= names
    assert all(n.startswith("slopewise") for n in names), names
    assert WHEEL.name.split("-")[2:4] == ["py3", "none"]
    required = [line for line in text.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert not required
    assert WHEEL.stat().st_size <= 6e6


@pytest.mark.parametrize("name", ["libslopewise.so", "libslopewise_jax.so"])
def test_only_the_interface_is_exported(folder, name):
    [library] = folder.glob(f"lib/python3*/site-packages/slopewise/{name}")
    exported = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
    assert exported and all(name.startswith("slopewise_") for name in exported), exported
    if "manylinux" in WHEEL.name:
        needed = {v for line in run("objdump", "-T", library).splitlines() for v in line.split() if v.startswith(("(GLIBC_", "GLIBC_"))}
        versions = {tuple(map(int, v.strip("()").removeprefix("GLIBC_").split("."))) for v in needed}
        assert versions and max(versions) <= (2, 28), versions
