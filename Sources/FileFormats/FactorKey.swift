/// A key of a scenario, of its profile or of its plan, as a study names it: `mail.sizes[0].weight`.
///
/// Keys of the scenario stand as they are; behind `profile.` and `plan.` stand those of the two files that the
/// scenario names. `profile` and `plan` alone are the scenario's own keys: another machine, another plan.
public struct FactorKey: Hashable, Sendable {
  /// A step from an object or a list to what is in it.
  enum Step: Hashable, Sendable {
    case key(String)
    case item(Int)
  }

  /// The key as it was written.
  public let text: String
  /// The file that it stands in.
  let document: Document
  /// The way to it from the file's outermost object.
  let steps: [Step]

  /// A file that a factor can alter; the names are those of `InputFile.role`.
  enum Document: String, Sendable { case scenario, profile, plan }

  /// Why a text is no key that can be varied.
  struct Fault: Error {
    var message: String
    var expected: String?
    var suggestion: String?
  }

  /// The key that a text names.
  init(_ text: String) throws(Fault) {
    self.text = text
    var steps = try Self.steps(text)
    if steps.count > 1, case .key(let first) = steps[0], let document = Document(rawValue: first),
      document != .scenario
    {
      self.document = document
      steps.removeFirst()
    } else {
      document = .scenario
    }
    self.steps = steps
    try check()
  }

  private static func steps(_ text: String) throws(Fault) -> [Step] {
    var steps: [Step] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      let isKey = pieces[0].utf8.allSatisfy { $0 == 0x5F || 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
      guard !pieces[0].isEmpty, isKey else { throw spelling }
      steps.append(.key(String(pieces[0])))
      for piece in pieces.dropFirst() {
        guard piece.hasSuffix("]"), let item = Int(piece.dropLast()), (0..<1_000_000).contains(item) else {
          throw spelling
        }
        steps.append(.item(item))
      }
    }
    return steps
  }

  private static let spelling = Fault(
    message: "this is not a key",
    expected: "keys with points between them, as sweeping.sweepers or mail.sizes[0].weight")

  /// Where the objects of a file stand, and the keys of each; those that a factor must leave alone are left out.
  private static func objects(of document: Document) -> [(path: String, keys: [String])] {
    let fixed = ["schema_version", "name", "title", "seed", "expect"]
    let objects =
      switch document {
      case .scenario: FormatKeys.scenario.filter { !$0.path.hasPrefix("expect") }
      case .profile: FormatKeys.profile
      case .plan: FormatKeys.plan
      }
    return objects.map { object in
      (object.path, object.all.filter { !object.path.isEmpty || !fixed.contains($0) })
    }
  }

  /// Holds the key against the formats.
  private func check() throws(Fault) {
    let objects = Self.objects(of: document)
    var path = ""
    for (place, step) in steps.enumerated() {
      switch step {
      case .item: path += "[]"
      case .key(let key):
        let known = objects.filter { $0.path == path }.flatMap(\.keys)
        if !known.contains(key) { throw unknown(key, at: place, among: known) }
        path += (path.isEmpty ? "" : ".") + key
      }
    }
  }

  /// What is to be said of a key that is not there: the nearest beside it, or the same word elsewhere.
  private func unknown(_ key: String, at place: Int, among known: [String]) -> Fault {
    let all = [Document.scenario, .profile, .plan].flatMap { document in
      Self.objects(of: document).flatMap { object in
        object.keys.map { key in
          let path = (object.path.isEmpty ? "" : object.path + ".") + key
          return (document == .scenario ? "" : document.rawValue + ".") + path.replacing("[]", with: "[0]")
        }
      }
    }
    var suggestion: String?
    if let near = nearestName(to: key, among: known) {
      suggestion = Self.text(document, steps.prefix(place) + [.key(near)] + steps.dropFirst(place + 1))
    }
    let sameWord = all.filter { $0 == key || $0.hasSuffix("." + key) }
    let file = document == .scenario ? "a scenario" : "a \(document.rawValue)"
    return Fault(
      message: "there is no key \(quoted(text)) in \(file) that can be varied",
      suggestion: suggestion ?? sameWord.first ?? nearestName(to: text, among: all))
  }

  private static func text(_ document: Document, _ steps: some Sequence<Step>) -> String {
    var text = document == .scenario ? "" : document.rawValue
    for step in steps {
      switch step {
      case .key(let key): text += (text.isEmpty ? "" : ".") + key
      case .item(let item): text += "[\(item)]"
      }
    }
    return text
  }
}
