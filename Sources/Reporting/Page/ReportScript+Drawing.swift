extension ReportScript {
  /// Draws the sorter at a moment.
  static let drawing = #"""
    /* The machine on its canvas. What never moves is drawn once and copied. */
    class Machine {
      constructor(canvas) {
        this.canvas = canvas;
        this.pen = canvas.getContext("2d");
        this.still = document.createElement("canvas");
        this.chosen = -1;
        this.fit();
      }

      /* Takes the page's width and colours. */
      fit() {
        const width = this.canvas.parentElement.clientWidth;
        // On paper, and while a page is put away, there is nothing to draw on.
        if (!width) return;
        this.layout = data.layouts[width < 700 ? 1 : 0];
        this.zoom = width / this.layout.width;
        this.sharpness = Math.min(3, window.devicePixelRatio || 1);
        const style = getComputedStyle(document.documentElement);
        this.colour = {};
        for (const name of ["panel", "paper", "belt", "line", "steel", "ink", "text", "soft", "amber", "red", "pick"]) {
          this.colour[name] = style.getPropertyValue("--" + name).trim();
        }
        this.font = style.fontFamily;
        for (const canvas of [this.canvas, this.still]) {
          canvas.width = Math.round(this.layout.width * this.zoom * this.sharpness);
          canvas.height = Math.round(this.layout.height * this.zoom * this.sharpness);
        }
        this.canvas.style.height = this.layout.height * this.zoom + "px";
        this.drawStill(this.still.getContext("2d"));
      }

      start(pen) {
        pen.setTransform(this.zoom * this.sharpness, 0, 0, this.zoom * this.sharpness, 0, 0);
      }

      trace(pen, points) {
        pen.beginPath();
        points.forEach(([, x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      }

      drawStill(pen) {
        const { layout, colour } = this;
        this.start(pen);
        pen.fillStyle = colour.panel;
        pen.fillRect(0, 0, layout.width, layout.height);
        pen.lineJoin = "round";
        if (layout.back.length) {
          pen.strokeStyle = colour.line;
          pen.lineWidth = 5;
          this.trace(pen, layout.back);
          pen.stroke();
        }
        for (const [width, ink] of [[layout.half * 2, colour.steel], [layout.half * 2 - 2, colour.belt]]) {
          pen.strokeStyle = ink;
          pen.lineWidth = width;
          this.trace(pen, layout.belt);
          pen.stroke();
        }
        const [, x, y] = layout.belt[0];
        pen.fillStyle = colour.steel;
        pen.fillRect(x - 16, y - 14, 13, 28);
        const at = this.place(data.scanner);
        pen.strokeStyle = colour.ink;
        pen.lineWidth = 1.5;
        pen.strokeRect(at.x - 3, at.y - layout.half - 5, 6, layout.half * 2 + 10);
        this.drawNames(pen);
      }

      /* Names where there is room, those of reject bins first. */
      drawNames(pen) {
        const { layout, colour } = this, taken = [];
        const size = 11 / Math.min(1.15, Math.max(0.8, this.zoom));
        pen.textAlign = "center";
        const order = data.bins.map((_, at) => at).sort((a, b) => data.bins[b][3] - data.bins[a][3] || a - b);
        for (const at of order) {
          const [name, , , takesRejects, isEnd] = data.bins[at], [x, y, outX, outY] = layout.mouths[at];
          const out = isEnd ? 18 : layout.half + layout.gap + layout.depth + (outY < -0.5 ? 5 : 10);
          const left = x + outX * out, top = y + outY * out + (isEnd ? layout.half + 22 : outY > 0.5 ? 3 : 0);
          const half = 3.6 * name.length + 3, room = takesRejects ? 0 : 22;
          if (taken.some((o) => Math.abs(o[0] - left) < o[2] + half + room && Math.abs(o[1] - top) < 12)) continue;
          taken.push([left, top, half]);
          pen.font = (takesRejects ? "600 " : "") + size + "px " + this.font;
          pen.fillStyle = takesRejects ? colour.text : colour.soft;
          pen.fillText(name, left, top);
        }
      }

      /* The point of a place on the belt or the way back, and the direction of travel there. */
      place(millimetres) {
        const back = this.layout.back;
        const points = back.length && millimetres > data.length ? back : this.layout.belt;
        let next = 1;
        while (next < points.length - 1 && points[next][0] < millimetres) next++;
        const [a, b] = [points[next - 1], points[next]];
        const part = b[0] > a[0] ? Math.min(1, Math.max(0, (millimetres - a[0]) / (b[0] - a[0]))) : 0;
        return { x: a[1] + (b[1] - a[1]) * part, y: a[2] + (b[2] - a[2]) * part };
      }

      /* Where a piece's head and tail are, and how far it is off the belt on its way into its bin. */
      where(at, moved) {
        let way = moved - pieces.origin[at];
        const left = pieces.goal[at] - moved, bin = pieces.bin[at] - 1, outcome = pieces.ending[at] >> 5;
        if (data.lap > 0) way %= data.lap;
        else way = Math.min(way, data.length);
        const head = this.place(way), tail = this.place(Math.max(0, way - Math.max(20, pieces.long[at] / 10)));
        if (bin >= 0 && !data.bins[bin][4] && (outcome === 1 || outcome === 2)) {
          const passed = way - data.bins[bin][1];
          if (passed > 0 && left < data.length / 4) {
            const [, , outX, outY] = this.layout.mouths[bin];
            const off = (this.layout.half + this.layout.gap + 3) * passed / Math.max(1, passed + left);
            for (const end of [head, tail]) {
              end.x += outX * off;
              end.y += outY * off;
            }
          }
        }
        return { head, tail, way };
      }

      /* Everything at a moment; answers how many pieces are on the machine. */
      draw(time) {
        const { pen, layout, colour } = this, moved = beltAt(time);
        pen.setTransform(1, 0, 0, 1, 0, 0);
        pen.drawImage(this.still, 0, 0);
        this.start(pen);
        bins.seek(time);
        data.bins.forEach((_, at) => this.drawBin(at));
        const onMachine = piecesAt(time), styles = [[], [], []];
        this.seen = onMachine.map((at) => {
          const spot = { at, ...this.where(at, moved) };
          const outcome = pieces.ending[at] >> 5;
          const isKnown = spot.way > data.scanner || pieces.laps[at] > 0;
          const isReject = isKnown && pieces.choice[at] >> 3 === 3;
          styles[outcome === 4 ? 2 : isReject || outcome === 3 ? 1 : 0].push(spot);
          return spot;
        });
        pen.lineCap = "butt";
        [colour.ink, colour.amber, colour.red].forEach((ink, style) => {
          pen.strokeStyle = ink;
          pen.lineWidth = layout.half * (style ? 1.5 : 1.1);
          pen.beginPath();
          for (const { head, tail } of styles[style]) {
            const isShort = Math.abs(head.x - tail.x) + Math.abs(head.y - tail.y) < 1.6;
            pen.moveTo(isShort ? head.x - 1.6 : tail.x, tail.y);
            pen.lineTo(head.x, head.y);
          }
          pen.stroke();
        });
        this.drawChosen();
        return onMachine.length;
      }

      drawBin(at) {
        const { pen, layout, colour } = this;
        const [x, y, outX, outY, spread] = layout.mouths[at], isEnd = data.bins[at][4];
        const half = isEnd ? layout.half + 4 : layout.bin / 2, depth = isEnd ? layout.end : layout.depth;
        const near = isEnd ? 4 : layout.half + layout.gap, far = near + depth;
        const level = bins.level(at), flags = bins.flags[at];
        const corner = (side, out) => {
          const across = side * half * (1 + spread * out);
          return [x - outY * across + outX * out, y + outX * across + outY * out];
        };
        const shape = (from, to) => {
          pen.beginPath();
          pen.moveTo(...corner(-1, from));
          for (const [side, out] of [[1, from], [1, to], [-1, to]]) pen.lineTo(...corner(side, out));
          pen.closePath();
        };
        shape(near, far);
        pen.fillStyle = colour.paper;
        pen.fill();
        pen.strokeStyle = flags & 2 ? colour.amber : colour.line;
        pen.lineWidth = flags & 2 ? 2 : 0.8;
        pen.stroke();
        if (level > 0) {
          shape(far - depth * level, far);
          pen.fillStyle = level >= 1 || flags & 1 ? colour.red : colour.steel;
          pen.fill();
        }
        if (flags & 2) {
          pen.beginPath();
          pen.moveTo(...corner(-1, near));
          pen.lineTo(...corner(1, far));
          pen.moveTo(...corner(1, near));
          pen.lineTo(...corner(-1, far));
          pen.stroke();
        }
      }

      drawChosen() {
        const spot = this.seen.find((one) => one.at === this.chosen);
        if (!spot) return;
        const { pen, colour } = this, x = (spot.head.x + spot.tail.x) / 2, y = (spot.head.y + spot.tail.y) / 2;
        pen.strokeStyle = colour.pick;
        pen.lineWidth = 3;
        pen.beginPath();
        pen.arc(x, y, 13, 0, 2 * Math.PI);
        pen.stroke();
      }

      /* The piece or bin at a point of the canvas. */
      hit(left, top) {
        const x = left / this.zoom, y = top / this.zoom;
        let best = null, least = 12 / this.zoom;
        for (const spot of this.seen) {
          const miss = Math.hypot((spot.head.x + spot.tail.x) / 2 - x, (spot.head.y + spot.tail.y) / 2 - y);
          if (miss < least) [best, least] = [spot, miss];
        }
        if (best) return { piece: best.at };
        const reach = this.layout.half + this.layout.gap + this.layout.depth;
        const bin = this.layout.mouths.findIndex(([mouthX, mouthY, outX, outY]) => {
          const out = (x - mouthX) * outX + (y - mouthY) * outY;
          const across = Math.abs((x - mouthX) * outY - (y - mouthY) * outX);
          return out > this.layout.half && out < reach && across < Math.max(4, this.layout.bin / 2 + 1);
        });
        return bin < 0 ? null : { bin };
      }
    }
    """#
}
