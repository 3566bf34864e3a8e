import FileFormats

/// What a whole command line asks for.
package enum Request: Sendable {
  /// The page that lists the commands.
  case programHelp
  /// The page of one command.
  case commandHelp(CommandSpec)
  /// The version.
  case version
  /// To run a command.
  case run(ParsedCommand)
}

extension ProgramSpec {
  /// What the command line asks for; `words` is without the program's own name.
  package func parse(_ words: [String]) throws(UsageError) -> Request {
    guard let first = words.first else { return .programHelp }
    switch first {
    case "--help", "-h": return .programHelp
    case "--version", "-V": return .version
    case "help": return try helpRequest(Array(words.dropFirst()))
    default: break
    }
    if first.hasPrefix("-") {
      let names = Self.options.map { "--\($0.long)" }
      let owner = commands.first { command in command.options.contains { "--\($0.long)" == first } }
      let advice = nearestName(to: first, among: names).map { "Did you mean \($0)?" }
      throw UsageError(
        "there is no option '\(printable(first))' before the command",
        advice: advice ?? owner.map { "\(first) is an option of '\($0.name)'; write it after that word." }
          ?? "")
    }
    let spec = try command(named: first)
    let parsed = try Self.parse(Array(words.dropFirst()), for: spec)
    return parsed.wantsHelp ? .commandHelp(spec) : .run(parsed)
  }

  /// The command with this name.
  package func command(named name: String) throws(UsageError) -> CommandSpec {
    if let spec = commands.first(where: { $0.name == name }) { return spec }
    let names = commands.map(\.name) + ["help"]
    throw UsageError(
      "there is no command '\(printable(name))'",
      advice: nearestName(to: name, among: names).map { "Did you mean '\($0)'?" }
        ?? "The commands are \(commands.map(\.name).joined(separator: ", ")) and help.")
  }

  private func helpRequest(_ words: [String]) throws(UsageError) -> Request {
    guard let topic = words.first(where: { $0 != "--help" && $0 != "-h" }) else { return .programHelp }
    if topic == "help" { return .programHelp }
    return .commandHelp(try command(named: topic))
  }

  /// What the words after a command's name say to it.
  package static func parse(_ words: [String], for spec: CommandSpec) throws(UsageError) -> ParsedCommand {
    var parser = CommandLineParser(spec: spec, words: words)
    try parser.parseAll()
    if parser.result.wantsHelp { return parser.result }
    try parser.checkOperands()
    return parser.result
  }
}

/// Reads one command's words from left to right.
private struct CommandLineParser {
  let spec: CommandSpec
  let words: [String]
  var index = 0
  var result: ParsedCommand

  init(spec: CommandSpec, words: [String]) {
    self.spec = spec
    self.words = words
    result = ParsedCommand(spec: spec)
  }

  mutating func parseAll() throws(UsageError) {
    while index < words.count {
      let word = words[index]
      index += 1
      if word == "--" {
        result.operands += words[index...]
        return
      } else if word.hasPrefix("--") {
        try parseLong(word)
      } else if word.hasPrefix("-"), word.count > 1, !isNegativeNumber(word) {
        try parseShort(word)
      } else {
        result.operands.append(word)
      }
      if result.wantsHelp { return }
    }
  }

  /// `--name`, `--name value` or `--name=value`.
  private mutating func parseLong(_ word: String) throws(UsageError) {
    let halves = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(halves[0])
    guard let option = spec.options.first(where: { $0.long == name }) else {
      let near = nearestName(to: name, among: spec.options.map(\.long))
      throw UsageError(
        "'\(spec.name)' has no option '--\(printable(name))'",
        advice: near.map { "Did you mean --\($0)?" } ?? "", command: spec.name)
    }
    try take(option, spelled: "--\(name)", attached: halves.count == 2 ? String(halves[1]) : nil)
  }

