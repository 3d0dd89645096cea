"""Whether a folder is a whole bag, by RFC 8493 and nothing of the archive's own."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


def problems_of(bag: Path) -> list[str]:
    """What is wrong with a bag, a sentence each; none where it is whole."""
    declared = (bag / "bagit.txt").read_bytes()
    found = (
        []
        if declared == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        else ["bagit.txt declares something else"]
    )
    listed: set[str] = set()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for line in (bag / manifest).read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            listed.add(name)
            if name.startswith("data/") is not (manifest == "manifest-sha256.txt"):
                found.append(f"{name} is in the wrong manifest")
            if not (bag / name).is_file():
                found.append(f"{name} is missing")
            elif sha256((bag / name).read_bytes()).hexdigest() != digest:
                found.append(f"{name} is damaged")
    files = {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()}
    found += [f"{name} is in no manifest" for name in files - listed - {"tagmanifest-sha256.txt"}]
    payload = [path for path in (bag / "data").rglob("*") if path.is_file()]
    size = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    if f"Payload-Oxum: {size}\n" not in (bag / "bag-info.txt").read_text():
        found.append("The payload is of another size")
    return sorted(found)
