import Dispatching
import EventRecords
import FileFormats
import Quantities
import Replay
import SorterModel
import Telemetry

/// The replay up to a piece's end, and why the dispatcher decided about it as it did.
extension ReplayJob {
  /// Replays up to the input with which the piece of this name has its outcome.
  ///
  /// - Parameter name: as `explain` takes it: the piece's number, or the id that it bears outside.
  func compare(untilPiece name: String) throws -> ExitCode {
    guard let (piece, finding) = try replayed(untilPiece: name) else { return .interrupted }
    tell(finding.replay)
    if !isQuiet, !finding.moments.isEmpty { tell(finding, piece: piece) }
    if let damage = finding.replay.damage {
      tell(damage)
      return .badData
    }
    return finding.replay.difference == nil ? .ok : try compareEvents(isCut: false)
  }

  /// A number names a piece by its number first, by its outside id second; the inputs know numbers only.
  private func replayed(untilPiece name: String) throws -> (PieceID, PieceReplay.Finding)? {
    let search = PieceSearch(events: RunEvents(path: run.directory.file("events.jsonl")), name: name)
    // Number 0 is nobody's: inputs about no piece bear it.
    if let number = UInt64(name), PieceID(number) != .none {
      let finding = try replayed(PieceID(number))
      if Interruption.isRequested { return nil }
      // What is damaged or decided otherwise before the piece was seen is told, whether it is there or not.
      if !finding.moments.isEmpty || finding.replay.damage != nil || finding.replay.difference != nil {
        return (PieceID(number), finding)
      }
    }
    guard let number = try search.number() else {
      var failure = try search.unknownPiece(in: run.directory)
      failure.advice += " A time has its unit, such as 90s or 10m."
      throw failure
    }
    let finding = try replayed(PieceID(number))
    return Interruption.isRequested ? nil : (PieceID(number), finding)
  }

  private func replayed(_ piece: PieceID) throws -> PieceReplay.Finding {
    try PieceReplay.run(try run.inputs(), piece: piece, profile: run.profile, plan: run.plan) {
      !Interruption.isRequested
    }
  }

  private func tell(_ finding: PieceReplay.Finding, piece: PieceID) {
    var text = EventText(run.description)
    // What each moment wrote, as the lines of events.jsonl would read.
    let written = finding.moments.map { moment in
      moment.records.compactMap { EventLine(parsing: text.line(for: $0)) }
    }
    let story = PieceStory(piece: piece.rawValue, events: written.flatMap { $0 }, plan: run.planText)
    let style = console.outTraits.style
    console.print("")
    console.print(style.heading("Piece \(piece.rawValue)") + ", decided again")
    let width = max(40, min(console.outTraits.width, 100)) - 2
    for paragraph in story.paragraphs {
      let parts = paragraph.split(separator: "\n", omittingEmptySubsequences: false)
      for line in wrapped(String(parts[0]), width: width) { console.print("  " + line) }
      for quote in parts.dropFirst() { console.print(style.code("  \(quote)")) }
    }
    console.print("")
    var table = Table(
      "What was heard about it, and what the dispatcher made of it",
      columns: [.numbers("s into the run"), .numbers("belt, pulses"), .words(""), .words("what")])
    let words = InputText(run.profile)
    for (moment, events) in zip(finding.moments, written) {
      let time = Table.Cell((moment.input.elapsed - .start).secondsText)
      let place = Table.Cell(grouped(moment.input.position.rawValue))
      table.rows.append([time, place, "heard", Table.Cell(words.what(moment.input))])
      for event in events { table.rows.append([time, place, "decided", story.what(event)]) }
      for command in moment.commands {
        table.rows.append([time, place, "ordered", Table.Cell(words.order(command))])
      }
    }
    for line in table.lines(for: console.outTraits) { console.print(line) }
  }
}
