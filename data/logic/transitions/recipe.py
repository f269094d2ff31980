from transitions import Machine, State

draft = State("draft")
tested = State("tested")
published = State("published")
retired = State("retired")

cookbook = Machine(states=[draft, tested, published, retired], initial=draft)
cookbook.add_transition("cook", "draft", "tested")
cookbook.add_transition("cook", "tested", "=")
cookbook.add_transition("print_page", "tested", "published")
cookbook.add_transition("drop", ["draft", "tested", "published"], "retired")
