"""The wheel holds every module and every file that a module reads; ``make wheel`` installs and runs it."""

import subprocess
import sys
import zipfile

from tests.test_architecture import ROOT


def test_the_wheel_holds_every_module_and_data_file(tmp_path):
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(source)], check=True)
    for path in ("pyproject.toml", "app.py"):  # as they are, committed or not
        (source / path).write_bytes((ROOT / path).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", str(source), "-w", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=source, capture_output=True, check=True).stdout.decode()
    ours = {
        name for name in listed.split("\0")
        if name.split("/")[0] in ("assistant", "ingest", "eval") and not name.endswith("README.md")
    }  # fmt: skip
    assert ours - held == set()
    assert "app.py" in held
    assert not any(name.startswith(("tests/", "docs/")) for name in held)
