door_t step(door_t s, event_t e) {
    switch (s) {
    case SHUT:
        if (e == BUTTON) return RISING;
        break;
    case RISING:
        if (e == TOP) return UP;
        if (e == BUTTON) return HALTED;
        break;
    case UP:
        if (e == BUTTON) return FALLING;
        break;
    case FALLING:
        if (e == BOTTOM) return SHUT;
        if (e == BEAM) return RISING;
        break;
    case HALTED:
        if (e == BUTTON) return FALLING;
        break;
    }
    return s;
}
