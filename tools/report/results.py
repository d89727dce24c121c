"""The bench's JSON file."""

import json
from dataclasses import dataclass, field

import numpy as np

import estimates as st

SCHEMA = 1
SWEEPS = ("cache", "crossover", "memory")


@dataclass
class Case:
    name: str
    role: str
    ns: np.ndarray
    bytes: int
    peer: str = ""
    calls: dict = field(default_factory=dict)

    @property
    def median(self):
        return float(np.median(self.ns))

    @property
    def rate(self):
        """GB/s, in and out."""
        return self.bytes / self.median


@dataclass
class Group:
    section: str
    op: str
    type: str
    elements: int
    bytes: int
    form: str
    condition: str
    block: str
    cases: list
    others: float  # CPUs that other processes used meanwhile

    @property
    def key(self):
        return (self.section, self.op, self.type, self.elements, self.form, self.condition, self.block)

    @property
    def problem(self):
        return (self.op, self.type, self.elements, self.form)

    @property
    def first(self):
        return self.cases[0]

    @property
    def noise(self):
        return st.noise(self.first.ns, self.of_role("repeat")[0].ns)

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
    peers: list
    quick: bool
    sections: list
    threads: int
    groups: list

    def find(self, **wanted):
        """Groups whose attributes are these values, or in these tuples."""
        matches = lambda group, key, value: getattr(group, key) in (value if isinstance(value, tuple) else (value,))
        return [g for g in self.groups if all(matches(g, k, v) for k, v in wanted.items())]

    def problems(self):
        """Of the sweeps: the comparison that this library is in, by size."""
        chosen = {}
        for g in self.find(section=SWEEPS):
            if g.first.role == "subject":
                chosen.setdefault((g.op, g.type, g.form), {})[g.elements] = g
        return {key: [by_size[n] for n in sorted(by_size)] for key, by_size in chosen.items()}

    def limit(self, group):
        """The faster copy of as many bytes, from the comparisons of the same problem, or None."""
        copies = [c for g in self.find(section=SWEEPS) if g.problem == group.problem for c in g.of_role("limit")]
        return min(copies, key=lambda c: c.median, default=None)

    def missing(self):
        return {p["name"]: p["reason"] for p in self.peers if not p["found"]}


def case_of(j, group_bytes):
    return Case(j["name"], j["role"], np.array(j["ns"]), j.get("bytes", group_bytes), j.get("peer", ""), j.get("calls", {}))


def group_of(j):
    cases = [case_of(c, j["bytes"]) for c in j["cases"]]
    return Group(j["section"], j["op"], j["type"], j["elements"], j["bytes"], j["form"], j["condition"], j["block"], cases, j["others"])


def load(path):
    """Fails with one line that names the file."""
    try:
        with open(path) as file:
            j = json.load(file)
        if j.get("schema") != SCHEMA:
            raise ValueError(f"expected schema {SCHEMA} of the bench's results, got {j.get('schema')!r}")
        return Results(j["machine"], j["peers"], j["quick"], j["sections"] or [], j["threads"], [group_of(g) for g in j["groups"]])
    except KeyError as e:
        raise ValueError(f"{path}: expected the bench's results, got a file without {e}") from None
    except (OSError, ValueError) as e:
        raise ValueError(f"{path}: {e}") from None
