"""A photograph and a small bank of filters, with NumPy alone."""

import matplotlib.cbook
import matplotlib.image
import numpy as np

SIZE = 15


def photograph():
    """Grace Hopper's portrait (US Navy, public domain), which matplotlib carries, as luminance in 0 .. 1."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        rgb = matplotlib.image.imread(file, format="jpg").astype(np.float32) / 255
    return rgb @ np.array([0.299, 0.587, 0.114], np.float32)


def gabor(degrees, wavelength=6.0, sigma=2.6):
    """An oriented edge detector: an odd wave under a Gaussian window, unit norm."""
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    angle = np.deg2rad(degrees)
    along = x * np.cos(angle) + y * np.sin(angle)
    kernel = np.sin(2 * np.pi * along / wavelength) * np.exp(-(x**2 + y**2) / (2 * sigma**2))
    return kernel / np.abs(kernel).sum()


def difference_of_gaussians(narrow, wide):
    """Bright spots on dark ground, sum zero."""
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    blob = lambda s: np.exp(-(x**2 + y**2) / (2 * s**2)) / (2 * np.pi * s**2)
    kernel = blob(narrow) - blob(wide)
    return kernel - kernel.mean()


FILTERS = {
    "edges 0°": gabor(0),
    "edges 45°": gabor(45),
    "edges 90°": gabor(90),
    "edges 135°": gabor(135),
    "fine spots": difference_of_gaussians(0.8, 1.6),
    "coarse spots": difference_of_gaussians(2.0, 4.0),
    "fine edges 0°": gabor(0, 3.0, 1.3),
    "fine edges 90°": gabor(90, 3.0, 1.3),
}


def convolve(image, kernel):
    """Same size, edges repeated, in double."""
    padded = np.pad(image.astype(np.float64), SIZE // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel, optimize=True)


def feature_maps(image):
    """One map for each filter, each scaled to a standard deviation of one."""
    maps = np.stack([convolve(image, kernel) for kernel in FILTERS.values()])
    return (maps / maps.std(axis=(1, 2), keepdims=True)).astype(np.float32)
