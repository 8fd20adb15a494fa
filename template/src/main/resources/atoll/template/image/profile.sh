export SHELL=${SHELL:-/bin/bash}
export LANG=${LANG:-C.UTF-8}
