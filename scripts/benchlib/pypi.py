"""Peers as PyPI has them, for measurements alone: nothing of them is installed on this machine."""

import subprocess
import sys


def package(kept, name, version):
    """The folder of a package with all that it needs, which lies below `kept` from its first use on."""
    folder = kept / f"{name}-{version}"
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--root-user-action", "ignore", "--target", str(folder), f"{name}=={version}"]
        subprocess.run(command, check=True)
    return folder
