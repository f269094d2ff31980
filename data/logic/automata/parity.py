from automata.fa.dfa import DFA

parity = DFA(
    states={"even", "odd"},
    input_symbols={"0", "1"},
    transitions={"even": {"0": "even", "1": "odd"}, "odd": {"0": "odd", "1": "even"}},
    initial_state="even",
    final_states={"even"},
)
