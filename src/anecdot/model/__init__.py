"""Base model, adapter, device, memory, attention, loss and decoding. Knows nothing of DOT."""
