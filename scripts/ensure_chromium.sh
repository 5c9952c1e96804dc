#!/usr/bin/env bash
# The browser tests drive Chromium: find it, install it where that is allowed, or say what to do.
set -eu
for name in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests…"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # The one without windows is lighter; older distributions have the whole browser only.
  apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 ||
    apt-get install -y -qq --no-install-recommends chromium >/dev/null
  if command -v chromium-headless-shell chromium >/dev/null 2>&1; then exit 0; fi
fi
echo "The browser tests need Chromium. Install it (Debian: apt install chromium), or name one: CHROMIUM=/path/to/chrome make test" >&2
exit 1
