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

.PHONY: run build test test-kills check lint install clean libraries

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

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

check: TESTING += -Xswiftc -warnings-as-errors
check: lint test

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/consomme

clean:
	rm -rf .build

# Installs C libraries only if pkg-config does not find them.
libraries:
	@if ! pkg-config --exists $(LIBRARIES) 2>/dev/null; then \
	  if command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || [ -n "$(SUDO)" ]; }; then \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -qy $(PACKAGES); \
	  else \
	    echo "Please install: $(PACKAGES) (or what they are called on this system)" >&2; exit 1; \
	  fi; \
	fi
