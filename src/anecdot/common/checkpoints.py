"""Checkpoints of a stage: kept outside DVC, found again only by the very same run.

`.checkpoints/STAGE-KEY/` belongs to one combination of parameters, data and code; KEY is its hash
and key.json its long form. A run killed at any moment finds its own checkpoints and no others.
"""

import json
import os
import shutil
import zlib
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from anecdot.common.files import digest, write_json
from anecdot.common.params import stage_files

ROOT = Path(".checkpoints")

Saved = tuple[dict[str, torch.Tensor], dict[str, Any]]


class Checkpoints:
    """The checkpoint folder of one run of a stage.

    Args:
        stage: its name in dvc.yaml.
        params: every parameter the result depends on.
        files: data and code that it depends on: files or folders. None: the stage's dependencies
            in dvc.yaml, and the folder of the base model, where it lies on this machine.
        part: of a stage that does the like several times, which time.
    """

    def __init__(
        self, stage: str, params: dict[str, Any], files: list[Path] | None = None, part: str = ""
    ) -> None:
        if files is None:
            base = Path(str(params.get("model_name", "")))
            files = [*stage_files(stage), *([base] if base.is_dir() else [])]
        self.stage = f"{stage}-{part}" if part else stage
        self.key = {**params, **{str(path): digest(path)[:16] for path in files}}
        self.folder = ROOT / f"{self.stage}-{digest(self.key)[:16]}"
        if not self.folder.exists():
            self._explain_others()
        write_json(self.folder / "key.json", self.key)

    def _explain_others(self) -> None:
        for other in sorted(ROOT.glob(f"{self.stage}-{'[0-9a-f]' * 16}/key.json")):
            try:
                theirs = dict(json.loads(other.read_bytes()))
            except (OSError, TypeError, ValueError, RecursionError):
                theirs = {}
            differs = [k for k in {**self.key, **theirs} if self.key.get(k) != theirs.get(k)]
            what = f"{', '.join(differs)} differ(s)" if theirs else "its key cannot be read"
            print(f"{self.stage}: not continuing {other.parent}: {what}")

    def save(self, name: str, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        """Write tensors and a JSON state under `name`, all or nothing."""
        tensors = {key: value.contiguous() for key, value in tensors.items()}
        text = json.dumps(state)
        partial = self.folder / f"{name}.partial"
        save_file(tensors, partial, {"state": text, "crc32": str(_crc32(tensors, text))})
        os.replace(partial, self._file(name))  # at no moment is there none

    def load(self, name: str) -> Saved:
        """What `save` wrote under `name`. Raises ValueError where it is not that any more."""
        try:
            with safe_open(self._file(name), "pt") as file:
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
                about = file.metadata() or {}
        except (OSError, SafetensorError) as error:
            raise ValueError(str(error)) from None
        text = about.get("state", "")
        if about.get("crc32") != str(_crc32(tensors, text)):
            raise ValueError("damaged")
        return tensors, json.loads(text)

    def last(self) -> Saved | None:
        """The last of the checkpoints named step-... that can be read; None without any.

        One that cannot be read is removed, with a line. Since a run ends with `best`, no other
        counts without it.
        """
        if self._readable("best"):
            for name in reversed([name for name in self.names() if name.startswith("step-")]):
                if saved := self._readable(name):
                    return saved
        for name in self.names():
            self._file(name).unlink(missing_ok=True)
        return None

    def _readable(self, name: str) -> Saved | None:
        try:
            return self.load(name)
        except ValueError as error:
            if self._file(name).exists():
                file = self._file(name)
                before = "from the beginning" if name == "best" else "from the one before"
                print(f"{self.stage}: {file} cannot be read ({error}); going on {before}")
                file.unlink(missing_ok=True)
            return None

    def names(self) -> list[str]:
        """Names of the checkpoints, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.safetensors"))

    def keep_last(self, count: int) -> None:
        """Remove all but the last `count` of the checkpoints named step-..."""
        for name in [n for n in self.names() if n.startswith("step-")][:-count]:
            self._file(name).unlink()

    def remove(self) -> None:
        """Remove the folder: the stage has ended and DVC holds its result."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"


def _crc32(tensors: dict[str, torch.Tensor], text: str) -> int:
    """Of a text and the bytes of tensors: what tells a damaged file, which safetensors does not."""
    crc = zlib.crc32(text.encode())
    for name in sorted(tensors):
        raw = tensors[name].detach().cpu().reshape(-1).view(torch.uint8)
        crc = zlib.crc32(raw.numpy(), zlib.crc32(name.encode(), crc))
    return crc
