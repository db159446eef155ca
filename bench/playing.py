"""Play every exercise of a folder of content, and count.

    .venv/bin/python -m bench.playing [FOLDER]

For each exercise and all its variants (of many, twenty): spellings of the solution, and mistakes
made from it that change what may connect. Says what the grader refused or accepted wrongly.
"""

import sys
from pathlib import Path

from simulator.document import Exercise, read_document
from simulator.playing import play
from simulator.quiz_rehearsal import SEEDS
from simulator.scenario import Scenario
from simulator.variants import sample


def main(folder: Path) -> int:
    rows = [_row(path, folder) for path in sorted((folder / "exercises").glob("*.yaml"))]
    for name, *numbers in rows:
        print(f"{name:40}" + "".join(f"{number:8}" for number in numbers))
    totals = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    print(f"{f'{len(rows)} exercises':40}" + "".join(f"{number:8}" for number in totals))
    return int(bool(totals[3] or totals[5]))


HEAD = ("variants", "wrong", "spelt", "refused", "made", "accepted", "harmless")


def _row(path: Path, folder: Path) -> tuple[str, int, int, int, int, int, int, int]:
    text = path.read_text(encoding="utf-8")
    first = read_document(text).document
    assert isinstance(first, Exercise), path
    world = (folder / "scenarios" / f"{first.scenario}.yaml").read_text(encoding="utf-8")
    counts = [0] * len(HEAD)
    for pair in sample((text, world), SEEDS):
        exercise, scenario = (read_document(each).document for each in pair)
        assert isinstance(exercise, Exercise), path
        assert isinstance(scenario, Scenario), path
        played = play(exercise, scenario)
        new = (
            1,
            len(exercise.wrong),
            played.spelt,
            len(played.refused),
            played.made,
            len(played.accepted),
            played.harmless,
        )
        counts = [a + b for a, b in zip(counts, new, strict=True)]
    a, b, c, d, e, f, g = counts
    return path.stem, a, b, c, d, e, f, g


if __name__ == "__main__":
    print(f"{'':40}" + "".join(f"{word:>8}" for word in HEAD))
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures")))
