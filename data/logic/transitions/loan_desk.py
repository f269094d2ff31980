from transitions import Machine

desk = Machine(
    states=["enquiry", "form", "scoring", "manual", "offer", "signed", "paid_out", "refused"],
    initial="enquiry",
)
desk.add_transition("fill", "enquiry", "form")
desk.add_transition("submit", "form", "scoring")
desk.add_transition("score", "scoring", "offer", conditions="above_650")
desk.add_transition("score", "scoring", "manual", conditions="above_500", unless="above_650")
desk.add_transition("score", "scoring", "refused", unless="above_500")
desk.add_transition("approve", "manual", "offer")
desk.add_transition("decline", ["manual", "offer"], "refused")
desk.add_transition("sign", "offer", "signed")
desk.add_transition("transfer", "signed", "paid_out")
