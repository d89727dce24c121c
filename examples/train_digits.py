#!/usr/bin/env python3
"""Trains a small convolutional network on scikit-learn's digits with slopewise's RReLU and with PyTorch's own, for
several seeds, and compares what they reach and how long they take.

    pip install slopewise[torch] scikit-learn matplotlib
    python train_digits.py [--quick] [--plot digits.png]
"""

import argparse
import statistics
import time

import torch
from sklearn.datasets import load_digits
from slopewise import torch as st
from torch import nn

BATCH = 256


def data():
    """1797 images of 8 x 8: (training images, labels), (test images, labels), the same split always."""
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
    labels = torch.tensor(digits.target)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    test, training = order[:360], order[360:]
    return (images[training], labels[training]), (images[test], labels[test])


def network(rrelu):
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), rrelu(), nn.Conv2d(16, 32, 3, padding=1), rrelu(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 4 * 4, 64), rrelu(), nn.Linear(64, 10)),
    )


def epoch(model, optimizer, images, labels):
    model.train()
    for part in torch.randperm(len(labels)).split(BATCH):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[part]), labels[part]).backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model, images, labels):
    model.eval()
    return (model(images).argmax(1) == labels).float().mean().item()


def train(rrelu, seed, epochs):
    """The accuracy on the test images after each epoch, and the seconds that training took."""
    training, test = data()
    torch.manual_seed(seed)
    model = network(rrelu)
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    accuracies, seconds = [], 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        epoch(model, optimizer, *training)
        seconds += time.perf_counter() - start
        accuracies.append(accuracy(model, *test))
    return accuracies, seconds


def plot(runs, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for (name, results), colour in zip(runs.items(), ("tab:blue", "tab:orange")):
        for accuracies, _ in results:
            axes.plot(
                range(1, len(accuracies) + 1),
                [100 * (1 - a) for a in accuracies],
                color=colour,
                alpha=0.25,
                linewidth=1,
            )
        means = [100 * (1 - statistics.mean(a)) for a in zip(*(r[0] for r in results))]
        seconds = statistics.median(r[1] for r in results)
        axes.plot(
            range(1, len(means) + 1), means, color=colour, linewidth=2.5, label=f"{name}: {seconds:.1f} s a training"
        )
    axes.set(xlabel="epoch", ylabel="test error, %", yscale="log", title=f"Digits, {len(results)} seeds: mean bold")
    axes.legend()
    figure.savefig(path, dpi=130)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two seeds, few epochs")
    parser.add_argument("--plot", metavar="FILE", help="write the curves as a picture")
    arguments = parser.parse_args()
    seeds, epochs = (2, 3) if arguments.quick else (5, 15)
    kinds = {"slopewise": st.RReLU, "PyTorch": nn.RReLU}
    for rrelu in kinds.values():
        train(rrelu, 0, 1)  # the first steps start threads and load code
    runs = {name: [] for name in kinds}
    for seed in range(seeds):  # turn by turn, so that a busy machine disturbs both alike
        for name, rrelu in kinds.items():
            runs[name].append(train(rrelu, seed, epochs))
    print(f"{'RReLU':10} {'test accuracy':>14} {'deviation':>10} {'seconds':>8}")
    for name, results in runs.items():
        last = [accuracies[-1] for accuracies, _ in results]
        seconds = statistics.median(s for _, s in results)
        print(f"{name:10} {statistics.mean(last):14.4f} {statistics.stdev(last):10.4f} {seconds:8.2f}")
    if arguments.plot:
        plot(runs, arguments.plot)


if __name__ == "__main__":
    main()
