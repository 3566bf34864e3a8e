import EventRecords

extension RowScanner {
  /// Goes on to the next row with `count` fields, as many as the header has; says which rows have not.
  func next(of count: Int, _ issues: Issues) throws(InvalidInput) -> Bool {
    while true {
      let found = try next()
      if found == .end { return false }
      guard let complaint = complaint(found, fieldCount: count) else { return true }
      issues.add(complaint)
    }
  }

  /// What is wrong with a row that was found, if anything.
  func complaint(_ found: Found, fieldCount count: Int) -> Diagnostic? {
    var message = ""
    switch found {
    case .end: return nil
    case .row:
      if fieldCount == count { return nil }
      return Diagnostic(
        file: window.name, line: line, column: 1, "the row has the wrong number of fields",
        found: "\(fieldCount)", expected: "\(count), as in the header")
    case .fault(.tooLong): message = "the row is too long"
    case .fault(.encoding): message = "the row is not text"
    case .fault: message = "the row has a quote that is not closed, or text behind a closing one"
    }
    return Diagnostic(file: window.name, line: line, column: 1, message)
  }
}
