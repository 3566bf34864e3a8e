import FileFormats
import Quantities

extension PieceStory {
  /// The time line: when, how long after it was fed, where the belt was, what happened.
  package var timeLine: Table {
    var table = Table(
      "Time line",
      columns: [.words("clock"), .numbers("s since fed"), .numbers("belt, pulses"), .words("what")])
    for event in events {
      let belt = event.number("position_pulses").map { grouped($0) } ?? ""
      table.rows.append([
        Table.Cell(event.timeOfDay), Table.Cell((event.time - fedAt).secondsText), Table.Cell(belt),
        what(event),
      ])
    }
    return table
  }

  /// One event in a few words.
  func what(_ event: EventLine) -> Table.Cell {
    let bin = event.text("bin").map { "bin \($0)" } ?? ""
    let reason = event.text("reason").map { ": \($0)" } ?? ""
    switch event.name {
    case "piece.inducted": return "fed"
    case "piece.assigned":
      let read = event.text("read").flatMap { $0 == "good" ? nil : $0 }
      let code = read ?? "read \(event.text("destination") ?? "nothing")"
      return Table.Cell("\(code), \(target(event))")
    case "piece.reassigned": return Table.Cell("reassigned, \(target(event))", mood: .faint)
    case "assignment.answered": return Table.Cell("command not accepted\(reason)", mood: .bad)
    case "divert.missed": return Table.Cell("divert into \(bin) not confirmed", mood: .bad)
    case "divert.refused": return Table.Cell("divert into \(bin) refused\(reason)", mood: .bad)
    case "piece.recirculated": return Table.Cell("round again, lap \(event.text("lap") ?? "?")\(reason)")
    case "piece.sorted": return Table.Cell("sorted into \(bin)", mood: .good)
    case "piece.rejected":
      return Table.Cell("rejected\(bin.isEmpty ? "" : " into \(bin)")\(reason)", mood: .bad)
    case "piece.removed": return Table.Cell("removed\(reason)", mood: .bad)
    case "piece.lost": return Table.Cell("lost\(reason)", mood: .bad)
    case "plant.missorted": return Table.Cell("missorted into \(bin)", mood: .bad)
    case "plant.double_feed": return Table.Cell("a second piece was fed with it", mood: .bad)
    default: return Table.Cell(printable(event.name))
    }
  }

  private func target(_ event: EventLine) -> String {
    let choice = event.text("choice") ?? ""
    if let bin = event.text("bin") { return "to bin \(bin)\(choice.isEmpty ? "" : " (\(choice))")" }
    return choice == "recirculate" ? "round again" : "no bin, to the end"
  }
}
