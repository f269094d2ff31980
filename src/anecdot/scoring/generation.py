"""The validity of what a model answers, in one call from Python."""

from typing import Any


def evaluate_generation(
    model: Any, tokenizer: Any, prompts: list[str], max_new_tokens: int = 400, batch_size: int = 16
) -> dict[str, Any]:
    """Answer prompts and count valid DOT.

    Returns:
        total, valid_syntax (both counts), validity_rate, and generations: for each prompt, in
        order, a dict with prompt, output_dot (the graph found, or the whole answer) and valid.

    Raises:
        UserError: weights in 4 bit that this CPU would misread; see `keep_quantised`.
    """
    from anecdot import dot
    from anecdot.model.base import keep_quantised
    from anecdot.model.decode import generate

    keep_quantised(model, model.name_or_path)
    answers = dict(generate(model, tokenizer, prompts, max_new_tokens, batch_size))
    generations = []
    for index, prompt in enumerate(prompts):
        graph = dot.extract(answers[index].text) or answers[index].text
        valid = dot.check(graph) is None
        generations.append({"prompt": prompt, "output_dot": graph, "valid": valid})
    valid_syntax = sum(generation["valid"] for generation in generations)
    return {
        "total": len(prompts),
        "valid_syntax": valid_syntax,
        "validity_rate": valid_syntax / len(prompts) if prompts else 0.0,
        "generations": generations,
    }
