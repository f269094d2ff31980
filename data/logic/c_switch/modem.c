void on_event(enum event ev) {
    switch (state) {
    case OFF:
        switch (ev) {
        case EV_POWER: state = BOOT; break;
        }
        break;
    case BOOT:
        switch (ev) {
        case EV_READY: state = IDLE; break;
        case EV_FAIL: state = OFF; break;
        }
        break;
    case IDLE:
        switch (ev) {
        case EV_DIAL: state = ONLINE; break;
        case EV_POWER: state = OFF; break;
        }
        break;
    case ONLINE:
        switch (ev) {
        case EV_HANGUP: state = IDLE; break;
        }
        break;
    }
}
