"""Release models/adapter: put it into Git, in bfloat16 and with the hashes of its base.

    python src/release.py embedded      writes models/released/embedded

`src/generate.py` answers with it where nothing has been trained yet. Its card has the figures of
metrics/, if they were measured with it.
"""

import argparse
import re
import shutil
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import open_text, write_json
from anecdot.common.params import Params, read_params
from anecdot.exporting.card import results
from anecdot.model import hub
from anecdot.model.released import ADAPTER, RELEASE, RELEASED, VALUES
from anecdot.training.card import POINTER, base_text

CARD = "README.md"
LARGEST = 20_000_000  # bytes of weights that belong into Git


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", help="of the folder below models/released")
    name = parser.parse_args().name
    if not re.fullmatch(r"[\w.-]*\w", name, re.ASCII) or name.startswith("."):
        parser.error("a name has letters, digits, dots, hyphens and underscores")
    params = read_params()
    record, _ = hub.resolve(params.model_name, params.model_revision, hub.read_record())
    print(f"{release(params, record, RELEASED / name)}: commit it with Git")


def release(params: Params, record: hub.Record, folder: Path) -> Path:
    """Write a released adapter; `folder` takes its name at the end.

    Args:
        params: of the project.
        record: of the base model, as it is now.
        folder: where it goes; a release that is there is replaced.

    Raises:
        UserError: the adapter was trained on another base or with other values, is damaged, or
            larger than belongs into Git; or a card with figures would give way to one without.
    """
    with open_text(ADAPTER / CARD) as file:
        card = file.read()
    if base_text(record) not in card:
        raise UserError(
            f"{ADAPTER / CARD}: the adapter was trained on another base than {params.model_name} "
            "is now (its hash or commit differs); restore the base or run `dvc repro`"
        )
    values = {name: getattr(params, name) for name in VALUES}
    if odd := [name for name, value in values.items() if f"- `{name}`: {value}\n" not in card]:
        raise UserError(f"params.yaml: the adapter was trained with another {odd[0]}; set that")
    figures = results(ADAPTER)
    if figures:
        card = card.replace(f"{POINTER} ", f"{figures}\n\n")
    elif (folder / CARD).is_file():
        raise UserError(
            f"{folder / CARD}: its figures would be lost, since metrics/ has none of this adapter; "
            "run `dvc repro`, or give another name"
        )

    import torch
    from safetensors.torch import save_file

    from anecdot.model.merging import CONFIG, WEIGHTS, read_adapter

    adapter = read_adapter(ADAPTER)
    adapter.check_base(params)
    weights = {name: weight.to(torch.bfloat16) for name, weight in adapter.weights.items()}
    if (size := sum(weight.nbytes for weight in weights.values())) > LARGEST:
        raise UserError(
            f"{ADAPTER}: {size / 1e6:.0f} MB in bfloat16, {LARGEST / 1e6:.0f} belong into Git; "
            "train with a smaller lora_r"
        )
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(weights, partial / WEIGHTS, {"format": "pt"})
    (partial / WEIGHTS).chmod(0o644)
    shutil.copyfile(ADAPTER / CONFIG, partial / CONFIG)
    loads = 'AutoTokenizer.from_pretrained("{}")'.format
    card = card.replace(loads(ADAPTER), loads(params.model_name))
    text = card.replace(f'"{ADAPTER}"', f'"{folder}"')
    (partial / CARD).write_text(text, encoding="utf-8")
    write_json(partial / RELEASE, {"base": record, "values": values})
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


if __name__ == "__main__":
    command.run(main)
