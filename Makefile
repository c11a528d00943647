# `make` lists the helpers.
.DEFAULT_GOAL := help
.PHONY: help check browsers generate bench fuzz holes

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

check: ## all that CI runs: vet, staticcheck, every test on both databases, the browser
	@tools/check.sh

browsers: ## every browser test on PostgreSQL too (BROWSERS="groups line" for some)
	@tools/browsers.sh $(BROWSERS)

generate: ## the pages' Go from their templates
	@tools/generate.sh

bench: ## ratios against what we compare with, into bench/results.json
	go run ./bench

fuzz: ## every parser and decoder with odd input, five seconds each (FUZZTIME=1m for longer)
	@tools/fuzz.sh

holes: ## known holes in what the program uses, asked of the Go vulnerability database (needs the network)
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...
