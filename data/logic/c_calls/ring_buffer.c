static int next(int i) { return (i + 1) % 16; }

int full(struct ring *r) { return next(r->head) == r->tail; }

int empty(struct ring *r) { return r->head == r->tail; }

int put(struct ring *r, char c) {
    if (full(r)) return -1;
    r->data[r->head] = c;
    r->head = next(r->head);
    return 0;
}

int get(struct ring *r) {
    if (empty(r)) return -1;
    char c = r->data[r->tail];
    r->tail = next(r->tail);
    return c;
}
