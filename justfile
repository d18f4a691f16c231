# List the recipes.
default:
    @just --list

# Install what is missing and run the studio.
serve *options:
    ./scripts/serve {{ options }}

# Run every check and test, or only pytest with these options.
test *options:
    ./scripts/test {{ options }}

# Run the static checks.
check:
    ./scripts/test --check

# Ask every route of the API document at random, such as `just fuzz 500`.
fuzz examples="200": _tools
    EXAMPLES={{ examples }} .venv/bin/pytest tests/contracts/test_document.py

# Measure; RIVAL_URL adds a comparison.
bench: _tools
    for script in scripts/bench/*.py; do .venv/bin/python "$script" || exit 1; done

# Run the studio with a stand-in for the paid Images API.
demo *options: _tools
    .venv/bin/python -m tests.standins.demo {{ options }}

# Purge what has been in Trash for too long.
cleanup *options: _app
    .venv/bin/aiimagecraft cleanup {{ options }}

# Build the frontend.
build: _tools
    .venv/bin/python scripts/build_frontend.py

# Bring the database up to date.
migrate: _app
    .venv/bin/aiimagecraft migrate

# Format the code.
fmt: _tools
    .venv/bin/ruff check --fix-only src tests scripts
    .venv/bin/ruff format src tests scripts

# What the program needs.
_app:
    @./scripts/serve --setup

# What the work on it needs.
_tools:
    @./scripts/test --setup
