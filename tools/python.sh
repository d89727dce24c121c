# Sourced by ./run: the wheel, and the tests of the Python package, which run against an installed wheel.
packages_wheel=("${packages_llvm[@]}")

# For x86-64 and 64-bit ARM, with glibc 2.28 or newer. It carries the kernels of another preset's build.
wheel() { # [x86_64|aarch64]
    local processor=${1:-x86_64} preset=release
    case $processor in
        x86_64) ;;
        aarch64) preset=arm64 ;;
        *) echo "run: unknown processor \"$processor\", expected x86_64 or aarch64" >&2; exit 2 ;;
    esac
    build "$preset" slopewise_kernel_objects
    setup wheel
    local streaming
    streaming=$(find "build/$preset/kernels" -name '*_streaming_*.o' -print -quit)
    [ -n "$streaming" ] || { echo "run: no LLVM 22, so no streaming kernels: such a wheel would be slow" >&2; exit 1; }
    make_wheel "$preset" "build/wheel-$processor" \
        --config-settings "cmake.define.CMAKE_TOOLCHAIN_FILE=$root/cmake/toolchains/zig.cmake" \
        --config-settings "cmake.define.SLOPEWISE_ZIG=$venv/bin/python" --config-settings "cmake.define.CMAKE_SYSTEM_PROCESSOR=$processor" --config-settings install.strip=false
    local made
    made=$(echo "build/wheel-$processor/"*.whl)
    mkdir -p dist
    (cd dist && rm -f ./*"$processor.whl" && "$venv/bin/python" -m wheel tags --platform-tag "manylinux_2_28_$processor" "$root/$made")
    mv build/wheel-"$processor"/*manylinux* dist/
    "$venv/bin/auditwheel" show dist/*"$processor.whl"
    ls -l dist/*"$processor.whl"
}

# A wheel in FOLDER from the PRESET's kernels, without the network.
make_wheel() { # PRESET FOLDER [PIP OPTIONS]
    local preset=$1 folder=$2
    shift 2
    rm -rf "$folder"
    ZIG_GLOBAL_CACHE_DIR=$root/build/zig "$venv/bin/pip" wheel . -q --disable-pip-version-check --no-deps --no-build-isolation -w "$folder" \
        --config-settings "build-dir=$folder.build" --config-settings "cmake.define.SLOPEWISE_KERNELS_DIR=$root/build/$preset/kernels" "$@"
}

# The wheel in it is always the new one.
python_environment() { # REQUIREMENTS WHEEL
    keep_environment "$1"
    "$root/.venv-$1/bin/pip" install -q --disable-pip-version-check --no-deps --no-index --force-reinstall "$2"
}

run_python_tests() { # REQUIREMENTS WHEEL [PYTEST OPTIONS]
    python_environment "$1" "$2"
    SLOPEWISE_WHEEL=$2 "$root/.venv-$1/bin/python" -m pytest -q -p no:cacheprovider -n 2 "${@:3}"
}

# As `pip install .` makes it, with this machine's compiler.
test_numpy_wheel() {
    make_wheel here build/wheel-here --config-settings cmake.define.SLOPEWISE_VARIANTS=here
    run_python_tests python-numpy "$(echo "$root"/build/wheel-here/*.whl)" tests/python/test_{numpy,wheel}.py
}

test_python() { # [--oldest]
    local requirements=python
    case ${1:-} in
        "") ;;
        --oldest) requirements=python-oldest ;;
        *) echo "run: unknown option \"$1\", expected --oldest" >&2; exit 2 ;;
    esac
    wheel
    run_python_tests $requirements "$(echo "$root"/dist/*manylinux*x86_64.whl)" tests/python
}
