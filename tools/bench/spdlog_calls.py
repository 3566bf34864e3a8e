"""Writes the C++ header that spdlog_lines.cc includes: one typed call of spdlog for each shape of line in a log.

  spdlog_calls.py EVENTS.jsonl OUT.h

A shape is a line with its numbers, digit by digit runs, and its changing texts taken out. What differs within a
shape becomes an argument (an integer, or a string where it is not a number); what does not is part of the format
string. So spdlog formats the same fields into the same text that sortline writes, with format strings known when
the program is compiled, as people who use spdlog write them. The time stamp up to the second comes as one ready
text, as a program that keeps it from one line to the next would have it; spdlog formats its nine decimals.
"""
import re
import sys

# A JSON string or a number or what stands between them.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[^"\d-]+|-')
STAMP = re.compile(r'^"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z"$')
INTEGER = re.compile(r"^-?(?:0|[1-9]\d{0,17})$")
DECIMAL = re.compile(r"^(-?(?:0|[1-9]\d*))\.(\d)$")


def parts(line):
    """The line as literals and fields: ('=', text), ('i', digits), ('s', text), ('9', digits)."""
    out = []
    expects_value = False
    for token in TOKEN.findall(line):
        stamp = STAMP.match(token)
        if stamp:
            out += [("=", '"'), ("s", stamp[1]), ("=", "."), ("9", stamp[2]), ("=", 'Z"')]
        elif token[0] == '"' and expects_value:
            out += [("=", '"'), ("s", token[1:-1]), ("=", '"')]
        elif INTEGER.match(token):
            out.append(("i", token))
        elif DECIMAL.match(token):
            whole, tenth = DECIMAL.match(token).groups()
            out += [("i", whole), ("=", "."), ("i", tenth)]
        else:
            out.append(("=", token))
        expects_value = token.rstrip().endswith(":")
    return out


def shape(fields):
    return tuple(text if kind == "=" else "\0" + kind for kind, text in fields)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    source, header = sys.argv[1:]
    shapes = {}
    texts = {}
    with open(source, encoding="utf-8") as lines:
        parsed = [parts(line.rstrip("\n")) for line in lines]
    for fields in parsed:
        shapes.setdefault(shape(fields), len(shapes))
    # What never changes within a shape (the run's id, the event's name, a severity) is part of its format.
    varying = {}
    for fields in parsed:
        number = shapes[shape(fields)]
        values = [text for kind, text in fields if kind != "="]
        first, changed = varying.setdefault(number, (values, set()))
        changed.update(index for index, value in enumerate(values) if value != first[index])

    def text_number(text):
        return texts.setdefault(text, len(texts))

    rows, arguments = [], []
    calls = {}
    for fields in parsed:
        number = shapes[shape(fields)]
        changed = varying[number][1]
        rows.append((number, len(arguments)))
        form, call, index = "", [], 0
        for kind, text in fields:
            if kind == "=":
                form += text.replace("{", "{{").replace("}", "}}")
                continue
            if index in changed:
                form += "{:09}" if kind == "9" else "{}"
                call.append(f"text(a[{len(call)}])" if kind == "s" else f"a[{len(call)}]")
                arguments.append(text_number(text) if kind == "s" else int(text))
            else:
                form += text.replace("{", "{{").replace("}", "}}")
            index += 1
        # Without arguments spdlog writes the text as it stands, braces and all.
        form = form if call else form.replace("{{", "{").replace("}}", "}")
        calls[number] = f"log.info({', '.join([quoted(form)] + call)});"
    with open(header, "w", encoding="utf-8") as out:
        out.write("// Made by spdlog_calls.py from a real log; not kept.\n")
        out.write("inline void write_line(spdlog::logger& log, int shape, const std::int64_t* a) {\n  switch (shape) {\n")
        for number in sorted(calls):
            out.write(f"    case {number}: {calls[number]} break;\n")
        out.write("  }\n}\n")
    with open(header + ".fields", "w", encoding="utf-8") as out:
        out.write(f"{len(texts)} {len(arguments)} {len(rows)}\n")
        for text in texts:
            out.write(text + "\n")
        out.writelines(f"{argument}\n" for argument in arguments)
        out.writelines(f"{number} {first}\n" for number, first in rows)
    print(f"{len(rows)} lines of {len(shapes)} shapes", file=sys.stderr)


main()
