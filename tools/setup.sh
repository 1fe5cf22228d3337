#!/bin/sh
# Sets up .venv: `tools/setup.sh run` for the bot and the sandbox, `tools/setup.sh dev` for tests and checks too.
# Does nothing if the lock file, the Python version and the folder haven't changed since last time.
set -eu

kind=$1
lock=requirements/$kind.txt
venv=.venv
python=$venv/bin/python

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    if command -v python3 >/dev/null 2>&1; then
        stop "Mixtape needs Python 3.11 or newer; python3 here is $(python3 -V 2>&1 | cut -d' ' -f2)." \
            "Install a newer one, then run: make PYTHON=/path/to/python3"
    fi
    stop "Mixtape needs Python 3.11 or newer, and there is no python3." \
        "On Debian or Ubuntu: sudo apt install python3 python3-venv"
}

# Files that belong to another user (root, say) can be used as they are, but not changed.
must_be_ours() {
    for part in . "$venv" "$venv"/bin "$venv"/lib/python*/site-packages; do
        if [ -e "$part" ] && ! { [ -w "$part" ] && [ -x "$part" ]; }; then
            stop "The virtual environment .venv has to be changed or recreated, but $part belongs to another user." \
                "Run make as that user, or remove .venv (sudo rm -rf .venv) and make sure this folder is yours."
        fi
    done
}

make_venv() {
    must_be_ours
    base=$(find_python)
    # Debian ships venv without ensurepip, and then `-m venv` fails half-way: ask first.
    if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        stop "Python's venv module is not installed. On Debian or Ubuntu, install python3-venv:" \
            "    sudo apt install python3-venv"
    fi
    echo "Creating the virtual environment in .venv"
    "$base" -m venv --clear "$venv" || stop "The virtual environment could not be created in $(pwd)/.venv (see above)."
}

# A virtual environment is tied to its folder: after a move or a Python upgrade, it's created again.
if ! new_enough "$python" || ! grep -qsxF "$(pwd)" "$venv/.made-in"; then
    make_venv
    rm -f "$venv"/.ready-*
    pwd >"$venv/.made-in"
fi

wanted=$("$python" -c '
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()).hexdigest())
' "$lock")
if grep -qsxF "$wanted" "$venv/.ready-$kind"; then
    exit 0
fi

must_be_ours
echo "Installing $lock into .venv"
rm -f "$venv/.ready-$kind"
# Downloads aren't kept, and only packages whose hash is in the lock file are installed.
PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 \
    "$python" -m pip --quiet install --require-hashes -r "$lock" ||
    stop "The packages could not be installed (see above). Can this machine reach the package index?"
echo "$wanted" >"$venv/.ready-$kind"
