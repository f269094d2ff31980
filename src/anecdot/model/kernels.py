"""Faster kernels for norms, rotary positions and gated layers, where they are installed.

Liger's Triton kernels serve Gemma, Llama, Qwen2 and more on GPUs (`pip install liger-kernel`);
without them, and for other architectures, PyTorch's own operations compute the same.
"""

from importlib.util import find_spec

from transformers import PreTrainedModel


def speed_up(model: PreTrainedModel) -> None:
    """Give `model` the kernels that are installed for it."""
    if model.device.type != "cuda" or find_spec("liger_kernel") is None:
        return
    from liger_kernel.transformers.monkey_patch import _apply_liger_kernel_to_instance

    # Not its losses: the loss here needs logits at target tokens alone.
    losses = {"cross_entropy": False, "fused_linear_cross_entropy": False}
    _apply_liger_kernel_to_instance(model=model, **losses)
