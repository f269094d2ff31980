"""Instructions around code: which graph is asked for, in composed wording, and fences."""

import random

from synthesis.code.words import ADJECTIVES, noun, table

# What the graph may be called, by topic.
ARTEFACTS: dict[str, tuple[str, ...]] = {
    "machine": (
        "state machine",
        "state diagram",
        "transition graph",
        "state transition diagram",
        "state graph",
        "finite state machine",
        "FSM",
        "states and transitions",
        "state chart",
        "transition diagram",
    ),
    "automaton": ("automaton", "finite automaton", "state diagram", "transition graph", "DFA"),
    "calls": ("call graph", "function call graph", "caller-to-callee graph", "graph of calls"),
    "imports": ("import graph", "module graph", "module dependency graph", "graph of imports"),
    "deps": ("dependency graph", "dependency diagram", "graph of dependencies", "dependencies"),
    "classes": ("class diagram", "inheritance graph", "class hierarchy", "type hierarchy"),
    "fields": ("type graph", "reference graph of the types", "class diagram", "type diagram"),
    "er": ("ER diagram", "entity-relationship diagram", "schema graph", "foreign key graph"),
    "tree": ("tree", "tree diagram", "hierarchy", "tree graph"),
    "decision": ("decision tree", "decision graph", "decision diagram"),
    "graph": ("graph", "directed graph", "digraph", "diagram", "node-and-edge diagram"),
    "undirected": ("undirected graph", "graph", "undirected diagram", "network graph"),
    "list": ("linked structure", "pointer diagram", "chain of nodes", "linked list", "graph"),
    "pipeline": ("pipeline", "data flow", "flow graph", "processing graph", "pipeline diagram"),
    "services": ("service graph", "service diagram", "architecture diagram", "topology"),
    "infra": ("resource graph", "infrastructure graph", "reference graph", "resource diagram"),
    "jobs": ("job graph", "task graph", "job dependency graph", "workflow graph"),
    "routes": ("route graph", "routing graph", "routing diagram", "route map"),
    "network": ("network diagram", "network graph", "topology", "link graph"),
    "messages": ("message flow", "event flow graph", "messaging graph", "message graph"),
    "knowledge": ("knowledge graph", "graph of the statements", "relation graph", "fact graph"),
    "flow": ("flowchart", "flow diagram", "process diagram", "flow graph"),
    "grammar": ("grammar graph", "rule graph", "rule reference graph"),
    "history": ("commit graph", "history graph", "commit DAG"),
}

_DRAW = [
    *table(
        """Draw Sketch Show Produce Create Make Generate Write Build Output Extract Derive Render
        Provide Plot Visualise Visualize Reconstruct Print Return Prepare Diagram"""
    ),
    "Give me",
    "Work out",
    "Lay out",
]
_TURN = table(
    """
    Turn Convert Translate Transform Render Rewrite Map Recast Express Port Transcribe
    """
)
_THING = table(
    """
    code snippet listing source fragment file excerpt program text input
    """
)
_DATA_THING = table(
    """
    definition snippet listing file fragment excerpt document text input spec
    """
)
_AS = ("", "", "", "", " as DOT", " in DOT", " in Graphviz", " in Graphviz DOT", " as a DOT graph")
_WHERE = ("below", "here", "that follows", "underneath", "shown here", "given here")
# Languages whose text is data rather than code.
_DATA = frozenset(
    table(
        """
    YAML JSON TOML INI XML CSV TSV Mermaid PlantUML GraphML Turtle LaTeX Markdown HCL Terraform
    SCXML D2 BPMN BNF text
    """
    )
)


def _article(noun: str) -> str:
    if noun.endswith("s") or noun.startswith(("states", "topology")):
        return "the " + noun
    return ("an " if noun[0] in "aeioEF" or noun.startswith("un") else "a ") + noun


