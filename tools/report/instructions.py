"""Counts the instructions of small calls, which repeat exactly, and prints them as a flag of the benchmarks.

usage: instructions.py PROGRAM, which is slopewise_calls
"""

import re
import shutil
import subprocess
import sys

FUNCTIONS = [f"slopewise_{op}{form}" for op in ("relu", "leaky_relu", "rrelu") for form in ("", "_f32")]
FEW, MANY = 100, 1100


def instructions(program, function, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, function, str(times)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", said)[1])


def of_a_call(program, function):
    """What starts the program, and resolves the machine, falls out."""
    return round((instructions(program, function, MANY) - instructions(program, function, FEW)) / (MANY - FEW))


def main(program):
    if not shutil.which("valgrind"):
        return "instructions=not run: valgrind is missing"
    return ",".join(f"instructions_{f}={of_a_call(program, f)}" for f in FUNCTIONS)


if __name__ == "__main__":
    print(f"--benchmark_context={main(sys.argv[1])}")
