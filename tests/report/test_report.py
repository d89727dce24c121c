import estimates as st
import gates
import numpy as np
import plots
import report
import results as rs
import tables
from synthetic import case, group, relu_at, results, written

MEBI = 1 << 20


def loaded(tmp_path, groups, **more):
    return rs.load(written(tmp_path / "results.json", results(groups, **more)))


def gate(run, what, target=""):
    return next(g for g in gates.Gates(run).all() if g.what.startswith(what) and target in g.target)


def call(name, ns):
    return group([case(name, "library", ns)], elements=8, form="calls")


def test_a_gate_holds_misses_or_is_within_noise(tmp_path):
    for ns, held in ((8, "yes"), (12, "no")):
        assert gate(loaded(tmp_path, [call("slopewise_relu_f32", ns)]), "`slopewise_relu_f32`, n = 8").holds == held
    near = call("slopewise_relu_f32", 10.05)
    for i, run in enumerate(near):
        run["real_time"] = (9.8, 9.9, 10.1, 10.2, 10.1, 9.9, 10.2)[i % 7]
    assert gate(loaded(tmp_path, [near]), "`slopewise_relu_f32`, n = 8").holds == "within noise"


def test_what_was_not_measured_says_so(tmp_path):
    assert gate(loaded(tmp_path, []), "`slopewise_relu_f32`, n = 8").holds == "not measured"


def test_a_gate_against_a_missing_peer_names_it(tmp_path):
    run = loaded(tmp_path, [], missing=["PyTorch"])
    assert gate(run, "CReLU f32, from 64 MiB").holds == "not measured: PyTorch is missing"
    assert "PyTorch is missing: its package was not found" in report.peers_line(run)


def test_a_gate_shows_the_worst_size(tmp_path):
    run = loaded(tmp_path, [relu_at(16384, torch=300), relu_at(65536, torch=90, seed=7), relu_at(262144, torch=200, seed=9)])
    worst = gate(run, "ReLU f32, 64 KiB to 12 MiB an array")
    assert worst.where == "256 KiB an array" and worst.holds == "no"
    np.testing.assert_allclose(worst.measured.value, 0.9, atol=0.02)


def test_from_1_to_16_mebibytes_a_tenth_is_noise(tmp_path):
    run = loaded(tmp_path, [relu_at(MEBI, torch=90)])
    assert gate(run, "ReLU f32, 64 KiB to 12 MiB an array").holds == "within noise"


def test_a_clear_miss_is_shown_before_a_larger_one_within_noise(tmp_path):
    run = loaded(tmp_path, [relu_at(MEBI, torch=90), relu_at(65536, torch=93, seed=7)])
    shown = gate(run, "ReLU f32, 64 KiB to 12 MiB an array")
    assert shown.where == "256 KiB an array" and shown.holds == "no"


def test_random_gates_follow_the_variant(tmp_path):
    times = {
        "slopewise": ("library", 100),
        "slopewise_avx2": ("variant", 150),
        "by_hand_AVX-512": ("by hand", 95),
        "by_hand_AVX2": ("by hand", 120),
    }
    cases = [case(name, role, ns, seed=i) for i, (name, (role, ns)) in enumerate(times.items())]
    torch = case("PyTorch_rrelu_with_noise_out", "PyTorch", 2400, seed=8)
    run = loaded(tmp_path, [group([*cases, torch], op="rrelu", elements=65536)])
    assert gate(run, "RReLU training f32, 16Ki to 1Mi elements", "AVX-512").holds == "yes"
    assert gate(run, "RReLU training f32, 16Ki to 1Mi elements, AVX2 forced").holds == "no"
    assert gate(run, "RReLU training f32, 64Ki to 1Mi elements", "25x").holds == "no"
    assert gate(run, "RReLU training f32, 64Ki to 1Mi elements, AVX2 forced", "14x").holds == "yes"


def test_the_limit_is_the_fastest_copy_of_the_problem(tmp_path):
    plain = relu_at(2 * MEBI)
    streaming = group([case("streaming_copy", "copy", 10_000)], elements=2 * MEBI, form="streaming")
    run = loaded(tmp_path, [plain, streaming])
    (compared,) = run.problems()[("relu", "f32", "")]
    assert compared.first.name == "slopewise"
    assert run.limit(compared).name == "streaming_copy"


def test_a_name_is_told_from_what_googles_library_appends():
    assert rs.parts_of("relu/f32/4096/slopewise") == (("relu", "f32", 4096, ""), "slopewise")
    name = "relu/f32/8/latency/in_a_row/peers/PyTorch_relu_2_threads/iterations:40/manual_time"
    assert rs.parts_of(name) == (("relu", "f32", 8, "latency/in_a_row/peers"), "PyTorch_relu_2_threads")


def test_runs_that_failed_are_left_out(tmp_path):
    run = relu_at(4096)
    for r in run[-25:]:
        r["error_occurred"] = True
    (found,) = loaded(tmp_path, [run]).groups
    assert found.first.name == "slopewise" and found.noise == 0 and len(found.cases) == 6


