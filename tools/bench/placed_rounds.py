"""Rounds between two cores whose distance changes under a virtual machine: ratios are formed within each round."""
import collections
import statistics
import sys

# A bare cache line bounced between two threads of one core comes back sooner than this, in nanoseconds.
SAME_CORE = 85
# Cores under one cache are nearer than this, others farther.
NEAR = 200
# The line may be this much slower on one side of a round than on the other: beyond that the cores were moved.
STEADY = 1.3


class PlacedRounds:
    """Every contender's turn a round, between two looks at a bare cache line that tell where the cores lie.

    A host moves the cores of its virtual machines about, and figures from two placements have no ratio. So a
    round counts only where the line took as long after it as before; where both threads shared one core, it
    says nothing about two.
    """

    def __init__(self, bench, title, line, contenders, small_is_good=False):
        self.bench = bench
        self.small_is_good = small_is_good
        self.kept = []
        wanted, most = 4 * bench.rounds, 16 * bench.rounds
        left_out = collections.Counter()
        print(f"  up to {most} rounds: bare line, {', '.join(contenders)}", file=sys.stderr)
        before = 1e9 / line()
        for _ in range(most):
            rates = {name: turn() for name, turn in contenders.items()}
            after = 1e9 / line()
            between = (before * after) ** 0.5
            if max(before, after) > STEADY * min(before, after):
                left_out["the cores were moved"] += 1
            elif between < SAME_CORE:
                left_out["both threads on one core"] += 1
            else:
                self.kept.append((between, rates | {"bare line": 1e9 / between}))
            before = after
            if len(self.kept) == wanted:
                break
        told = [f"{len(self.kept)} rounds kept"] + [f"{count} left out, {why}" for why, count in left_out.items()]
        lines = ", ".join(f"{words} {min(seen):.0f} to {max(seen):.0f} ns" for words, seen in self.places().items())
        print(f"ring, {title}: {'; '.join(told)}; bare line {lines or 'never steady'}", flush=True)
        if len(self.kept) < wanted:
            print(f"ring, {title}: fewer than {wanted} good rounds of {most}; these figures are weak", flush=True)

    def places(self):
        """The bare line's nanoseconds in the kept rounds, by placement."""
        places = {}
        for between, _ in sorted(self.kept, key=lambda round: round[0]):
            places.setdefault(placement(between), []).append(between)
        return places

    def compare(self, words, ours, theirs, wanted):
        """Prints the round with the median ratio of two contenders, and median ratios by placement where there are several."""
        name = f"ring, {words}"
        if not self.kept:
            self.bench.truth(name, wanted is None, "no round in which the cores stayed where they were")
            return
        ratios = collections.defaultdict(list)
        told = []
        for between, rates in self.kept:
            value = rates[theirs] / rates[ours] if self.small_is_good else rates[ours] / rates[theirs]
            ratios[placement(between)].append(value)
            told.append((value, rates[ours], rates[theirs]))
        # The figures of one round, so that they belong together: the round whose ratio is the median.
        value, *rates = sorted(told)[(len(told) - 1) // 2]
        if self.small_is_good:
            self.bench.at_most(name, *(1e9 / rate for rate in rates), wanted, "ns")
        else:
            self.bench.ratio(name, *rates, wanted, "records/s")
        if len(ratios) > 1:
            parts = [f"{place} {statistics.median(ratios[place]):.2f} ({len(ratios[place])} rounds)" for place in sorted(ratios, reverse=True)]
            print(f"  ratios by placement: {', '.join(parts)}", flush=True)


def placement(nanoseconds):
    """Near or far, by how long a bare cache line takes there and back."""
    return "near" if nanoseconds < NEAR else "far"
