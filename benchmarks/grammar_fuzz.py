"""Fuzz the DOT grammar both ways against Graphviz; write benchmarks/results/grammar_fuzz.json.

    python -m benchmarks.grammar_fuzz            # the full counts, some minutes
    python -m benchmarks.grammar_fuzz --quick    # a hundredth of them, prints only
    python -m benchmarks.grammar_fuzz --tokenizers models/base FOLDER ...    # 5. alone

1. `legal`: texts that Graphviz accepts (made here in every style, independently of the grammar,
   and all targets of the data set) must be accepted by the grammar.
2. `mutants`: texts with some characters changed: whatever the grammar accepts Graphviz must
   accept. The other way round the grammar is narrower; the share is reported.
3. `sampled`: what models of random logits write under the guide, with vocabularies and budgets of
   many sizes: Graphviz must accept all of it; every text ends within its budget.
4. `rendered`: of the sampled texts those with an HTML-like label, as one node's label: Graphviz
   must draw it without an error.
5. `tokenizers`: for the tokenizer of each real model 1,000 rows that want what is illegal, run in
   circles and ahead of their guide, budgets from 16 tokens: Graphviz must accept all of them; and
   no target of the data set may go round in circles.
"""

import argparse
import json
import os
import random
import string
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anecdot.common.files import read_jsonl
from anecdot.dot import check, parse
from anecdot.dot.parse import Html
from anecdot.grammar.grammar import accepts
from anecdot.model.hub import sha256_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/grammar_fuzz.json"
KEYWORDS = {"strict", "graph", "digraph", "subgraph", "node", "edge"}
ATTRIBUTES = ("label", "color", "shape", "style", "weight", "rankdir", "xlabel", "fontsize", "key")
TAGS = ("B", "I", "U", "O", "S", "SUB", "SUP")
WRAPPERS = ("B", "I", "U", "O")


def legal_text(rng: random.Random, alone: bool = False) -> str:
    """One random text that Graphviz accepts: a graph, `alone` or with white space around it.

    At most 1,500 characters: nested subgraphs in edges multiply, and `check` has its limits.
    """
    while len(text := _Writer(rng).text(alone)) > 1_500:
        pass
    return text


