"""The checks behind tools/check-data that need more than a comparison: codes against the labels of plans."""
import csv
import sys
from pathlib import Path

STATES = {
    "AC": "Acre", "AL": "Alagoas", "AM": "Amazonas", "AP": "Amapá", "BA": "Bahia", "CE": "Ceará",
    "DF": "Distrito Federal", "ES": "Espírito Santo", "GO": "Goiás", "MA": "Maranhão", "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul", "MT": "Mato Grosso", "PA": "Pará", "PB": "Paraíba", "PE": "Pernambuco",
    "PI": "Piauí", "PR": "Paraná", "RJ": "Rio de Janeiro", "RN": "Rio Grande do Norte", "RO": "Rondônia",
    "RR": "Roraima", "RS": "Rio Grande do Sul", "SC": "Santa Catarina", "SE": "Sergipe", "SP": "São Paulo",
    "TO": "Tocantins",
}


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def sort_rules(path):
    """(first prefix, last prefix, label) of the plan's sort rules."""
    rules = []
    for row in rows(path):
        if row["kind"] == "sort":
            first, _, last = row["match"].partition("-")
            rules.append((first, last or first, row["label"]))
    return rules


def label_of(code, rules):
    """The label of the longest match."""
    fitting = [r for r in rules if r[0] <= code[: len(r[0])] <= r[1]]
    return max(fitting, key=lambda rule: len(rule[0]))[2] if fitting else None


def compare(what, plan, expected):
    """Counts codes that map to another label than expected."""
    rules = sort_rules(plan)
    wrong = [(code, label, label_of(code, rules)) for code, label in expected if label_of(code, rules) != label]
    for code, label, got in wrong[:20]:
        print(f"check-data: {plan}: {code} is in {label}, the plan says {got}", file=sys.stderr)
    print(f"check-data: {plan}: {len(expected)} {what}, {len(wrong)} in the wrong place")
    return not wrong


def main():
    data = Path(sys.argv[1])
    plans = Path("scenarios/plans")
    mixed = [(row["destination"][:3], True) for row in rows("scenarios/mixes/us-population.csv")]
    rules = sort_rules(plans / "us-scf.csv")
    uncovered = [prefix for prefix, _ in mixed if label_of(prefix, rules) is None]
    print(f"check-data: us-population: {len(mixed)} prefixes, {len(uncovered)} not covered by us-scf")
    good = not uncovered
    for name, what, plan, expected in (
        ("usps-scf.csv", "prefixes", "us-scf.csv", lambda r: (r["zip3"], r["scf_name"])),
        ("br-cep.csv", "codes", "br-states.csv", lambda r: (r["cep5"], STATES[r["state"]])),
    ):
        if (data / name).exists():
            good &= compare(what, plans / plan, [expected(row) for row in rows(data / name)])
        else:
            print(f"check-data: {name} is not in {data}; {plan} is not checked against it")
    return 0 if good else 1


sys.exit(main())
