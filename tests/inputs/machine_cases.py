"""What a machine does: disks that fill up at any moment, folders that cannot be written.

A full disk is a file that may grow no further: as there, a write fails, here with its own number.
"""

from inputs.folder_cases import TUNED
from inputs.generate_cases import BASE, FILE, GOOD, OUT
from inputs.harness import Case
from inputs.params_cases import with_lines

STAGES = ("prepare", "baseline", "train", "evaluate")
# Bytes: what each stage writes first, in between and last does not fit.
ROOM = {
    "prepare": (0, 500, 3_000),
    "baseline": (0, 600),
    "train": (0, 2_000, 20_000, 60_000),
    "evaluate": (0, 2_000, 20_000),
}

CASES = [
    *(Case(f"{stage}: files of {room} bytes", (stage,), words="too large", room=room)
      for stage, rooms in ROOM.items() for room in rooms),
    *(Case(f"{stage}: metrics is a file", (stage,), "metrics", b"", words="cannot be written")
      for stage in STAGES),
    Case("generate: --svg of 0 bytes", (*TUNED, "--constrained", "--svg=a.svg"), room=0),
    Case("generate: --output of 0 bytes", (*BASE, "--input", FILE, OUT), FILE, GOOD, room=0),
    Case("train: a learning rate too high", ("train",), "params.yaml",
         with_lines(learning_rate="1.0", lora_alpha="1000000000", lora_r="1", num_train_epochs="6"),
         words="lower learning_rate"),
]  # fmt: skip