def mutated(text: str, rng: random.Random) -> str:
    """`text` with one to three characters deleted, doubled, swapped or put in."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        change = rng.randrange(4)
        if change == 0:
            text = text[:at] + text[at + 1 :]
        elif change == 1:
            text = text[:at] + text[at] + text[at:]
        elif change == 2:
            other = rng.randrange(len(text))
            text = text[:at] + text[other : other + rng.randint(1, 9)] + text[at:]
        else:
            text = text[:at] + rng.choice("{}[]<>;:,=-+\"'\\/#*&. \n\t1aZ_é") + text[at:]
        text = text or "x"
    return text


class _Writer:
    """Writes a graph as a list of tokens; the gaps between them are chosen last."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.edge = "->"
        self.case: Callable[[str], str] = rng.choice([str, str, str, str.upper, str.title])
        self.gaps = rng.choice(["tight", "tidy", "wild"])
        self.names = [self.bare() for _ in range(rng.randint(2, 6))]

    def text(self, alone: bool) -> str:
        rng = self.rng
        directed = rng.random() < 0.6
        self.edge = "->" if directed else "--"
        pieces = [self.case("digraph" if directed else "graph")]
        if rng.random() < 0.2:
            pieces.insert(0, self.case("strict"))
        if rng.random() < 0.4:
            pieces += self.id()
        pieces += self.body(rng.randint(1, 3))
        text = self.join(pieces)
        if alone:
            return text
        before = self.gap() if self.gaps == "wild" else ""
        return before + text + rng.choice(["", "\n", " \n\n", "\n// end\n", "/* end */"])

    def body(self, depth: int) -> list[str]:
        pieces = ["{"]
        for _ in range(self.rng.choice([0, 1, 2, 3, 4, 6])):
            pieces += self.statement(depth)
            if self.rng.random() < 0.6:
                pieces.append(";")
        return [*pieces, "}"]

    def statement(self, depth: int) -> list[str]:
        rng = self.rng
        kind = rng.random()
        if kind < 0.1:
            return [*self.id(), "=", *self.value()]
        if kind < 0.2:
            return [self.case(rng.choice(["graph", "node", "edge"])), *self.lists(least=1)]
        count = rng.choice([1, 1, 2, 2, 2, 3, 5]) if kind < 0.8 else 1
        pieces: list[str] = []
        for step in range(count):
            pieces += [self.edge] if step else []
            subgraph = depth > 0 and rng.random() < 0.15
            pieces += self.subgraph(depth - 1) if subgraph else self.nodes()
        return pieces + self.lists()

    def subgraph(self, depth: int) -> list[str]:
        rng = self.rng
        head = [self.case("subgraph")] if rng.random() < 0.7 else []
        if head and rng.random() < 0.7:
            head += [f"cluster_{rng.randint(0, 9)}"] if rng.random() < 0.6 else self.id()
        return head + self.body(depth)

    def nodes(self) -> list[str]:
        pieces = self.node()
        while self.rng.random() < 0.12:
            pieces += [",", *self.node()]
        return pieces

    def node(self) -> list[str]:
        pieces = [self.rng.choice(self.names)] if self.rng.random() < 0.7 else self.id()
        for _ in range(self.rng.choice([0, 0, 0, 0, 0, 1, 2])):
            port = self.rng.choice(["n", "ne", "e", "sw", "c", "_", "p1", '"a port"'])
            pieces += [":", port]
        return pieces

    def lists(self, least: int = 0) -> list[str]:
        pieces: list[str] = []
        for _ in range(max(least, self.rng.choice([0, 0, 1, 1, 2]))):
            pieces.append("[")
            for _ in range(self.rng.choice([0, 1, 1, 2, 3])):
                name = [self.rng.choice(ATTRIBUTES)] if self.rng.random() < 0.9 else self.id()
                pieces += [*name, "=", *self.value()]
                pieces += self.rng.choice([[], [","], [";"]])
            pieces.append("]")
        return pieces

    def value(self) -> list[str]:
        return [self.html()] if self.rng.random() < 0.15 else self.id()

    def id(self) -> list[str]:
        rng = self.rng
        kind = rng.random()
        if kind < 0.4:
            return [self.bare()]
        if kind < 0.55:
            return [self.number()]
        pieces = [self.quoted()]
        while rng.random() < 0.08:
            pieces += ["+", self.quoted()]
        return pieces

    def bare(self) -> str:
        first = string.ascii_letters + "_" + "éß漢жא🙂"
        name = self.rng.choice(first) + "".join(
            self.rng.choices(first + string.digits, k=self.rng.randint(0, 7))
        )
        return name + "_" if name.lower() in KEYWORDS else name

    def number(self) -> str:
        number = self.rng.choice(["0", "7", "42", "3.14", ".5", "2.", "007"])
        return self.rng.choice(["", "", "-"]) + number

    def quoted(self) -> str:
        parts = ["a", "B c", " ", "->", "--", "{", "}", "[x]", "<b>", "&", ";", "//", "/*", "#"]
        parts += [
            "'",
            "@",
            "\\n",
            "\\l",
            '\\"',
            "\\\\",
            "\\N",
            "\n",
            "\\\n",
            "é漢🙂",
            "\t",
            "%1",
            "\xa0",
        ]
        return '"' + "".join(self.rng.choices(parts, k=self.rng.randint(0, 5))) + '"'

    def html(self) -> str:
        content = self.table() if self.rng.random() < 0.4 else self.flow(2)
        return f"<{self.rng.choice(['', content, content, content])}>"

    def flow(self, depth: int) -> str:
        rng = self.rng
        pieces = []
        for _ in range(rng.randint(1, 3)):
            kind = rng.random() if depth else 0.0
            if kind < 0.6:
                texts = [
                    "x",
                    "a b",
                    "\n y",
                    "&amp;",
                    "&#8594;",
                    "&#x1F600;",
                    "é漢",
                    "]",
                    "a -- b",
                    '"',
                ]
                pieces.append(rng.choice(texts))
            elif kind < 0.75:
                pieces.append(
                    rng.choice(["<BR/>", "<br/>", '<BR ALIGN="LEFT"/>', "<br align='right' />"])
                )
            elif kind < 0.9:
                pieces.append(self.tagged(rng.choice(TAGS), "", self.flow(depth - 1)))
            else:
                style = rng.choice(['COLOR="red"', "face='Arial' point-size=\"12\"", ""])
                pieces.append(self.tagged("FONT", style, self.flow(depth - 1)))
        return "".join(pieces)

    def table(self, depth: int = 1) -> str:
        rng = self.rng

        def cell() -> str:
            kinds = ["", " ", "\n", self.flow(1)]
            if depth and rng.random() < 0.3:
                kinds = [self.table(depth - 1)]
            style = rng.choice(["", 'PORT="p"', 'colspan="2" bgcolor="red"', 'ALIGN="left"'])
            return self.tagged("TD", style, rng.choice(kinds))

        def row() -> str:
            bar = rng.choice(["", "", "<VR/>", " "])
            return self.tagged("TR", "", bar.join(cell() for _ in range(rng.randint(1, 3))))

        style = rng.choice(["", 'BORDER="0"', 'cellborder="1" CELLSPACING="0"', "BORDER = '1'\n"])
        rule = rng.choice(["", "", "<HR/>", "\n "])
        table = self.tagged("TABLE", style, rule.join(row() for _ in range(rng.randint(1, 3))))
        table = rng.choice(["", " ", "\n  "]) + table
        return self.tagged(rng.choice(WRAPPERS), "", table) if rng.random() < 0.2 else table

    def tagged(self, tag: str, style: str, content: str) -> str:
        tag = self.rng.choice([tag, tag.lower()])
        return f"<{tag}{' ' if style else ''}{style}>{content}</{tag}>"

    def join(self, pieces: list[str]) -> str:
        text = pieces[0]
        for before, left, right in zip(["", *pieces], pieces, pieces[1:], strict=False):
            head = right == "{" and before.lower() in KEYWORDS
            text += self.between(left, right, head) + right
        return text

    def between(self, left: str, right: str, head: bool) -> str:
        """White space between two pieces; none only where the grammar, too, needs none."""
        keyword = left.lower() in KEYWORDS
        apart = "{}[]:;,=+" if keyword or head else "}[]:;,=+"
        apart += '"<' if keyword else ""
        needed = _is_word(left[-1]) and not right.startswith((*apart, self.edge))
        if self.gaps == "tight":
            return " " if needed else ""
        if self.gaps == "wild":
            return self.gap() if needed or self.rng.random() < 0.5 else ""
        if left in "{;":
            return "\n  "
        return "" if right in ";,:" or left == ":" else " "

    def gap(self) -> str:
        gaps = [" ", " ", "\n", "\t", "\r\n", "/* c */", "/***/", "// c }\n", '\n# c "\n', " # {\n"]
        return "".join(self.rng.choices(gaps, k=self.rng.randint(1, 2)))


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_." or character > "\x7f"


