from transitions import Machine

class Chat(Machine):
    def __init__(self):
        super().__init__(self, states=["silent", "typing", "sent"], initial="silent")
        self.add_transition("key", "silent", "typing")
        self.add_transition("key", "typing", None)
        self.add_transition("enter", "typing", "sent")
        self.add_transition("pause", "typing", "silent")
        self.add_transition("key", "sent", "typing")

chat = Chat()
