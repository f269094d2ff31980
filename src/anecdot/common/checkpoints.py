"""Checkpoints of a stage: kept outside DVC, found again only by the very same run.

`.checkpoints/STAGE-KEY/` belongs to one combination of parameters, data and code; KEY is its hash
and key.json its long form. A run killed at any moment finds its own checkpoints and no others.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from anecdot.common.files import digest, write_json

ROOT = Path(".checkpoints")


class Checkpoints:
    """The checkpoint folder of one run of a stage.

    Args:
        stage: name of the stage.
        params: every parameter the result depends on.
        files: data and code that it depends on: files or folders.
    """

    def __init__(self, stage: str, params: dict[str, Any], files: list[Path]) -> None:
        self.key = {**params, **{str(path): digest(path)[:16] for path in files}}
        self.folder = ROOT / f"{stage}-{digest(self.key)[:16]}"
        if not self.folder.exists():
            self._explain_others(stage)
            self.folder.mkdir(parents=True)
            write_json(self.folder / "key.json", self.key)

    def _explain_others(self, stage: str) -> None:
        for other in sorted(ROOT.glob(f"{stage}-*/key.json")):
            theirs = json.loads(other.read_text(encoding="utf-8"))
            differs = [k for k in {**self.key, **theirs} if self.key.get(k) != theirs.get(k)]
            if differs:
                print(f"{stage}: not continuing {other.parent}: {', '.join(differs)} differ(s)")

    def save(self, name: str, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        """Write tensors and a JSON state under `name`, all or nothing."""
        partial, final = self.folder / f"{name}.partial", self.folder / name
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        save_file({k: v.contiguous() for k, v in tensors.items()}, partial / "tensors.safetensors")
        write_json(partial / "state.json", state)
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)

    def load(self, name: str) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What `save` wrote under `name`."""
        folder = self.folder / name
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return load_file(folder / "tensors.safetensors"), state

    def names(self) -> list[str]:
        """Names of the complete checkpoints, sorted."""
        return sorted(p.parent.name for p in self.folder.glob("*[!l]/state.json"))

    def keep_last(self, count: int) -> None:
        """Remove all but the last `count` of the checkpoints named step-..."""
        for name in [n for n in self.names() if n.startswith("step-")][:-count]:
            shutil.rmtree(self.folder / name)

    def remove(self) -> None:
        """Remove the folder: the stage has ended and DVC holds its result."""
        shutil.rmtree(self.folder, ignore_errors=True)
