/// A value that takes the place of one in a scenario, its profile or its plan, while they are read.
///
/// The file's text is altered, and then read and checked as any other: comments and places stay, the digest is
/// that of the altered text, and run.json keeps it.
public struct Alteration: Hashable, Sendable {
  /// The key that is set.
  public var key: FactorKey
  /// The value.
  public var value: JSONNode
  /// Where the value stands, for what must be said about it.
  public var place: Place

  /// A place in a file.
  public struct Place: Hashable, Sendable {
    /// The file as messages name it.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int
  }

  /// The text with the value in it; a text that cannot be read stays as it is, for its reader to say why.
  func apply(to text: SourceText) throws(InvalidInput) -> [UInt8] {
    if key.document == .plan && text.name.lowercased().hasSuffix(".csv") { return try applyToTable(text) }
    let issues = Issues()
    guard var node = JSON5Reader.read(text, issues: issues) else { return text.bytes }
    for (place, step) in key.steps.enumerated() {
      switch (step, node.kind) {
      case (.key(let name), .object(let members)):
        guard let member = members.first(where: { $0.key == name }) else {
          return try inserted(into: text, node, key.steps[place...])
        }
        node = member.value
      case (.item(let index), .array(let items)):
        guard index < items.count else {
          let count = items.count == 1 ? "1 item" : "\(items.count) items"
          throw fault("the list has no item \(index) in \(printable(text.name))", found: count)
        }
        node = items[index]
      case (.item, _):
        throw fault("there is no list at this key in \(printable(text.name))", found: node.found)
      case (.key, _):
        throw fault("there is no object at this key in \(printable(text.name))", found: node.found)
      }
    }
    guard let end = JSON5Reader.end(of: node, in: text) else { return text.bytes }
    return text.bytes[..<node.offset] + Array(value.json.utf8) + text.bytes[end...]
  }

  /// The text with keys that it leaves out, right behind the brace of the object that should have them.
  private func inserted(
    into text: SourceText, _ object: JSONNode, _ steps: ArraySlice<FactorKey.Step>
  ) throws(InvalidInput) -> [UInt8] {
    var inner = value.json
    for step in steps.reversed() {
      guard case .key(let key) = step else {
        throw fault("there is no list at this key in \(printable(text.name))", found: "nothing")
      }
      inner = step == steps.first ? "\(key): \(inner)," : "{ \(key): \(inner) }"
    }
    return text.bytes[...object.offset] + Array(" \(inner)".utf8) + text.bytes[(object.offset + 1)...]
  }

  /// The table with a field of a rule's row set; the row is written anew.
  private func applyToTable(_ text: SourceText) throws(InvalidInput) -> [UInt8] {
    guard key.steps.count >= 3, case .item(let rule) = key.steps[1], case .key(let column) = key.steps[2]
    else {
      throw fault(
        "a plan in CSV is varied by its rules' fields", found: quoted(key.text),
        expected: "plan.rules[N].bins")
    }
    let scanner = RowScanner(ByteWindow(text.bytes[text.start...], name: text.name))
    let header = try TableHeader(scanner, name: text.name, required: FormatKeys.planColumns)
    guard let place = header.index(column) else {
      throw fault("the plan \(printable(text.name)) has no column \(quoted(column))", found: quoted(key.text))
    }
    var row = 0
    while try scanner.next() == .row {
      if row == rule {
        var fields = (0..<scanner.fieldCount).map { scanner.text($0) }
        guard place < fields.count else { return text.bytes }
        fields[place] = cell
        let written = fields.map(Self.field).joined(separator: ",")
        return text.bytes[..<(text.start + scanner.rowStart)] + Array(written.utf8)
          + text.bytes[(text.start + scanner.rowEnd)...]
      }
      row += 1
    }
    throw fault(
      "the plan \(printable(text.name)) has no rule \(rule)", found: row == 1 ? "1 rule" : "\(row) rules")
  }

  /// The value as a field of a table: lists of names as CSV writes them.
  private var cell: String {
    switch value.kind {
    case .string(let text): text
    case .array(let items): items.map { StudyValue($0).text }.joined(separator: " ")
    default: value.json
    }
  }

  /// A field as RFC 4180 writes it, just as it is.
  private static func field(_ text: String) -> String {
    text.contains { ",\"\r\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  private func fault(_ message: String, found: String, expected: String? = nil) -> InvalidInput {
    InvalidInput(
      [
        Diagnostic(
          file: place.file, line: place.line, column: place.column, "\(quoted(key.text)): \(message)",
          found: found, expected: expected)
      ], category: .configuration)
  }
}

extension JSON5Reader {
  /// Where a value that was read from a text ends: behind its last byte.
  static func end(of node: JSONNode, in text: SourceText) -> Int? {
    var reader = JSON5Reader(text, issues: Issues(), limit: maximumValues)
    reader.at = node.offset
    do throws(Stop) { _ = try reader.value() } catch { return nil }
    return reader.at
  }
}
