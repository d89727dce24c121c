# Sourced by ./run: the tuner of schedules and its report.

autotune_report() { # OUT
    local journals=(build/autotune/*.jsonl)
    [ ! -e "${journals[0]}" ] || "$venv/bin/python" tools/report/schedules.py "${journals[@]}" --out "$1"
}

# A part of the whole is no report for docs/, and of another folder's journals there is none.
autotune() { # OPTIONS
    setup report
    build release slopewise_autotune
    local status=0 out=docs option
    for option in "$@"; do
        case $option in
            -h | --help | --dry-run) exec build/release/tune/autotune/slopewise-autotune "$@" ;;
            --force | --resume) ;;
            *) out=build/autotune/report ;;
        esac
    done
    build/release/tune/autotune/slopewise-autotune "$@" || status=$?
    [[ $status != 0 || " $* " = *" --state"* ]] || autotune_report "$out" || true  # of a run that decided nothing there is none
    return $status
}
