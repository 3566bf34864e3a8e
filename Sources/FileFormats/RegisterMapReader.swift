import EventRecords
import RegisterMap
import SorterModel

/// Reads a register map: CSV with a row a point.
struct RegisterMapReader {
  let source: SourceText
  let issues: Issues
  /// The unit id of points that state none.
  var unit: UInt8 = 1

  /// The most points of a map; a table has 65,536 addresses.
  static let limit = 100_000

  /// Where a row's fields stand in the file.
  struct RowPlace {
    var line: Int
    /// The column of each field of the format that the file has, by its name.
    var columns: [String: Int]
  }

  /// The map in `source`, checked row by row and, with a profile, as a whole; nil if it cannot be used.
  func map(for profile: HardwareProfile? = nil) -> RegisterMap? {
    let scanner = RowScanner(ByteWindow(source.bytes[source.start...], name: source.name))
    let own = Issues()
    defer { for diagnostic in own.diagnostics { issues.add(diagnostic, as: own.category ?? .badData) } }
    var points: [RegisterPoint] = []
    var places: [RowPlace] = []
    do throws(InvalidInput) {
      let known = FormatKeys.registerColumns + [FormatKeys.referenceColumn]
      let header = try TableHeader(
        scanner, name: source.name, required: ["name"], others: known.filter { $0 != "name" })
      try checkPlaceColumns(header, scanner)
      tellNearMisses(header, scanner, own)
      while try scanner.next(of: header.names.count, own) {
        var row = RegisterRow(scanner: scanner, header: header, file: source.name, issues: own, unit: unit)
        if points.count == Self.limit {
          row.complain("name", "the map has too many points", expected: "at most \(Self.limit)")
          break
        }
        guard let point = row.point() else { continue }
        points.append(point)
        places.append(row.place)
      }
    } catch {
      own.add(error)
      return nil
    }
    if points.isEmpty, !own.failed {
      own.add(source.diagnostic(at: source.start, "the map has no points", found: "none"))
    }
    let map = RegisterMap(points)
    tell(map.issues(), map, places, own)
    // What is missing is only said of a map whose rows are right: a misspelt row is not missing as well.
    if let profile, !own.failed { tell(map.issues(for: profile), map, places, own) }
    return own.failed ? nil : map
  }

  private func checkPlaceColumns(_ header: TableHeader, _ scanner: RowScanner) throws(InvalidInput) {
    let hasReference = header.index(FormatKeys.referenceColumn) != nil
    let hasPlace = header.index("table") != nil && header.index("address") != nil
    guard !hasReference && !hasPlace else { return }
    let missing = ["table", "address"].filter { header.index($0) == nil }
    let unknown = header.names.filter { !FormatKeys.registerColumns.contains($0) }
    let near = missing.compactMap { nearestName(to: $0, among: unknown) }.first
    throw InvalidInput(
      [
        Diagnostic(
          file: source.name, line: scanner.line, column: 1,
          "the header does not say where points lie", found: near.map { quoted($0) } ?? "no column for it",
          expected: "the columns table and address, or ref")
      ], category: .badData)
  }

  private func tellNearMisses(_ header: TableHeader, _ scanner: RowScanner, _ issues: Issues) {
    let known = FormatKeys.registerColumns + [FormatKeys.referenceColumn]
    let absent = known.filter { header.index($0) == nil }
    for (index, name) in header.names.enumerated() where !known.contains(name) {
      guard let near = nearestName(to: name, among: absent) else { continue }
      let (line, column) = scanner.position(of: index)
      issues.add(
        Diagnostic(
          .warning, file: source.name, line: line, column: column, "this column is left aside",
          found: quoted(name), suggestion: near))
    }
  }

  private func tell(_ found: [RegisterMapIssue], _ map: RegisterMap, _ places: [RowPlace], _ issues: Issues) {
    for issue in found {
      var diagnostic = Diagnostic(
        issue.isError ? .error : .warning, file: source.name, line: 1, column: 1, issue.message,
        found: issue.found, expected: issue.expected)
      if let index = issue.point {
        diagnostic.line = places[index].line
        diagnostic.column = places[index].columns[issue.column.rawValue] ?? 1
        diagnostic.message = "\(printable(map.points[index].name)): \(issue.message)"
        if let other = issue.other { diagnostic.message += ", in line \(places[other].line)" }
      }
      issues.add(diagnostic, as: issue.point == nil ? .configuration : .badData)
    }
  }
}
