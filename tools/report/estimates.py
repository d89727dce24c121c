"""Medians, ratios and their bootstrap intervals, as tune/measurement has them in C++."""

from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float
    high: float

    def map(self, f):
        """Under a monotonic function."""
        ends = f(self.low), f(self.high)
        return Estimate(f(self.value), min(ends), max(ends))

    def __str__(self):
        return f"{number(self.value)} [{number(self.low)}, {number(self.high)}]"


def number(value):
    """Three digits."""
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(0, 2 - int(np.floor(np.log10(abs(value)))))}f}"


def resampled_medians(values):
    random = np.random.default_rng(1)
    values = np.asarray(values, float)
    return np.median(values[random.integers(0, len(values), (RESAMPLES, len(values)))], axis=1)


def interval(value, medians, confidence):
    tail = (1 - confidence) / 2
    low, high = np.quantile(medians, [tail, 1 - tail])
    return Estimate(float(value), float(low), float(high))


def median(values, confidence=0.95):
    return interval(np.median(values), resampled_medians(values), confidence)


def paired_ratio(of, to, confidence=0.95):
    """Of series measured side by side, round by round."""
    rounds = min(len(of), len(to))
    return median(np.asarray(of[:rounds]) / np.asarray(to[:rounds]), confidence)


def ratio_of_medians(of, to, confidence=0.95):
    """Of series that were not measured together."""
    random = np.random.default_rng(2)
    medians = resampled_medians(of) / random.permutation(resampled_medians(to))
    return interval(np.median(of) / np.median(to), medians, confidence)


def noise(one, again):
    """By how much two series of the same thing may differ: the farthest that the interval of their ratio goes from 1."""
    r = paired_ratio(again, one)
    return max(abs(r.low - 1), abs(r.high - 1))
