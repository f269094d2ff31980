"""AnecDOT: teaches small language models to turn text or code into Graphviz DOT graphs."""
