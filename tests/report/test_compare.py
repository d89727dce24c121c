import compare
from synthetic import case, group, relu_at, results, written

SIZES = (4096, 65536, 1 << 20)


def run(tmp_path, capsys, old, new):
    status = compare.main([written(tmp_path / "old.json", old), written(tmp_path / "new.json", new)])
    return status, capsys.readouterr()


def sweep(seed, slow=(), factor=1.0, **more):
    return results([relu_at(n, ours=100 * (factor if n in slow else 1), seed=seed + n, **more) for n in SIZES])


def test_two_runs_of_the_same_differ_by_noise_alone(tmp_path, capsys):
    for seed in range(10):
        status, out = run(tmp_path, capsys, sweep(100 * seed), sweep(100 * seed + 50))
        assert status == 0, out.out
        assert "6 times compared: 0 slower, 0 faster, 6 within noise" in out.out


def test_a_planted_regression_is_found_and_named(tmp_path, capsys):
    status, out = run(tmp_path, capsys, sweep(0), sweep(50, slow=(65536,), factor=1.25))
    assert status == 1
    slower = [line for line in out.out.splitlines() if line.startswith("slower")]
    assert len(slower) == 2 and all("relu/f32/65536/" in line for line in slower)
    assert any("/slopewise: 1.2" in line for line in slower)


def test_an_improvement_is_no_regression(tmp_path, capsys):
    status, out = run(tmp_path, capsys, sweep(0), sweep(50, slow=(4096,), factor=0.8))
    assert status == 0
    assert "faster: relu/f32/4096/slopewise: 0.8" in out.out


def test_a_slower_day_of_the_machine_is_no_regression(tmp_path, capsys):
    status, out = run(tmp_path, capsys, sweep(0), sweep(50, drift=1.28))
    assert status == 0, out.out


def test_a_regression_shows_on_a_faster_day_too(tmp_path, capsys):
    status, _ = run(tmp_path, capsys, sweep(0), sweep(50, slow=SIZES, factor=1.2, drift=0.8))
    assert status == 1


def test_a_noisy_comparison_needs_a_larger_change(tmp_path, capsys):
    status, out = run(tmp_path, capsys, sweep(0, spread=0.15), sweep(50, slow=SIZES, factor=1.15, spread=0.2))
    assert status == 0, out.out


def test_without_a_yardstick_times_are_compared_as_they_are(tmp_path, capsys):
    strided = lambda ns, seed: results(
        [group([case("contiguous", "library", 100, seed=seed), case("strided", "variant", ns, seed=seed + 1)], form="strided/every_other")]
    )
    assert run(tmp_path, capsys, strided(300, 0), strided(303, 5))[0] == 0
    status, out = run(tmp_path, capsys, strided(300, 0), strided(390, 5))
    assert status == 1 and "relu/f32/4096/strided/every_other/strided: 1.3" in out.out


def test_threads_need_to_be_twice_as_slow(tmp_path, capsys):
    threads = lambda ns, seed: results(
        [
            group(
                [case("one_thread", "library", 100, seed=seed), case("default_threads", "variant", ns, seed=seed + 1)],
                form="threads",
                suffix="/real_time",
            )
        ]
    )
    assert run(tmp_path, capsys, threads(52, 0), threads(80, 5))[0] == 0
    assert run(tmp_path, capsys, threads(52, 0), threads(125, 5))[0] == 1


def test_times_of_a_busy_machine_are_not_judged(tmp_path, capsys):
    new = results([relu_at(n, ours=150 if n == 65536 else 100, seed=50 + n, others=0.9 if n == 65536 else 0.01) for n in SIZES])
    status, out = run(tmp_path, capsys, sweep(0), new)
    assert status == 0 and "note: 2 times are not judged" in out.out


def test_what_is_in_one_run_only_is_counted_not_judged(tmp_path, capsys):
    old, new = sweep(0), results([relu_at(n, seed=50 + n) for n in SIZES[:2]])
    status, out = run(tmp_path, capsys, old, new)
    assert status == 0 and "note: 1 comparisons are in one run only" in out.out


def test_a_missing_peer_is_named_and_is_no_yardstick(tmp_path, capsys):
    new = sweep(50) | {"context": results([], missing=["PyTorch"])["context"]}
    new["benchmarks"] = [b for b in new["benchmarks"] if b.get("label") != "PyTorch"]
    status, out = run(tmp_path, capsys, sweep(0), new)
    assert status == 0 and "note: PyTorch is missing in the new run" in out.out


def test_runs_of_different_cpus_are_refused(tmp_path, capsys):
    status, out = run(tmp_path, capsys, sweep(0), results([relu_at(4096)], cpu="Another"))
    assert status == 2 and '"Imaginary 9000" and "Another"' in out.err


def test_runs_with_nothing_in_common_are_refused(tmp_path, capsys):
    status, out = run(tmp_path, capsys, results([relu_at(64)]), results([relu_at(128)]))
    assert status == 2 and "no comparison in common" in out.err


def test_a_wrong_command_line_shows_the_usage(capsys):
    assert compare.main(["one.json"]) == 2
    assert "usage: compare.py OLD.json NEW.json" in capsys.readouterr().err


def test_files_that_are_no_results_are_refused_in_one_line(tmp_path, capsys):
    good, other = sweep(0), {"name": "BM_memcpy/8", "run_name": "BM_memcpy/8", "run_type": "iteration"}
    foreign = good | {"benchmarks": [other]}
    for bad, says in (({}, "without 'context'"), (good | {"context": {}}, "without 'cpu'"), (foreign, 'got "BM_memcpy/8"')):
        status, out = run(tmp_path, capsys, good, bad)
        assert status == 2 and says in out.err and "new.json" in out.err and out.err.count("\n") == 1
    assert compare.main([str(tmp_path / "none.json"), str(tmp_path / "old.json")]) == 2
    assert "none.json" in capsys.readouterr().err
