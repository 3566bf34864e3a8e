"""The checks behind tools/check-plc-program."""
import csv
import re
import sys
from pathlib import Path

PROGRAM = Path("hardware-profiles/reference-plc.st")
MAP = Path("hardware-profiles/letter-sorter/registers.csv")
# Words of the language, and what the standard's libraries bring along.
KNOWN = set(
    """AND OR NOT XOR MOD IF THEN ELSIF ELSE END_IF FOR TO BY DO END_FOR WHILE END_WHILE CASE OF END_CASE EXIT RETURN
    TRUE FALSE ARRAY STRUCT END_STRUCT TYPE END_TYPE VAR VAR_INPUT VAR_EXTERNAL VAR_GLOBAL CONSTANT END_VAR FUNCTION
    END_FUNCTION FUNCTION_BLOCK END_FUNCTION_BLOCK PROGRAM END_PROGRAM BOOL BYTE UINT UDINT TIME TON R_TRIG F_TRIG
    UDINT_TO_UINT UINT_TO_UDINT UDINT_TO_ULINT ULINT_TO_UDINT BYTE_TO_UINT IN PT CLK Q T""".split())
# Where the program names a block, and the number of registers of it that one element takes.
BLOCKS = {
    "SL_ID": "id", "SL_MACHINE": "machine", "SL_FULL": "bins.full", "SL_DISABLED": "bins.disabled",
    "SL_ANSWERS": "answers", "SL_EVENTS": "events", "SL_CONTROLLER": "controller", "SL_MAILBOX": "mailbox",
}
faults = []


def blanked(text):
    """The program without comments, line by line as it was."""
    return re.sub(r"\(\*.*?\*\)", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


def declared(text):
    """The names declared in VAR sections of a text."""
    names = set()
    for section in re.findall(r"\bVAR(?:_INPUT|_EXTERNAL|_GLOBAL)?\b(?:\s+CONSTANT)?(.*?)\bEND_VAR\b", text, re.S):
        names.update(re.findall(r"(?m)^\s*(\w+)\s*:", section))
    return names


def check_names(text):
    functions = dict(re.findall(r"(?m)^(?:FUNCTION|FUNCTION_BLOCK|PROGRAM)\s+(\w+)()", text))
    types = set(re.findall(r"(?m)^\s*(\w+)\s*:\s*STRUCT\b", text))
    fields = set()
    for body in re.findall(r"\bSTRUCT\b(.*?)\bEND_STRUCT\b", text, re.S):
        fields.update(re.findall(r"(?m)^\s*(\w+)\s*:", body))
    globals_ = set()
    for section in re.findall(r"\bVAR_GLOBAL\b(?:\s+CONSTANT)?(.*?)\bEND_VAR\b", text, re.S):
        globals_.update(re.findall(r"(?m)^\s*(\w+)\s*:", section))
    inputs = {}
    units = list(re.finditer(
        r"(?ms)^(FUNCTION_BLOCK|FUNCTION|PROGRAM)\s+(\w+).*?^END_\1\b", text))
    for unit in units:
        found = re.findall(r"\bVAR_INPUT\b(.*?)\bEND_VAR\b", unit.group(0), re.S)
        inputs[unit.group(2)] = {name for body in found for name in re.findall(r"(?m)^\s*(\w+)\s*:", body)}
    for unit in units:
        body, name = unit.group(0), unit.group(2)
        own = declared(body)
        external = set()
        for section in re.findall(r"\bVAR_EXTERNAL\b(?:\s+CONSTANT)?(.*?)\bEND_VAR\b", body, re.S):
            external.update(re.findall(r"(?m)^\s*(\w+)\s*:", section))
        for missing in sorted(external - globals_):
            faults.append(f"{name}: {missing} is external and nowhere global")
        code = re.sub(r"\bVAR(?:_INPUT|_EXTERNAL|_GLOBAL)?\b(?:\s+CONSTANT)?.*?\bEND_VAR\b", "", body, flags=re.S)
        code = re.sub(r"\bT#\w+|16#[0-9A-Fa-f_]+", " ", code)
        for match in re.finditer(r"(\.)?\b([A-Za-z_]\w*)\b(\s*:=)?", code):
            word = match.group(2)
            if match.group(1):
                if word not in fields | {"Q"}:
                    faults.append(f"{name}: no structure has the field {word}")
            elif word not in own | KNOWN | set(functions) | types and not any(word in one for one in inputs.values()):
                faults.append(f"{name}: {word} is not declared")
        used = set(re.findall(r"\b\w+\b", code))
        for unused in sorted(own - used - inputs[name]):
            faults.append(f"{name}: {unused} is declared and not used")


def check_layout(text):
    constants = dict(re.findall(r"(?m)^\s*(SL_\w+)\s*:\s*U(?:D)?INT\s*:=\s*(\d+);", text))
    with open(MAP, encoding="utf-8", newline="") as file:
        points = {row["name"]: row for row in csv.DictReader(file)}

    def size(name):
        found = re.search(r"\[(\d+)\]", points[name]["type"])
        return int(found.group(1)) if found else 1

    for constant, name in BLOCKS.items():
        if constants[constant] != points[name]["address"]:
            faults.append(f"{constant} is {constants[constant]}, and {name} lies at {points[name]['address']}")
    for constant, value in {
        "SL_EVENT_SLOTS": size("events") // 21, "SL_MAIL_SLOTS": size("mailbox") // 8,
        "SL_BIN_WORDS": size("bins.full"), "SL_REG_LAST": int(points["mailbox"]["address"]) + size("mailbox") - 1,
    }.items():
        if int(constants[constant]) != value:
            faults.append(f"{constant} is {constants[constant]}, and the map says {value}")
    if int(constants["SL_BIN_LAST"]) + 1 != int(constants["SL_BINS"]):
        faults.append("SL_BIN_LAST is not the last of SL_BINS")
    for last in set(re.findall(r"SL_Reg : ARRAY \[0\.\.(\d+)\]", text)) - {constants["SL_REG_LAST"]}:
        faults.append(f"SL_Reg ends at {last} somewhere, and SL_REG_LAST is {constants['SL_REG_LAST']}")


def check_syntax(source):
    import blark
    import tree_sitter
    import tree_sitter_iec61131_3_st

    try:
        blark.parse_source_code(source)
    except Exception as error:  # blark raises its parser's own errors
        faults.append(f"blark: {error}")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_iec61131_3_st.language()))

    def walk(node):
        if node.type == "ERROR" or node.is_missing:
            faults.append(f"tree-sitter: line {node.start_point[0] + 1}: {node.text[:60]!r} does not fit")
            return
        for child in node.children:
            if child.has_error or child.is_missing:
                walk(child)

    walk(parser.parse(source.encode()).root_node)


def main():
    source = PROGRAM.read_text(encoding="utf-8")
    text = blanked(source)
    check_names(text)
    check_layout(text)
    parsers = "--with-parsers" in sys.argv[1:]
    if parsers:
        check_syntax(source)
    for fault in dict.fromkeys(faults):
        print(f"{PROGRAM}: {fault}", file=sys.stderr)
    how = "parsed twice, " if parsers else ""
    print(f"check-plc-program: {how}names and addresses checked, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
