# Sourced by ./run: the tuner of schedules and its report.

autotune_report() { # OUT
    local journals
    journals=$(for variant in avx512 avx2 x86-64; do ls "build/autotune/$variant.jsonl" 2>/dev/null || true; done)
    [ -z "$journals" ] || "$venv/bin/python" tools/report/schedules.py $journals --out "$1"
}

# A part of the whole is no report for docs/.
autotune() { # OPTIONS
    build release
    local status=0 out=docs option
    for option in "$@"; do
        case $option in
            -h | --help | --dry-run) exec build/release/tune/autotune/slopewise-autotune "$@" ;;
            --force | --resume) ;;
            *) out=build/autotune/report ;;
        esac
    done
    build/release/tune/autotune/slopewise-autotune "$@" || status=$?
    [ $status != 0 ] || autotune_report "$out" || true  # of a run that decided nothing there is none
    return $status
}
