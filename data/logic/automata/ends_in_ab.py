from automata.fa.dfa import DFA

ends_in_ab = DFA(
    states={"none", "a", "ab"},
    input_symbols={"a", "b"},
    transitions={
        "none": {"a": "a", "b": "none"},
        "a": {"a": "a", "b": "ab"},
        "ab": {"a": "a", "b": "none"},
    },
    initial_state="none",
    final_states={"ab"},
)
