# `make` prints this help. Everything here is a command that you can run by hand.
.DEFAULT_GOAL := help

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

play: ## the pretend world on a page, with the real bot in it
	go run -v . playground

test: ## the tests; PostgreSQL by MAGPIE_TEST_POSTGRES, Chromium where it is found
	go test ./...

race: ## the tests under the race detector
	go test -race ./...

golden: ## write what is seen into the golden files and stories; read the diff
	go test ./app ./bot ./commands ./articles/render -update

fuzz: ## each fuzz test, a hundred thousand inputs
	@for f in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | grep -v /peers/); do \
	  for name in $$(grep -oE '^func Fuzz[A-Za-z]+' $$f | cut -c6-); do \
	    echo "== $$name in $$(dirname $$f)"; go test $$(dirname $$f) -run '^$$' -fuzz "^$$name$$" -fuzztime 100000x -fuzzminimizetime 10x || exit 1; \
	  done; done

bench: ## the benchmarks
	go test -run '^$$' -bench . -benchtime 2s ./app ./wechat ./schedules ./articles/render

lint: ## vet, and golangci-lint where it is installed
	go vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...; fi

build: ## the binary, without cgo
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o magpie .

reproducible: ## two builds from two folders, and whether they are equal
	deploy/reproducible.sh

ci: ## what the checks run on a clean checkout
	.ci/run

.PHONY: help play test race golden fuzz bench lint build reproducible ci
