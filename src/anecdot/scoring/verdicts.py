"""What is to be said of one answer."""

from dataclasses import dataclass
from typing import Any

from anecdot import dot

NO_FAILURE = dot.FAILURE_CLASSES[0]


@dataclass(frozen=True)
class Prediction:
    """One model's answer to one held-out pair, with every verdict on it.

    A line of metrics/predictions.jsonl; see `anecdot.dot.compare` for scores and verdicts.

    Attributes:
        block: the set that the pair stands in, "validation" or "novel".
        model: who answered, "base", "tuned" or "constrained".
        origin: what the pair was made from, "" where it stands alone.
        expected: the reference.
        raw_output: all that the model wrote.
        output_dot: the graph found in it, None without one.
        stopped: did the model end by itself?
        valid: does Graphviz parse the graph? message: what it says if not, else "".
        renders: does Graphviz also draw it? pydot_valid: does pydot parse it?
        exact: all that the reference states, and it renders.
        failure: of dot.FAILURE_CLASSES; NO_FAILURE where it is exact.
        causes: the groups of dot.CAUSES that it stands in, with the places in words.
    """

    block: str
    model: str
    id: str
    source: str
    kind: str
    style: str
    task_type: str
    origin: str
    input_text: str
    expected: str
    raw_output: str
    output_dot: str | None
    stopped: bool
    valid: bool
    message: str
    renders: bool
    pydot_valid: bool
    node_f1: float
    edge_f1: float
    edge_label_f1: float
    attribute_f1: float | None
    cluster_f1: float | None
    exact: bool
    same_graph: bool
    isomorphic: bool
    failure: str
    causes: dict[str, str]


def score(rows: list[dict[str, Any]], answers: dict[str, list[dict[str, Any]]]) -> list[Prediction]:
    """One prediction for each model and row, model by model, in the order of `rows`.

    Args:
        rows: held-out pairs with their block.
        answers: for each model its answers in the order of `rows`: text, stopped, tokens.
    """
    asked = [
        (model, row, answer, dot.extract(answer["text"]))
        for model, given in answers.items()
        for row, answer in zip(rows, given, strict=True)
    ]
    graphs = [graph or "" for *_, graph in asked]
    drawings, read = dot.render_all(graphs), dot.pydot_all(graphs)
    return [
        _judge(*one, renders=drawing.ok, pydot_valid=pydot_valid)
        for one, drawing, pydot_valid in zip(asked, drawings, read, strict=True)
    ]


def _judge(
    model: str,
    row: dict[str, Any],
    answer: dict[str, Any],
    graph: str | None,
    *,
    renders: bool,
    pydot_valid: bool,
) -> Prediction:
    message = dot.check(graph) if graph else "no graph in the output"
    found = dot.compare(row["output_dot"], graph)
    ended = {"finished": answer["stopped"], "renders": renders}
    return Prediction(
        block=row["block"],
        model=model,
        id=row["id"],
        source=row["source"],
        kind=row["kind"],
        style=row["style"],
        task_type=row["task_type"],
        origin=row["origin"],
        input_text=row["input_text"],
        expected=row["output_dot"],
        raw_output=answer["text"],
        output_dot=graph,
        stopped=answer["stopped"],
        valid=message is None,
        message=message or "",
        renders=renders,
        pydot_valid=pydot_valid,
        node_f1=found.node_f1,
        edge_f1=found.edge_f1,
        edge_label_f1=found.edge_label_f1,
        attribute_f1=found.attribute_f1,
        cluster_f1=found.cluster_f1,
        exact=found.exact and renders,
        same_graph=found.same_graph,
        isomorphic=found.isomorphic,
        failure=dot.failure_class(graph, found, **ended),
        causes=dot.causes(row["output_dot"], graph, found, **ended),
    )
