/// What may stand in a place of the command line, as far as a shell can help to type it.
package enum Completion: Sendable, Equatable {
  /// Nothing a shell could know.
  case none
  /// A file whose name ends in one of these, such as `csv`; any file where the list is empty.
  case file([String])
  /// A folder.
  case folder
  /// One of these words.
  case choices([String])
  /// The name of something that matches this pattern, without folder and ending, or a file.
  case nameOrFile(matching: String)
}

/// A positional argument of a command.
package struct ArgumentSpec: Sendable {
  /// How usage lines write it, such as `SCENARIO`.
  package var name: String
  /// What it is, in one line.
  package var help: String
  /// How many there may be.
  package var arity: Arity
  /// What a shell may offer for it.
  package var completion: Completion

  /// How many values an argument takes.
  package enum Arity: Sendable {
    /// Exactly one.
    case one
    /// One or none.
    case optional
    /// One or more; only for the last argument.
    case oneOrMore
  }

  /// An argument.
  package init(_ name: String, _ help: String, arity: Arity = .one, completion: Completion = .none) {
    self.name = name
    self.help = help
    self.arity = arity
    self.completion = completion
  }

  /// The argument as usage lines write it.
  package var usage: String {
    switch arity {
    case .one: name
    case .optional: "[\(name)]"
    case .oneOrMore: "\(name)..."
    }
  }
}

/// An option of a command: a switch, or one with a value.
package struct OptionSpec: Sendable {
  /// The long name without its hyphens.
  package var long: String
  /// The one-letter name, if there is one.
  package var short: Character?
  /// How usage lines write the value, such as `N`; nil for a switch.
  package var value: String?
  /// What it does, in one line.
  package var help: String
  /// What holds without it, in words; nil where the help says it.
  package var standard: String?
  /// What a shell may offer for the value.
  package var completion: Completion
  /// Whether it may be given more than once.
  package var repeats: Bool

  /// An option.
  package init(
    _ long: String, short: Character? = nil, value: String? = nil, _ help: String, standard: String? = nil,
    completion: Completion = .none, repeats: Bool = false
  ) {
    self.long = long
    self.short = short
    self.value = value
    self.help = help
    self.standard = standard
    self.completion = completion
    self.repeats = repeats
  }

  /// The option as help pages write it, such as `-o, --out DIR`.
  package var label: String {
    let name = short.map { "-\($0), --\(long)" } ?? "    --\(long)"
    return value.map { "\(name) \($0)" } ?? name
  }
}

/// Options that help pages show under one heading.
package struct OptionGroup: Sendable {
  /// The heading.
  package var title: String
  /// The options in the order to show them.
  package var options: [OptionSpec]

  /// A group.
  package init(_ title: String, _ options: [OptionSpec]) {
    self.title = title
    self.options = options
  }
}

/// A command line that works, and what it shows.
package struct ExampleSpec: Sendable {
  /// What to type.
  package var line: String
  /// What comes of it.
  package var says: String

  /// An example.
  package init(_ line: String, _ says: String) {
    self.line = line
    self.says = says
  }
}

/// One command: the single source of its parsing, its help page and its completions.
package struct CommandSpec: Sendable {
  /// The word to type.
  package var name: String
  /// The heading it stands under in the list of commands.
  package var group: String
  /// What it does, in one line.
  package var abstract: String
  /// More about it, a paragraph each.
  package var discussion: [String]
  /// Its positional arguments.
  package var arguments: [ArgumentSpec]
  /// Its options by heading.
  package var optionGroups: [OptionGroup]
  /// What to try first.
  package var examples: [ExampleSpec]

  /// A command.
  package init(
    _ name: String, group: String, abstract: String, discussion: [String] = [],
    arguments: [ArgumentSpec] = [], optionGroups: [OptionGroup] = [], examples: [ExampleSpec] = []
  ) {
    self.name = name
    self.group = group
    self.abstract = abstract
    self.discussion = discussion
    self.arguments = arguments
    self.optionGroups = optionGroups
    self.examples = examples
  }

  /// `--help`, which every command has.
  package static let help = OptionSpec("help", short: "h", "Show this page.")

  /// Every option, `--help` last.
  package var options: [OptionSpec] { optionGroups.flatMap(\.options) + [Self.help] }

  /// The command's usage line without the word "usage".
  package var usage: String {
    let words = ["sortline", name] + arguments.map(\.usage) + (optionGroups.isEmpty ? [] : ["[options]"])
    return words.joined(separator: " ")
  }
}

/// The program's whole grammar.
package struct ProgramSpec: Sendable {
  /// What the program is, in one line.
  package var abstract: String
  /// Its version.
  package var version: String
  /// Its commands in the order to show them.
  package var commands: [CommandSpec]
  /// What to try first.
  package var examples: [ExampleSpec]

  /// A grammar.
  package init(abstract: String, version: String, commands: [CommandSpec], examples: [ExampleSpec]) {
    self.abstract = abstract
    self.version = version
    self.commands = commands
    self.examples = examples
  }

  /// The options that stand before any command.
  package static let options = [
    OptionSpec("help", short: "h", "Show this page."),
    OptionSpec("version", short: "V", "Show the version of sortline and of what it is built with."),
  ]
}