def test_a_row_that_loses_is_marked(tmp_path):
    run = loaded(tmp_path, [relu_at(4096), relu_at(65536, torch=80)])
    table = next(tables.sweeps(run))
    rows = {line.split(" | ")[0].strip("| "): line for line in table.splitlines()}
    assert tables.LOSES not in rows["4,096"]
    assert tables.LOSES in rows["65,536"] and "PyTorch_clamp_min_out" in rows["65,536"]


def test_the_report_is_written_with_its_pictures(tmp_path, capsys):
    latency = {"p50_ns": 10.0, "p90_ns": 11.0, "p99_ns": 20.0}
    groups = [relu_at(n, seed=n) for n in (4096, 65536, MEBI, 64 * MEBI)]
    cases = [case("one_thread", "library", 100, **latency), case("default_threads", "variant", 60, **latency)]
    groups.append(group(cases, form="latency/in_a_row", suffix="/iterations:40/manual_time"))
    path = written(tmp_path / "results.json", results(groups, missing=["XNNPACK"]))
    report.main([path, "--out", str(tmp_path), "--readme"])
    text = (tmp_path / "benchmarks.md").read_text()
    assert "Imaginary 9000" in text and "`./run bench`" in text and "XNNPACK is missing" in text
    assert "![ReLU, f32, one thread](benchmarks/relu.svg)" in text and "rrelu.svg" not in text
    assert (tmp_path / "benchmarks" / "relu.svg").read_text().startswith("<?xml")
    assert "| `relu` |" in capsys.readouterr().out


def choices_at(elements, op="relu", default=100.0, one=150.0, without=118.0):
    names = {"default": default, "one_thread": one, "plain_on_one": 150.0, "plain_on_all": 100.0, "streaming_on_one": 200.0}
    names["without_own_row"] = without
    cases = [case(n, "library" if n == "default" else "variant", ns, seed=i) for i, (n, ns) in enumerate(names.items())]
    return group(cases, op=op, elements=elements, form="choices", suffix="/real_time")


def test_choices_are_held_against_one_thread_and_the_best(tmp_path):
    run = loaded(tmp_path, [choices_at(1024), choices_at(65536, "crelu", default=125.0, one=110.0, without=130.0)])
    what = "stores and threads by size"
    for target, held in (("one thread", "no"), ("the best choice", "no")):
        shown = gate(run, what, target)
        assert shown.holds == held and shown.where == "crelu, 65,536 elements", target
    assert gate(run, what, "1.25x").holds == "no"
    assert gate(loaded(tmp_path, [choices_at(1024)]), what, "1.15x").holds == "yes"
    table = tables.choices(run)
    crelu = next(line for line in table.splitlines() if line.startswith("| crelu"))
    assert "x at 65,536 (one_thread) | 1.25x at 65,536 (plain_on_all) | 1.29x at 65,536 (plain_on_all) |" in crelu


def test_the_picture_of_choices(tmp_path):
    run = loaded(tmp_path, [choices_at(n, op) for n in (1024, 65536, MEBI) for op in ("relu", "crelu")])
    run.machine["cross_validation"] = "not run (1 measured, 3 needed)"
    assert "others say: not run (1 measured" in report.choices_line(run)
    report.write(run, tmp_path)
    text = (tmp_path / "benchmarks.md").read_text()
    assert "(benchmarks/choices.svg)" in text and (tmp_path / "benchmarks" / "choices.svg").exists()


def test_estimates_agree_with_their_definitions():
    values = [1.0, 2.0, 3.0, 4.0, 100.0]
    e = st.median(values)
    assert e.value == 3 and e.low <= 3 <= e.high
    r = st.paired_ratio([10, 20, 30], [5, 10, 15])
    assert (r.value, r.low, r.high) == (2, 2, 2)
    assert st.noise([100] * 5, [100, 98, 101, 100, 105]) <= 0.05 + 1e-9
    assert [st.number(v) for v in (0.012345, 1.2345, 123.45, 12345.6)] == ["0.0123", "1.23", "123", "12,346"]


def test_a_tail_is_as_long_as_it_exceeds_the_next_whole_vector(tmp_path):
    def at(n, ns, whole=None):
        cases = [case("slopewise_avx2", "library", ns, 0), case("slopewise_x86-64", "variant", 5.0, 0)]
        beside = [case("slopewise_avx2_whole", "variant", whole, 0)] if whole else []
        return group(cases + beside, elements=n, form="tails")

    # The machine took twice the time while 7 was measured.
    run = loaded(tmp_path, [at(6, 9.0, 5.0), at(7, 13.0, 10.0), at(8, 5.0), at(9, 90.0)])
    assert "| relu f32 | slopewise_avx2 | 3.50 | 3.90 | 4.00 | 6 |" in tables.tails(run)
    assert "x86-64" not in tables.tails(run) and "_whole" not in tables.tails(run)
    assert "tails" in plots.draw_all(run, tmp_path) and (tmp_path / "tails.svg").exists()
    assert tables.tails(loaded(tmp_path, [])) == "Not run."


def test_counted_instructions_are_listed(tmp_path):
    run = loaded(tmp_path, [])
    assert tables.instructions(run) == "Instructions of a call: not run."
    run.machine["instructions_slopewise_relu"] = "451"
    assert "| slopewise_relu | 451 |" in tables.instructions(run)
