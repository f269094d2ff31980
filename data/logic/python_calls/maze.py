def solve(maze):
    start = find(maze, "S")
    return walk(maze, start, [])

def find(maze, mark):
    for y, row in enumerate(maze):
        if mark in row:
            return row.index(mark), y

def walk(maze, at, path):
    if is_exit(maze, at):
        return path
    for step in neighbours(maze, at):
        if step not in path:
            return walk(maze, step, [*path, step])

def neighbours(maze, at):
    return [p for p in around(at) if is_free(maze, p)]

def around(at):
    x, y = at
    return [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]

def is_free(maze, at): return maze[at[1]][at[0]] != "#"

def is_exit(maze, at): return maze[at[1]][at[0]] == "E"
