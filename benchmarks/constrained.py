"""What constrained decoding costs: time per decoding step with and without the guide.

    python -m benchmarks.constrained                     # random Llama, 384 wide, 8 layers
    python -m benchmarks.constrained --model models/base
    python -m benchmarks.constrained --shape gemma-2b-it --device cuda --batch 192

Both arms run the same steps: in `legal` the logits are bent towards the targets of the data set, as
a trained model's are, in `own` the model writes what it likes (for random weights nearly every
wish is illegal: the worst case; the unconstrained arm does not stop at its end token). The arms
take turns; the figures are medians of a run's milliseconds per step: on the CPU of processor time,
one thread (what else the machine does must not count), on a GPU of wall-clock time. The guide
takes one thread anyway. Writes benchmarks/results/constrained.json.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
)

from anecdot.grammar.guide import GrammarGuide, vocabulary
from benchmarks import shapes
from benchmarks.grammar_fuzz import targets

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/constrained.json"
BUDGET = 400


def random_model(vocabulary_size: int, shape: str | None, device: str) -> PreTrainedModel:
    """A model with random weights: a small one, or a published shape's layers in bfloat16."""
    torch.manual_seed(0)
    if shape:
        config = shapes.config(shape)
        config.vocab_size = vocabulary_size
        with torch.device(device):
            return AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    config = LlamaConfig(
        vocab_size=vocabulary_size,
        hidden_size=384,
        intermediate_size=1024,
        num_hidden_layers=8,
        num_attention_heads=6,
    )
    return LlamaForCausalLM(config)


@torch.inference_mode()
def decode(
    model: torch.nn.Module,
    prompts: torch.Tensor,
    steps: int,
    wanted: torch.Tensor | None,
    guide: GrammarGuide | None,
) -> float:
    """Milliseconds per step of greedy decoding, the prompts' own pass not counted.

    prompts: (batch, length); wanted: (batch, steps) tokens the logits are bent to.
    """
    output = model(prompts, use_cache=True)
    rows = torch.arange(len(prompts), device=prompts.device)
    clock = time.perf_counter if prompts.is_cuda else time.process_time
    start = 0.0
    for step in range(steps + 1):
        if step == 1:
            if prompts.is_cuda:
                torch.cuda.synchronize()
            start = clock()
        logits = output.logits[:, -1].float()
        if wanted is not None:
            logits[rows, wanted[:, min(step, steps - 1)]] = 1e4
        if guide is None:
            tokens = logits.argmax(dim=-1)
            tokens.tolist()  # as a loop must, to know which rows have ended
        else:
            tokens = guide.step(logits)
        output = model(tokens[:, None], past_key_values=output.past_key_values)
    if prompts.is_cuda:
        torch.cuda.synchronize()
    return (clock() - start) / steps * 1000


def main() -> None:
    """Run the arms in turn, print and write the medians."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--model", help="folder or name; without it random weights")
    options.add_argument("--shape", choices=shapes.SHAPES, help="random weights of this shape")
    options.add_argument("--tokenizer", default=str(ROOT / "models/base"))
    options.add_argument("--device", default="cpu")
    options.add_argument("--batch", type=int, default=16)
    options.add_argument("--steps", type=int, default=100)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--out", type=Path, default=RESULT)
    args = options.parse_args()

    if args.device == "cpu":
        torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(args.model or args.tokenizer)
    model = (
        AutoModelForCausalLM.from_pretrained(args.model)
        if args.model
        else random_model(len(tokenizer), args.shape, args.device)
    )
    model = model.to(args.device).eval()
    vocabulary(tokenizer)  # made once per process

    texts = sorted(targets(), key=len)[-args.batch :]
    ids = [tokenizer.encode(text, add_special_tokens=False)[: args.steps] for text in texts]
    wanted = torch.full((args.batch, args.steps), tokenizer.eos_token_id)
    for row, tokens in enumerate(ids):
        wanted[row, : len(tokens)] = torch.tensor(tokens)
    wanted = wanted.to(args.device)
    prompts = torch.randint(len(tokenizer), (args.batch, 200), device=args.device)

    times: dict[str, list[float]] = {}
    for repeat in range(args.repeats + 1):
        for wish, bent in (("legal", wanted), ("own", None)):
            for arm in ("unconstrained", "constrained"):
                constrained = arm == "constrained"
                guide = GrammarGuide(tokenizer, BUDGET, args.batch) if constrained else None
                measured = decode(model, prompts, args.steps, bent, guide)
                if repeat:  # the first round warms up
                    times.setdefault(f"{wish}_{arm}", []).append(measured)

    median = {name: statistics.median(values) for name, values in times.items()}
    result = {
        "model": args.model or f"random weights, {args.shape or '384 x 8'}",
        "parameters": sum(p.numel() for p in model.parameters()),
        "vocabulary": len(tokenizer),
        "device": args.device,
        "threads": torch.get_num_threads(),
        "batch": args.batch,
        "steps": args.steps,
        "milliseconds_per_step": {name: round(value, 2) for name, value in median.items()},
        "overhead_percent": {
            wish: round(
                (median[f"{wish}_constrained"] / median[f"{wish}_unconstrained"] - 1) * 100, 1
            )
            for wish in ("legal", "own")
        },
    }
    print(json.dumps(result, indent=2))
    args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
