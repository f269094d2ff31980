from statemachine import State, StateMachine

class Subtitle(StateMachine):
    hidden = State(value="h", initial=True)
    fading_in = State(value="fi")
    shown = State(value="s")
    fading_out = State(value="fo")

    cue = hidden.to(fading_in)
    step = fading_in.to(shown) | fading_out.to(hidden)
    end = shown.to(fading_out)
    seek = hidden.from_(fading_in, shown, fading_out)
