.PHONY: release test lint build docs

release: test docs
	./publish.sh
test: build
	./run-tests
docs: build
	./make-docs
build: lint
	./compile
lint:
	./lint
