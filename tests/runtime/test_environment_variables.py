"""The probe under every environment: right choices, clear refusals, never a signal."""

import pytest
from probe import checksum, probe


@pytest.mark.parametrize("variant", ["nonsense", "AVX2", " avx2", "cuda-90"])
def test_wrong_environment_fails_calls_that_name_none(variant):
    status, text = probe(SLOPEWISE_VARIANT=variant)
    assert status == 3 and "SLOPEWISE_VARIANT" in text and variant in text
    assert probe("x86-64", SLOPEWISE_VARIANT=variant)[0] == 0


def test_environment_forces_and_empty_means_unset():
    assert "variant: x86-64 (forced" in probe(SLOPEWISE_VARIANT="x86-64")[1]
    assert probe(SLOPEWISE_VARIANT="")[1] == probe()[1]


@pytest.mark.parametrize("threads", ["1", "3", "0", "-1", "abc", "", "99999999999999999999"])
def test_thread_limit_changes_no_result(threads):
    status, text = probe(SLOPEWISE_THREADS=threads)
    assert status == 0 and checksum(text) == checksum(probe()[1])
