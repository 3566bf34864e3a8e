import FileFormats
import SorterModel

/// The log of a run in the form that the page's script reads: JSON, with the pieces as packed columns.
struct AnimationData {
  let report: RunReport
  let log: RunLog

  /// The text of the page's data element; safe to stand in it.
  var json: String {
    let profile = report.profile
    let pulses = Double(profile.belt.encoderPulsesPerMetre) / 1000
    let machine = MachineDrawing(profile, style: .wide)
    var members = [
      ("window", "[\(log.window.lowerBound),\(log.window.upperBound)]"),
      ("starts", "\((CalendarTime.moment(report.facts.startsAt)?.seconds ?? 0) * 1000)"),
      ("length", shortNumber(machine.length)), ("lap", shortNumber(machine.lap)),
      ("scanner", shortNumber(Double(profile.scanner.position.tenths) / 10)),
      ("word", scriptString(profile.binWord)),
      ("layouts", "[\(layout(machine)),\(layout(MachineDrawing(profile, style: .narrow)))]"),
      ("bins", bins), ("held", "[" + log.heldBefore.map { "\($0)" }.joined(separator: ",") + "]"),
      ("belt", belt(pulses)), ("states", states), ("alarms", alarms),
      ("reasons", list(Reason.allCases.map { $0 == .none ? "" : $0.because })),
      ("classes", list(profile.sizeClasses.map(\.name))), ("count", "\(log.pieces.count)"),
    ]
    members += columns
    return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",\n") + "}"
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map { scriptString($0) }.joined(separator: ",") + "]"
  }

  private func layout(_ machine: MachineDrawing) -> String {
    func line(_ points: [MachineDrawing.Waypoint]) -> String {
      let texts = points.map { "[\(shortNumber($0.place)),\(shortNumber($0.x)),\(shortNumber($0.y))]" }
      return "[" + texts.joined(separator: ",") + "]"
    }
    let mouths = machine.mouths.map { mouth in
      "[" + [mouth.x, mouth.y].map { shortNumber($0) }.joined(separator: ",") + ","
        + [mouth.outX, mouth.outY, mouth.spread].map { shortNumber($0, places: 5) }.joined(separator: ",")
        + "]"
    }
    let style = machine.style
    return "{\"width\":\(shortNumber(style.width)),\"height\":\(shortNumber(machine.height)),"
      + "\"half\":\(shortNumber(style.halfBelt)),\"gap\":\(shortNumber(style.gap)),\"depth\":\(shortNumber(style.depth)),"
      + "\"end\":\(shortNumber(min(style.depth, style.margin - 26))),"
      + "\"bin\":\(shortNumber(machine.binWidth)),\"scale\":\(shortNumber(machine.scale, places: 5)),"
      + "\"belt\":\(line(machine.belt)),\"back\":\(line(machine.wayBack)),\"mouths\":[\(mouths.joined(separator: ","))]}"
  }

  private var bins: String {
    let texts = report.profile.bins.enumerated().map { index, bin in
      let limits = log.bins[index].limits.map { $0.map { "\($0)" } ?? "0" }.joined(separator: ",")
      return "[\(scriptString(bin.name)),\(shortNumber(Double(bin.position.tenths) / 10)),[\(limits)],"
        + "\(log.rejectBins.contains(index) ? 1 : 0),\(bin.isEnd ? 1 : 0)]"
    }
    return "[" + texts.joined(separator: ",") + "]"
  }

  /// Times and millimetres of the belt's curve.
  private func belt(_ pulses: Double) -> String {
    let places = log.belt.positions.map { shortNumber(Double($0) / pulses) }
    return "[\(log.belt.times),[\(places.joined(separator: ","))]]"
  }

  private var states: String {
    let texts = log.states.map { spell in
      let cause = spell.cause.isEmpty ? "" : " (\(spell.cause))"
      let style = TimeLineSection.style(of: spell.state)
      return "[\(spell.start),\(scriptString(spell.state.name + cause)),\(scriptString(style))]"
    }
    return "[" + texts.joined(separator: ",") + "]"
  }

  private var alarms: String {
    let texts = log.alarms.map { spell in
      let subject = spell.subject.isEmpty ? "" : ": \(spell.subject)"
      return "[\(spell.start),\(spell.end ?? log.end),\(scriptString(spell.kind.words.title + subject)),"
        + "\(spell.kind.priority >= .high ? 1 : 0)]"
    }
    return "[" + texts.joined(separator: ",") + "]"
  }

  /// The pieces and what befell them, a column for each thing that is known.
  private var columns: [(String, String)] {
    var packed: [String: ByteColumn] = [:]
    func add(_ name: String, _ number: Int) { packed[name, default: ByteColumn()].add(number) }
    func addSigned(_ name: String, _ number: Int) { packed[name, default: ByteColumn()].addSigned(number) }
    var number = 0
    var start = 0
    for piece in log.pieces {
      addSigned("number", piece.number - number)
      // Before the window's first piece the clock stands at 0: a piece is never fed before its run.
      addSigned("start", Int(piece.start) - start)
      add("span", Int(piece.end - piece.start))
      add("wait", Int(piece.wait))
      add("bin", piece.bin)
      add("ending", Int(piece.outcome.rawValue) * 32 + Int(piece.reason.rawValue))
      add("choice", (Int(piece.choice.rawValue) * 4 + Int(piece.read.rawValue)) * 2 + (piece.isRead ? 1 : 0))
      add("class", piece.sizeClass)
      for (name, measure) in zip(["long", "wide", "high", "heavy"], piece.measures) { add(name, measure) }
      add("line", piece.planLine)
      add("laps", piece.laps)
      (number, start) = (piece.number, Int(piece.start))
    }
    var time = 0
    for happening in log.happenings {
      addSigned("happenTime", Int(happening.time) - time)
      add("happenPiece", happening.piece)
      add("happenKind", happening.kind.rawValue)
      add("happenBin", happening.bin)
      add("happenReason", Int(happening.reason.rawValue))
      time = Int(happening.time)
    }
    time = 0
    for event in log.binEvents {
      addSigned("binTime", Int(event.time) - time)
      add("binPlace", event.bin)
      add("binKind", event.kind.rawValue)
      time = Int(event.time)
    }
    let texts = packed.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value.base64)\"" }
    let hasIDs = log.pieces.contains { !$0.id.isEmpty }
    return [
      ("packed", "{" + texts.joined(separator: ",\n") + "}"),
      (
        "destinations",
        scriptString(log.pieces.map { $0.destination.replacing(" ", with: "_") }.joined(separator: " "))
      ),
      (
        "ids",
        hasIDs
          ? scriptString(log.pieces.map { $0.id.replacing("\n", with: " ") }.joined(separator: "\n")) : "\"\""
      ),
    ]
  }
}
