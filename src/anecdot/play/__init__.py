"""The page to try it: texts come in, wait their turn, and go out as graphs side by side."""
