"""Plants slips into a copy of the tree, one at a time, and lists those that no quick test notices.

usage: mutate.py [N] [--seed S] [--folder FOLDER] [--only PATH]

A slip changes one operator, number, condition or statement of runtime/, cli/ or generators/include/. The copy is built and
the tests with the label "quick" run. Slips that do not compile do not count. Each run adds to FOLDER/results.json; the same
seed goes on where its last run ended, so that runs add up.
"""

import argparse
import io
import json
import random
import re
import subprocess
import tarfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("runtime/**/*.cpp", "runtime/**/*.h", "cli/*.cpp", "cli/devices/*.cpp", "cli/output/*.cpp", "generators/include/**/*.h", "generators/*.h")
BUILD_LIMIT, TEST_LIMIT = 900, 120  # seconds; a test that hangs under a slip has noticed it

# What is replaced by what.
SWAPS = [
    ("<=", "<"), (">=", ">"), (" < ", " <= "), (" > ", " >= "), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"),
    (" + ", " - "), (" - ", " + "), (" * ", " + "), (" / ", " * "), (" % ", " / "), (" & ", " | "), (" | ", " & "), ("<<", ">>"),
    (">>", "<<"), ("+=", "-="), ("-=", "+="), ("++", "--"), ("true", "false"), ("false", "true"), ("std::min", "std::max"),
    ("std::max", "std::min"), ("!", ""), ("break;", ";"), ("continue;", ";"),
]  # fmt: skip
NUMBER = re.compile(r"(?<![\w.\"'])(\d+)(?![\w.\"'])")
CONDITION = re.compile(r"\bif \((?!constexpr)(.+)\) (?=[\w{*])")
STATEMENT = re.compile(r"^\s+(?!return|using|static|const|auto|if|for|else|case|#|//|})[\w:.\->*\[\]]+( = .+|\(.*\));$")


@dataclass(frozen=True)
class Slip:
    path: str
    line: int
    before: str
    after: str


def code_of(line):
    """A line without its comment; nothing for lines that are no code."""
    text = line.split("//")[0]
    stripped = text.strip()
    if not stripped or stripped.startswith(("#", "*", "/*", "using ", "namespace", "template", "static_assert")):
        return ""
    return text


def changes_of(line):
    """Every version of a line with one slip."""
    code = code_of(line)
    literals = [range(m.start(), m.end()) for m in re.finditer(r'"(?:\\.|[^"\\])*"', code)]
    free = lambda place: not any(place in r for r in literals)
    for old, new in SWAPS:
        for m in re.finditer(re.escape(old), code):
            around = code[m.start() - 1 : m.start()] + code[m.end() : m.end() + 1]
            if free(m.start()) and not (old in "<=>=<<>>==!=" and set(around) & set("<>=!")):
                yield code[: m.start()] + new + line[m.end() :]
    for m in NUMBER.finditer(code):
        if free(m.start()):
            yield code[: m.start()] + str(int(m[1]) + 1) + line[m.end() :]
    if m := CONDITION.search(code):
        yield f"{line[: m.start()]}if (!({m[1]})) {line[m.end() :]}"
    if STATEMENT.match(code):
        yield re.sub(r"\S.*", ";", code.rstrip("\n")) + "\n"


def all_slips(tree):
    for pattern in SOURCES:
        for path in sorted(tree.glob(pattern)):
            for number, line in enumerate(path.read_text().splitlines(keepends=True)):
                for after in changes_of(line):
                    if after != line:
                        yield Slip(str(path.relative_to(tree)), number, line, after)


