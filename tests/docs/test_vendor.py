"""What is vendored is what its record says, and the record is what the lockfile says."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

BUNDLE = settings.BASE_DIR / "static" / "vendor" / "codemirror"
SOURCE = settings.BASE_DIR / "deploy" / "editor"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_bundle_has_the_recorded_bytes() -> None:
    record = read(BUNDLE / "versions.json")
    bundle = (BUNDLE / record["file"]).read_bytes()
    assert (sha256(bundle).hexdigest(), len(bundle)) == (record["sha256"], record["bytes"])


def test_the_record_the_lockfile_and_the_wishes_agree() -> None:
    locked = read(SOURCE / "package-lock.json")["packages"]
    for name, version in read(BUNDLE / "versions.json")["packages"].items():
        assert locked[f"node_modules/{name}"]["version"] == version
    wishes = read(SOURCE / "package.json")
    for name, version in (wishes["dependencies"] | wishes["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version, "pin it, and lock it anew"


def test_every_package_inside_has_its_licence_beside_it() -> None:
    texts = (BUNDLE / "LICENSES.txt").read_text(encoding="utf-8")
    for name, version in read(BUNDLE / "versions.json")["packages"].items():
        assert f"{name} {version} (MIT)" in texts


def test_no_file_names_a_registry() -> None:
    files = [path for path in BUNDLE.iterdir() if path.is_file()]
    files += [path for path in SOURCE.iterdir() if path.is_file()]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert '"resolved"' not in text, path
        assert not re.search(r"//[\w.-]*(registry|npmjs|npmmirror|unpkg|jsdelivr)", text), path
