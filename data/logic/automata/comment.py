from automata.fa.dfa import DFA

T = {
    "code": {"/": "slash", "*": "code", "c": "code"},
    "slash": {"/": "slash", "*": "inside", "c": "code"},
    "inside": {"/": "inside", "*": "star", "c": "inside"},
    "star": {"/": "code", "*": "star", "c": "inside"},
}
dfa = DFA(states=set(T), input_symbols=set("/*c"), transitions=T,
          initial_state="code", final_states={"code"})
