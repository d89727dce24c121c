"""Runs a few of the benchmarks by Google Benchmark's flags and reads what they wrote. usage: smoke.py PROGRAM"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "report"))
import report  # noqa: E402
import results  # noqa: E402

FILTER = "--benchmark_filter=^(rrelu/f32/(8/calls|16384/(random|choices|threads)|16384/latency/in_a_row)|relu/i8/[789]/tails)/"
QUICKLY = ["--benchmark_repetitions=5", "--benchmark_min_time=0.0002"]


def run(*flags, expected=0):
    done = subprocess.run([sys.argv[1], *flags], capture_output=True, text=True)
    assert done.returncode == expected, done.stderr
    return done


def changes(path, form):
    """How often another contender than before had its turn, in the order in which they ran."""
    runs = [r for r in json.loads(Path(path).read_text())["benchmarks"] if r["run_type"] == "iteration" and f"/{form}/" in r["name"]]
    names = [r["name"] for r in sorted(runs, key=lambda r: r["order"])]
    return sum(a != b for a, b in zip(names, names[1:]))


listed = run("--benchmark_list_tests", FILTER).stdout.split()
assert {results.parts_of(name)[0][3] for name in listed} >= {"calls", "tails", "random", "choices", "threads", "latency/in_a_row"}
assert "rrelu/f32/16384/random/backward" in listed and len(listed) == len(set(listed))
assert len(run("--benchmark_list_tests").stdout.split()) > 1000
assert "no benchmark matches" in run("--benchmark_filter=nothing", expected=1).stderr
assert "unknown flag --quick" in run("--quick", expected=1).stderr
assert "expected json" in run("--benchmark_out=x", "--benchmark_out_format=csv", expected=1).stderr

with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/results.json"
    shown = run(FILTER, *QUICKLY, f"--benchmark_out={path}", "--benchmark_format=json")
    Path(f"{folder}/shown.json").write_text(shown.stdout)
    for written in (path, f"{folder}/shown.json"):
        found = results.load(written)
        assert sum(len(g.cases) for g in found.groups) == len(listed)
        assert all(len(c.ns) == 5 and (c.ns > 0).all() and c.bytes >= 14 for g in found.groups for c in g.cases)
    assert changes(path, "random") > 6, "contenders are not interleaved"
    (random,) = found.find(form="random")
    assert random.first.name == "forward" and random.case("noise_written").bytes > 1.4 * random.first.bytes
    (latency,) = found.find(section="latency", of_peers=False)
    assert 0 < latency.first.calls["p50"] <= latency.first.calls["p99"]
    report.main([path, "--out", folder])
