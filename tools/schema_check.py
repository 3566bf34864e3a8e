"""The checks behind tools/check-schemas: every shipped file against the schema of its kind."""
import csv
import json
import sys
from pathlib import Path

import json5
from jsonschema import Draft202012Validator

ROW_SCHEMAS = Path("scenarios/schemas")
# A row schema that a program reads allows further columns, as the program does.
READ_ROWS = {"plan-row", "mix-row", "mail-row", "registers-row"}
failures = []
checked = 0


def schema(path):
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(content)
    return content


def check(validator, value, where):
    global checked
    checked += 1
    for error in sorted(validator.iter_errors(value), key=lambda e: list(map(str, e.absolute_path))):
        place = "/".join(map(str, error.absolute_path)) or "(top)"
        failures.append(f"{where}: {place}: {error.message[:300]}")


def unique_pairs(pairs):
    keys = [key for key, _ in pairs]
    for key in {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"the key {key} stands twice")
    return dict(pairs)


def check_json5(path, schema_path):
    value = json5.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique_pairs)
    check(Draft202012Validator(schema(schema_path)), value, path)
    return value


def cell(text, types):
    """A CSV field as the JSON value that the schema speaks of."""
    if text == "" and "null" in types:
        return None
    for type_, read in (("integer", int), ("number", float)):
        if type_ in types:
            try:
                return read(text)
            except ValueError:
                pass
    return text


def check_rows(path, kind, folder=ROW_SCHEMAS):
    rules = schema(folder / f"{kind}.schema.json")
    validator = Draft202012Validator(rules)
    with open(path, encoding="utf-8", newline="") as file:
        skipped = 0
        start = file.tell()
        while (line := file.readline()).startswith("#"):
            skipped += 1
            start = file.tell()
        file.seek(start)
        reader = csv.DictReader(file, strict=True)
        header = reader.fieldnames or []
        if kind not in READ_ROWS and header != list(rules["properties"]):
            failures.append(f"{path}: the columns are not those of the schema, in its order: {header}")
        for row in reader:
            where = f"{path}:{skipped + reader.line_num}"
            if None in row or None in row.values():
                failures.append(f"{where}: too many or too few fields")
                continue
            known = {name: text for name, text in row.items() if kind not in READ_ROWS or name in rules["properties"]}
            types = {name: rules["properties"].get(name, {}).get("type", "string") for name in known}
            check(validator, {name: cell(text, types[name]) for name, text in known.items()}, where)


def check_run(directory):
    for name in ("run", "summary"):
        validator = Draft202012Validator(schema(ROW_SCHEMAS / f"{name}.schema.json"))
        check(validator, json.loads((directory / f"{name}.json").read_text(encoding="utf-8")), directory / f"{name}.json")
    for name in ("metrics", "pieces"):
        check_rows(directory / f"{name}.csv", f"{name}-row")
    validator = Draft202012Validator(schema(ROW_SCHEMAS / "event.schema.json"))
    seen = {}
    with open(directory / "events.jsonl", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            # Every line is JSON; of events that are alike the first thousand and some more are held against the schema.
            value = json.loads(line, object_pairs_hook=unique_pairs)
            name = value.get("event_name")
            seen[name] = seen.get(name, 0) + 1
            if seen[name] <= 1000 or seen[name] % 100 == 0:
                check(validator, value, f"{directory}/events.jsonl:{number}")
    validator = Draft202012Validator(schema(ROW_SCHEMAS / "inputs-line.schema.json"))
    with open(directory / "inputs.jsonl", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            # Every line is JSON; of the many that are alike some are held against the schema.
            value = json.loads(line, object_pairs_hook=unique_pairs)
            if number <= 1000 or number % 100 == 0:
                check(validator, value, f"{directory}/inputs.jsonl:{number}")


def check_study(directory):
    for kind, name in (("study", "study"), ("study-summary", "summary")):
        validator = Draft202012Validator(schema(ROW_SCHEMAS / f"{kind}.schema.json"))
        value = json.loads((directory / f"{name}.json").read_text(encoding="utf-8"), object_pairs_hook=unique_pairs)
        check(validator, value, directory / f"{name}.json")
    record = json.loads((directory / "study.json").read_text(encoding="utf-8"))
    rules = schema(ROW_SCHEMAS / "runs-row.schema.json")
    factors = [factor["name"] for factor in record["factors"]]
    own = [*rules["required"][:5], *factors, *rules["required"][5:], *(figure["column"] for figure in record["figures"])]
    with open(directory / "runs.csv", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != own:
            failures.append(f"{directory}/runs.csv: the columns are not those of the study: {reader.fieldnames}")
        for row in reader:
            where = f"{directory}/runs.csv:{reader.line_num}"
            known = {name: cell(row[name], [rules["properties"][name]["type"]]) if "type" in rules["properties"][name]
                     else row[name] for name in rules["required"]}
            check(Draft202012Validator(rules), known, where)
            for figure in record["figures"]:
                if not isinstance(cell(row[figure["column"]], ["number"]), float):
                    failures.append(f"{where}: {figure['column']} is no number: {row[figure['column']]}")


def check_printed(path):
    """What compare --json or accept --json printed into a file."""
    value = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique_pairs)
    kind = "acceptance" if "verdict" in value else "comparison"
    check(Draft202012Validator(schema(ROW_SCHEMAS / f"{kind}.schema.json")), value, path)


def main():
    for path in sorted([*Path("scenarios").rglob("*.schema.json"), *Path("hardware-profiles").rglob("*.schema.json")]):
        schema(path)
    for path in sorted(Path("hardware-profiles").glob("*/profile.json5")):
        check_json5(path, "hardware-profiles/profile.schema.json")
        if (path.parent / "registers.csv").exists():
            check_rows(path.parent / "registers.csv", "registers-row", Path("hardware-profiles"))
    for path in sorted(Path("scenarios").glob("*/scenario.json5")):
        scenario = check_json5(path, "scenarios/scenario.schema.json")
        if "file" in scenario["mail"]:
            check_rows(path.parent / scenario["mail"]["file"], "mail-row")
        for local in sorted(path.parent.glob("plan*.csv")):
            check_rows(local, "plan-row")
    for path in sorted(Path("scenarios").rglob("plan*.json5")) + sorted(Path("scenarios/plans").glob("*.json5")):
        check_json5(path, "scenarios/plan.schema.json")
    for path in sorted(Path("scenarios/plans").glob("*.csv")):
        check_rows(path, "plan-row")
    for path in sorted(Path("scenarios/mixes").glob("*.csv")):
        check_rows(path, "mix-row")
    for path in sorted(Path("scenarios/studies").glob("*.json5")):
        check_json5(path, "scenarios/study.schema.json")
    for argument in sys.argv[1:]:
        place = Path(argument)
        if place.is_file():
            check_printed(place)
        else:
            (check_study if (place / "study.json").exists() else check_run)(place)

    for failure in failures[:50]:
        print(failure, file=sys.stderr)
    if len(failures) > 50:
        print(f"and {len(failures) - 50} more", file=sys.stderr)
    print(f"check-schemas: {checked} values against their schemas, {len(failures)} faults")
    return 1 if failures else 0


sys.exit(main())
