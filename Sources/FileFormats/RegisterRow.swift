import EventRecords
import RegisterMap

/// One row of a register map on its way to a point; every fault goes to the issues.
struct RegisterRow {
  let scanner: RowScanner
  let header: TableHeader
  let file: String
  let issues: Issues
  let unit: UInt8
  private var failed = false

  init(scanner: RowScanner, header: TableHeader, file: String, issues: Issues, unit: UInt8) {
    self.scanner = scanner
    self.header = header
    self.file = file
    self.issues = issues
    self.unit = unit
  }

  /// The point; nil, with the reasons among the issues, if the row states none.
  mutating func point() -> RegisterPoint? {
    let name = self.name()
    let (table, address) = tableAndAddress()
    var point = RegisterPoint(name, table, address, type(table), unit: unit)
    if let device = text("device") {
      if !Library.isName(device) { complain("device", "this is not a name", expected: Library.nameRule) }
      point.device = device
    }
    if let number = whole("unit", 0...255) { point.unit = UInt8(number) }
    if let number = whole("bit", 0...15) { point.bit = UInt8(number) }
    if let text = text("byte_order") {
      // Capital and small letters mean the same to everybody.
      let order = ByteOrder(rawValue: text.uppercased())
      if order == nil {
        complain("byte_order", "this is not an order of bytes", expected: "ABCD, DCBA, BADC or CDAB")
      }
      point.byteOrder = order ?? .abcd
    }
    point.scaleMicros = decimal("scale") ?? point.scaleMicros
    point.offsetMicros = decimal("offset") ?? point.offsetMicros
    point.access = choice("access") ?? point.access
    point.onLinkLoss = choice("on_link_loss")
    if let group = text("poll_group") {
      if !Library.isName(group) { complain("poll_group", "this is not a name", expected: Library.nameRule) }
      point.pollGroup = group
    }
    point.about = text("description") ?? ""
    return failed ? nil : point
  }

  /// Where the row's fields stand.
  var place: RegisterMapReader.RowPlace {
    var columns: [String: Int] = [:]
    for (index, name) in header.names.enumerated() where columns[name] == nil {
      columns[name] = scanner.position(of: index).column
    }
    // A place is stated by either; what is said of one is said of the other.
    columns["address"] = columns["address"] ?? columns[FormatKeys.referenceColumn]
    columns["table"] = columns["table"] ?? columns[FormatKeys.referenceColumn]
    return RegisterMapReader.RowPlace(line: scanner.line, columns: columns)
  }

  /// The text of a column without blanks around it; nil where there is none.
  private func text(_ column: String) -> String? {
    guard let index = header.index(column) else { return nil }
    let text = scanner.text(index)
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { $0 != " " }),
      let last = scalars.lastIndex(where: { $0 != " " })
    else { return nil }
    return String(scalars[first...last])
  }

  private mutating func name() -> String {
    guard let name = text("name") else {
      complain("name", "the point has no name", expected: Library.nameRule)
      return ""
    }
    if !Library.isName(name) {
      complain("name", "this is not a name for a point", expected: Library.nameRule)
    }
    return name
  }

  private mutating func tableAndAddress() -> (RegisterTable, UInt16) {
    let stated = text(FormatKeys.referenceColumn)
    let reference = stated.flatMap(RegisterTable.place(ofReference:))
    if stated != nil, reference == nil {
      complain(
        FormatKeys.referenceColumn, "this is not a reference",
        expected: "five or six digits that count from 1, the first of them 0, 1, 3 or 4, as in 40001")
      return (.holding, 0)
    }
    let table: RegisterTable? = choice("table")
    let address = whole("address", 0...65_535).map { UInt16($0) }
    if let reference {
      if let table, table != reference.table {
        complain("table", "table and ref do not agree", expected: reference.table.rawValue)
      }
      if let address, address != reference.address {
        complain(
          "address", "address and ref do not agree",
          expected: "\(reference.address): the address on the wire counts from 0, the reference from 1")
      }
      return reference
    }
    if table == nil, text("table") == nil {
      complain(
        "table", "the point has no table", expected: alternatives(RegisterTable.allCases.map(\.rawValue)))
    }
    if address == nil, text("address") == nil {
      complain("address", "the point has no address", expected: "a whole number from 0 to 65535")
    }
    return (table ?? .holding, address ?? 0)
  }

  private mutating func type(_ table: RegisterTable) -> PointType {
    guard let text = text("type") else { return table.isBits || self.text("bit") != nil ? .bool : .u16 }
    if let type = PointType(text) { return type }
    let names = PointType.Element.allCases.map(\.rawValue)
    complain(
      "type", "this is not a type", expected: "\(alternatives(names)), an array as in u16[16]",
      suggestion: nearestName(to: text, among: names))
    return .u16
  }

  private mutating func choice<Value: RawRepresentable & CaseIterable>(_ column: String) -> Value?
  where Value.RawValue == String {
    guard let text = text(column) else { return nil }
    if let value = Value(rawValue: text.lowercased()) { return value }
    let names = Value.allCases.map(\.rawValue)
    complain(
      column, "\(quoted(column)) names something unknown", expected: alternatives(names),
      suggestion: nearestName(to: text, among: names))
    return nil
  }

  private mutating func whole(_ column: String, _ range: ClosedRange<Int>) -> Int? {
    guard let text = text(column) else { return nil }
    let isPlain = text.utf8.count <= 18 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    if isPlain, let number = Int(text), range.contains(number) { return number }
    complain(
      column, "\(quoted(column)) is not a number that may stand here", expected: Unit(0, range).expected)
    return nil
  }

  /// A decimal number in millionths.
  private mutating func decimal(_ column: String) -> Int64? {
    guard let text = text(column) else { return nil }
    if let number = try? DecimalText(text).scaled(places: 6) { return Int64(number) }
    complain(column, "\(quoted(column)) is not a number", expected: "a number with at most 6 decimals")
    return nil
  }

  /// Says what is wrong with a field of the row.
  mutating func complain(_ column: String, _ message: String, expected: String, suggestion: String? = nil) {
    failed = true
    let index = header.index(column) ?? 0
    let (line, place) = scanner.position(of: index)
    issues.add(
      Diagnostic(
        file: file, line: line, column: place, message,
        found: header.index(column) == nil ? "no such column" : quoted(scanner.text(index)),
        expected: expected, suggestion: suggestion))
  }
}
