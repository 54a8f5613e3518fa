"""``python -m charnn``: the program."""

import os
import sys

from . import program

if __name__ == "__main__":
    path = program()
    if os.name == "posix":
        os.execv(path, [path, *sys.argv[1:]])
    import subprocess

    sys.exit(subprocess.call([path, *sys.argv[1:]]))
