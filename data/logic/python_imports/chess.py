# engine/search.py
from engine.moves import legal
from engine.score import material

# engine/moves.py
from engine.board import Board

# engine/score.py
from engine.board import Board
from engine.tables import PAWN

# engine/board.py
EMPTY = "."

# engine/tables.py
PAWN = [0, 5, 9]

# uci.py
from engine import search, board
