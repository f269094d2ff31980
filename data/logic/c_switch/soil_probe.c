void poll(void) {
    switch (probe) {
    case SLEEP:
        if (timer == 0) probe = WAKE;
        break;
    case WAKE:
        probe = MEASURE;
        break;
    case MEASURE:
        if (adc_ready) probe = SEND;
        break;
    case SEND:
        if (acked) probe = SLEEP;
        if (tries > 4) probe = ERROR;
        break;
    }
}
