# Sourced by ./run: the tests, in stages. What `./run test all` adds to `./run test`: the label "long", all variants instead of
# those that this machine runs, the whole of the sanitized builds instead of the runtime's tests, and the stages after them.
stages=0 stage=0 began=$SECONDS

begin_stage() { # NAME
    local so_far=$((SECONDS - began))
    stage=$((stage + 1))
    printf '== %d/%d %s, %d:%02d so far\n' $stage $stages "$1" $((so_far / 60)) $((so_far % 60))
}

run_tests() { # PRESET [CTEST OPTIONS]
    local preset=$1
    shift
    "$venv/bin/ctest" --test-dir "build/$preset" -j 2 --output-on-failure --no-tests=error "$@"
}

test_quickly() {
    stages=6
    begin_stage "set-up"
    setup test wheel
    begin_stage "build of every variant that runs here"
    build_preset here
    begin_stage "tests"
    run_tests here -LE long
    begin_stage "wheel and NumPy"
    test_numpy_wheel
    test_sanitized here runtime
}

# With the kernels of the PRESET here or release; all tests that can run so, or those with a LABEL.
test_sanitized() { # PRESET [LABEL]
    local kernels=(-D "SLOPEWISE_KERNELS_DIR=$root/build/$1/kernels") label=${2:-}
    [ "$1" = release ] || kernels+=(-D "SLOPEWISE_VARIANTS=$1")
    begin_stage "address and undefined-behaviour sanitizers"
    configure asan "${kernels[@]}"
    make_targets asan ${label:+"slopewise_${label}_tests"}
    run_tests asan ${label:+-L "$label"} -LE slow
    begin_stage "thread sanitizer"
    configure tsan "${kernels[@]}"
    make_targets tsan slopewise_threads_tests
    run_tests tsan -L threads
}

test_everything() {
    stages=10
    begin_stage "set-up"
    setup test all wheel fuzz
    begin_stage "build of every variant"
    build_preset release
    begin_stage "tests"
    run_tests release
    test_sanitized release
    begin_stage "fuzzers, a minute each"
    build_preset fuzz slopewise_fuzzers
    run_fuzzers 60
    local arm
    for arm in arm64 arm32; do
        begin_stage "$arm, emulated"
        build_preset $arm
        run_tests $arm
    done
    begin_stage "Python"
    test_python
    begin_stage "packages"
    make_packages
    (cd tests/install && SLOPEWISE_DEBS=$root/build/deb SLOPEWISE_BUILD=$root/build/release SLOPEWISE_CMAKE=$venv/bin/cmake \
        SLOPEWISE_NINJA=$venv/bin/ninja "$venv/bin/python" -m pytest -q -p no:cacheprovider test_packages.py)
}

make_packages() {
    setup test package
    build_preset release slopewise_kernel_objects
    build_preset deb slopewise_installed
    (cd build/deb && rm -f ./*.deb && "$venv/bin/cpack" >cpack.log 2>&1 || { cat cpack.log; exit 1; })
    ls build/deb/*.deb
}

run_all_tests() { # [all|python [--oldest]]
    case ${1:-} in
        "") test_quickly ;;
        all) test_everything ;;
        python) stages=1; begin_stage "Python"; test_python "${@:2}" ;;
        *) echo "run: unknown tests \"$1\", expected nothing, all or python" >&2; exit 2 ;;
    esac
    local took=$((SECONDS - began))
    printf '== all %d stages passed in %d:%02d\n' $stages $((took / 60)) $((took % 60))
}
