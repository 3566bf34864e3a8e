import Foundation
import SortlineCLI
import Testing

@Suite("Shell completion")
struct CompletionTests {
  /// A folder with the script for a shell and something to complete.
  private func place(_ script: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("script", script)
    try folder.write("mail.csv", "")
    try folder.write("notes.txt", "")
    try folder.write("runs/one/x", "")
    try folder.write("plans/north.csv", "")
    return folder
  }

  /// What each shell must offer: the words typed, the one at the cursor last, and the answers.
  static let cases: [(words: [String], offers: [String])] = [
    (["so"], ["sort"]),
    (["--v"], ["--version"]),
    (["help", "lo"], ["look"]),
    (["sort", "--se"], ["--seed"]),
    (["sort", "runs", "--colour", "r"], ["red"]),
    (["sort", "runs", "ca"], ["careful"]),
    (["sort", "--seed", "7", "runs", "fa"], ["fast"]),
    (["sort", "--plan", "nor"], ["north"]),
  ]

  private func bash(_ words: [String]) throws -> [String] {
    let folder = try place(BashCompletion(program: SampleGrammar.program).script)
    let quoted = (["sortline"] + words).map { "'\($0)'" }.joined(separator: " ")
    let line = """
      source ./script; COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); _sortline
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let ending = try BuiltProgram.shell(line, in: folder.url)
    #expect(ending.err.isEmpty, "\(ending.err)")
    return ending.out.split(separator: "\n").map(String.init)
  }

  @Test("bash offers commands, options, choices and names", arguments: cases)
  func bashOffers(words: [String], offers: [String]) throws {
    #expect(try bash(words) == offers)
  }

  @Test("bash offers folders for folders, files of the right kind for files, and nothing for numbers")
  func bashPaths() throws {
    #expect(try bash(["sort", "--out", ""]) == ["plans", "runs"])
    #expect(try bash(["sort", "--out", "=", "ru"]) == ["runs"])
    #expect(try Set(bash(["sort", "--table", ""])) == ["plans", "runs", "mail.csv"])
    #expect(try bash(["sort", "--seed", ""]).isEmpty)
    #expect(try Set(bash(["look", "a", ""])) == ["mail.csv", "notes.txt", "plans", "runs", "script"])
  }

  @Test("bash has the completion once the program's own script is sourced")
  func bashSourced() throws {
    let ending = try BuiltProgram.shell("source <(sortline completions bash) && complete -p sortline")
    #expect(ending.code == 0)
    #expect(ending.out == "complete -F _sortline sortline\n")
  }

  private static let hasFish = FileManager.default.isExecutableFile(atPath: "/usr/bin/fish")
  private static let hasZsh = FileManager.default.isExecutableFile(atPath: "/usr/bin/zsh")

  private func fish(_ words: [String]) throws -> [String] {
    let folder = try place(FishCompletion(program: SampleGrammar.program).script)
    let line = "source ./script; complete -C 'sortline \(words.joined(separator: " "))'"
    let ending = try BuiltProgram.shell(
      line, shell: "/usr/bin/fish", options: ["--no-config", "-c"], in: folder.url,
      environment: ["HOME": folder.url.path])
    #expect(ending.err.isEmpty, "\(ending.err)")
    return ending.out.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test(
    "fish offers commands, options, choices and names", .enabled(if: hasFish, "fish is not installed"),
    arguments: cases)
  func fishOffers(words: [String], offers: [String]) throws {
    #expect(try fish(words) == offers)
  }

  @Test(
    "fish offers folders for folders and nothing for numbers", .enabled(if: hasFish, "fish is not installed"))
  func fishPaths() throws {
    #expect(try fish(["sort", "--out", "''"]) == ["plans/", "runs/"])
    #expect(try fish(["sort", "--seed", "''"]).isEmpty)
    #expect(try fish(["look", "mai"]) == ["mail.csv"])
  }

  /// Types the words into an interactive zsh, presses the tab key and reads the line that comes of it.
  private func zsh(_ words: [String]) throws -> String {
    let folder = try place(ZshCompletion(program: SampleGrammar.program).script)
    try folder.write(
      "type.zsh",
      """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source ./script'
      zpty -w shell 'report() { print -r -- "<<$BUFFER>>"; }; zle -N report; bindkey "^X" report; print READY'
      zpty -r -m shell ignored '*READY*READY*'
      zpty -w -n shell 'sortline \(words.joined(separator: " "))'$'\\t\\x18'
      zpty -r -m shell answer '*<<*>>*'
      print -r -- "${${answer##*<<}%%>>*}"
      zpty -d shell
      """)
    let ending = try BuiltProgram.shell(
      "timeout 20 /usr/bin/zsh -f type.zsh", in: folder.url,
      environment: ["HOME": folder.url.path, "TERM": "dumb"])
    #expect(ending.code == 0, "\(ending.out) \(ending.err)")
    return ending.out.split(separator: "\n").last.map(String.init) ?? ""
  }

  @Test(
    "zsh completes commands, options, choices and names", .enabled(if: hasZsh, "zsh is not installed"),
    arguments: cases)
  func zshCompletes(words: [String], offers: [String]) throws {
    let typed = (["sortline"] + words.dropLast()).joined(separator: " ")
    let line = try zsh(words).drop { $0 == " " }
    let completed = line.hasSuffix(" ") || line.hasSuffix("=") ? line.dropLast() : line
    #expect(completed == "\(typed) \(offers[0])")
  }
}
