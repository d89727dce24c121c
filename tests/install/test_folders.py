"""Every install folder, relative or absolute as Nix and Guix have them, alone and together: for the CMake package, pkg-config,
own kernels, and the program that looks for its library."""

import pytest
from conftest import BUILD, CMAKE, EXAMPLES, HALIDE, SOURCE, Project, call
from test_consumers import check_pkg_config

CASES = {
    "multiarch": {"LIBDIR": "lib/x86_64-linux-gnu"},
    "deep": {"LIBDIR": "a/b/lib", "INCLUDEDIR": "c/include", "DATADIR": "d/e/share", "BINDIR": "f/g/h/bin"},
    "absolute LIBDIR": {"LIBDIR": "/abs/lib"},
    "absolute INCLUDEDIR": {"INCLUDEDIR": "/abs/include"},
    "absolute DATADIR": {"DATADIR": "/abs/share"},
    "absolute BINDIR": {"BINDIR": "/abs/bin"},
    "all absolute": {"LIBDIR": "/abs/lib", "INCLUDEDIR": "/abs/include", "DATADIR": "/abs/share", "BINDIR": "/abs/bin"},
}
DEFAULT = {"LIBDIR": "lib", "INCLUDEDIR": "include", "DATADIR": "share", "BINDIR": "bin"}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """One build, with the kernels of this one, that every case configures anew."""
    project = Project(tmp_path_factory.mktemp("folders"))
    project.source = SOURCE
    kinds = [f"-DSLOPEWISE_BUILD_{what}=OFF" for what in ("TESTS", "BENCH", "AUTOTUNE")]
    project.options = [f"-DSLOPEWISE_KERNELS_DIR={BUILD}/kernels", "-DSLOPEWISE_VARIANTS=x86-64", "-DCMAKE_BUILD_TYPE=None", *kinds]
    return project


@pytest.mark.parametrize("case", CASES)
def test_folders(build, project, tmp_path, case):
    prefix = tmp_path / "prefix"
    folders = {name: folder.replace("/abs", f"{tmp_path}/elsewhere") for name, folder in (DEFAULT | CASES[case]).items()}
    build.configure(f"-DCMAKE_INSTALL_PREFIX={prefix}", *build.options, *(f"-DCMAKE_INSTALL_{name}={f}" for name, f in folders.items()))
    build.build()
    call(CMAKE, "--install", build.build_folder)
    at = {name: prefix / folder for name, folder in folders.items()}  # an absolute one replaces the prefix
    assert (at["INCLUDEDIR"] / "slopewise" / "slopewise.h").is_file() and (at["DATADIR"] / "slopewise" / "cmake").is_dir()
    call(at["BINDIR"] / "slopewise", "info")
    check_pkg_config(at["LIBDIR"] / "pkgconfig", tmp_path)
    check_cmake_package(project, at["LIBDIR"] / "cmake" / "slopewise")


def check_cmake_package(project, folder):
    project.add(EXAMPLES / "relu.c", EXAMPLES / "kernels_alone.c")
    project.cmake("C CXX", """find_package(slopewise CONFIG REQUIRED COMPONENTS kernels)
add_executable(relu relu.c)
target_link_libraries(relu PRIVATE slopewise::slopewise)
add_executable(alone kernels_alone.c)
target_link_libraries(alone PRIVATE slopewise::kernels_x86_64)
slopewise_add_kernels(mine KERNELS relu)
set_target_properties(mine mine_header PROPERTIES EXCLUDE_FROM_ALL ON)  # that its sources are found is enough
""")
    project.configure(f"-Dslopewise_DIR={folder}", HALIDE)
    project.build()
    project.run("relu")
    project.run("alone")
