from automata.fa.nfa import NFA

number = NFA(
    states={"s", "i", "d"},
    input_symbols={"+", "-", "9"},
    transitions={
        "s": {"+": {"i"}, "-": {"i"}, "": {"i"}},
        "i": {"9": {"d"}},
        "d": {"9": {"d"}},
    },
    initial_state="s",
    final_states={"d"},
)
