"""How is it learnt? The trainer, fused LoRA, CUDA graphs, a shared base, the model card."""
