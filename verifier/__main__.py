"""python -m verifier FILE [--digest HEX]: prints what was checked; exits 1 with faults."""

import argparse
import sys

from verifier.checking import check_file


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verifier", description=__doc__)
    parser.add_argument("file", help="a result (ket-qua-hoi-thi/1) or a proof (bao-gom/1)")
    parser.add_argument("--digest", default="", help="as printed on the minutes or the page")
    chosen = parser.parse_args(arguments)
    report = check_file(chosen.file, digest=chosen.digest)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
