"""Debian's packages: unpacked, they serve the consumers; in CI, as root, they are installed and removed for real."""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import EXAMPLES, call
from test_consumers import check_pkg_config

DEBS = {path.name.split("_")[0]: path for path in Path(os.environ["SLOPEWISE_DEBS"]).glob("*.deb")}
NAMES = ["libslopewise0", "libslopewise-dev", "slopewise"]


def field(name, of):
    return call("dpkg-deb", "--field", DEBS[name], of)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    for deb in DEBS.values():
        call("dpkg", "-x", deb, folder)
    return folder


def test_names_and_dependencies():
    assert sorted(DEBS) == sorted(NAMES)
    version = field("slopewise", "Version")
    for name in ("libslopewise-dev", "slopewise"):
        assert f"libslopewise0 (= {version})" in field(name, "Depends")
    assert "libdlpack-dev" in field("libslopewise-dev", "Depends")
    assert "libc6" in field("libslopewise0", "Depends") and "libstdc++6" in field("libslopewise0", "Depends")


def test_every_file_is_in_one_package():
    files = [line.split()[5] for deb in DEBS.values() for line in subprocess.check_output(["dpkg", "-c", deb], text=True).splitlines()]
    plain = [name for name in files if not name.endswith("/")]
    assert len(plain) == len(set(plain)) > 50 and all(name.startswith("./usr/") for name in plain)


def test_unpacked(unpacked, project, tmp_path):
    library = unpacked / "usr" / "lib" / "x86_64-linux-gnu"
    assert "variants, best first:" in call(unpacked / "usr" / "bin" / "slopewise", "info")
    check_pkg_config(library / "pkgconfig", tmp_path)
    project.add(EXAMPLES / "relu.c")
    project.cmake("C", "find_package(slopewise CONFIG REQUIRED)\nadd_executable(relu relu.c)\ntarget_link_libraries(relu PRIVATE slopewise::slopewise)\n")
    project.configure(f"-DCMAKE_PREFIX_PATH={unpacked}/usr")
    project.build()
    project.run("relu")


@pytest.mark.skipif(os.environ.get("CI") != "true" or os.getuid() != 0, reason="not run: packages are installed for real in CI alone, as root")
def test_installed_and_removed(tmp_path):
    call("dpkg", "-i", *DEBS.values(), PATH=os.environ["PATH"])
    try:
        assert call("/usr/bin/slopewise", "--version") == field("slopewise", "Version")
        check_pkg_config("/usr/lib/x86_64-linux-gnu/pkgconfig", tmp_path)
    finally:
        call("dpkg", "--purge", *NAMES, PATH=os.environ["PATH"])
    assert not Path("/usr/bin/slopewise").exists() and not list(Path("/usr/lib/x86_64-linux-gnu").glob("libslopewise*"))
