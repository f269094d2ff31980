"""Seeded generator of the documents that the embedded base model is pretrained on."""
