struct node { struct node *l, *r; };

static int max(int a, int b) { return a > b ? a : b; }

int depth(struct node *n) {
    return n ? 1 + max(depth(n->l), depth(n->r)) : 0;
}

int balanced(struct node *n) {
    if (!n) return 1;
    return abs(depth(n->l) - depth(n->r)) < 2 && balanced(n->l) && balanced(n->r);
}
