package garden

func Water(beds []Bed) {
	for _, b := range beds {
		if dry(b) && !raining() {
			openValve(b)
			wait(minutes(b))
			closeValve(b)
		}
	}
}

func dry(b Bed) bool       { return moisture(b) < 30 }
func moisture(b Bed) int   { return b.probe }
func raining() bool        { return false }
func minutes(b Bed) int    { return 40 - moisture(b) }
func openValve(b Bed)      {}
func closeValve(b Bed)     {}
func wait(m int)           {}
