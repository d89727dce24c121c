"""What the benchmarks wrote with --benchmark_out: Google Benchmark's JSON, in which a group's k-th repetitions are a round."""

import json
import re
from dataclasses import dataclass, field

import numpy as np

import estimates as st

PEERS = ("PyTorch", "oneDNN", "XNNPACK")
# What Google's library appends to names that count time in another way than that of one thread, or a set number of calls.
BY_WALL_CLOCK = re.compile(r"/(real_time|manual_time)$")
APPENDED = re.compile(r"/(iterations:\d+|real_time|manual_time)")
MISSING = "missing: "


@dataclass
class Case:
    name: str
    label: str  # library, variant, by hand, copy, repeat, or whose it is
    ns: np.ndarray  # a call, one number a round
    bytes: int
    place: int  # among the group's
    calls: dict = field(default_factory=dict)  # quantiles of single calls, ns

    @property
    def role(self):
        return "peer" if self.label in PEERS else self.label

    @property
    def peer(self):
        return self.label if self.label in PEERS else ""

    @property
    def median(self):
        return float(np.median(self.ns))

    @property
    def rate(self):
        """GB/s, in and out."""
        return self.bytes / self.median


@dataclass
class Group:
    op: str
    type: str
    elements: int
    form: str  # "" of contiguous tensors by size; else it begins with its section
    cases: list
    others: float  # CPUs that other processes used meanwhile

    @property
    def key(self):
        return (self.op, self.type, self.elements, self.form)

    @property
    def section(self):
        return self.form.split("/")[0]

    @property
    def detail(self):
        """A layout, or the condition of the machine."""
        return self.form.split("/")[1]

    @property
    def of_peers(self):
        return self.form.endswith("/peers")

    @property
    def first(self):
        return self.cases[0]

    @property
    def noise(self):
        again = self.of_role("repeat")
        return st.noise(self.first.ns, again[0].ns) if again else 0.0

    def of_role(self, role):
        return [c for c in self.cases if c.role == role]

    def case(self, name):
        return next((c for c in self.cases if c.name == name), None)

    def fastest(self, role, containing=""):
        """The case of a role with the least median, or None."""
        return min((c for c in self.of_role(role) if containing in c.name), key=lambda c: c.median, default=None)

    def speed(self, of, against):
        """How many times as fast, paired."""
        return st.paired_ratio(against.ns, of.ns)

    def time(self, of, against):
        """How many times as long, paired."""
        return st.paired_ratio(of.ns, against.ns)


@dataclass
class Results:
    machine: dict
    groups: list

    @property
    def threads(self):
        return int(self.machine["threads"])

    @property
    def instructions(self):
        """Of a call, by the function's name."""
        prefix = "instructions_"
        return {k[len(prefix) :]: int(v) for k, v in self.machine.items() if k.startswith(prefix)}

    @property
    def variants(self):
        return self.machine["variants"].split()

    def find(self, **wanted):
        """Groups whose attributes are these values, or in these tuples."""
        matches = lambda group, key, value: getattr(group, key) in (value if isinstance(value, tuple) else (value,))
        return [g for g in self.groups if all(matches(g, k, v) for k, v in wanted.items())]

    def problems(self):
        """Throughput of this library, by size."""
        chosen = {}
        for g in sorted(self.find(form=("", "in_place")), key=lambda g: g.elements):
            if g.first.role == "library":
                chosen.setdefault((g.op, g.type, g.form), []).append(g)
        return chosen

    def beside(self, group):
        """The group and, where streaming stores stand apart, theirs."""
        forms = ("", "streaming") if group.form == "" else group.form
        return self.find(op=group.op, type=group.type, elements=group.elements, form=forms)

    def fastest(self, role, group):
        found = [g.fastest(role) for g in self.beside(group)]
        return min((c for c in found if c), key=lambda c: c.median, default=None)

    def limit(self, group):
        """The fastest copy of as many bytes, or None."""
        return self.fastest("copy", group)

    def missing(self):
        """Peers, with the reasons."""
        return {p: self.machine[p][len(MISSING) :] for p in PEERS if self.machine[p].startswith(MISSING)}


def parts_of(name):
    """((op, type, elements, form), contender)"""
    parts = APPENDED.sub("", name).split("/")
    if len(parts) < 4 or not parts[2].isdigit():
        raise ValueError(f'expected benchmarks named op/type/elements[/form]/contender, got "{name}"')
    op, type, elements, *form, contender = parts
    return (op, type, int(elements), "/".join(form)), contender


def case_of(name, runs):
    last = max(runs, key=lambda r: r["repetition_index"])
    time = last["real_time" if BY_WALL_CLOCK.search(last["run_name"]) else "cpu_time"]  # what Google's library takes the rate by
    ns = np.array([r["real_time"] for r in sorted(runs, key=lambda r: r["repetition_index"])])
    calls = {q: last[f"{q}_ns"] for q in ("p50", "p90", "p99") if f"{q}_ns" in last}
    return Case(name, last["label"], ns, round(last["bytes_per_second"] * time * 1e-9), last["family_index"], calls)


def group_of(key, runs):
    cases = sorted((case_of(name, of_name) for name, of_name in runs.items()), key=lambda c: c.place)
    return Group(*key, cases, max(r["others_cpus"] for of_name in runs.values() for r in of_name))


def groups_of(benchmarks):
    """In the order of the file; runs that failed are left out."""
    by_key = {}
    for run in benchmarks:
        if run["run_type"] == "iteration" and not run.get("error_occurred"):
            key, name = parts_of(run["run_name"])
            by_key.setdefault(key, {}).setdefault(name, []).append(run)
    return [group_of(key, runs) for key, runs in by_key.items()]


def load(path):
    """Fails with one line that names the file."""
    try:
        with open(path) as file:
            j = json.load(file)
        for key in ("cpu", "threads", "variants", *PEERS):
            j["context"][key]
        return Results(j["context"], groups_of(j["benchmarks"]))
    except KeyError as e:
        raise ValueError(f"{path}: expected what slopewise_bench writes, got a file without {e}") from None
    except (OSError, ValueError) as e:
        raise ValueError(f"{path}: {e}") from None
