import Foundation

/// One command of a page's shell block.
struct ShellCommand {
  /// Its words, without redirections and leading settings of variables.
  var words: [String]
  /// The line it stands on, from 1.
  var line: Int
}

/// The commands in the ```` ```sh ```` blocks of a page.
func shellCommands(in page: String) -> [ShellCommand] {
  var commands: [ShellCommand] = []
  var inside = false
  var pending = ""
  for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    let text = line.trimmed
    if text.hasPrefix("```") {
      inside = !inside && ["```sh", "```bash", "```console"].contains(text)
      pending = ""
      continue
    }
    guard inside else { continue }
    pending += text.hasPrefix("$ ") ? String(text.dropFirst(2)) : text
    if pending.hasSuffix("\\") {
      pending.removeLast()
      continue
    }
    commands += simpleCommands(in: pending).map { ShellCommand(words: $0, line: index + 1) }
    pending = ""
  }
  return commands
}

/// Splits a shell line into words, and these into commands at `|`, `&&`, `||` and `;`.
private func simpleCommands(in line: String) -> [[String]] {
  var commands: [[String]] = [[]]
  var skipNext = false
  for word in shellWords(line) {
    if ["|", "&&", "||", ";"].contains(word) {
      commands.append([])
    } else if skipNext {
      skipNext = false
    } else if word.hasPrefix(">") || word.hasPrefix("<") || word.hasPrefix("2>") {
      skipNext = [">", ">>", "<", "2>"].contains(word)
    } else if commands[commands.count - 1].isEmpty, word.contains(/^[A-Z_]+=/) {
      continue
    } else {
      commands[commands.count - 1].append(word)
    }
  }
  return commands.filter { !$0.isEmpty }
}

private func shellWords(_ line: String) -> [String] {
  var words: [String] = []
  var word = ""
  var open = false
  var quote: Character?
  for mark in line {
    if let closing = quote {
      if mark == closing { quote = nil } else { word.append(mark) }
    } else if mark == "'" || mark == "\"" {
      quote = mark
      open = true
    } else if mark == " " {
      if open { words.append(word) }
      word = ""
      open = false
    } else if mark == "#", !open {
      break
    } else {
      word.append(mark)
      open = true
    }
  }
  if open { words.append(word) }
  return words
}

/// What there is to type: the scripts of the tree and the commands of the program.
struct CommandKnowledge {
  /// Where scripts and named files are looked up.
  var tree: SourceTree
  /// The help of a subcommand, or the program's own for no words; nil when there is none.
  var help: ([String]) -> String?

  private static let everyday: Set = [
    "cd", "git", "less", "cat", "head", "tail", "grep", "jq", "ls", "diff", "wc", "column", "sudo", "apt-get",
    "kubectl", "mkdir", "sbatch", "source", "squeue", "echo", "cmp", "xdg-open",
  ]

  /// What is wrong with a command.
  func faults(of command: ShellCommand) -> [String] {
    let words = command.words
    guard let first = words.first else { return [] }
    let script = first.hasPrefix("./") ? String(first.dropFirst(2)) : first
    let place = "line \(command.line): "
    if first == "sortline" || first.hasSuffix("/sortline") {
      return (sortlineFaults(Array(words.dropFirst())) + missingFiles(words.dropFirst())).map { place + $0 }
    }
    if script.contains("/") {
      return tree.isExecutable(script) ? [] : ["\(place)no script \(script) that can be run"]
    }
    if first == "swift" {
      let known = ["build", "test", "run", "package", "format", "--version"]
      return words.count > 1 && known.contains(words[1]) ? [] : ["\(place)not a command of swift: \(words)"]
    }
    if Self.everyday.contains(first) { return missingFiles(words.dropFirst()).map { place + $0 } }
    return ["\(place)\(first) is neither a script here nor an everyday command"]
  }

  private func sortlineFaults(_ words: [String]) -> [String] {
    guard let general = help([]) else { return ["sortline --help gave nothing"] }
    guard let subcommand = words.first, !subcommand.hasPrefix("-") else {
      return unknownOptions(words, help: general, of: "sortline")
    }
    guard general.contains(word: subcommand), let own = help([subcommand]) else {
      return ["sortline has no command \(subcommand)"]
    }
    return unknownOptions(words, help: own + general, of: "sortline \(subcommand)")
  }

  private func unknownOptions(_ words: [String], help: String, of command: String) -> [String] {
    let options = words.filter { $0.hasPrefix("-") && $0 != "-" && $0 != "--" }
    return options.map { String($0.prefix { $0 != "=" }) }
      .filter { !help.contains(word: $0) && !["--help", "-h", "--version"].contains($0) }
      .map { "\(command) has no option \($0)" }
  }

  /// Words that look like files of the tree and are not there.
  private func missingFiles(_ words: some Sequence<String>) -> [String] {
    let folders = ["scenarios/", "hardware-profiles/", "tools/", "Sources/", "Tests/", "nowhere/"]
    return words.filter { word in
      folders.contains { word.hasPrefix($0) } && !word.contains("*") && !word.contains("<")
        && !tree.exists(word)
    }.map { "there is no \($0)" }
  }
}

extension String {
  /// Whether `word` stands in the text with neither letter, digit nor dash beside it.
  fileprivate func contains(word: String) -> Bool {
    var from = startIndex
    while let found = self[from...].firstRange(of: word) {
      let before = found.lowerBound == startIndex ? " " : self[index(before: found.lowerBound)]
      let after = found.upperBound == endIndex ? " " : self[found.upperBound]
      let joins = { (mark: Character) in mark.isLetter || mark.isNumber || mark == "-" || mark == "_" }
      if !joins(before) && !joins(after) { return true }
      from = found.upperBound
    }
    return false
  }
}

/// What the program that was built beside the tests says of itself; nil when it is not there or refuses.
func sortlineHelp(_ words: [String]) -> String? {
  let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  let beside = bundle.appendingPathComponent("sortline")
  let built = SourceTree.project.root.appendingPathComponent(".build/debug/sortline")
  let program = FileManager.default.isExecutableFile(atPath: beside.path) ? beside : built
  guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
  let process = Process()
  let output = Pipe()
  process.executableURL = program
  process.arguments = words + ["--help"]
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0, !data.isEmpty else { return nil }
  return String(data: data, encoding: .utf8)
}
