class Job {
    void on(String event) {
        switch (status) {
            case WAITING:
                switch (event) {
                    case "start": status = PRINTING; break;
                    case "delete": status = REMOVED; break;
                }
                break;
            case PRINTING:
                switch (event) {
                    case "done": status = PRINTED; break;
                    case "jam": status = WAITING; break;
                }
                break;
            case PRINTED:
                switch (event) {
                    case "again": status = WAITING; break;
                }
                break;
        }
    }
}
