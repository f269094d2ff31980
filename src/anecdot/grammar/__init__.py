"""What may come next? The grammar of DOT and the guide of constrained decoding."""
