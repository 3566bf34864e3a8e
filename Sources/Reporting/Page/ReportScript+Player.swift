extension ReportScript {
  /// Plays the run, and finds pieces and tells their stories.
  static let player = #"""
    const part = (name) => document.getElementById(name);
    const digits = (number, count) => String(number).padStart(count, "0");
    const grouped = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

    /* A moment as the clock at the machine shows it. */
    function clock(time) {
      return new Date(data.starts + time).toISOString().slice(11, 23);
    }

    /* Minutes and seconds of the run. */
    function runTime(time) {
      const seconds = Math.max(0, Math.floor(time / 1000)), hours = Math.floor(seconds / 3600);
      const tail = digits(seconds % 60, 2), minutes = Math.floor(seconds / 60) % 60;
      return hours ? hours + ":" + digits(minutes, 2) + ":" + tail : minutes + ":" + tail;
    }

    const binName = (bin) => (bin > 0 ? data.word + " " + data.bins[bin - 1][0] : "no " + data.word);
    const seconds = (time) => grouped((time / 1000).toFixed(2)) + " s";

    /* What befell a piece between feeding and end. */
    function happening({ kind, bin, reason }) {
      const why = data.reasons[reason] ? ": " + data.reasons[reason] : "";
      switch (kind) {
        case 0: return "Its bin could take no more pieces; it was given " + binName(bin) + why + ".";
        case 1: return "The machine did not accept the command" + why + ".";
        case 2: return "The divert into " + binName(bin) + " was commanded and nobody saw it happen: it went past.";
        case 3: return "The machine did not divert it into " + binName(bin) + why + ".";
        case 4: return "It reached the end of the line and went round again" + why + ".";
        case 5: return "In truth it lies in " + binName(bin) + ", which its plan does not name.";
        default: return "The feeder took a second piece with it.";
      }
    }

    function reading(at) {
      const read = (pieces.choice[at] >> 1) & 3, known = pieces.choice[at] & 1;
      if (!known) return "It was not read.";
      const what = ["The scanner read destination " + (pieces.destination[at] || "(none)") + ".",
        "The scanner found no code.", "The scanner found several codes that disagree.",
        "The scanner read a code and no data for it came in time."][read];
      const sides = [pieces.long[at], pieces.wide[at], pieces.high[at]].map((side) => side / 10).join(" x ");
      const name = pieces.class[at] ? "size class " + data.classes[pieces.class[at] - 1] : "no size class takes it";
      return what + " It measured " + sides + " mm and " + pieces.heavy[at] / 10 + " g: " + name + ".";
    }

    function decision(at) {
      const line = pieces.line[at] ? " (line " + pieces.line[at] + " of the plan)" : "";
      if (!(pieces.choice[at] & 1)) return "";
      switch (pieces.choice[at] >> 3) {
        case 0: return "Its bin is one that the plan names first for it" + line + ".";
        case 1: return "Its bin is an alternate: no bin that the plan names first could take it" + line + ".";
        case 2: return "Its bin is overflow: no bin of its rule could take it" + line + ".";
        case 3: return "It was sent to a reject bin" + line + ".";
        default: return "It was let go round once more.";
      }
    }

    /* A piece's story: when, and what. */
    function story(at) {
      const lines = [[pieces.start[at], "It was fed" + (pieces.wait[at] > 0 ? ", " + seconds(pieces.wait[at])
        + " after it arrived at the feeder." : ", as soon as it arrived.") + " " + reading(at) + " " + decision(at)]];
      for (const one of happenings.get(pieces.number[at]) || []) {
        if (one.time >= pieces.start[at] && one.time <= pieces.end[at]) lines.push([one.time, happening(one)]);
      }
      const outcome = pieces.ending[at] >> 5, why = data.reasons[pieces.ending[at] & 31];
      const laps = pieces.laps[at] ? ", after " + pieces.laps[at] + (pieces.laps[at] > 1 ? " laps" : " lap") : "";
      const took = ", " + seconds(pieces.end[at] - pieces.start[at]) + " after it was fed" + laps;
      const because = why ? ", because " + why : "";
      lines.push([pieces.end[at], ["It was still on the machine when the log ends" + laps + ".",
        "It ended sorted, in " + binName(pieces.bin[at]) + took + ".",
        "It ended rejected, in " + binName(pieces.bin[at]) + took + because + ".",
        "A person took it off the machine" + took + because + ".",
        "It was given up as lost" + took + because + "."][outcome]]);
      return lines;
    }

    /* The piece with this number, or this id in the mail file; -1 where there is none. */
    function findPiece(name) {
      const wanted = name.trim();
      if (!wanted) return -1;
      const number = pieces.number.indexOf(Number(wanted.replace(/[,\s]/g, "")));
      return number >= 0 ? number : pieces.id.indexOf(wanted);
    }

    class Player {
      constructor() {
        this.machine = new Machine(part("sorter"));
        [this.first, this.last] = data.window;
        this.isPlaying = false;
        this.time = this.first;
        const shown = Math.floor(data.count / 4);
        if (data.count) this.time = pieces.start[shown] + (pieces.end[shown] - pieces.start[shown]) * 0.7;
        const slider = part("time");
        [slider.min, slider.max, slider.step] = [this.first, this.last, 1];
        slider.addEventListener("input", () => this.seek(Number(slider.value)));
        part("play").addEventListener("click", () => this.toggle());
        part("finder").addEventListener("submit", (event) => {
          event.preventDefault();
          this.choose(findPiece(part("piece").value), part("piece").value);
        });
        part("sorter").addEventListener("click", (event) => this.point(event));
        window.addEventListener("hashchange", () => this.followLink());
        window.addEventListener("resize", () => this.refit());
        window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refit());
        document.addEventListener("keydown", (event) => {
          const isTyping = ["INPUT", "SELECT", "BUTTON", "SUMMARY", "A"].includes(event.target.tagName);
          if (event.key !== " " || isTyping) return;
          event.preventDefault();
          this.toggle();
        });
        this.show();
        this.followLink();
      }

      refit() {
        this.machine.fit();
        this.show();
      }

      toggle() {
        this.isPlaying = !this.isPlaying;
        part("play").textContent = this.isPlaying ? "Pause" : "Play";
        if (!this.isPlaying) return;
        if (this.time >= this.last) this.time = this.first;
        let before = performance.now();
        const step = (now) => {
          if (!this.isPlaying) return;
          // A page in the background stands still for long: the machine does not leap when it comes back.
          this.time += Math.min(250, now - before) * Number(part("speed").value);
          before = now;
          if (this.time >= this.last) {
            this.time = this.last;
            this.toggle();
          }
          this.show();
          if (this.isPlaying) requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }

      seek(time) {
        this.time = Math.min(this.last, Math.max(this.first, time));
        this.show();
      }

      show() {
        const count = this.machine.draw(this.time);
        part("time").value = this.time;
        part("time").setAttribute("aria-valuetext", runTime(this.time));
        part("now").textContent = runTime(this.time) + " of the run, " + clock(this.time).slice(0, 8);
        const state = data.states.findLast((one) => one[0] <= this.time);
        part("state").textContent = state ? state[1] : "";
        part("state").className = state ? state[2] : "";
        const machine = count + (count === 1 ? " piece" : " pieces") + " on the machine";
        part("under-way").textContent = machine;
        const standing = data.alarms.filter((one) => one[0] <= this.time && one[1] > this.time);
        part("alarms").textContent = standing.slice(0, 3).map((one) => one[2]).join(" · ")
          + (standing.length > 3 ? " and " + (standing.length - 3) + " more" : "");
        part("alarms").className = standing.some((one) => one[3]) ? "bad" : "warn";
      }

      /* Shows a piece, where it is and what became of it. */
      choose(at, name) {
        this.machine.chosen = at;
        const box = part("story");
        box.replaceChildren();
        if (at < 0) {
          const numbers = data.count ? "Its pieces are " + grouped(pieces.number[0]) + " to "
            + grouped(pieces.number[data.count - 1]) + "." : "It has none.";
          box.textContent = "The animation has no piece " + name + ". " + numbers;
          this.show();
          return;
        }
        const head = document.createElement("h3");
        const id = pieces.id[at] ? " (" + pieces.id[at] + ")" : "";
        head.textContent = "Piece " + pieces.number[at] + id;
        const list = document.createElement("ol");
        for (const [time, words] of story(at)) {
          const item = document.createElement("li"), when = document.createElement("button");
          when.type = "button";
          when.textContent = clock(time);
          when.addEventListener("click", () => this.seek(time));
          item.append(when, " " + words);
          list.append(item);
        }
        box.append(head, list);
        part("piece").value = pieces.id[at] || pieces.number[at];
        const isThere = pieces.start[at] <= this.time && pieces.end[at] > this.time;
        this.seek(isThere ? this.time : pieces.start[at] + (pieces.end[at] - pieces.start[at]) / 2);
      }

      point(event) {
        const found = this.machine.hit(event.offsetX, event.offsetY);
        if (!found) return;
        if (found.piece !== undefined) {
          this.choose(found.piece);
          return;
        }
        const [name, , limits] = data.bins[found.bin], held = bins.held.slice(found.bin * 3, found.bin * 3 + 3);
        const words = ["pieces", "mm", "g"].map((unit, at) => {
          const scale = at ? 10 : 1;
          return limits[at] ? grouped(Math.round(held[at] / scale)) + " of " + grouped(limits[at] / scale) + " " + unit : "";
        }).filter(Boolean);
        part("story").textContent = data.word + " " + name + " at " + clock(this.time).slice(0, 8) + ": "
          + words.join(", ") + (bins.flags[found.bin] & 1 ? ", full" : "")
          + (bins.flags[found.bin] & 2 ? ", out of service" : "") + ".";
      }

      /* Links such as #piece-17 in the page's tables. */
      followLink() {
        const wanted = /^#piece-(\d+)$/.exec(location.hash);
        if (!wanted) return;
        this.choose(findPiece(wanted[1]), wanted[1]);
        part("player").scrollIntoView({ block: "start" });
      }
    }

    const data = JSON.parse(part("log").textContent);
    const pieces = readPieces();
    const happenings = readHappenings();
    const bins = new Bins();
    part("player").hidden = false;
    new Player();
    performance.mark("sorter-drawn");
    """#
}
