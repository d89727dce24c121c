"""`slopewise` and `python -m slopewise`: the program of the C++ build."""

import os
import sys

from ._inside import PROGRAM


def main():
    try:
        os.execv(PROGRAM, ["slopewise", *sys.argv[1:]])
    except OSError as problem:
        sys.exit(f"slopewise: the program was looked for at {PROGRAM}: {problem.strerror}")


if __name__ == "__main__":
    main()
