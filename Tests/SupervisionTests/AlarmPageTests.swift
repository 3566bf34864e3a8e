import Foundation
import Testing

@testable import Supervision

@Suite("The page of alarms")
struct AlarmPageTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/SortlineCLI/SortlineCLI.docc/Alarms.md")

  /// What the page says of a kind, from the code.
  private static func section(_ kind: AlarmKind) -> String {
    let about =
      switch kind.scope {
      case .machine: "the machine"
      case .bin: "a bin"
      case .device: "a device"
      }
    var facts = "`\(kind.name)`, number \(kind.rawValue), about \(about)."
    if kind.latches { facts += " Stays until it is reset." }
    if let stronger = kind.suppressedBy { facts += " Silent while `\(stronger.name)` stands." }
    return """
      ### \(kind.words.title)

      \(facts)

      - **Means:** \(kind.words.meaning)
      - **Causes:** \(kind.words.causes)
      - **Do:** \(kind.words.action)
      """
  }

  /// The page's lists, from the code: the gravest first.
  private static var sections: String {
    let parts = AlarmPriority.allCases.reversed().map { priority in
      let kinds = AlarmKind.allCases.filter { $0.priority == priority }
      let title = priority.name.prefix(1).uppercased() + priority.name.dropFirst()
      return "## \(title)\n\n" + kinds.map(section).joined(separator: "\n\n")
    }
    return parts.joined(separator: "\n\n")
  }

  @Test("the page says of every alarm what the code says, and nothing of others")
  func page() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let isThere = text.contains(Self.sections)
    #expect(isThere, "the lists of Alarms.md should be:\n\(Self.sections)\n<end of the lists>")
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("### ") }
    #expect(headings.count == AlarmKind.allCases.count)
  }
}
