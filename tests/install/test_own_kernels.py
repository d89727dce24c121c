"""slopewise_add_kernels() in every kind of project, and a Halide pipeline with the installed algorithms."""

import pytest
from conftest import CMAKE, EXAMPLES, HALIDE, SOURCE, Project, call

PACKAGE = "find_package(slopewise CONFIG REQUIRED)\n"


def program(header="mine", prefix="mine"):
    text = (EXAMPLES / "own_kernels" / "main.c").read_text()
    text = text[: text.index("    slopewise_slopes")] + "    return 0;\n}\n"
    return text.replace("mine/kernels.h", f"{header}/kernels.h").replace("mine_", f"{prefix}_")


def library_of(project, name="mine", languages="C"):
    project.add(**{"main_cpp" if languages == "CXX" else "main_c": program(name, name.replace("-", "_"))})
    project.cmake(languages, PACKAGE + f"""
slopewise_add_kernels({name} KERNELS relu)
add_executable(main {"main.cpp" if languages == "CXX" else "main.c"})
target_link_libraries(main PRIVATE {name})
""")
    return project


def test_example(project, found):
    project.source = EXAMPLES / "own_kernels"
    project.configure(found, HALIDE)
    project.build()
    project.run("own_kernels")


@pytest.mark.parametrize("name, languages", [("my-kernels", "C"), ("mine", "CXX")])
def test_any_name_and_any_language(project, found, name, languages):
    library_of(project, name, languages).configure(found, HALIDE)
    project.build()
    project.run("main")


REFUSED = {
    "unknown kernel": ("slopewise_add_kernels(mine KERNELS gelu)", 'kernel "gelu" is not known; known are relu'),
    "unknown type": ("slopewise_add_kernels(mine KERNELS relu TYPES f8)", 'type "f8" is not known; known are f16'),
    "one prefix for two": (
        "slopewise_add_kernels(my-own KERNELS relu)\nslopewise_add_kernels(my_own KERNELS relu)",
        "slopewise_add_kernels(my_own): functions would be my_own_..., as are those of the target my-own",
    ),
    "our own prefix": ("slopewise_add_kernels(slopewise KERNELS relu)", "functions would be slopewise_..."),
    "a function of a C project": (
        "function(mine)\n  slopewise_add_kernels(mine KERNELS relu)\nendfunction()\nmine()",
        "generators are C++; enable_language(CXX) before mine() is called",
    ),
    "a cross build": ("set(CMAKE_CROSSCOMPILING ON)\nslopewise_add_kernels(mine KERNELS relu)", "a cross build cannot run the generators"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_name(project, found, case):
    text, said = REFUSED[case]
    project.cmake("C", PACKAGE + text + "\n")
    words = project.configure(found, HALIDE, fails=True)
    assert said in words, words


@pytest.mark.parametrize("scope", ["PUBLIC", "PRIVATE"])
def test_in_an_exported_library(project, found, tmp_path, scope):
    """A static library over own kernels that is itself installed, with their header if it shows, and used by a third project."""
    library_of(project).add(theirs_c=program().replace("int main", "int theirs"))
    with (project.source / "CMakeLists.txt").open("a") as text:
        text.write(f"""include(GNUInstallDirs)
add_library(theirs STATIC theirs.c)
target_link_libraries(theirs {scope} mine)
install(TARGETS theirs mine EXPORT theirs)
install(EXPORT theirs DESTINATION lib/cmake/theirs FILE theirs-config.cmake)
if({scope} STREQUAL PUBLIC)
  install(DIRECTORY ${{mine_INCLUDE_DIR}}/ DESTINATION include)
endif()
""")
    project.configure(found, HALIDE)
    project.build()
    call(CMAKE, "--install", project.build_folder, "--prefix", tmp_path / "theirs")
    third = Project(tmp_path / "third")
    header = "#include <mine/kernels.h>\n" if scope == "PUBLIC" else ""
    third.add(main_c=header + "int theirs(void);\nint main(void) { return theirs(); }\n")
    third.cmake("C", PACKAGE + "find_package(theirs REQUIRED)\nadd_executable(main main.c)\ntarget_link_libraries(main PRIVATE theirs)\n")
    third.configure(found + f";{tmp_path}/theirs")
    third.build()
    third.run("main")


def test_fused_pipeline(project, found):
    project.source = EXAMPLES / "halide_fused"
    project.configure(found, HALIDE)
    project.build()
    project.run("halide_fused")


def test_halide_that_is_missing_is_named(project, found):
    words = library_of(project).configure(found, fails=True)
    assert "Halide" in words and "Halide_DIR" in words, words


def test_docs_say_what_these_tests_type():
    assert "-DHalide_DIR=" in (SOURCE / "docs" / "linking.md").read_text()
