"""The program slopewise_probe, which says what a call used: on this CPU or on one that qemu-user emulates."""

import os
import shutil
import subprocess

PROGRAM = os.environ["SLOPEWISE_PROBE"]
QEMU = shutil.which("qemu-x86_64")
VARIANTS = os.environ["SLOPEWISE_CPU_VARIANTS"].split(":")  # of this build, best first


def probe(*arguments, cpu=None, **environment):
    assert cpu is None or QEMU, "qemu-x86_64 is missing (Debian: qemu-user)"
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")} | environment
    emulator = [QEMU, "-cpu", cpu] if cpu else []
    done = subprocess.run([*emulator, PROGRAM, *arguments], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def checksum(text):
    return [line for line in text.splitlines() if line.startswith("sum: ")]
