"""Projects in C alone, in C++ alone, in an old C++; and headers that are included by hand, in any order."""

import shutil

import pytest
from conftest import EXAMPLES, HALIDE, SOURCE, call

PACKAGE = "find_package(slopewise CONFIG REQUIRED COMPONENTS kernels)\n"
LIBRARIES = ["slopewise::slopewise", "slopewise::slopewise_static"]
INCLUDE = '#include <slopewise/slopewise.hpp>\nint main() { float x[1] = {-1}; slopewise::relu(x, x); return x[0] != 0; }\n'


@pytest.mark.parametrize("library", LIBRARIES)
def test_c_alone(project, found, library):
    project.add(EXAMPLES / "relu.c", EXAMPLES / "kernels_alone.c")
    project.cmake("C", PACKAGE + f"""
add_executable(relu relu.c)
target_link_libraries(relu PRIVATE {library})
add_executable(alone kernels_alone.c)
target_link_libraries(alone PRIVATE slopewise::kernels_x86_64)
""")
    project.configure(found)
    project.build()
    project.run("relu")
    project.run("alone")


def compilers():
    """The default of clang 14 is C++14, and so may be a project's own."""
    return ["-DCMAKE_CXX_STANDARD=14"] + (["-DCMAKE_CXX_COMPILER=clang++"] if shutil.which("clang++") else [])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("compiler", compilers())
def test_cxx_alone_and_old(project, found, library, compiler):
    project.add(main_cpp=INCLUDE)
    project.cmake("CXX", PACKAGE + f"add_executable(main main.cpp)\ntarget_link_libraries(main PRIVATE {library})\n")
    project.configure(found, compiler)
    project.build()
    project.run("main")


@pytest.mark.parametrize("header", ["slopewise.hpp", "nn.hpp", "halide.h"])
def test_header_says_what_it_needs(prefix, tmp_path, header):
    source = tmp_path / "old.cpp"
    source.write_text(f"#include <slopewise/{header}>\n")
    said = call("c++", "-std=c++14", "-fsyntax-only", f"-I{prefix}/include", source, fails=True)
    assert said.count(" error: ") == 1 and f"slopewise/{header} needs C++17" in said, said


@pytest.mark.parametrize("order", [("slopewise/kernels.h", "HalideRuntime.h"), ("HalideRuntime.h", "slopewise/kernels.h")])
@pytest.mark.parametrize("compiler, language", [("cc", "c"), ("c++", "c++")])
def test_halides_own_header_before_or_after(prefix, tmp_path, order, compiler, language):
    source = tmp_path / "both"
    source.write_text("".join(f"#include <{name}>\n" for name in order) + "halide_buffer_t a; halide_dimension_t b; slopewise_slopes c;\n")
    halide = HALIDE.split("=")[1].split("/lib64/")[0] + "/include"
    call(compiler, "-x", language, "-fsyntax-only", f"-I{prefix}/include", f"-I{halide}", source)


def test_headers_alone(project, found):
    """For a program with its own fused pipeline: no library of ours, no DLPack."""
    project.add(main_c="#include <slopewise/fixed_point.h>\nint main(void) { return slopewise_fixed_point(0.1, 0.3).width == 0; }\n")
    project.cmake("C", PACKAGE + "add_executable(main main.c)\ntarget_link_libraries(main PRIVATE slopewise::headers)\n")
    project.configure(found)
    project.build()
    project.run("main")


def test_output_of_const_elements_is_refused(prefix, tmp_path):
    source = tmp_path / "const.cpp"
    source.write_text(INCLUDE.replace("float x", "const float x"))
    said = call("c++", "-std=c++17", "-fsyntax-only", f"-I{prefix}/include", source, fails=True)
    assert "an output's elements must not be const" in said


@pytest.mark.skipif(not shutil.which("clang++"), reason="no clang")
@pytest.mark.parametrize("standard", ["c++17", "c++20", "c++2b"])
@pytest.mark.parametrize("source", [SOURCE / "tests/install/consumer/header.cpp", EXAMPLES / "digits.cpp"], ids=lambda path: path.name)
def test_clang_has_no_warning(prefix, source, standard):
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
    call("clang++", f"-std={standard}", "-fsyntax-only", *warnings, f"-I{prefix}/include", source)


ODD = """#include <type_traits>
#include <limits>
struct odd { unsigned short bits; };
template <> inline constexpr bool std::is_floating_point_v<odd> = true;
template <> struct std::numeric_limits<odd> { static constexpr int digits = DIGITS; };
#include <slopewise/slopewise.hpp>
constexpr DLDataType found = slopewise::detail::dtype<odd>();
static_assert(found.code == kDLBfloat && found.bits == 16);
"""


@pytest.mark.parametrize("digits, taken", [(8, True), (10, False), (12, False)])
def test_floats_go_by_their_digits_not_by_their_size(prefix, tmp_path, digits, taken):
    """As C++23's std::bfloat16_t, in a compiler that has none."""
    source = tmp_path / "odd.cpp"
    source.write_text(ODD.replace("DIGITS", str(digits)))
    said = call("c++", "-std=c++17", "-fsyntax-only", f"-I{prefix}/include", source, fails=not taken)
    assert taken or "Slopewise's element types are float" in said


@pytest.mark.parametrize("element", ["long double", "bool", "std::uint16_t", "std::uint64_t"])
def test_types_that_are_taken_are_named(prefix, tmp_path, element):
    source = tmp_path / "element.cpp"
    source.write_text(INCLUDE.replace("float x", f"{element} x"))
    said = call("c++", "-std=c++17", "-fsyntax-only", f"-I{prefix}/include", source, fails=True)
    assert "Slopewise's element types are float, double, std::int8_t to std::int64_t" in said
