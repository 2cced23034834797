# What a person or a machine runs here; `make` alone lists it. Every target sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8080
WASM := --target wasm32-unknown-unknown
# In a clone that nobody edits, a lock file that does not fit is a mistake.
# A table names these modules, so rustfmt does not find them by itself.
PANELS := $(wildcard src/ui/panels/*.rs src/ui/panels/*/*.rs)
LOCKED := $(if $(CI),--locked)
# Tests are of a draft of the page and the package; in continuous integration, of what is deployed,
# which takes minutes to compile.
DRAFT := $(if $(CI),,draft)

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.tools/node_modules/.bin:$(PATH)
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER := wasm-bindgen-test-runner
export WASM_BINDGEN_TEST_WEBDRIVER_JSON := $(CURDIR)/.ci/webdriver.json
export WASM_BINDGEN_TEST_TIMEOUT := 120
# trunk reads this one as an option of its own and refuses the usual value, 1
unexport NO_COLOR

.PHONY: help serve build npm wheel test quick check lint oracle orders books notebook firefox webkit fidelity differential conformance findings guide size bench bench-page scorm screenshot generated clean setup setup-browser

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

serve: setup ## the page at http://127.0.0.1:8080, built again when a source changes (PORT=… for another)
	@if (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; then \
	  echo "Port $(PORT) is taken: stop what listens there, or choose another with PORT=8081 make serve." >&2; exit 1; fi
	@echo "Stalemate will be at http://127.0.0.1:$(PORT)/ as soon as it is built. Ctrl-C ends it."
	@trunk serve --release --port $(PORT)

build: setup ## the page in dist/, ready for any static host and any path
	trunk build --release

npm: setup ## the package for JavaScript, in target/npm
	@.ci/npm

wheel: build ## the package for Python, in target/wheel
	@.ci/wheel

test: check ## every test: native, with real servers, in a browser, and the page itself through a browser
	@.ci/setup live || echo 'The tests over real servers are skipped.' >&2
	cargo test $(LOCKED) --features live
	cargo test $(LOCKED) $(WASM) --features api --test everywhere
	timeout 300 node --test tests/worker/ tests/package/
	trunk build $(if $(DRAFT),,--release)
	$(if $(DRAFT),,.ci/size)
	cargo test $(LOCKED) --features live --test page
	@.ci/setup package
	.ci/npm $(DRAFT)
	timeout 300 node --test tests/npm/

quick: lint ## what finds most mistakes in a minute or two: formatting, native lints, native tests
	cargo test $(LOCKED) --features live

check: setup-browser lint ## formatting, lints and documentation, native and wasm, warnings being errors
	cargo clippy $(LOCKED) $(WASM) --lib --bins --features api,chunks -- -D warnings
	cargo clippy $(LOCKED) $(WASM) --test everywhere --bench speed --features api -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc $(LOCKED) --no-deps --features live

lint:
	cargo fmt --check
	cargo fmt -- --check $(PANELS)
	cargo clippy $(LOCKED) --all-targets --features live -- -D warnings

oracle: ## verdicts against a second, slow judge, over 100,000 random scenarios: how many had each verdict
	cargo test $(LOCKED) --profile checks --test engine -- --ignored --nocapture in_many_scenarios

orders: ## the search of every order against a second model checker: 10,000 random programs, how many broke what
	cargo test $(LOCKED) --profile checks --test engine -- --ignored --nocapture many_random_programs_get every_claim_has

.PHONY: tlc
tlc: ## the models that the search writes in TLA+, run in TLC (needs Java 11): as many states, the same verdicts and lengths
	@.ci/setup tlc
	cargo test $(LOCKED) --test engine -- --ignored --nocapture tlc_comes_to_the_same

# Of each target so many seconds.
SECONDS_EACH ?= 60

.PHONY: fuzz
fuzz: ## inputs that a person or a page can give, changed at random where that reaches new code (SECONDS_EACH=60, TARGETS=…)
	@.ci/setup fuzz
	@tests/fuzz/run.sh $(SECONDS_EACH) $(TARGETS)

fidelity: ## simulation against theory, and against real servers here: predictions, measurements and errors
	cargo test $(LOCKED) --profile checks --test fidelity -- --ignored --nocapture table
	@.ci/setup live
	cargo run $(LOCKED) --profile checks --features live -- live --measure

differential: ## the strategy language against CPython (python3, 3.11): 50,000 random programs, how many values were compared
	cargo test $(LOCKED) --test strategy -- --ignored --nocapture many_programs

conformance: ## the model against a real Redis and a real PostgreSQL: 1,000 random scenarios, 200 races; against a real Memcached: 300
	@.ci/setup live
	cargo test $(LOCKED) --features live --test live -- --ignored --nocapture --test-threads 1

findings: ## what real caches, queues and databases do that surprises: which changed since it was written down
	@code=0; for script in findings/*.sh; do \
	  [ "$$script" = findings/lib.sh ] && continue; \
	  seen=0; output=$$(timeout 90 "$$script" 2>&1) || seen=$$?; \
	  case $$seen in 0) word=same;; 1) word=CHANGED; code=1;; 2) word='not run';; *) word=failed; code=1;; esac; \
	  printf '%-8s %s\n' "$$word" "$$script"; \
	  [ $$seen = 0 ] || sed 's/^/         /' <<<"$$output"; \
	done; exit $$code

guide: ## the field guide against the real libraries, of pinned versions: which of its cells changed
	cargo build -q $(LOCKED)
	tests/guide/run.sh "$${CARGO_TARGET_DIR:-target}/debug/stalemate" $(ROWS)

size: build ## what a visitor downloads, and when; whether that is within the budget (.ci/budget.json)
	@.ci/size

bench: setup-browser ## how fast the engine is, natively and in a browser as the page is compiled
	cargo bench $(LOCKED) --bench copy --bench explore --bench speed
	cargo test $(LOCKED) $(WASM) --profile page --bench speed -- --nocapture
	cargo build $(LOCKED) --release
	@tests/speed/many.sh "$${CARGO_TARGET_DIR:-target}/release/stalemate"

.PHONY: since weigh
since: ## the engine beside that of an earlier commit (COMMIT=…), built and run beside it
	@tests/speed/since.sh $(COMMIT)

weigh: build ## what the page's module is made of, by crate and module (NAMES=…, a regular expression: how much of it is called so)
	@.ci/weigh "$${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/page/stalemate.wasm" $(if $(NAMES),'$(NAMES)')

.PHONY: peers
peers: setup ## the engine beside others of its kind: two simulators and a model checker, which cargo and pip fetch
	@tests/speed/peers/run.sh

bench-page: setup-browser build ## how fluid the page is under load, and how long a jump in time takes
	cargo test $(LOCKED) --test page -- --ignored --nocapture --test-threads 1 bench

scorm: setup-browser build ## a lesson in a course system, scorm-again, which npm fetches
	npm install --prefix target/scorm --no-save --no-audit --no-fund scorm-again@3
	SCORM_AGAIN=$(CURDIR)/target/scorm/node_modules/scorm-again/dist/scorm12.min.js \
	  cargo test $(LOCKED) --test page -- --ignored package::

books: setup-browser build ## course pages of eight hosts, which npm and pip fetch; pictures in target/books
	timeout 1800 node --test tests/hosts/books.mjs

firefox: build ## a walk through the page and the wasm tests in Firefox; pictures in target/walk
	@.ci/setup firefox
	BROWSER=firefox timeout 3000 node --test tests/hosts/walk.mjs

webkit: build ## the same in WebKit (WebKitGTK)
	@.ci/setup webkit
	BROWSER=webkit timeout 3000 xvfb-run -a node --test tests/hosts/walk.mjs

notebook: setup-browser wheel ## the Python package in JupyterLab and marimo, which pip fetches; pictures in target/notebook
	timeout 1800 node --test tests/hosts/notebook.mjs

screenshot: setup-browser build ## pictures of the page in target/screenshots
	cargo test $(LOCKED) --test page -- --ignored --nocapture pictures

generated: ## write the files that follow from the engine's types: the scenario's schema, the package's TypeScript
	@mkdir -p target
	cargo run -q $(LOCKED) -- schema > target/schema
	@mv target/schema static/scenario.schema.json
	@for file in scenario.d.ts report.d.ts; do (set -x; cargo run -q $(LOCKED) -- types $$file > target/$$file); \
	  mv target/$$file src/api/npm/; done
	cargo run -q $(LOCKED) -- guide --markdown > target/guide
	@mv target/guide src/field_guide/table.md
	cargo run -q $(LOCKED) -- guide --html > target/guide
	@mv target/guide static/guide.html
	cargo run -q $(LOCKED) -- guide --strategies > target/guide
	@mv target/guide static/guide.json

clean: ## remove what was built, not the tools
	rm -rf dist
	cargo clean

setup:
	@.ci/setup build

setup-browser:
	@.ci/setup build browser
