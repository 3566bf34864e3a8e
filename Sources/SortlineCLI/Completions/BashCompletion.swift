/// The completion script for bash 4 and later, which needs no bash-completion package.
package struct BashCompletion: Sendable {
  /// The grammar it teaches.
  package var program: ProgramSpec

  /// A script for this grammar.
  package init(program: ProgramSpec) { self.program = program }

  /// The script.
  package var script: String {
    var lines = [
      "# Completion of sortline \(program.version) for bash. Load it with: source <(sortline completions bash)",
      "",
    ]
    lines += Self.helpers
    lines += ["_sortline() {"] + Self.scan(valued: valuedOptions)
    lines += ["  case $command in"]
    lines += branch("", programBody)
    for command in program.commands { lines += branch(command.name, body(of: command)) }
    lines += branch("help", ["_sortline_words '\(program.commands.map(\.name).joined(separator: " "))'"])
    lines += ["  esac", "}", "complete -F _sortline sortline"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Functions that fill COMPREPLY.
  private static let helpers = [
    "_sortline_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }",
    "_sortline_folders() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); }",
    "_sortline_files() {",
    "  local ending",
    "  compopt -o filenames 2>/dev/null",
    "  if (($# == 0)); then mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return; fi",
    "  mapfile -t COMPREPLY < <(",
    "    compgen -d -- \"$cur\"",
    "    for ending in \"$@\"; do compgen -f -X \"!*.$ending\" -- \"$cur\"; done",
    "  )",
    "}",
    "_sortline_named() {",
    "  local entry names=",
    // The pattern is left to the shell to expand.
    "  for entry in $1; do",
    "    [[ -e $entry ]] || continue",
    "    entry=${entry%/}; entry=${entry##*/}; names+=\" ${entry%.*}\"",
    "  done",
    "  mapfile -t COMPREPLY < <(compgen -W \"$names\" -- \"$cur\"; compgen -f -- \"$cur\")",
    "}",
    "",
  ]

  /// Finds the command, how many arguments stand before the cursor, and the option whose value is typed.
  ///
  /// Bash splits `--out=dir` at the equals sign into three words.
  private static func scan(valued: String) -> [String] {
    [
      "  local cur=${COMP_WORDS[COMP_CWORD]} option= command= operands=0 i word",
      "  COMPREPLY=()",
      "  for ((i = 1; i < COMP_CWORD; i++)); do",
      "    word=${COMP_WORDS[i]}",
      "    if [[ $word == = ]]; then continue; fi",
      "    if [[ -n $option ]]; then option=; continue; fi",
      "    case $word in",
      // A grammar without such options gets a pattern that no word has.
      "      \(valued.isEmpty ? "=" : valued)) option=$word ;;",
      "      -*) ;;",
      "      *) if [[ -z $command ]]; then command=$word; else ((operands++)); fi ;;",
      "    esac",
      "  done",
      "  if [[ $cur == = ]]; then cur=; fi",
    ]
  }

  private var valuedOptions: String {
    var names: [String] = []
    for option in program.commands.flatMap(\.options) where option.value != nil {
      for name in ["--\(option.long)"] + (option.short.map { ["-\($0)"] } ?? []) where !names.contains(name) {
        names.append(name)
      }
    }
    return names.joined(separator: "|")
  }

  private var programBody: [String] {
    let options = ProgramSpec.options.map { "--\($0.long)" }
    return [
      "if [[ $cur == -* ]]; then _sortline_words '\(options.joined(separator: " "))'",
      "else _sortline_words '\((program.commands.map(\.name) + ["help"]).joined(separator: " "))'; fi",
    ]
  }

  private func body(of command: CommandSpec) -> [String] {
    var lines: [String] = []
    let valued = command.options.filter { $0.value != nil }
    if !valued.isEmpty {
      lines.append("case $option in")
      for option in valued {
        let names = ["--\(option.long)"] + (option.short.map { ["-\($0)"] } ?? [])
        lines.append("  \(names.joined(separator: "|"))) \(action(option.completion)); return ;;")
      }
      lines.append("esac")
    }
    let names = command.options.map { "--\($0.long)" }.joined(separator: " ")
    lines.append("if [[ $cur == -* ]]; then _sortline_words '\(names)'; return; fi")
    lines.append("case $operands in")
    for (index, argument) in command.arguments.enumerated() {
      let pattern = argument.arity == .oneOrMore ? "*" : "\(index)"
      lines.append("  \(pattern)) \(action(argument.completion)) ;;")
    }
    if command.arguments.isEmpty { lines.append("  *) ;;") }
    lines.append("esac")
    return lines
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .none: ":"
    case .file(let endings): (["_sortline_files"] + endings).joined(separator: " ")
    case .folder: "_sortline_folders"
    case .choices(let words): "_sortline_words '\(words.joined(separator: " "))'"
    case .nameOrFile(let pattern): "_sortline_named '\(pattern)'"
    }
  }

  private func branch(_ name: String, _ body: [String]) -> [String] {
    ["    \(name.isEmpty ? "''" : name))"] + body.map { "      \($0)" } + ["      ;;"]
  }
}
