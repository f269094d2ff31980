"""Where the standard job's time on the GPU goes: python -m benchmarks.gpu --only profile

Of warm steps the ten largest kernels, and the share of time in which none runs.
"""

from itertools import count, islice
from typing import Any

import torch
from torch.autograd import DeviceType

from anecdot.training import schedule
from benchmarks import gpu

WARMING = 60  # steps


def measure(bench: gpu.Bench, name: str, wanted: int = 10) -> dict[str, Any]:
    """Profile so many steps of a model, after some that warm up and as many without profiler.

    Warm means that each length of row was recorded: until then Python hands over every kernel.
    """
    pairs = bench.job(name)
    trainer, params, _ = gpu.make_trainer(bench, name, pairs, "profile")
    steps = bench.steps(wanted)
    numbers = count()

    def run(steps: int = steps) -> None:
        for number in islice(numbers, steps):
            trainer.state.step = number
            trainer.step([pairs[i] for i in schedule.batch_of_step(number, len(pairs), params)])

    run(bench.steps(WARMING))
    plain = gpu.seconds(run)
    with torch.profiler.profile() as recorded:
        profiled = gpu.seconds(run)
    return {
        "steps": steps, "ms_per_step": 1e3 * plain / steps,
        "profiled_ms_per_step": 1e3 * profiled / steps, **kernel_shares(recorded, steps),
    }  # fmt: skip


def kernel_shares(recorded: torch.profiler.profile, steps: int, top: int = 10) -> dict[str, Any]:
    """The ten largest kernels of some steps, and how long none ran.

    A row of `top`: name, percent of all kernels' time, ms a step and times a step. Of a CPU they
    are PyTorch's operations, without those that they call; one always runs.
    """
    spent: dict[str, list[float]] = {}
    spans = []
    for event in recorded.events():
        if event.is_user_annotation or (event.device_type == DeviceType.CPU) == gpu.GPU:
            continue
        lasted = event.time_range.elapsed_us() if gpu.GPU else event.self_cpu_time_total
        spent.setdefault(event.name, []).append(lasted / 1e3)
        spans.append((event.time_range.start, event.time_range.end))
    total = sum(map(sum, spent.values()))
    largest = sorted(spent.items(), key=lambda item: -sum(item[1]))[:top]
    return {
        "kernel_ms_per_step": total / steps,
        "idle_percent": 100 * idle_share(spans) if gpu.GPU else None,
        "top": [
            [name[:120], 100 * sum(ms) / total, sum(ms) / steps, len(ms) / steps]
            for name, ms in largest
        ],
    }


def idle_share(spans: list[tuple[float, float]]) -> float:
    """Share of the time between the first start and the last end in which no span is."""
    start, end = min(spans)[0], max(end for _, end in spans)
    covered, reached = 0.0, start
    for first, last in sorted(spans):
        covered += max(0.0, last - max(first, reached))
        reached = max(reached, last)
    return 1 - covered / (end - start)
