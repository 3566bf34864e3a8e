extension ReportScript {
  /// Unpacks the log, and says where the belt, the pieces and the bins are at any moment.
  static let log = #"""
    /* A packed column: seven bits a byte, the lowest first; signed numbers are folded. */
    function unpack(text, isSigned) {
      const raw = atob(text || "");
      const numbers = [];
      for (let at = 0; at < raw.length;) {
        let value = 0, factor = 1, byte;
        do {
          byte = raw.charCodeAt(at++);
          value += (byte & 127) * factor;
          factor *= 128;
        } while (byte > 127);
        numbers.push(isSigned ? (value % 2 ? -(value + 1) / 2 : value / 2) : value);
      }
      return numbers;
    }

    /* Sums of differences. */
    function summed(differences) {
      let sum = 0;
      return Float64Array.from(differences, (step) => (sum += step));
    }

    /* The first place in a rising list whose value is above the limit. */
    function firstAbove(list, limit) {
      let low = 0, high = list.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (list[middle] > limit) high = middle; else low = middle + 1;
      }
      return low;
    }

    /* Millimetres that the belt has moved at a time in milliseconds. */
    function beltAt(time) {
      const [times, places] = data.belt;
      const next = firstAbove(times, time);
      if (next === 0) return places.length ? places[0] : 0;
      if (next === times.length) return places[next - 1];
      const part = (time - times[next - 1]) / (times[next] - times[next - 1]);
      return places[next - 1] + (places[next] - places[next - 1]) * part;
    }

    /* The pieces in the order in which they were fed, a list for each thing that is known. */
    function readPieces() {
      const packed = data.packed;
      const pieces = { number: summed(unpack(packed.number, true)), start: summed(unpack(packed.start, true)) };
      const names = ["span", "wait", "bin", "ending", "choice", "class", "long", "wide", "high", "heavy", "line",
        "laps"];
      for (const name of names) pieces[name] = Float64Array.from(unpack(packed[name]));
      pieces.end = pieces.start.map((start, at) => start + pieces.span[at]);
      pieces.origin = pieces.start.map(beltAt);
      pieces.goal = pieces.end.map(beltAt);
      pieces.destination = data.destinations.split(" ");
      pieces.id = data.ids ? data.ids.split("\n") : [];
      // The oldest piece that may still be on the machine when each was fed: where a search for them begins.
      pieces.oldest = new Int32Array(data.count);
      for (let at = 0, oldest = 0; at < data.count; at++) {
        while (oldest < at && pieces.end[oldest] <= pieces.start[at]) oldest++;
        pieces.oldest[at] = oldest;
      }
      return pieces;
    }

    /* The places in the lists of those that are on the machine at a time. */
    function piecesAt(time) {
      const after = firstAbove(pieces.start, time);
      const found = [];
      for (let at = after > 0 ? pieces.oldest[after - 1] : 0; at < after; at++) {
        if (pieces.end[at] > time) found.push(at);
      }
      return found;
    }

    /* What befell pieces, by their numbers. */
    function readHappenings() {
      const packed = data.packed, byPiece = new Map();
      const time = summed(unpack(packed.happenTime, true));
      const piece = unpack(packed.happenPiece), kind = unpack(packed.happenKind);
      const bin = unpack(packed.happenBin), reason = unpack(packed.happenReason);
      piece.forEach((number, at) => {
        if (!byPiece.has(number)) byPiece.set(number, []);
        byPiece.get(number).push({ time: time[at], kind: kind[at], bin: bin[at], reason: reason[at] });
      });
      return byPiece;
    }

    /* What lies in each bin at a time: pieces, pile and mass, and whether it is full or out of service. */
    class Bins {
      constructor() {
        const changes = [];
        pieces.end.forEach((time, at) => {
          const outcome = pieces.ending[at] >> 5;
          if (pieces.bin[at] > 0 && (outcome === 1 || outcome === 2)) {
            changes.push([time, pieces.bin[at] - 1, -1, pieces.high[at], pieces.heavy[at]]);
          }
        });
        const packed = data.packed, time = summed(unpack(packed.binTime, true));
        const place = unpack(packed.binPlace), kind = unpack(packed.binKind);
        place.forEach((bin, at) => changes.push([time[at], bin, kind[at], 0, 0]));
        this.changes = changes.sort((a, b) => a[0] - b[0]);
        this.marks = [];
        this.held = Float64Array.from(data.held.flat());
        this.flags = new Uint8Array(data.bins.length);
        this.next = 0;
        for (let at = 0; at <= this.changes.length; at++) {
          if (at % 2048 === 0) this.marks.push([this.held.slice(), this.flags.slice()]);
          if (at < this.changes.length) this.take(this.changes[at]);
        }
        this.restore(0);
      }

      restore(mark) {
        this.held = this.marks[mark][0].slice();
        this.flags = this.marks[mark][1].slice();
        this.next = mark * 2048;
      }

      take([, bin, kind, height, weight]) {
        const first = bin * 3;
        if (kind < 0) {
          this.held[first] += 1;
          this.held[first + 1] += height;
          this.held[first + 2] += weight;
        } else if (kind === 0) this.held.fill(0, first, first + 3);
        else if (kind === 1) this.flags[bin] |= 1;
        else if (kind === 2) this.flags[bin] &= 2;
        else if (kind === 3) this.flags[bin] |= 2;
        else this.flags[bin] &= 1;
      }

      seek(time) {
        const before = this.next > 0 ? this.changes[this.next - 1][0] : -Infinity;
        if (before > time) {
          let mark = this.marks.length - 1;
          while (mark > 0 && this.changes[mark * 2048 - 1][0] > time) mark--;
          this.restore(mark);
        }
        while (this.next < this.changes.length && this.changes[this.next][0] <= time) {
          this.take(this.changes[this.next++]);
        }
      }

      /* How full a bin is by its tightest limit, from 0 to 1. */
      level(bin) {
        let most = 0;
        data.bins[bin][2].forEach((limit, at) => {
          if (limit > 0) most = Math.max(most, this.held[bin * 3 + at] / limit);
        });
        return Math.min(1, most);
      }
    }
    """#
}