def byte_level_tokenizer(texts: list[str], size: int) -> "PreTrainedTokenizerFast":
    """A byte-level BPE tokenizer of `size` tokens trained on `texts`; <pad> is 0, <end> is 1."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<pad>", "<end>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>")


def sampled_texts(count: int, seed: int) -> Iterator[tuple[str, bool]]:
    """(text, ended within its budget) of `count` rows that a noisy bigram model writes.

    A row begins like a legal text, up to a random place: so every corner of the grammar is left
    at random from within, and every kind of unfinished text has to be closed.
    """
    import torch

    from anecdot.grammar.guide import GrammarGuide

    rng = random.Random(seed)
    generator = torch.Generator().manual_seed(seed)
    batch = 50
    models = []
    for size in (300, 600, 1200):
        texts = [legal_text(rng) for _ in range(600)]
        tokenizer = byte_level_tokenizer(texts, size)
        counts = torch.zeros(len(tokenizer), len(tokenizer))
        for text in texts:
            ids = torch.tensor(tokenizer.encode(text))
            counts.index_put_((ids[:-1], ids[1:]), torch.tensor(1.0), accumulate=True)
        models.append((tokenizer, torch.log(counts + 0.001)))
    for start in range(0, count, batch):
        tokenizer, bigrams = models[start // batch % len(models)]
        budget = rng.choice([8, 9, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192])
        noise = rng.choice([0.3, 1.0, 2.0, 4.0])
        rows = min(batch, count - start)
        guide = GrammarGuide(tokenizer, budget, rows)
        begun = [tokenizer.encode(legal_text(rng, alone=True)) for _ in range(rows)]
        begun = [ids[: rng.randrange(len(ids))] for ids in begun]
        tokens = torch.randint(len(tokenizer), (rows,), generator=generator)
        written: list[torch.Tensor] = []
        while not all(guide.finished) and len(written) < budget:
            gumbel = -torch.log(-torch.log(torch.rand(rows, len(tokenizer), generator=generator)))
            logits = bigrams[tokens] + noise * gumbel
            for row, ids in enumerate(begun):
                if len(written) < len(ids):
                    logits[row, ids[len(written)]] = 1e6
            tokens = guide.step(logits)
            written.append(tokens)
        for row, ended in zip(torch.stack(written, dim=1), guide.finished, strict=True):
            yield tokenizer.decode(row, skip_special_tokens=True), ended


def targets() -> Iterator[str]:
    """The targets of all pairs of the data set, those of the test sets among them."""
    for path in sorted((ROOT / "data").glob("*/*.jsonl")):
        if path.parent.name != "prepared":  # made of the others
            yield from (row["output_dot"] for _, row in read_jsonl(path))
    for path in sorted((ROOT / "data/training").glob("*/pairs.json")):
        yield from (row["output_dot"] for row in json.loads(path.read_text(encoding="utf-8")))


def adversarial(tokenizer: "PreTrainedTokenizerFast", rows: int, seed: int) -> Iterator[str]:
    """Answers of models that run ahead of their guide, want what is illegal, and never the end.

    A row begins like a target or a legal text; then it wants a piece of text again and again, or
    pieces of all texts and random tokens, one to eight at a time.
    """
    import torch

    from anecdot.grammar.guide import GrammarGuide

    rng = random.Random(seed)
    known = list(targets())
    pool = torch.randn(16, len(tokenizer), generator=torch.Generator().manual_seed(seed))
    pieces = [
        *(
            "center=true;",
            "<TD>",
            "[",
            "{",
            '"',
            "\\",
            "#",
            "\r",
            "漢字",
            "🙂",
            "é",
            "\n\n  ",
            "<B>",
        ),
        *("->", "/*", "&", "<TABLE CELL", "subgraph x {", '[label="', "1.", "<<TABLE><TR>", "```"),
    ]
    for _ in range(rows):
        budget = rng.choice([16, 17, 24, 32, 64, 128, 512])
        text = rng.choice(known) if rng.random() < 0.5 else legal_text(rng, alone=True)
        wishes = tokenizer.encode(text, add_special_tokens=False)
        wishes = wishes[: rng.randrange(min(len(wishes), budget))]
        loop = "".join(rng.choices(pieces, k=rng.randint(1, 4))) if rng.random() < 0.4 else ""
        while len(wishes) < budget:
            piece = loop or rng.choice([*pieces, mutated(rng.choice(known)[:40], rng)])
            wishes += tokenizer.encode(piece, add_special_tokens=False)
            wishes += [] if loop else [rng.randrange(len(tokenizer))]
        guide, output = GrammarGuide(tokenizer, budget, 1), []
        while not guide.finished[0]:
            ahead = rng.choice([1, 1, 4, 8])
            logits = [rng.choice(pool)[None]] * ahead
            output += guide.follow(0, wishes[len(output) :][:ahead] or wishes[:1], logits)
        output = guide.final(0, output)
        assert len(output) <= budget
        yield tokenizer.decode(output[:-1], skip_special_tokens=True)


def tokenizer_result(folder: str, rows: int, wrong: list[str]) -> dict[str, Any]:
    """Counts for the tokenizer in `folder`, and what it is; complaints are added to `wrong`."""
    from transformers import AutoTokenizer

    from anecdot.grammar.guide import LOOK, circles

    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = list(adversarial(tokenizer, rows, seed=2026))
    invalid = [text for text in texts if check(text) is not None]
    data = tokenizer(list(targets()), add_special_tokens=False)["input_ids"]
    round_and_round = sum(
        any(circles(ids[:end]) for end in range(LOOK, len(ids) + 1, LOOK)) for ids in data
    )
    wrong += [f"{folder}: {text!r}" for text in invalid]
    wrong += [f"{folder}: {round_and_round} targets go round in circles"] if round_and_round else []
    return {
        "sha256": sha256_of(Path(folder) / "tokenizer.json"),
        "versions": {name: version(name) for name in ("llguidance", "tokenizers", "pygraphviz")},
        "vocabulary": len(tokenizer),
        "rows": len(texts),
        "distinct": len(set(texts)),
        "accepted_by_graphviz": len(texts) - len(invalid),
        "targets": len(data),
        "targets_that_go_round_in_circles": round_and_round,
    }


def html_labels(text: str) -> set[str]:
    """The contents of all HTML-like strings among the attributes of the graph `text`."""
    graph = parse(text)
    attributes = [graph.attrs, *graph.nodes.values(), *(edge[2] for edge in graph.edges)]
    return {value for attrs in attributes for value in attrs.values() if isinstance(value, Html)}


def drawing_error(label: str) -> str | None:
    """Graphviz's complaint when it draws one node with this HTML-like label; None when it can."""
    import pygraphviz

    with tempfile.TemporaryFile() as messages:
        stderr = os.dup(2)
        os.dup2(messages.fileno(), 2)
        try:
            pygraphviz.AGraph(string=f"digraph {{ a [label=<{label}>] }}").draw(
                format="svg", prog="dot"
            )
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
        messages.seek(0)
        text = messages.read().decode(errors="replace")
    return text if "Error" in text else None


