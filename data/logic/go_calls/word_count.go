package main

func main() {
	for _, name := range args() {
		report(name, count(open(name)))
	}
}

func count(text string) map[string]int {
	seen := map[string]int{}
	for _, w := range split(text) {
		seen[normal(w)]++
	}
	return seen
}

func split(text string) []string { return strings.Fields(text) }
func normal(w string) string     { return strings.ToLower(w) }
func open(name string) string    { return read(name) }
func read(name string) string    { return "" }
func args() []string             { return os.Args[1:] }
func report(n string, c map[string]int) {}
