/// The completion script for fish 3 and later.
package struct FishCompletion: Sendable {
  /// The grammar it teaches.
  package var program: ProgramSpec

  /// A script for this grammar.
  package init(program: ProgramSpec) { self.program = program }

  /// The script.
  package var script: String {
    var lines = [
      "# Completion of sortline \(program.version) for fish.",
      "function __sortline_named",
      "  for entry in $argv",
      "    string replace -r '\\.[^.]*$' '' (basename $entry)",
      "  end",
      "end",
      "function __sortline_operands",
      "  set -l words (commandline -opc)",
      "  set -l count 0",
      "  set -l skip 0",
      "  for word in $words[3..-1]",
      "    if test $skip = 1",
      "      set skip 0",
      "    else if contains -- $word \(valuedOptions)",
      "      set skip 1",
      "    else if not string match -q -- '-*' $word",
      "      set count (math $count + 1)",
      "    end",
      "  end",
      "  test $count = $argv[1]",
      "end",
      "",
      "complete -c sortline -f",
    ]
    for option in ProgramSpec.options {
      lines.append(
        "complete -c sortline -n __fish_use_subcommand \(names(of: option)) -d \(quoted(option.help))")
    }
    for (name, help) in program.commands.map({ ($0.name, $0.abstract) }) + [
      ("help", "Tell more about a command.")
    ] {
      lines.append("complete -c sortline -n __fish_use_subcommand -a \(name) -d \(quoted(help))")
    }
    for command in program.commands { lines += self.lines(for: command) }
    let all = program.commands.map(\.name).joined(separator: " ")
    lines.append("complete -c sortline -n '__fish_seen_subcommand_from help' -a \(quoted(all))")
    return lines.joined(separator: "\n") + "\n"
  }

  private var valuedOptions: String {
    var names: [String] = []
    for option in program.commands.flatMap(\.options) where option.value != nil {
      for name in ["--\(option.long)"] + (option.short.map { ["-\($0)"] } ?? []) where !names.contains(name) {
        names.append(name)
      }
    }
    return names.joined(separator: " ")
  }

  private func lines(for command: CommandSpec) -> [String] {
    let condition = "__fish_seen_subcommand_from \(command.name)"
    var lines: [String] = []
    for option in command.options {
      let value = option.value == nil ? "" : " " + action(option.completion)
      lines.append(
        "complete -c sortline -n '\(condition)' \(names(of: option))\(value) -d \(quoted(option.help))")
    }
    for (index, argument) in command.arguments.enumerated() {
      let place = argument.arity == .oneOrMore ? condition : "\(condition); and __sortline_operands \(index)"
      let action = positional(argument.completion)
      if !action.isEmpty { lines.append("complete -c sortline -n '\(place)' \(action)") }
    }
    return lines
  }

  private func names(of option: OptionSpec) -> String {
    option.short.map { "-s \($0) -l \(option.long)" } ?? "-l \(option.long)"
  }

  /// What follows an option: `-x` wants a value and offers no files, `-r -F` offers files.
  private func action(_ completion: Completion) -> String {
    switch completion {
    case .none: "-x"
    case .file: "-r -F"
    case .folder: "-x -a '(__fish_complete_directories)'"
    case .choices(let words): "-x -a \(quoted(words.joined(separator: " ")))"
    case .nameOrFile(let pattern): "-r -F -a '(set -l found \(pattern); __sortline_named $found)'"
    }
  }

  private func positional(_ completion: Completion) -> String {
    switch completion {
    case .none: ""
    case .file: "-F"
    case .folder: "-a '(__fish_complete_directories)'"
    case .choices(let words): "-a \(quoted(words.joined(separator: " ")))"
    case .nameOrFile(let pattern): "-F -a '(set -l found \(pattern); __sortline_named $found)'"
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "'"
    for character in text {
      if character == "'" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result + "'"
  }
}
