"""The looking behind tools/check-report: reports in a headless Chromium, held against the files of their runs.

usage: report_check.py [--keep DIR] [RUN_DIRECTORY...]
       report_check.py --picture FILE
"""
import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.dont_write_bytecode = True

VIEWS = [("desk", 1280, 900, "light"), ("desk", 1280, 900, "dark"), ("phone", 390, 844, "light"), ("phone", 390, 844, "dark")]
MOST_MEGABYTES, MOST_SECONDS = 3, 1
SCENARIOS = ["peak-hour", "real-parcels", "bins-full"]


class Failed(Exception):
    pass


def expect(holds, message):
    if not holds:
        raise Failed(message)


def program():
    """The program that was built: the release if there is one."""
    for build in ("release", "debug"):
        path = Path(".build") / build / "sortline"
        if path.is_file():
            return path.resolve()
    sys.exit("check-report: sortline is not built")


def run(*words, code=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    expect(done.returncode == code, f"{' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class Browser:
    """Chromium with an eye on what a page must not do."""

    def __init__(self, playwright):
        path = shutil.which("chromium") or shutil.which("google-chrome")
        self.chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        self.faults = []

    def open(self, report, width=1280, height=900, scheme="light", scripts=True, mark=""):
        context = self.chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts)
        page = context.new_page()
        url = report.resolve().as_uri()
        # A link within the page changes only what follows the mark.
        page.on("request", lambda request: request.url.split("#")[0] == url
                or request.url.startswith("data:") or self.faults.append(f"asked for {request.url}"))
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.goto(url + mark)
        return page

    def close(self, page):
        page.context.close()
        expect(not self.faults, "; ".join(self.faults[:3]))


def luminance(colour):
    """The relative luminance of #rrggbb by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_colours(page, scheme):
    """Words can be read, marks can be seen, and amber and red differ in lightness for those who see no hue."""
    names = ["panel", "ground", "paper", "text", "soft", "warn", "bad", "pick", "steel", "ink", "amber", "red"]
    colour = page.evaluate(
        "names => names.map(n => getComputedStyle(document.documentElement).getPropertyValue('--' + n).trim())", names)
    colour = dict(zip(names, colour))
    wanted = [(name, "panel", 4.5) for name in ("text", "soft", "warn", "bad", "pick")]
    wanted += [(name, "panel", 3) for name in ("steel", "ink", "amber", "red")] + [("soft", "ground", 4.5)]
    wanted += [("amber", "red", 1.5), ("steel", "paper", 3), ("red", "paper", 3)]
    for a, b, least in wanted:
        ratio = contrast(colour[a], colour[b])
        expect(ratio >= least, f"{scheme}: {a} on {b} has a contrast of {ratio:.2f}, below {least}")
    is_dark = luminance(colour["ground"]) < 0.2
    expect(is_dark == (scheme == "dark"), f"{scheme}: the ground is {colour['ground']}")


def colours_of(page):
    """How many colours the canvas shows: an empty one shows one."""
    return page.evaluate("""() => {
      const canvas = document.getElementById("sorter"), pen = canvas.getContext("2d");
      const bytes = new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      return new Set(bytes).size;
    }""")


def check_looks(browser, report, name, keep):
    for device, width, height, scheme in VIEWS:
        page = browser.open(report, width, height, scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        expect(wide <= width, f"{device}: the page is {wide} wide on a screen of {width}")
        check_colours(page, scheme)
        if page.locator("#sorter").count():
            expect(colours_of(page) >= 5, f"{device}, {scheme}: the canvas is empty")
        if keep:
            page.screenshot(path=keep / f"{name}-{device}-{scheme}.png", full_page=True)
        browser.close(page)


def check_without_scripts(browser, report, name, keep):
    page = browser.open(report, scripts=False)
    charts = [chart for chart in page.locator("svg.chart").all() if chart.is_visible()]
    tables = [table for table in page.locator("table").all() if table.is_visible()]
    expect(len(charts) >= 2 and len(tables) >= 2, f"scripts off: {len(charts)} charts, {len(tables)} tables")
    expect(not page.locator("#player").is_visible() if page.locator("#player").count() else True, "a dead player shows")
    if keep:
        page.screenshot(path=keep / f"{name}-scripts-off.png", full_page=True)
    browser.close(page)


def check_paper(browser, report, keep, name):
    page = browser.open(report, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    expect(ground == "rgb(255, 255, 255)", f"the paper is {ground}")
    expect(not page.locator("#player").is_visible(), "the player is printed")
    pdf = page.pdf(format="A4")
    expect(pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= 1 and len(pdf) > 20_000, "the print is empty")
    if keep:
        (keep / f"{name}.pdf").write_bytes(pdf)
    browser.close(page)


def read_pieces(folder):
    with open(folder / "pieces.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seek(page, milliseconds):
    page.evaluate("""time => {
      const slider = document.getElementById("time");
      slider.value = time;
      slider.dispatchEvent(new Event("input"));
    }""", milliseconds)


def wait(page, condition):
    """Waits frame by frame until a condition of the page holds, ten seconds at most."""
    came = page.evaluate(f"""() => new Promise((done) => {{
      const began = performance.now();
      const look = () => {{
        if ({condition}) done(true);
        else if (performance.now() - began > 10000) done(false);
        else requestAnimationFrame(look);
      }};
      look();
    }})""")
    expect(came, f"it never came that {condition}")


def check_player(browser, report, folder):
    """What the animation says at any moment, and of any piece, is what pieces.csv says."""
    pieces = read_pieces(folder)
    draw = random.Random(7)
    page = browser.open(report)
    end = int(page.get_attribute("#time", "max"))
    # How many pieces are on the machine, at random times and just before and after pieces come and go; in the page's
    # whole milliseconds.
    spans = [(int(float(row["inducted_s"]) * 1000 + 1e-6), int(float(row["ended_s"]) * 1000 + 1e-6) if row["ended_s"] else end)
             for row in pieces]
    moments = [draw.randrange(1, end) for _ in range(8)]
    for first, last in draw.sample(spans, min(8, len(spans))):
        moments += [moment for moment in (first - 1, first, last - 1, last) if 0 <= moment <= end]
    for moment in moments:
        seek(page, moment)
        said = page.inner_text("#under-way").split()[0]
        count = sum(first <= moment < last for first, last in spans)
        expect(said == str(count), f"at {moment} ms the page has {said} pieces on the machine, pieces.csv {count}")
    for row in draw.sample(pieces, min(12, len(pieces))):
        page.fill("#piece", row["id"] or row["piece"])
        page.click("#finder button")
        story = page.inner_text("#story")
        expect(f"Piece {row['piece']}" in story, f"piece {row['piece']} is not found: {story}")
        wanted = {"sorted": "ended sorted", "rejected": "ended rejected", "lost": "given up as lost",
                  "removed": "took it off", "on_machine": "still on the machine"}[row["outcome"]]
        expect(wanted in story, f"piece {row['piece']} {wanted}: {story}")
        if row["bin"] and row["outcome"] in ("sorted", "rejected"):
            expect(f" {row['bin']}," in story, f"piece {row['piece']} in {row['bin']}: {story}")
        if row["destination"]:
            expect(f"destination {row['destination']}." in story, f"piece {row['piece']}, {row['destination']}: {story}")
    page.fill("#piece", "no such piece")
    page.click("#finder button")
    expect("has no piece no such piece" in page.inner_text("#story"), "an unknown piece is found")
    check_bins(page, folder, pieces, end)
    # Play moves, pause holds, the end stops.
    seek(page, 0)
    page.click("#play")
    wait(page, "Number(document.getElementById('time').value) > 300")
    page.click("#play")
    expect(page.inner_text("#play") == "Play", "the player does not stop")
    page.select_option("#speed", "300")
    seek(page, end - 500)
    page.click("#play")
    wait(page, "document.getElementById('play').textContent === 'Play'")
    expect(page.input_value("#time") == str(end), "the player goes on behind the end")
    browser.close(page)
    missed = next((row for row in pieces if row["outcome"] not in ("sorted", "on_machine")), None)
    if missed:
        page = browser.open(report, mark=f"#piece-{missed['piece']}")
        expect(f"Piece {missed['piece']}" in page.inner_text("#story"), "a link to a piece does not lead to it")
        browser.close(page)


def check_bins(page, folder, pieces, end):
    """A click on a bin tells what lies in it at the end: all its pieces, where nobody emptied it."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    swept = {item["name"] for item in summary["bins"] if item["sweeps"]}
    data = json.loads(page.text_content("#log"))
    layout = data["layouts"][0]
    box = page.locator("#sorter").bounding_box()
    zoom = box["width"] / layout["width"]
    seek(page, end)
    for place, (name, _, limits, _, is_end) in enumerate(data["bins"]):
        count = sum(row["bin"] == name and row["outcome"] in ("sorted", "rejected") for row in pieces)
        if name in swept or not count or is_end or not limits[0] or place % 7:
            continue
        x, y, out_x, out_y, _ = layout["mouths"][place]
        reach = layout["half"] + layout["gap"] + layout["depth"] / 2
        page.locator("#sorter").click(position={"x": (x + out_x * reach) * zoom, "y": (y + out_y * reach) * zoom})
        said = page.inner_text("#story")
        expect(f" {name} at " in said and f": {count:,} of {limits[0]:,} pieces" in said, f"{name} holds {count}: {said}")


def measure(browser, report):
    """Megabytes, and seconds until the sorter is drawn: the median of three."""
    times = []
    for _ in range(3):
        page = browser.open(report)
        times.append(page.evaluate("performance.getEntriesByName('sorter-drawn')[0].startTime") / 1000)
        browser.close(page)
    return report.stat().st_size / 1e6, sorted(times)[1]


def frames(browser, report):
    """Frames a second while the run plays at sixty times its speed."""
    page = browser.open(report)
    page.select_option("#speed", "60")
    page.click("#play")
    rate = page.evaluate("""() => new Promise((done) => {
      const began = performance.now();
      let count = 0;
      const step = (now) => (now - began < 1500 ? (count++, requestAnimationFrame(step)) : done(count / 1.5));
      requestAnimationFrame(step);
    })""")
    browser.close(page)
    return rate


def check(browser, sortline, folder, work, keep):
    name = folder.name.removeprefix("run-")
    report = work / f"{name}.html"
    run(sortline, "report", folder, "--out", report)
    check_looks(browser, report, name, keep)
    check_without_scripts(browser, report, name, keep)
    check_paper(browser, report, keep, name)
    check_player(browser, report, folder)
    size, seconds = measure(browser, report)
    rate = frames(browser, report)
    print(f"  {name}: {size:.1f} MB (at most {MOST_MEGABYTES}), drawn after {seconds:.2f} s (at most {MOST_SECONDS}), "
          f"{rate:.0f} frames a second")
    expect(size < MOST_MEGABYTES and seconds < MOST_SECONDS and rate > 20, f"{name} is too large or too slow")


def check_cut_short(browser, sortline, folder, work, keep):
    """A run as a crash leaves it: half a log, no summary."""
    cut = work / "cut-short"
    shutil.copytree(folder, cut)
    (cut / "summary.json").unlink()
    log = (cut / "events.jsonl").read_bytes()
    (cut / "events.jsonl").write_bytes(log[: len(log) // 2])
    run(sortline, "report", cut)
    check_looks(browser, cut / "report.html", "cut-short", keep)
    check_without_scripts(browser, cut / "report.html", "cut-short", keep)
    page = browser.open(cut / "report.html")
    expect("This run was cut short" in page.inner_text("body"), "nobody says that the run was cut short")
    browser.close(page)
    print("  cut-short: shown as far as it goes")


def check_study(browser, sortline, work, keep):
    """A study of two factors: charts and tables, and no script at all."""
    folder = work / "study"
    run(sortline, "sweep", "scenarios/studies/crew.json5", "--quiet", "--out", folder)
    run(sortline, "report", folder)
    report = folder / "report.html"
    check_looks(browser, report, "study", keep)
    check_without_scripts(browser, report, "study", keep)
    page = browser.open(report)
    points = len(json.loads((folder / "study.json").read_text(encoding="utf-8"))["points"])
    rows = page.locator("section", has_text="Every point").locator("tbody tr").count()
    expect(rows == points, f"the study has {points} points, its page {rows}")
    browser.close(page)
    print(f"  study: {report.stat().st_size / 1e6:.1f} MB, {points} points")


def draw_picture(sortline, path):
    """The top of a report at a moment when much is full: the picture of the pages."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "bins-full"
        run(sortline, "simulate", "scenarios/bins-full", "--quiet", "--report", "--out", folder)
        browser = Browser(playwright)
        page = browser.open(folder / "report.html", width=1240, height=1010)
        seek(page, 1_300_000)
        page.screenshot(path=path)
        browser.close(page)


def main():
    words = sys.argv[1:]
    if words[:1] == ["--picture"] and len(words) == 2:
        return draw_picture(program(), words[1])
    keep = None
    if words[:1] == ["--keep"] and len(words) > 1:
        keep = Path(words[1])
        keep.mkdir(parents=True, exist_ok=True)
        words = words[2:]
    sortline = program()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        work = Path(scratch)
        folders = [Path(word) for word in words]
        wanted = [] if folders else [Path("scenarios") / name for name in SCENARIOS]
        for scenario in wanted + [Path("tools/report-loop")]:
            folder = work / f"run-{scenario.name}"
            run(sortline, "simulate", scenario, "--quiet", "--out", folder)
            folders.append(folder)
        browser = Browser(playwright)
        try:
            for folder in folders:
                check(browser, sortline, folder, work, keep)
            check_cut_short(browser, sortline, folders[-1], work, keep)
            check_study(browser, sortline, work, keep)
        except Failed as failure:
            sys.exit(f"check-report: {failure}")
    print(f"{len(folders) + 2} reports looked at: no error, no request, as their files say.")


if __name__ == "__main__":
    main()
