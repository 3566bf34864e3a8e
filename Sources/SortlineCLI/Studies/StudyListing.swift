import FileFormats

/// The runs that a study has, a line a point, before they are run.
struct StudyListing {
  let record: StudyRecord
  let wanted: [Int]
  let known: [StudyRun]

  func tell(_ console: Console) {
    let count = record.runCount == 1 ? "1 run" : "\(grouped(record.runCount)) runs"
    var table = Table(
      "\(printable(record.name)): \(count), \(grouped(record.points.count)) points x "
        + "\(grouped(record.replications)) replications",
      columns: [.numbers("point"), .words("runs"), .words("done")] + record.factors.map { _ in .numbers("") })
    for (index, factor) in record.factors.enumerated() {
      table.columns[index + 3].title = printable(factor.name)
    }
    let wanted = Dictionary(grouping: wanted) { record.place(of: $0).point }
    let done = Dictionary(grouping: known.map(\.run)) { record.place(of: $0).point }
    for (number, point) in record.points.enumerated() {
      guard let runs = wanted[number] else { continue }
      let known = Set(done[number] ?? [])
      table.rows.append(
        [
          Table.Cell("\(number)"), Table.Cell(RunSelection(runs).text),
          Table.Cell("\(runs.count { known.contains($0) }) of \(runs.count)", mood: .faint),
        ] + point.values.map { Table.Cell(printable($0.text, limit: 40)) })
    }
    for line in table.lines(for: console.outTraits) { console.print(line) }
    if wanted.values.reduce(0, { $0 + $1.count }) < record.runCount {
      console.print("  Only the runs that were chosen are shown.")
    }
  }
}
