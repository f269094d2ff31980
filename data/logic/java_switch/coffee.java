class Brewer {
    Phase next(Phase phase, Signal signal) {
        switch (phase) {
            case COLD:
                if (signal == Signal.HEAT) return Phase.WARMING;
                break;
            case WARMING:
                if (signal == Signal.HOT) return Phase.READY;
                break;
            case READY:
                if (signal == Signal.CUP) return Phase.POURING;
                if (signal == Signal.TIMEOUT) return Phase.COLD;
                break;
            case POURING:
                if (signal == Signal.FULL) return Phase.READY;
                break;
        }
        return phase;
    }
}
