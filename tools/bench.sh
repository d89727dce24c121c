# Sourced by ./run: the benchmark, the libraries that it compares with, and its report.
peers_venv=$root/.venv-peers
peer_packages=(libdnnl-dev libxnnpack-dev libpthreadpool-dev)
results=$root/build/bench/results.json

bench_usage() {
    cat <<'TEXT'
usage: ./run bench --device cuda|opencl [OPTIONS]
  every operation and type on a GPU against copies on it, as a table; --elements and --types choose
usage: ./run bench [--peers] [--no-report] [--compare OLD.json [NEW.json]] [OPTIONS]
  measures, writes build/bench/results.json and, of a full run, docs/benchmarks.md with its plots
  --peers               first install what it compares with: PyTorch into .venv-peers, oneDNN and XNNPACK from Debian
  --no-report           leave docs/ alone
  --compare OLD [NEW]   then tell regressions since OLD from noise, exit 1 if there are any; with NEW measure nothing
  OPTIONS               of the program, among them --quick and --sections; --help lists them
TEXT
}

install_peers() {
    install_packages "${peer_packages[@]}"
    [ "$(cat "$peers_venv/made_from" 2>/dev/null)" = "$(cat tools/requirements/peers.txt)" ] && return
    echo "installing PyTorch into .venv-peers"
    rm -rf "$peers_venv"
    /usr/bin/python3 -m venv "$peers_venv"
    "$peers_venv/bin/pip" install -q --disable-pip-version-check --no-deps -r tools/requirements/peers.txt
    cp tools/requirements/peers.txt "$peers_venv/made_from"
}

measure() { # OPTIONS
    setup report
    build release slopewise_bench
    mkdir -p "$(dirname "$results")"
    build/release/bench/slopewise_bench --json "$results" "$@"
}

absolute() { [[ $1 = /* ]] && echo "$1" || echo "$caller/$1"; }

bench_device() { # cuda|opencl OPTIONS
    [ $# -gt 0 ] || { bench_usage >&2; exit 2; }
    build release slopewise_gpu_bench
    build/release/bench/slopewise_gpu_bench "$@"
}

bench() {
    if [ "${1:-}" = --device ]; then
        shift
        bench_device "$@"
        return
    fi
    local report=yes old='' new='' options=()
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) bench_usage; [ ! -x build/release/bench/slopewise_bench ] || build/release/bench/slopewise_bench --help; return ;;
            --peers) setup; install_peers ;;
            --no-report) report=no ;;
            --compare)
                [ $# -gt 1 ] || { bench_usage >&2; exit 2; }
                old=$(absolute "$2"); shift
                if [[ ${2:-} = *.json ]]; then new=$(absolute "$2"); shift; fi ;;
            # A part of the whole is no report.
            --quick | --sections* | --list) report=no; options+=("$1") ;;
            *) options+=("$1") ;;
        esac
        shift
    done
    if [ -z "$new" ]; then
        measure "${options[@]}"
        new=$results
        [ $report = no ] || "$venv/bin/python" tools/report/report.py "$results" --out docs
    else
        setup report
    fi
    [ -z "$old" ] || "$venv/bin/python" tools/report/compare.py "$old" "$new"
}
