"""What a stranger has: the installed tree, CMake, a compiler, Halide's folder, and nothing of this build on the PATH."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
EXAMPLES = SOURCE / "examples"
BUILD = Path(os.environ["SLOPEWISE_BUILD"])
CMAKE = os.environ["SLOPEWISE_CMAKE"]
HALIDE = f"-DHalide_DIR={os.environ.get('SLOPEWISE_HALIDE_DIR')}"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "XDG_CACHE_HOME": "/nonexistent"}


def call(*command, fails=False, **environment):
    """A command's output on one line, as CMake wraps its own wherever it likes."""
    done = subprocess.run(list(map(str, command)), env=ENVIRONMENT | environment, capture_output=True, text=True, timeout=600)
    assert (done.returncode != 0) == fails, f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return " ".join((done.stdout + done.stderr).split())


class Project:
    def __init__(self, folder):
        self.source, self.build_folder = folder / "source", folder / "build"
        self.source.mkdir(parents=True)

    def add(self, *paths, **texts):
        """Files by their path, or by name (relu_c is relu.c) and text."""
        for path in paths:
            shutil.copy(path, self.source)
        for name, text in texts.items():
            (self.source / name.replace("_", ".")).write_text(text)

    def cmake(self, languages, text):
        """The whole of a CMakeLists.txt but for its first lines."""
        head = f"cmake_minimum_required(VERSION 3.28)\nproject(stranger {languages})\n"
        (self.source / "CMakeLists.txt").write_text(head + text)

    def configure(self, *options, fails=False):
        ninja = f"-DCMAKE_MAKE_PROGRAM={os.environ['SLOPEWISE_NINJA']}"
        return call(CMAKE, "-G", "Ninja", "-S", self.source, "-B", self.build_folder, ninja, *options, fails=fails)

    def build(self):
        return call(CMAKE, "--build", self.build_folder)

    def run(self, program):
        return call(self.build_folder / program)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    call(CMAKE, "--install", BUILD, "--prefix", folder)
    return folder


@pytest.fixture
def found(prefix):
    """How a project is told of the installed tree."""
    return f"-DCMAKE_PREFIX_PATH={prefix}"
