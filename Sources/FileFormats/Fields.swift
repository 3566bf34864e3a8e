/// One object of a JSON5 file, read key by key; every error goes to the issues and reading goes on.
///
/// A getter always gives a value: where the file has none that can be used, one within the asked-for
/// range, and then an error is among the issues, so that nothing made from it is ever used.
struct Fields {
  let source: SourceText
  let issues: Issues
  let keys: ObjectKeys
  let node: JSONNode
  private let members: [JSONMember]

  /// Reads `node` as an object with these keys; unknown and missing keys are errors.
  init?(_ node: JSONNode, as keys: ObjectKeys, source: SourceText, issues: Issues) {
    self.source = source
    self.issues = issues
    self.keys = keys
    self.node = node
    guard case .object(let members) = node.kind else {
      let what = keys.path.isEmpty ? "the file" : quoted(keys.path)
      issues.add(
        source.diagnostic(
          at: node.offset, "\(what) is not an object", found: node.found, expected: "an object { ... }"))
      return nil
    }
    self.members = members
    var guesses: Set<String> = []
    let unused = keys.all.filter { key in !members.contains { $0.key == key } }
    let known = keys.all
    for member in members where !known.contains(member.key) {
      if issues.isFull { break }
      let near = nearestName(to: member.key, among: unused) ?? nearestName(to: member.key, among: known)
      if let near { guesses.insert(near) }
      issues.add(
        source.diagnostic(
          at: member.keyOffset, "this key is not known\(place)", found: quoted(member.key),
          expected: near == nil || known.count <= 8 ? alternatives(known) : nil, suggestion: near))
    }
    // A key that was only misspelt is not missing as well.
    for key in keys.required where unused.contains(key) && !guesses.contains(key) {
      issues.add(source.diagnostic(at: node.offset, "the key \(quoted(key)) is missing\(place)"))
    }
  }

  /// Where the object stands, for messages: ` in "belt"`, or nothing for the outermost one.
  var place: String { keys.path.isEmpty ? "" : " in \(quoted(keys.path))" }

  /// The value of `key`, if the object has it.
  subscript(key: String) -> JSONNode? { members.first { $0.key == key }?.value }

  /// Every member, in order.
  var all: [JSONMember] { members }

  /// Says that something is wrong with what stands at `node`.
  func complain(
    _ node: JSONNode, _ message: String, found: String? = nil, expected: String? = nil,
    suggestion: String? = nil, as category: InvalidInput.Category = .badData
  ) {
    issues.add(
      source.diagnostic(
        at: node.offset, message, found: found ?? node.found, expected: expected, suggestion: suggestion),
      as: category)
  }

  /// The object under `key`; nil if it is not there or is none.
  func object(_ key: String, as keys: ObjectKeys) -> Fields? {
    self[key].flatMap { Fields($0, as: keys, source: source, issues: issues) }
  }

  /// The list under `key`, with a number of items in `count`; empty if it is not there or is none.
  func list(_ key: String, count: ClosedRange<Int>) -> [JSONNode] {
    guard let node = self[key] else { return [] }
    guard case .array(let items) = node.kind else {
      complain(node, "\(quoted(key)) is not a list", expected: "a list [ ... ]")
      return []
    }
    if !count.contains(items.count) {
      let wanted =
        count.lowerBound == count.upperBound
        ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      complain(
        node, "\(quoted(key)) has the wrong length",
        found: items.count == 1 ? "1 item" : "\(items.count) items",
        expected: "\(wanted) items")
    }
    return Array(items.prefix(count.upperBound))
  }

  /// The objects in the list under `key`.
  func objects(_ key: String, count: ClosedRange<Int>, as keys: ObjectKeys) -> [Fields] {
    list(key, count: count).compactMap { Fields($0, as: keys, source: source, issues: issues) }
  }

  /// The text of a value; nil, said, if it is none or is not of `length` characters.
  func text(of node: JSONNode, called key: String, length: ClosedRange<Int> = 1...200) -> String? {
    guard case .string(let text) = node.kind else {
      complain(node, "\(quoted(key)) is not a text", expected: "a text in quotes")
      return nil
    }
    let count = text.unicodeScalars.count
    guard length.contains(count) else {
      complain(
        node, count == 0 ? "\(quoted(key)) is empty" : "\(quoted(key)) is too long",
        found: count == 0 ? "\"\"" : "\(count) characters",
        expected: "\(length.lowerBound) to \(length.upperBound) characters")
      return nil
    }
    return text
  }

  /// The text under `key`; empty if it is not there or is none.
  func text(_ key: String, length: ClosedRange<Int> = 1...200) -> String {
    self[key].flatMap { text(of: $0, called: key, length: length) } ?? ""
  }

  /// `true` or `false` under `key`.
  func flag(_ key: String, default fallback: Bool = false) -> Bool {
    guard let node = self[key] else { return fallback }
    if case .bool(let value) = node.kind { return value }
    complain(node, "\(quoted(key)) is neither true nor false", expected: "true or false")
    return fallback
  }

  /// The case of an enumeration that the text under `key` names; the first case if it names none.
  func choice<Value: RawRepresentable & CaseIterable>(_ key: String) -> Value?
  where Value.RawValue == String {
    name(key, among: Value.allCases.map(\.rawValue)).flatMap(Value.init(rawValue:))
  }

  /// The text under `key`, which must be one of `names`.
  func name(_ key: String, among names: [String]) -> String? {
    guard let node = self[key], let text = text(of: node, called: key) else { return nil }
    return named(text, node, key, among: names) ? text : nil
  }

  /// Whether `text` is one of `names`; says so if not.
  func named(
    _ text: String, _ node: JSONNode, _ key: String, among names: [String],
    as category: InvalidInput.Category = .badData, of: String? = nil
  ) -> Bool {
    if names.contains(text) { return true }
    let expected = names.count <= 12 ? alternatives(names) : of
    complain(
      node, "\(quoted(key)) names something unknown", expected: expected,
      suggestion: nearestName(to: text, among: names), as: category)
    return false
  }

  /// The `schema_version`, which must be the one this program reads.
  func checkVersion() {
    guard let node = self["schema_version"] else { return }
    if case .number(let number) = node.kind, (try? number.scaled(places: 0)) == FormatKeys.schemaVersion {
      return
    }
    complain(node, "this version of the format is not known", expected: "\(FormatKeys.schemaVersion)")
  }
}
