static int feed(struct parser *p, char c) {
    switch (p->state) {
    case METHOD:
        if (c == ' ') p->state = TARGET;
        break;
    case TARGET:
        if (c == ' ') p->state = VERSION;
        break;
    case VERSION:
        if (c == NL) p->state = HEADER;
        break;
    case HEADER:
        if (c == ':') p->state = VALUE;
        if (c == NL) p->state = BODY;
        break;
    case VALUE:
        if (c == NL) p->state = HEADER;
        break;
    case BODY:
        if (p->left == 0) p->state = METHOD;
        break;
    }
    return p->state;
}
