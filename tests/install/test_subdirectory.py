"""The source tree inside another project: every target, the function for own kernels, and nothing in the parent's folders."""

from conftest import BUILD, CMAKE, EXAMPLES, HALIDE, SOURCE, call

KERNELS = [f"-DSLOPEWISE_KERNELS_DIR={BUILD}/kernels", "-DSLOPEWISE_VARIANTS=x86-64"]  # not generated again


def test_add_subdirectory(project, tmp_path):
    """The parent is of its own mind: C++14, and files compiled together."""
    project.add(EXAMPLES / "relu.c", EXAMPLES / "training.cpp", EXAMPLES / "kernels_alone.c", EXAMPLES / "own_kernels" / "main.c",
                EXAMPLES / "own_kernels" / "schedule.json")
    project.cmake("C CXX", f"""
set(CMAKE_CXX_STANDARD 14)
add_subdirectory({SOURCE} slopewise)
slopewise_add_kernels(mine KERNELS relu rrelu TYPES f32 SCHEDULE schedule.json)
foreach(pair relu.c=slopewise::slopewise training.cpp=slopewise::slopewise_static
             kernels_alone.c=slopewise::kernels_x86_64 main.c=mine)
  string(REPLACE "=" ";" pair ${{pair}})
  list(GET pair 0 source)
  cmake_path(GET source STEM name)
  add_executable(${{name}} ${{source}})
  list(GET pair 1 library)
  target_link_libraries(${{name}} PRIVATE ${{library}})
endforeach()
install(TARGETS relu)
""")
    project.configure("-DCMAKE_UNITY_BUILD=ON", HALIDE, *KERNELS)
    project.build()
    for program in ("relu", "training", "kernels_alone", "main"):
        project.run(program)
    written = {path.name for path in project.build_folder.iterdir()}
    assert not written & {"slopewise-config.cmake", "slopewise-config-version.cmake", "slopewise.pc", "kernels", "include"}
    call(CMAKE, "--install", project.build_folder, "--prefix", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["relu"]
