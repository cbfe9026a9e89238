#!/bin/sh
# Installs what the tests need besides Python: a browser, fonts for its texts, and LaTeX. Does nothing if they exist.
set -eu
lacking=""
need() { lacking="$lacking $1"; }
[ -x /usr/bin/chromium ] || need chromium
command -v pdflatex >/dev/null 2>&1 && kpsewhich booktabs.sty >/dev/null 2>&1 || need texlive-latex-recommended
for package in fonts-noto-core fonts-noto-cjk; do
    [ -e "/usr/share/doc/$package" ] || need "$package"
done
[ -n "$lacking" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "error: the tests need$lacking, and there is no apt-get to install them; install them by hand" >&2
    exit 1
fi
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"' sh $lacking >&2 || {
    echo "error: could not install$lacking, which the tests need" >&2
    exit 1
}
