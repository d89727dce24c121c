"""These tests run against an installed wheel: never against the source folder."""

import importlib.metadata

import pytest


def pytest_configure(config):
    try:
        importlib.metadata.distribution("slopewise")
    except importlib.metadata.PackageNotFoundError:
        pytest.exit("slopewise is not installed in this environment: ./run test python", returncode=3)
