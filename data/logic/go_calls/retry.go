package client

func Get(url string) ([]byte, error) {
	return withRetry(func() ([]byte, error) { return once(url) })
}

func withRetry(f func() ([]byte, error)) ([]byte, error) {
	for i := 0; i < 3; i++ {
		if b, err := f(); err == nil {
			return b, nil
		}
		sleep(backoff(i))
	}
	return nil, errGaveUp()
}

func once(url string) ([]byte, error) { return nil, nil }
func backoff(i int) int               { return 1 << i }
func sleep(ms int)                    {}
func errGaveUp() error                { return nil }
