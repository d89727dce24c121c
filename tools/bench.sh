# Sourced by ./run: the benchmark, the libraries that it compares with, and its report.
peer_packages=(libdnnl-dev libxnnpack-dev libpthreadpool-dev)
results=$root/build/bench/results.json

bench_usage() {
    cat <<'TEXT'
usage: ./run bench --device cuda|opencl [FLAGS]
  every operation and type on a GPU against copies on it
usage: ./run bench --python [--quick]
  modules of slopewise.torch against torch's own, plain and compiled; writes docs/python-benchmarks.md, unless quick
usage: ./run bench [--peers] [--quick] [--no-report] [--compare OLD.json [NEW.json]] [FLAGS]
  measures, writes build/bench/results.json and, of a full run, docs/benchmarks.md with its plots
  --peers               first install what it compares with: PyTorch into .venv-peers, oneDNN and XNNPACK from Debian
  --quick               fewer sizes and repetitions: a minute or two; leaves docs/ alone
  --no-report           leave docs/ alone
  --compare OLD [NEW]   then tell regressions since OLD from noise, exit 1 if there are any; with NEW measure nothing
  FLAGS                 of Google Benchmark: --benchmark_filter=REGEX, --benchmark_list_tests and so on. A benchmark's name is
                        op/type/elements[/form]/contender; forms begin with calls, in_place, streaming, random, reader,
                        strided, tails, choices, threads or latency
TEXT
}

install_peers() {
    install_packages "${peer_packages[@]}"
    keep_environment peers --no-deps
}

# Sizes that each kind of comparison has some of, and as few repetitions as still have a median.
quickly=(--benchmark_repetitions=5 --benchmark_min_time=0.002 '--benchmark_filter=/(8|4096|16384|65536|1048576|16777216)/')

measure() { # FLAGS
    setup report bench
    build release slopewise_bench slopewise_calls
    mkdir -p "$(dirname "$results")"
    # A list of benchmarks has no results to count instructions for.
    [ "$results" = /dev/null ] || set -- "$("$venv/bin/python" tools/report/instructions.py build/release/bench/slopewise_calls)" "$@"
    build/release/bench/slopewise_bench --benchmark_out="$results" "$@"
}

absolute() { [[ $1 = /* ]] && echo "$1" || echo "$caller/$1"; }

bench_device() { # cuda|opencl FLAGS
    [ $# -gt 0 ] || { bench_usage >&2; exit 2; }
    setup bench
    build release slopewise_gpu_bench
    build/release/bench/slopewise_gpu_bench "$@"
}

bench_python() { # [--quick]
    setup report
    wheel
    python_environment python "$(echo "$root"/dist/*manylinux*x86_64.whl)"
    local results=$root/build/bench/python.json
    mkdir -p build/bench
    .venv-python/bin/python bench/python/measure.py "$results" "$@"
    [ "${1:-}" = --quick ] || "$venv/bin/python" tools/report/python.py "$results" --out docs
}

bench() {
    case ${1:-} in
        --device) bench_device "${@:2}"; return ;;
        --python) bench_python "${@:2}"; return ;;
    esac
    local report=yes old='' new='' flags=()
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) bench_usage; return ;;
            --peers) setup; install_peers ;;
            --no-report) report=no ;;
            --compare)
                [ $# -gt 1 ] || { bench_usage >&2; exit 2; }
                old=$(absolute "$2"); shift
                if [[ ${2:-} = *.json ]]; then new=$(absolute "$2"); shift; fi ;;
            --benchmark_out=*) results=$(absolute "${1#*=}") ;;
            # A part of the whole is no report.
            --quick) report=no; flags+=("${quickly[@]}") ;;
            --benchmark_list_tests*) report=no; results=/dev/null; flags+=("$1") ;;
            --benchmark_filter*) report=no; flags+=("$1") ;;
            *) flags+=("$1") ;;
        esac
        shift
    done
    if [ -z "$new" ]; then
        measure "${flags[@]}"
        new=$results
        [ $report = no ] || "$venv/bin/python" tools/report/report.py "$results" --out docs
    else
        setup report
    fi
    [ -z "$old" ] || "$venv/bin/python" tools/report/compare.py "$old" "$new"
}
