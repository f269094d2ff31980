from statemachine import State, StateMachine

class Translation(StateMachine):
    source = State("Source text", initial=True)
    draft = State("Draft")
    proofread = State("Proofread")
    delivered = State("Delivered", final=True)

    translate = source.to(draft)
    check = draft.to(proofread)
    reject = proofread.to(draft)
    deliver = proofread.to(delivered)
