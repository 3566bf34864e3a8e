/// The completion script for zsh: sourced after `compinit`, or as a file `_sortline` in `fpath`.
package struct ZshCompletion: Sendable {
  /// The grammar it teaches.
  package var program: ProgramSpec

  /// A script for this grammar.
  package init(program: ProgramSpec) { self.program = program }

  /// The script.
  package var script: String {
    var lines = [
      "#compdef sortline",
      "# Completion of sortline \(program.version) for zsh.",
      "",
      "_sortline_named() {",
      "  local -a names",
      "  names=(${~argv[-1]}(N))",
      "  names=(${${names%/}:t:r})",
      "  _alternative \"names:name:compadd -a names\" 'files:file:_files'",
      "}",
      "",
      "_sortline_commands() {",
      "  local -a commands",
      "  commands=(",
    ]
    lines += program.commands.map { "    \(quoted("\($0.name):\($0.abstract)"))" }
    lines += [
      "    'help:Tell more about a command.'", "  )", "  _describe -t commands command commands", "}", "",
    ]
    lines += [
      "_sortline() {",
      "  local curcontext=\"$curcontext\" state line",
      "  typeset -A opt_args",
      "  _arguments -C \\",
    ]
    lines += ProgramSpec.options.map { "    \(option($0, prefix: "(- *)")) \\" }
    lines += [
      "    '1: :_sortline_commands' '*:: :->argument'",
      "  [[ $state == argument ]] || return",
      "  case $line[1] in",
    ]
    for command in program.commands {
      lines.append("    \(command.name))")
      lines.append("      _arguments -s \\")
      lines += command.options.map { "        \(option($0)) \\" }
      lines += command.arguments.map { "        \(argument($0)) \\" }
      lines.append("      ;;")
    }
    lines += ["    help) _arguments '1: :_sortline_commands' ;;", "  esac", "}", ""]
    lines += [
      "if [[ $funcstack[1] == _sortline ]]; then _sortline \"$@\"; else compdef _sortline sortline; fi"
    ]
    // The last continued line of each call ends without a backslash.
    return lines.joined(separator: "\n").replacingContinuedEnds() + "\n"
  }

  /// `--out` and `-o` exclude each other; both take their value after `=` or as the next word.
  private func option(_ option: OptionSpec, prefix: String = "") -> String {
    let names = ["--\(option.long)"] + (option.short.map { ["-\($0)"] } ?? [])
    let exclusion = !prefix.isEmpty ? prefix : option.repeats ? "*" : "(\(names.joined(separator: " ")))"
    let text = "[\(escaped(option.help))]"
    let tail = option.value.map { ":\(escaped($0)):\(action(option.completion))" } ?? ""
    return names.map { name in
      let mark = option.value == nil ? "" : name.hasPrefix("--") ? "=" : "+"
      return quoted("\(exclusion)\(name)\(mark)\(text)\(tail)")
    }.joined(separator: " ")
  }

  private func argument(_ argument: ArgumentSpec) -> String {
    let place =
      switch argument.arity {
      case .one: ":"
      case .optional: "::"
      case .oneOrMore: "*:"
      }
    return quoted("\(place)\(escaped(argument.name)):\(action(argument.completion))")
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .none: " "
    case .file(let endings):
      endings.isEmpty ? "_files" : "_files -g \"*.(\(endings.joined(separator: "|")))(-.)\""
    case .folder: "_files -/"
    case .choices(let words): "(\(words.joined(separator: " ")))"
    case .nameOrFile(let pattern): "_sortline_named \(pattern)"
    }
  }

  /// Colons and brackets mean something to `_arguments`.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == ":" || character == "[" || character == "]" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result
  }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension String {
  /// Removes the backslash from a line that continues into one holding only `;;`.
  fileprivate func replacingContinuedEnds() -> String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for index in lines.indices.dropLast()
    where lines[index].hasSuffix(" \\") && lines[index + 1] == "      ;;" {
      lines[index].removeLast(2)
    }
    return lines.joined(separator: "\n")
  }
}
