"""The two ways to link: the CMake package, from C and C++, shared and static and kernels alone; and pkg-config."""

import sys
from pathlib import Path

from conftest import CMAKE, EXAMPLES, SOURCE, Project, call


def test_cmake_package(found, tmp_path):
    project = Project(tmp_path)
    project.source = SOURCE / "tests" / "install" / "consumer"
    project.configure(found, f"-DEXAMPLES={EXAMPLES}")
    project.build()
    assert "100% tests passed" in call(Path(CMAKE).parent / "ctest", "--test-dir", project.build_folder, "--no-tests=error")


def check_pkg_config(folder, out):
    """Compiles C against the .pc file in a folder: shared, then the archive with what a static link needs."""
    where = {"PKG_CONFIG_PATH": str(folder)}
    flags = call("pkg-config", "--cflags", "slopewise", **where).split()
    library = call("pkg-config", "--variable=libdir", "slopewise", **where)
    shared = call("pkg-config", "--libs", "slopewise", **where).split()
    call("cc", "-std=c99", EXAMPLES / "relu.c", "-o", out / "shared", *flags, *shared, f"-Wl,-rpath,{library}")
    private = [flag for flag in call("pkg-config", "--static", "--libs", "slopewise", **where).split() if flag != "-lslopewise"]
    call("cc", "-std=c99", EXAMPLES / "relu.c", "-o", out / "static", *flags, f"{library}/libslopewise.a", *private)
    for program in ("shared", "static"):
        call(out / program)


def test_pkg_config(prefix, tmp_path):
    check_pkg_config(prefix / "lib" / "pkgconfig", tmp_path)
    version = call("pkg-config", "--modversion", "slopewise", PKG_CONFIG_PATH=str(prefix / "lib" / "pkgconfig"))
    assert call(prefix / "bin" / "slopewise", "--version") == version


def test_installed_program(prefix):
    assert "variants, best first:" in call(prefix / "bin" / "slopewise", "info")


def test_tensors_of_others_through_dlpack(prefix):
    call(sys.executable, EXAMPLES / "dlpack.py", prefix / "lib" / "libslopewise.so")
