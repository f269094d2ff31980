from automata.fa.dfa import DFA

digits = {"0", "1"}
delta = {f"r{r}": {d: f"r{(2 * r + int(d)) % 3}" for d in "01"} for r in range(3)}
mod3 = DFA(
    states=set(delta), input_symbols=digits, transitions=delta,
    initial_state="r0", final_states={"r0"},
)
