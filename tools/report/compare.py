"""Tells regressions of this library between two runs from noise.

usage: compare.py OLD.json NEW.json     exit 1 if anything became slower beyond noise, 2 if the runs cannot be compared

A machine is not the same from day to day. Where a comparison holds something else than this library - a copy, a loop by
hand, another library - times are taken relative to that, round by round.
"""

import sys
from dataclasses import dataclass

import numpy as np

import results as rs
import estimates as st

OURS = ("library", "variant")
YARDSTICKS = ("copy", "by hand", "peer")
# Runs of the same build differ by as much where each for itself is steady: memory lies elsewhere (EPYC, Zen 4: up to 9 %).
LEAST = 0.1
# With threads, where they are placed and woken: up to 1.7 times as long on two virtual CPUs.
LEAST_OF_THREADS = 1.0
BUSY = 0.2  # CPUs that other processes used
CONFIDENCE = 0.99


@dataclass
class Change:
    group: rs.Group
    name: str
    time: st.Estimate  # new against old
    noise: float
    busy: bool

    @property
    def verdict(self):
        if self.busy:
            return "unsure"
        threaded = self.group.section in ("threads", "latency") and self.name != "one_thread"
        threshold = max(self.noise, LEAST_OF_THREADS if threaded else LEAST)
        if self.time.low > 1 + threshold:
            return "slower"
        return "faster" if self.time.high < 1 / (1 + threshold) else "same"

    def __str__(self):
        where = "/".join(str(part) for part in (*self.group.key, self.name) if part != "")
        return f"{self.verdict}: {where}: {self.time} times as long, noise {100 * self.noise:.0f} %"


def yardstick(group, names):
    """The geometric mean, round by round, of the cases of these names; ones where there are none."""
    cases = [group.case(name).ns for name in names]
    return np.exp(np.mean(np.log(cases), axis=0)) if cases else np.ones(len(group.first.ns))


def common_names(old, new, roles):
    return [c.name for c in old.cases if c.role in roles and new.case(c.name)]


def changes_of(old, new):
    names = common_names(old, new, YARDSTICKS)
    by_old, by_new = yardstick(old, names), yardstick(new, names)
    noise = max(old.noise, new.noise)
    for name in common_names(old, new, OURS):
        time = st.ratio_of_medians(new.case(name).ns / by_new, old.case(name).ns / by_old, CONFIDENCE)
        yield Change(new, name, time, noise, max(old.others, new.others) > BUSY)


def compare(old, new):
    """All changes, and the keys of groups that only one run has."""
    by_key = {g.key: g for g in old.groups}
    shared = [(by_key[g.key], g) for g in new.groups if g.key in by_key]
    alone = set(by_key) ^ {g.key for g in new.groups}
    return [c for pair in shared for c in changes_of(*pair)], alone


def describe(old, new, changes, alone):
    for verdict in ("slower", "faster"):
        for c in sorted((c for c in changes if c.verdict == verdict), key=lambda c: -abs(np.log(c.time.value))):
            yield str(c)
    for run, name in ((old, "the old run"), (new, "the new run")):
        for peer in run.missing():
            yield f"note: {peer} is missing in {name}"
    if alone:
        yield f"note: {len(alone)} comparisons are in one run only"
    counts = {v: sum(c.verdict == v for c in changes) for v in ("slower", "faster", "same", "unsure")}
    if counts["unsure"]:
        yield f"note: {counts['unsure']} times are not judged: other processes kept the machine busy meanwhile"
    yield f"{len(changes)} times compared: {counts['slower']} slower, {counts['faster']} faster, {counts['same']} within noise"


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        old, new = map(rs.load, arguments)
    except ValueError as e:
        print(f"compare: {e}", file=sys.stderr)
        return 2
    if old.machine["cpu"] != new.machine["cpu"]:
        print(f"compare: the runs are from different CPUs: \"{old.machine['cpu']}\" and \"{new.machine['cpu']}\"", file=sys.stderr)
        return 2
    changes, alone = compare(old, new)
    if not changes:
        print("compare: the runs have no comparison in common", file=sys.stderr)
        return 2
    print("\n".join(describe(old, new, changes, alone)))
    return 1 if any(c.verdict == "slower" for c in changes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
