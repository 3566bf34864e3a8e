"""Makes seeds for the reader of Modbus answers from captured traffic: python3 traffic.py FOLDER OUT.

Each answer of Modbus TCP becomes a seed under the request that it would be right for. Ends with 1, saying so, where
the captures are not there.
"""
import csv
import gzip
import sys
from pathlib import Path

FUNCTIONS = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23]
MOST = 3000


def seed(adu):
    """The six bytes that stand for a request, and the answer."""
    function = adu[7] & 0x7F
    if function not in FUNCTIONS:
        return None
    transaction = adu[0:2]
    other = b"\0\0"
    if function in (3, 4, 23) and len(adu) > 8:
        other = (max(adu[8] // 2, 1) - 1).to_bytes(2, "big")
    elif function in (1, 2) and len(adu) > 8:
        other = (max(adu[8], 1) * 8 - 8).to_bytes(2, "big")
    elif len(adu) >= 12:
        other = adu[10:12]
    return bytes([FUNCTIONS.index(function), adu[6]]) + transaction + other + adu


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    captures = folder / "modbus-adus.csv.gz"
    if not captures.exists():
        print(f"answer: no captured traffic in {folder}: the checked-in corpus alone", file=sys.stderr)
        sys.exit(1)
    out.mkdir(parents=True, exist_ok=True)
    seen = set()
    with gzip.open(captures, "rt", newline="") as file:
        for row in csv.DictReader(file):
            text = row["adu_hex"]
            made = seed(bytes.fromhex(text)) if row["dir"] != "req" and len(text) >= 18 else None
            if made is None or made in seen or len(made) > 400:
                continue
            seen.add(made)
            (out / f"{len(seen):05d}").write_bytes(made)
            if len(seen) == MOST:
                break
    print(f"answer: {len(seen)} seeds from captured traffic", file=sys.stderr)


main()