class Copy:
    """The committed tree and its dev build in a folder of its own."""

    def __init__(self, folder):
        self.tree, self.build = folder / "tree", folder / "tree" / "build" / "dev"
        self.renew()
        [halide] = ROOT.glob(".venv/lib/python3*/site-packages/halide/lib64/cmake/Halide")
        self.call("cmake", "--preset", "dev", "-D", f"Halide_DIR={halide}", "-D", "SLOPEWISE_BUILD_BENCH=OFF", "-D", "SLOPEWISE_BUILD_AUTOTUNE=OFF")
        self.call("ninja", "-C", self.build, "slopewise_quick_tests")
        self.call(*self.quick_tests())

    def renew(self):
        """What is as it was keeps its time: the build goes on from where an earlier run left it."""
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            wanted = {self.tree / member.name: (tar.extractfile(member).read(), member.mode) for member in tar if member.isfile()}
        for path in {p for pattern in SOURCES for p in self.tree.glob(pattern)} - wanted.keys():
            path.unlink()
        for path, (content, mode) in wanted.items():
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)

    def call(self, *command):
        done = subprocess.run(command, cwd=self.tree, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"mutate: the tree as it is fails\n{done.stdout[-4000:]}{done.stderr[-4000:]}")

    def builds(self, of_generators=False):
        """Of a slip in the generators' sources the rows of one type are made anew; other objects stay as they were."""
        try:
            if of_generators:
                self.ninja("slopewise_tools")
                for kept in self.build.glob("kernels/*/*"):
                    if "_f32_" not in kept.name:
                        kept.touch()
            return self.ninja("slopewise_quick_tests")
        except subprocess.TimeoutExpired:
            return False

    def ninja(self, target):
        return subprocess.run(["ninja", target], cwd=self.build, capture_output=True, timeout=BUILD_LIMIT).returncode == 0

    def quick_tests(self):
        limits = ["--timeout", str(TEST_LIMIT), "--stop-on-failure", "--no-tests=error"]
        return ["ctest", "--test-dir", self.build, "-C", "quick", "-L", "quick", "-j", "2", *limits]

    def notices(self):
        return subprocess.run(self.quick_tests(), capture_output=True).returncode != 0

    def result(self, slip):
        """"caught", "survived", or "not compiled"."""
        path = self.tree / slip.path
        lines = path.read_text().splitlines(keepends=True)
        assert lines[slip.line] == slip.before
        lines[slip.line] = slip.after
        whole = path.read_text()
        path.write_text("".join(lines))
        try:
            if not self.builds(slip.path.startswith("generators/")):
                return "not compiled"
            return "caught" if self.notices() else "survived"
        finally:
            path.write_text(whole)


def plant(copy, slips, count, folder, seed):
    """Plants `count` slips that compile, after those of earlier runs with this seed."""
    file = folder / "results.json"
    results = json.loads(file.read_text()) if file.exists() else []
    before = sum(r["seed"] == seed for r in results)
    order = random.Random(seed).sample(slips, len(slips))[before:]
    planted = 0
    for slip in order:
        if planted == count:
            break
        began = time.monotonic()
        result = copy.result(slip)
        results.append(asdict(slip) | {"seed": seed, "result": result})
        file.write_text(json.dumps(results, indent=1))
        planted += result != "not compiled"
        print(f"{planted}/{count} {result}, {time.monotonic() - began:.0f} s: {slip.path}:{slip.line + 1}", flush=True)
    return results


def report(results):
    counted = [r for r in results if r["result"] != "not compiled"]
    caught = sum(r["result"] == "caught" for r in counted)
    for r in counted:
        if r["result"] == "survived":
            print(f"\n{r['path']}:{r['line'] + 1}\n- {r['before'].strip()}\n+ {r['after'].strip()}")
    print(f"\n{caught} of {len(counted)} slips were caught; {len(results) - len(counted)} more did not compile")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", nargs="?", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutate")
    parser.add_argument("--only", default="", help="files whose path begins so")
    options = parser.parse_args()
    copy = Copy(options.folder)
    slips = [s for s in all_slips(copy.tree) if s.path.startswith(options.only)]
    if not slips:
        raise SystemExit(f"mutate: no slips in files that begin with {options.only!r}")
    report(plant(copy, slips, options.count, options.folder, options.seed))


if __name__ == "__main__":
    main()