def instruction(rng: random.Random, ask: str, lang: str) -> str:
    """One sentence that asks for the graph; `ask` is "topic" or "topic; extra clause"."""
    topic, _, extra = ask.partition("; ")
    what = rng.choice(ARTEFACTS[topic])
    thing = rng.choice(_DATA_THING if lang in _DATA else _THING)
    if lang and rng.random() < 0.6:
        thing = f"{lang} {thing}"
    of = rng.choice(
        (f"of this {thing}", f"for this {thing}", f"of the {thing} {rng.choice(_WHERE)}")
    )
    as_dot = rng.choice(_AS)
    r = rng.random()
    if r < 0.34:
        text = f"{rng.choice(_DRAW)} {_article(what)} {of}{as_dot}"
        if rng.random() < 0.5:
            text = f"{rng.choice(_DRAW)} the {what} {of}{as_dot}"
    elif r < 0.56:
        into = "as" if rng.random() < 0.2 else "into"
        text = f"{rng.choice(_TURN)} this {thing} {into} {_article(what)}{as_dot}"
    elif r < 0.66:
        opener = rng.choice(("What is", "What does", "How does", "Can you draw", "Could I see"))
        if opener.startswith("What") and what.endswith("s"):
            opener = "What are"
        tail = " look like" if "does" in opener else ""
        text = f"{opener} the {what} {of}{tail}{'' if tail else as_dot}?"
    elif r < 0.78:
        text = f"{what[0].upper() + what[1:]} {of}{as_dot}"
    elif r < 0.86:
        text = f"{what[0].upper() + what[1:]}{as_dot}"
        if lang and rng.random() < 0.5:
            text += f" ({lang})"
    elif r < 0.94:
        need = rng.choice(
            ("I need", "We need", "I want", "Please draw", "Please give me", "I'd like")
        )
        text = f"{need} the {what} {of}{as_dot}"
    else:
        seen = rng.choice(("Here is", "Here's", "Below is", "Given", "Consider", "Read", "Take"))
        tail = f"{rng.choice(_DRAW).lower()} its {what}" if seen not in ("Given",) else ""
        text = (
            f"{seen} this {thing}"
            if seen in ("Given", "Consider", "Read", "Take")
            else (
                f"{seen} a {thing}" if thing[0].lower() not in "aeiou" else f"{seen} some {thing}"
            )
        )
        text += f"; {tail}{as_dot}" if tail else f", {rng.choice(_DRAW).lower()} the {what}{as_dot}"
    if extra:
        joiner = rng.choice((". ", ": ", "; ", ", "))
        if text.endswith("?"):
            joiner = " "
        if joiner in (". ", " "):
            extra = extra[0].upper() + extra[1:]
        text += f"{joiner}{extra}" if rng.random() < 0.75 else f" ({extra[0].lower() + extra[1:]})"
    if rng.random() < 0.05 and not text.endswith("?"):
        text += rng.choice((". Only the DOT", ". DOT only", ". Answer with DOT only", ". No prose"))
    if rng.random() < 0.12 and text[1].islower():
        text = text[0].lower() + text[1:]
    return text


_FILES = {
    "python": "py", "go": "go", "rust": "rs", "java": "java", "javascript": "js", "c": "c",
    "yaml": "yaml", "json": "json", "sql": "sql", "hcl": "tf", "toml": "toml", "ruby": "rb",
    "haskell": "hs", "erlang": "erl", "elixir": "ex", "typescript": "ts", "kotlin": "kt",
    "xml": "xml",
    "ini": "ini", "mermaid": "mmd", "plantuml": "puml", "smcat": "smcat", "csv": "csv",
}  # fmt: skip


def _lead(rng: random.Random, fence: str) -> str:
    """Where the text is from, in a few words: `From our cold tank service:`, `src/valve.py`."""
    thing, word = f"{rng.choice(ADJECTIVES)} {noun(rng)}", noun(rng)
    if fence in _FILES and rng.random() < 0.5:
        folder = rng.choice(("src/", "", "", f"{word}/", "lib/", "app/"))
        return f"{folder}{thing.replace(' ', rng.choice('_-'))}.{_FILES[fence]}:"
    return rng.choice(
        (
            f"From our {thing} {rng.choice(('service', 'project', 'repo', 'module', 'wiki'))}:",
            f"Found in the {thing} {rng.choice(('folder', 'notes', 'archive', 'repo'))}.",
            f"This is how our {thing} works.",
            f"{rng.choice(('We', 'They', 'I'))} use this for the {thing}.",
            f"Part of the {thing} {word} code.",
            f"My {rng.choice(('colleague', 'boss', 'friend', 'team'))} wrote this for the {thing}.",
            f"# {thing.capitalize()}",
            f"Legacy {thing} logic.",
        )
    )


def framed(rng: random.Random, text: str, ask: str, lang: str, fence: str, must: bool) -> str:
    """The text bare, or with an instruction before or after it, fenced at times."""
    if rng.random() < 0.07:
        text = f"{_lead(rng, fence)}\n{text}"
        fence = ""
    told = must or "; " in ask or rng.random() < 0.45
    label = f"{lang}:" if lang and not told and rng.random() < 0.25 else ""
    if (told or label) and fence and rng.random() < 0.4:
        text = f"```{fence if rng.random() < 0.8 else ''}\n{text}\n```"
    if label:
        return f"{label}\n{text}"
    if not told:
        return text
    line = instruction(rng, ask, lang)
    if rng.random() < 0.2:
        return f"{text}\n\n{line}{'' if line.endswith('?') else rng.choice(('.', ''))}"
    if not line.endswith("?"):
        line += rng.choice((":", ":", ".", ""))
    return f"{line}{rng.choice((chr(10), chr(10) * 2))}{text}"