  /// `-x`, `-x value`, `-xvalue`, or several switches in one word.
  private mutating func parseShort(_ word: String) throws(UsageError) {
    var letters = word.dropFirst()
    if letters.count > 1, let long = spec.options.first(where: { $0.long == letters }) {
      // `-out` is never taken for `-o ut`.
      throw UsageError(
        "'\(spec.name)' has no option '\(word)'", advice: "Did you mean --\(long.long)?", command: spec.name)
    }
    while let letter = letters.popFirst() {
      guard let option = spec.options.first(where: { $0.short == letter }) else {
        let near = nearestName(to: String(word.dropFirst()), among: spec.options.map(\.long))
        throw UsageError(
          "'\(spec.name)' has no option '-\(printable(String(letter)))'",
          advice: near.map { "Did you mean --\($0)?" } ?? "", command: spec.name)
      }
      guard option.value != nil else {
        try take(option, spelled: "-\(letter)", attached: nil)
        continue
      }
      if letters.first == "=" { letters.removeFirst() }
      try take(option, spelled: "-\(letter)", attached: letters.isEmpty ? nil : String(letters))
      return
    }
  }

  private mutating func take(_ option: OptionSpec, spelled: String, attached: String?) throws(UsageError) {
    guard let valueName = option.value else {
      if attached != nil {
        throw UsageError("\(spelled) takes no value", command: spec.name)
      }
      if option.long == "help" { result.wantsHelp = true } else { result.values[option.long] = [] }
      return
    }
    let value: String
    if let attached {
      value = attached
    } else {
      value = try nextValue(spelled: spelled, valueName: valueName)
    }
    if value.isEmpty {
      throw UsageError("\(spelled) needs a value (\(valueName)), and it is empty", command: spec.name)
    }
    if let earlier = result.values[option.long]?.last, !option.repeats {
      throw UsageError(
        "\(spelled) is given twice: '\(printable(earlier))' and '\(printable(value))'",
        advice: "Give it once.", command: spec.name)
    }
    if case .choices(let choices) = option.completion, !choices.contains(value) {
      throw UsageError(
        "\(spelled) cannot be '\(printable(value))'", advice: advice(for: value, among: choices),
        command: spec.name)
    }
    result.values[option.long, default: []].append(value)
  }

  private mutating func nextValue(spelled: String, valueName: String) throws(UsageError) -> String {
    guard index < words.count else {
      throw UsageError("\(spelled) needs a value: \(spelled) \(valueName)", command: spec.name)
    }
    let word = words[index]
    if word == "--" || (word.hasPrefix("-") && word.count > 1 && !isNegativeNumber(word)) {
      throw UsageError(
        "\(spelled) needs a value: \(spelled) \(valueName)",
        advice: "'\(printable(word))' follows; if that is the value, write \(spelled)=\(printable(word)).",
        command: spec.name)
    }
    index += 1
    return word
  }

  func checkOperands() throws(UsageError) {
    let least = spec.arguments.count { $0.arity != .optional }
    if result.operands.count < least {
      let missing = spec.arguments.filter { $0.arity != .optional }[result.operands.count]
      throw UsageError(
        "'\(spec.name)' needs \(missing.name): \(missing.help)", command: spec.name)
    }
    if spec.arguments.last?.arity != .oneOrMore, result.operands.count > spec.arguments.count {
      let extra = result.operands[spec.arguments.count]
      throw UsageError(
        "'\(spec.name)' does not know what to do with '\(printable(extra))'", command: spec.name)
    }
    for (argument, operand) in zip(spec.arguments, result.operands) {
      guard case .choices(let choices) = argument.completion, !choices.contains(operand) else { continue }
      throw UsageError(
        "\(argument.name) cannot be '\(printable(operand))'", advice: advice(for: operand, among: choices),
        command: spec.name)
    }
  }

  private func advice(for word: String, among choices: [String]) -> String {
    nearestName(to: word, among: choices).map { "Did you mean \($0)?" }
      ?? "It can be \(choices.joined(separator: ", "))."
  }

  /// Whether the word is a number below zero and no option: `-5`, `-0.5`.
  private func isNegativeNumber(_ word: String) -> Bool {
    guard let digit = word.dropFirst().first(where: { $0 != "." }), digit.isASCIIDigit else { return false }
    return !spec.options.contains { $0.short == digit }
  }
}
