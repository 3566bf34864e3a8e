import FileFormats

/// The search for a piece by what a person calls it.
struct PieceSearch {
  /// The run's events.
  var events: RunEvents
  /// The piece's number, or its id outside.
  var name: String

  /// The piece's number: a number names a piece by its number first, by its outside id second.
  func number() throws(CommandFailure) -> UInt64? {
    let wanted = UInt64(name)
    var byNumber: UInt64?
    var byID: UInt64?
    try events.forEach { event in
      guard event.name == "piece.inducted", let piece = event["piece"].flatMap({ UInt64($0) }) else {
        return true
      }
      if piece == wanted { byNumber = piece }
      if event["id"] == name { byID = byID ?? piece }
      return byNumber == nil && (wanted != nil || byID == nil)
    }
    return byNumber ?? byID
  }

  /// Says which pieces the run has instead: the range of numbers, or the ids that are nearest.
  func unknownPiece(in run: RunDirectory) throws(CommandFailure) -> CommandFailure {
    var last = 0
    var ids: [(id: String, distance: Int)] = []
    try events.forEach { event in
      guard event.name == "piece.inducted" else { return true }
      last = max(last, event.number("piece") ?? 0)
      guard let id = event["id"] else { return true }
      ids.append((id, differences(name, id)))
      if ids.count > 64 { ids = nearest(ids) }
      return true
    }
    var advice = last > 0 ? "Its pieces are 1 to \(grouped(last))." : "Nothing was fed in it."
    let near = nearest(ids).filter { $0.distance <= max(2, name.count / 3) }
    if !near.isEmpty {
      advice = "The nearest ids are \(near.map { printable($0.id) }.joined(separator: ", "))."
    }
    return CommandFailure(
      .noInput, "'\(printable(run.path))' has no piece '\(printable(name))'", advice: advice)
  }

  private func nearest(_ ids: [(id: String, distance: Int)]) -> [(id: String, distance: Int)] {
    Array(ids.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(3))
  }
}

/// How many characters must be inserted, left out or replaced to turn one id into the other.
func differences(_ first: String, _ second: String) -> Int {
  let other = Array(second.unicodeScalars.prefix(56))
  var row = Array(0...other.count)
  for (index, scalar) in first.unicodeScalars.prefix(56).enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for place in other.indices {
      let cost = min(row[place] + 1, row[place + 1] + 1, diagonal + (other[place] == scalar ? 0 : 1))
      diagonal = row[place + 1]
      row[place + 1] = cost
    }
  }
  return row[other.count]
}