def real_tokenizers(folders: list[str], rows: int, keep: bool) -> int:
    """Run and print the rows of real tokenizers, and add them to what is recorded."""
    wrong: list[str] = []
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    for folder in folders:
        name = Path(folder).resolve().name
        result.setdefault("tokenizers", {})[name] = tokenizer_result(folder, rows, wrong)
        print(name, json.dumps(result["tokenizers"][name]), flush=True)
        if keep:
            RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print("\n".join(wrong[:20]), file=sys.stderr)
    return 1 if wrong else 0


def main() -> int:
    """Run the fuzz, print and write its counts; 1 when anything disagrees."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--quick", action="store_true", help="a hundredth; writes nothing")
    options.add_argument(
        "--tokenizers", nargs="+", metavar="FOLDER", default=[],
        help="folders of real models: only 1,000 adversarial rows each, added to the results",
    )  # fmt: skip
    given = options.parse_args()
    if given.tokenizers:
        return real_tokenizers(given.tokenizers, 20 if given.quick else 1_000, not given.quick)
    quick = given.quick
    scale = 100 if quick else 1
    rng = random.Random(2026)
    wrong: list[str] = []

    def count(name: str, good: bool, text: str) -> bool:
        if not good:
            wrong.append(f"{name}: {text!r}")
        return good

    legal = [legal_text(rng) for _ in range(10_000 // scale)]
    result: dict[str, dict[str, int]] = {}
    result["legal"] = {
        "texts": len(legal),
        "accepted_by_graphviz": sum(count("generator", check(t) is None, t) for t in legal),
        "accepted_by_grammar": sum(count("legal", accepts(t), t) for t in legal),
    }
    data = list(targets())
    result["targets"] = {
        "texts": len(data),
        "accepted_by_grammar": sum(count("target", accepts(t, "answer"), t) for t in data),
    }
    mutants = [mutated(text, rng) for text in legal for _ in range(2)]
    taken = [text for text in mutants if accepts(text)]
    result["mutants"] = {
        "texts": len(mutants),
        "accepted_by_graphviz": sum(check(t) is None for t in mutants),
        "accepted_by_grammar": len(taken),
        "accepted_by_both": sum(count("mutant", check(t) is None, t) for t in taken),
    }
    sampled = list(sampled_texts(20_000 // scale, seed=2026))
    result["sampled"] = {
        "texts": len(sampled),
        "distinct": len({text for text, _ in sampled}),
        "ended_within_budget": sum(count("unended", ended, t) for t, ended in sampled),
        "accepted_by_graphviz": sum(count("sampled", check(t) is None, t) for t, _ in sampled),
    }
    labels = sorted(set().union(*(html_labels(text) for text, _ in sampled if check(text) is None)))
    labels = rng.sample(labels, min(len(labels), 2_000 // scale))
    result["html_labels"] = {
        "texts": len(labels),
        "drawn_by_graphviz": sum(count("label", drawing_error(t) is None, t) for t in labels),
    }
    print(json.dumps(result, indent=2))
    if not quick:
        if RESULT.exists():
            before = json.loads(RESULT.read_text(encoding="utf-8"))
            result |= {"tokenizers": before.get("tokenizers", {})}
        RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print("\n".join(wrong[:20]), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
