import Quantities
import SorterModel

/// One rule of a sort plan as it is written, in CSV or JSON5, with the place of each of its parts.
struct PlanRuleText {
  /// A text and where it begins.
  struct Part {
    var text: String
    var line: Int
    var column: Int
  }

  /// The parts by the names of the columns; a part that is left out is not there.
  var parts: [String: Part]
  /// Where the rule begins.
  var line: Int
  var column: Int
  let file: String
  let issues: Issues

  /// A rule with the days on which it is in effect.
  struct Dated {
    var rule: SortPlan.Rule
    var from: Int?
    var to: Int?

    /// Whether the rule is in effect on a day counted from 1970-01-01.
    func isInEffect(on day: Int) -> Bool { (from ?? day) <= day && day <= (to ?? day) }
  }

  /// The part of this name, if it is there and not empty.
  private func part(_ name: String) -> Part? { parts[name].flatMap { $0.text.isEmpty ? nil : $0 } }

  private func complain(
    _ part: Part?, _ message: String, found: String? = nil, expected: String? = nil, suggestion: String? = nil
  ) {
    issues.add(
      Diagnostic(
        file: file, line: part?.line ?? line, column: part?.column ?? column, message,
        found: found ?? part.map { quoted($0.text) }, expected: expected, suggestion: suggestion))
  }

  /// The rule; nil, with the reasons among the issues, if it makes no sense.
  func dated() -> Dated? {
    let kind = self.kind()
    let bins = names("bins", required: true)
    let alternates = names("alternates", required: false)
    let size = part("size")
    if let size, size.text.unicodeScalars.count > 40 || size.text.contains(" ") {
      complain(size, "this is not the name of a size class", expected: "one name, or nothing for every class")
    }
    let label = part("label")?.text ?? ""
    if label.unicodeScalars.count > 200 {
      complain(part("label"), "the label is too long", expected: "at most 200 characters")
    }
    let from = day("valid_from")
    let to = day("valid_to")
    if let from, let to, from > to {
      complain(
        part("valid_to"), "the rule ends before it begins",
        expected: "\(CalendarTime.date(days: from)) or a later day")
    }
    guard let kind, let bins, let alternates else { return nil }
    return Dated(
      rule: SortPlan.Rule(
        kind: kind, sizeClass: size?.text, bins: bins, alternates: alternates, label: label, line: line),
      from: from, to: to)
  }

  private func kind() -> SortPlan.Kind? {
    guard let kind = part("kind") else {
      complain(parts["kind"], "the rule has no kind", found: "nothing", expected: "sort, overflow or reject")
      return nil
    }
    let match = part("match")
    switch kind.text {
    case "sort": return pattern(match).map { .sort($0) }
    case "overflow":
      if match != nil { complain(match, "an overflow rule matches no codes", expected: "nothing") }
      return .overflow
    case "reject": return reason(match)
    default:
      complain(
        kind, "this kind of rule is not known", expected: "sort, overflow or reject",
        suggestion: nearestName(to: kind.text, among: ["sort", "overflow", "reject"]))
      return nil
    }
  }

  private func reason(_ match: Part?) -> SortPlan.Kind? {
    guard let match else {
      complain(
        parts["match"], "the rule does not say what it rejects", found: "nothing",
        expected: "a reason, or * for any")
      return nil
    }
    if match.text == "*" { return .reject(nil) }
    if let reason = Reason(name: match.text) { return .reject(reason) }
    complain(
      match, "this reason is not known", expected: "a reason such as noRead, or * for any",
      suggestion: nearestName(to: match.text, among: reasonNames))
    return nil
  }

  private func pattern(_ match: Part?) -> CodePattern? {
    let expected = "a prefix such as 331, a range such as 33000-33199, or *"
    guard let match else {
      complain(
        parts["match"], "the rule does not say which codes it is for", found: "nothing", expected: expected)
      return nil
    }
    if match.text == "*" { return .any }
    let ends = match.text.split(separator: "-", omittingEmptySubsequences: false)
    let codes = ends.map { $0.contains(" ") ? nil : DestinationCode($0) }
    guard ends.count <= 2, let first = codes.first ?? nil, let last = codes.last ?? nil else {
      complain(match, "these are not codes", expected: expected)
      return nil
    }
    if ends.count == 1 { return CodePattern(prefix: first) }
    guard first.length == last.length else {
      complain(match, "the two ends of the range are not equally long", expected: "codes of the same length")
      return nil
    }
    guard first <= last else {
      complain(match, "the range is the wrong way round", expected: quoted("\(last)-\(first)"))
      return nil
    }
    return CodePattern(from: first, through: last)
  }

  private func names(_ key: String, required: Bool) -> [String]? {
    guard let part = part(key) else {
      if required {
        complain(parts[key], "the rule names no bins", found: "nothing", expected: "at least one bin")
      }
      return required ? nil : []
    }
    var names: [String] = []
    var seen: Set<String> = []
    for text in part.text.split(separator: " ") {
      do throws(NameList.Fault) {
        for name in try NameList.expanded(text) {
          if !seen.insert(name).inserted {
            complain(
              part, "a bin stands twice in \(quoted(key))", found: quoted(name), expected: "each bin once")
            return nil
          }
          names.append(name)
        }
      } catch {
        complain(part, error.message, found: quoted(text), expected: error.expected)
        return nil
      }
    }
    if names.count > NameList.maximum || (required && names.isEmpty) {
      complain(
        part, "the rule names the wrong number of bins", found: "\(names.count)",
        expected: "1 to \(NameList.maximum)")
      return nil
    }
    return names
  }

  private func day(_ key: String) -> Int? {
    guard let part = part(key) else { return nil }
    if let day = CalendarTime.days(part.text) { return day }
    complain(part, "\(quoted(key)) is not a date", expected: "YYYY-MM-DD, from 1970 to 2199")
    return nil
  }
}
