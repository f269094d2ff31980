from transitions.extensions import HierarchicalMachine

oven = HierarchicalMachine(
    states=["off", {"name": "on", "children": ["heating", "holding"]}],
    initial="off",
    auto_transitions=False,
)
oven.add_transition("start", "off", "on_heating")
oven.add_transition("reached", "on_heating", "on_holding")
oven.add_transition("dropped", "on_holding", "on_heating")
oven.add_transition("stop", "on", "off")
