# Sourced by ./run: the fuzzers of tests/fuzz, over the release build's kernels.
packages_fuzz=(clang libclang-rt-14-dev)
fuzzers=(explain npy wisdom schedules journal requests)

# One after another. Each begins with the files of tests/fuzz/corpus and what earlier runs found worth keeping in build/fuzz; what
# fails is kept in build/fuzz/findings.
run_fuzzers() { # SECONDS
    local name found=$root/build/fuzz/findings
    mkdir -p "$found"
    for name in "${fuzzers[@]}"; do
        mkdir -p "build/fuzz/corpus/$name"
        echo "-- $name: $(ls "tests/fuzz/corpus/$name" | wc -l) files, $1 s"
        (cd build/fuzz && XDG_CACHE_HOME=$found/no-cache "tests/fuzz/slopewise_fuzz_$name" "-max_total_time=$1" -timeout=10 -print_final_stats=1 \
            -artifact_prefix="$found/$name-" -verbosity=1 "corpus/$name" "$root/tests/fuzz/corpus/$name" >"$name.log" 2>&1) || { tail -n 60 "build/fuzz/$name.log"; return 1; }
        grep -E '^stat::(number_of_executed_units|average_exec_per_sec)' "build/fuzz/$name.log"
    done
}

fuzz() { # [MINUTES]
    local minutes=${1:-1}
    [[ $# -le 1 && $minutes =~ ^[0-9]{1,4}$ && 10#$minutes -gt 0 ]] || { echo "usage: ./run fuzz [MINUTES]" >&2; exit 2; }
    build fuzz slopewise_fuzzers
    run_fuzzers $((10#$minutes * 60))
}
