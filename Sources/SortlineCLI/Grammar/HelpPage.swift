/// Help pages, made from the grammar.
package struct HelpPage: Sendable {
  /// What the page may look like.
  package var traits: TerminalTraits

  /// Pages for a place.
  package init(traits: TerminalTraits) { self.traits = traits }

  /// Long lines are hard to read: pages are never wider than this.
  static let widest = 100

  private var width: Int { max(40, min(traits.width, Self.widest)) }
  private var style: TextStyle { traits.style }

  /// The page that lists the commands.
  package func text(for program: ProgramSpec) -> String {
    var lines = ["\(style.heading("sortline")) \(program.version): \(program.abstract)", ""]
    lines += usage(["sortline COMMAND [options]"])
    lines += section("Start here", examples(program.examples))
    var groups: [String] = []
    for command in program.commands where !groups.contains(command.group) { groups.append(command.group) }
    let all = program.commands.map(\.name.count).max() ?? 0
    for group in groups {
      let entries = program.commands.filter { $0.group == group }.map { ($0.name, $0.abstract) }
      lines += section(group, list(entries, column: all))
    }
    lines += section("Options", list(ProgramSpec.options.map { ($0.label, $0.help) }))
    let codes = ExitCode.allCases.map { (String($0.rawValue).rightAligned(to: 3), $0.meaning) }
    lines += section("Exit codes", list(codes))
    lines += ["", "'\(style.code("sortline help COMMAND"))' tells more about a command."]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of one command.
  package func text(for spec: CommandSpec) -> String {
    var lines = wrapped("sortline \(spec.name): \(spec.abstract)", width: width)
    let title = "sortline \(spec.name)"
    if lines[0].hasPrefix(title) { lines[0] = style.heading(title) + lines[0].dropFirst(title.count) }
    lines.append("")
    lines += usage([spec.usage])
    if !spec.examples.isEmpty { lines += section("Examples", examples(spec.examples)) }
    if !spec.arguments.isEmpty {
      lines += section("Arguments", list(spec.arguments.map { ($0.name, $0.help) }))
    }
    let labels = spec.options.map(\.label.count).max() ?? 0
    for (index, group) in spec.optionGroups.enumerated() {
      let isLast = index == spec.optionGroups.count - 1
      let options = group.options + (isLast ? [CommandSpec.help] : [])
      lines += section(group.title, list(options.map { ($0.label, help(of: $0)) }, column: labels))
    }
    if spec.optionGroups.isEmpty {
      lines += section("Options", list([(CommandSpec.help.label, CommandSpec.help.help)]))
    }
    for paragraph in spec.discussion { lines += [""] + wrapped(paragraph, width: width) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func help(of option: OptionSpec) -> String {
    var text = option.help
    if case .choices(let choices) = option.completion {
      text += " One of: \(choices.joined(separator: ", "))."
    }
    if let standard = option.standard { text += " Without it: \(standard)." }
    return text
  }

  private func usage(_ lines: [String]) -> [String] {
    lines.map { "\(style.heading("Usage:")) \($0)" }
  }

  private func section(_ title: String, _ body: [String]) -> [String] {
    ["", style.heading("\(title):")] + body
  }

  /// Names on the left, what they mean on the right; a name too long for its column stands above.
  private func list(_ entries: [(name: String, help: String)], column: Int = 0) -> [String] {
    let widest = max(column, entries.map(\.name.count).max() ?? 0)
    let column = min(widest, width / 2 - 4, 30)
    let indent = column + 4
    var lines: [String] = []
    for entry in entries {
      let help = wrapped(entry.help, width: max(20, width - indent))
      let margin = String(repeating: " ", count: indent)
      if entry.name.count > column {
        lines.append("  " + style.code(entry.name))
        lines += help.map { margin + $0 }
      } else {
        let fill = String(repeating: " ", count: column - entry.name.count + 2)
        lines.append("  " + style.code(entry.name) + fill + (help.first ?? ""))
        lines += help.dropFirst().map { margin + $0 }
      }
    }
    return lines
  }

  /// Lines to type, each with what it shows: beside each other where there is room, else below.
  private func examples(_ examples: [ExampleSpec]) -> [String] {
    let longest = examples.map(\.line.count).max() ?? 0
    let says = examples.map(\.says.count).max() ?? 0
    if longest + says + 6 <= width { return list(beside: examples, column: longest) }
    return examples.flatMap { example in
      ["  " + style.code(example.line)]
        + wrapped(example.says, width: width - 6).map { "      " + style.faint($0) }
    }
  }

  private func list(beside examples: [ExampleSpec], column: Int) -> [String] {
    examples.map { example in
      "  " + style.code(example.line) + String(repeating: " ", count: column - example.line.count + 2)
        + style.faint(example.says)
    }
  }
}
