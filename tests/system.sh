#!/usr/bin/env bash
# Installs from Debian what `make test` needs and this machine lacks; does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
wanted=()
lacks() { ! "$@" >/dev/null 2>&1; }

lacks command -v "$python" && wanted+=(python3)
lacks "$python" -c 'import ensurepip, venv' && wanted+=(python3-venv)
lacks command -v chromium && wanted+=(chromium)
lacks "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' && wanted+=(libatomic1)
lacks command -v java && wanted+=(default-jre-headless)
lacks command -v npm && wanted+=(nodejs npm)
lacks command -v strace && wanted+=(strace)
lacks command -v fc-list && wanted+=(fontconfig)
lacks sh -c 'fc-list :lang=zh family | grep -q .' && wanted+=(fonts-noto-cjk)
lacks sh -c 'command -v initdb || ls /usr/lib/postgresql/*/bin/initdb' && wanted+=(postgresql)

if [ ${#wanted[@]} -eq 0 ]; then
    echo "Everything that the tests need is installed."
    exit 0
fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing: ${wanted[*]}. Run this as root on Debian, or install their like." >&2
    exit 1
fi

# The tests start a server of their own; Debian need not make and start another.
if [[ " ${wanted[*]} " == *" postgresql "* ]]; then
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/xiaowu-tests.conf
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing: ${wanted[*]}"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
"$python" tests/support/needs.py
