# Builds, runs and tests Consommé. Needs Swift 6.2 or later; what else is missing is installed where that is possible.

SWIFT ?= swift
PREFIX ?= /usr/local
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

# Tests run optimised: without it the network's kernels are fifty times slower, and the tests read whole pages.
# They have a build folder of their own, because -enable-testing changes every object file.
TESTING := -c release -Xswiftc -enable-testing --scratch-path .build/testing

LIBRARIES := libxml-2.0 libzstd zlib
PACKAGES := libxml2-dev libzstd-dev zlib1g-dev pkg-config

PROGRAM := .build/release/consomme
PAGE := fixtures/article-news/page.html

MANDIR = $(DESTDIR)$(PREFIX)/share/man/man1
COMPLETIONS = bash-completion/completions/consomme zsh/site-functions/_consomme fish/vendor_completions.d/consomme.fish

.PHONY: run build test fuzz test-kills test-crawl test-spark test-install test-readme test-reports new-fixture check lint install \
  install-files library examples docs bench bench-check bench-training clean libraries

run: build
	$(PROGRAM) markdown $(PAGE)
	@echo
	$(PROGRAM) links fixtures/search-results/page.html | head -n 8
	@echo
	$(PROGRAM) check fixtures/search-results/faulty/missing-attribute-space.html || [ $$? -eq 1 ]

build: libraries
	$(SWIFT) build -c release --product consomme

test: libraries
	$(SWIFT) build $(TESTING) --build-tests
	$(SWIFT) test $(TESTING) --skip-build

# Kills long runs at twenty random moments and goes on with them.
test-kills: libraries
	CONSOMME_KILLS=20 $(SWIFT) test $(TESTING) --filter BatchTests.killedRunsGoOn

# Ten thousand pages of WARC.gz: all there, in order, in flat memory, and after twenty kills.
test-crawl: build
	scripts/test-crawl.sh $(PROGRAM)

# Spark with three workers, one of them killed half-way, against one process. Wants Java 17 and python3.
test-spark: build .build/spark-venv/bin/spark-submit
	.build/spark-venv/bin/python Examples/spark/test_spark.py $(PROGRAM)

.build/spark-venv/bin/spark-submit:
	@command -v java >/dev/null || { echo "Please install Java 17 (openjdk-17-jre-headless)" >&2; exit 1; }
	python3 -m venv .build/spark-venv
	.build/spark-venv/bin/pip install --quiet pyspark

# libFuzzer with AddressSanitizer on one of the targets in Fuzzing/: make fuzz TARGET=warc SECONDS=600
TARGET ?= input
SECONDS ?= 60
fuzz: libraries
	scripts/fuzz.sh $(TARGET) $(SECONDS)

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Fuzzing/Sources Fuzzing/Package.swift Package.swift

check: TESTING += -Xswiftc -warnings-as-errors
check: lint test

install: build install-files

# The program with the model inside, a man page a verb (these want python3), and completions for three shells.
install-files:
	install -d $(DESTDIR)$(PREFIX)/bin $(MANDIR) $(addprefix $(DESTDIR)$(PREFIX)/share/,$(dir $(COMPLETIONS)))
	# Without its symbols the program is half as large.
	install $(if $(shell command -v strip),-s) -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/consomme
	@if command -v python3 >/dev/null; then python3 scripts/manual.py $(PROGRAM) $(MANDIR); \
	  else echo "No python3: man pages are left out." >&2; fi
	@for file in $(COMPLETIONS); do \
	  $(PROGRAM) --generate-completion-script $${file%%[-/]*} > $(DESTDIR)$(PREFIX)/share/$$file || exit 1; done

test-install: build
	scripts/test-install.sh $(PROGRAM)

# Runs the commands that README.md shows.
test-readme: build
	python3 scripts/test_readme.py $(PROGRAM) README.md docs/reports.md

# Opens the HTML reports in a headless Chromium; SHOTS=docs/images takes the pictures in docs/reports.md anew.
test-reports: build
	python3 scripts/test-reports.py $(PROGRAM) $(SHOTS)

# Begins a test page: make new-fixture NAME=shop-in-welsh PAGE=page.html
new-fixture: build
	scripts/new-fixture.sh $(PROGRAM) "$(NAME)" "$(PAGE)"

# The C interface: .build/release/libconsomme-c.so and Sources/CConsomme/include/consomme.h.
library: libraries
	$(SWIFT) build -c release --product consomme-c

# BENCHMARKS.md says what these print. The peers come from PyPI; without Python they are left out of the table.
BENCH_VENV := .build/bench-venv
BENCH := $(SWIFT) package --package-path Benchmarks --allow-writing-to-package-directory benchmark

$(BENCH_VENV)/ready:
	python3 -m venv $(BENCH_VENV) && $(BENCH_VENV)/bin/pip install -q trafilatura lxml_html_clean resiliparse && touch $@

bench: libraries
	@if command -v python3 >/dev/null; then $(MAKE) --no-print-directory $(BENCH_VENV)/ready || true; fi
	$(SWIFT) build --package-path Benchmarks -c release --product bench-table
	Benchmarks/.build/release/bench-table $$([ -e $(BENCH_VENV)/ready ] && echo $(BENCH_VENV)/bin/python3)

# Allocations and memory a page against the thresholds kept in Benchmarks/Thresholds.
bench-check: libraries
	$(BENCH) thresholds check

# Training beside the same network in PyTorch; wants a Python with torch: make bench-training PYTHON=venv/bin/python3
PYTHON ?= python3
bench-training: build
	$(PYTHON) Benchmarks/pytorch/compare.py $(PROGRAM)

# The documentation of the library; a warning is an error.
docs: library
	scripts/docs.sh .build/release

# Programs of others that use ours: a Swift package, Python through the C interface and through serve, batch systems.
examples: library build
	$(SWIFT) run --package-path Examples/swift -c release crawl-links $(PAGE) | head -n 3
	CONSOMME_LIBRARY=$(CURDIR)/.build/release/libconsomme-c.so python3 Examples/python/consomme.py $(PAGE) > /dev/null
	scripts/test-examples.sh $(PROGRAM)

clean:
	rm -rf .build .build-static

# Installs C libraries only if pkg-config does not find them.
libraries:
	@if ! pkg-config --exists $(LIBRARIES) 2>/dev/null; then \
	  if command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || [ -n "$(SUDO)" ]; }; then \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -qy $(PACKAGES); \
	  else \
	    echo "Please install: $(PACKAGES) (or what they are called on this system)" >&2; exit 1; \
	  fi; \
	fi
