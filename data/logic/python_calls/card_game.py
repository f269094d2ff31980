def game(players):
    deck = shuffled()
    deal(deck, players)
    while not over(players):
        play_round(players, deck)
    return winner(players)

def shuffled(): return sorted(cards(), key=lambda c: hash(c))
def cards(): return [c + v for c in "SHDC" for v in "A23"]

def deal(deck, players):
    for p in players:
        draw(deck, p)

def draw(deck, p):
    if not deck:
        deck.extend(shuffled())
    p.hand.append(deck.pop())

def play_round(players, deck):
    for p in players:
        card = choose(p)
        p.score += value(card)
        draw(deck, p)

def choose(p): return max(p.hand, key=lambda c: value(c))
def value(card): return "A23".index(card[1])
def over(players): return score(winner(players)) > 50
def winner(players): return max(players, key=score)
def score(p): return p.score
