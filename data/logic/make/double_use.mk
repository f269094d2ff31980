install: bin/tool man/tool.1
bin/tool: src/tool.go go.mod
	go build -o $@ ./src
man/tool.1: README.md
	md2man $< > $@
uninstall:
	rm -f /usr/local/bin/tool
check: bin/tool tests.txt
