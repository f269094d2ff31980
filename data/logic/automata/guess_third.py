from automata.fa.nfa import NFA

nfa = NFA(
    states={"q0", "q1", "q2", "q3"},
    input_symbols={"x", "y"},
    transitions={
        "q0": {"x": {"q0", "q1"}, "y": {"q0"}},
        "q1": {"x": {"q2"}, "y": {"q2"}},
        "q2": {"x": {"q3"}, "y": {"q3"}},
    },
    initial_state="q0",
    final_states={"q3"},
)
