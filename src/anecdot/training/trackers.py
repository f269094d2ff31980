"""A run in an experiment tracker, beside DVCLive, where the parameter `track` names one."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from anecdot.common.errors import UserError
from anecdot.common.params import Params

PROJECT = "anecdot"

Log = Callable[[dict[str, float]], None]


@contextmanager
def track(params: Params) -> Iterator[Log]:
    """Open a run with all parameters; gives what logs {"step": ..., name: value, ...} to it.

    Where it goes, and with which key, the tracker's own environment variables say. A tracker that
    fails on the way says so once and ends no training.

    Raises:
        UserError: the tracker is not installed, or opens no run.
    """
    if params.track == "none":
        yield lambda entry: None
        return
    try:
        tracker = import_module(params.track)
    except ImportError:
        raise UserError(
            f"track: {params.track} is not installed; pip install the line of it in "
            "requirements-track.txt, or set track: none in params.yaml"
        ) from None
    try:
        send = _open(tracker, params)
    except Exception as error:
        words = " ".join(str(error).split())[:200]
        raise UserError(
            f"track: {params.track} opens no run ({words}); check its settings, or set track: none "
            "in params.yaml"
        ) from None
    failed = False

    def log(entry: dict[str, float]) -> None:
        nonlocal failed
        values = {name: value for name, value in entry.items() if name != "step"}
        try:
            send(values, step=int(entry["step"]))
        except Exception as error:
            if not failed:
                print(f"train: {params.track} takes no more metrics: {error}")
            failed = True

    status = "FAILED"
    try:
        yield log
        status = "FINISHED"
    finally:
        try:
            if params.track == "mlflow":
                tracker.end_run(status)
            elif params.track == "wandb":
                tracker.finish(exit_code=int(status == "FAILED"))
            else:
                tracker.finish()
        except Exception as error:
            print(f"train: {params.track} closes no run: {error}")


def _open(tracker: Any, params: Params) -> Callable[..., Any]:
    """Open a run; gives what takes metrics and their step."""
    name = os.environ.get("DVC_EXP_NAME") or None
    if params.track != "mlflow":  # trackio and wandb are used alike
        tracker.init(project=PROJECT, name=name, config=params.as_dict())
        return tracker.log
    tracker.set_experiment(PROJECT)
    tracker.start_run(run_name=name)
    tracker.log_params(params.as_dict())
    return tracker.log_metrics
