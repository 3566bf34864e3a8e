import Foundation
import Testing

@Suite("What the pages tell people to type")
struct ReadmeCommandTests {
  let tree = SourceTree.project

  @Test("the first two commands of the README are the start and the test")
  func firstCommands() throws {
    let commands = shellCommands(in: try #require(tree.text(at: "README.md")))
    let tools = commands.compactMap(\.words.first).filter { $0.contains("tools/") }.map {
      $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0
    }
    #expect(tools.first == "tools/start")
    #expect(tools.contains("tools/test"))
  }

  @Test("every command in a page names a script, a subcommand and options that exist", arguments: pages)
  func commandsExist(page: String) throws {
    let commands = shellCommands(in: try #require(tree.text(at: page)))
    let known = CommandKnowledge(tree: tree, help: sortlineHelp)
    expectNone(commands.flatMap { known.faults(of: $0).map { fault in "\(page): \(fault)" } })
  }

  @Test("every relative link in a page leads to a file", arguments: pages)
  func linksLead(page: String) throws {
    let text = try #require(tree.text(at: page))
    let links = text.matches(of: /\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/).map { String($0.1 ?? $0.2 ?? "") }
    let folder = page.contains("/") ? String(page[..<(page.lastIndex(of: "/") ?? page.startIndex)]) + "/" : ""
    for link in links where !link.contains("://") && !link.hasPrefix("mailto:") {
      #expect(tree.exists(folder + link), "\(page) links to \(link)")
    }
  }

  @Test("every file that a page names between back-ticks is there", arguments: pages)
  func namedFilesExist(page: String) throws {
    let folder = page.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    let named = namedFiles(in: try #require(tree.text(at: page)))
    expectNone(named.filter { !isThere($0, beside: folder) }.map { "\(page) names \($0)" })
  }

  @Test("a file that a page names and that is not there is found")
  func missingNamedFiles() {
    let named = namedFiles(
      in: "`Sources/Nowhere/A.swift`, `Nowhere+A.swift`, `swift build`, `*.swift`, `Tests/`")
    #expect(named == ["Sources/Nowhere/A.swift", "Nowhere+A.swift", "Tests/"])
    #expect(named.map { isThere($0, beside: "") } == [false, false, true])
  }

  @Test("the architecture's page names every module")
  func architectureNamesModules() throws {
    let page = try #require(tree.text(at: "ARCHITECTURE.md"))
    let modules = Set(tree.sources.map(\.module))
    expectNone(
      modules.sorted().filter { !page.contains("`\($0)`") }.map { "ARCHITECTURE.md leaves out \($0)" })
  }

  /// Swift files, and paths in the project's folders, that stand between back-ticks as one word.
  private func namedFiles(in text: String) -> [String] {
    let folders = ["Sources/", "Tests/", "tools/", "scenarios/", "hardware-profiles/", ".ci/"]
    return text.matches(of: /`([^`\s*<>]+)`/).map { String($0.1) }.filter { word in
      word.hasSuffix(".swift") || folders.contains { word.hasPrefix($0) }
    }
  }

  /// Whether a path leads to something, or a bare file name is that of some source.
  private func isThere(_ name: String, beside folder: String) -> Bool {
    tree.exists(name) || tree.exists(folder + name) || tree.swiftFiles.contains { $0.name == name }
  }

  @Test("a shell block gives its commands without prompts, comments and what follows a pipe")
  func reading() {
    let page = """
      ```sh
      $ tools/start --seed 7   # run it
      sortline check a \\
        --json | head
      NAME=1 sortline 'two words' > out.txt
      ```
      ```text
      not a command
      ```
      """
    let words = shellCommands(in: page).map(\.words)
    #expect(
      words == [
        ["tools/start", "--seed", "7"], ["sortline", "check", "a", "--json"], ["head"],
        ["sortline", "two words"],
      ])
  }

  @Test(
    "a command that does not exist is found",
    arguments: [
      "tools/strat", "sortline simulat scenarios", "sortline simulate --sed 7", "swift biuld",
      "sortline check scenarios/nowhere", "nonsuch --help", "cat nowhere/file.md",
    ])
  func faultyCommands(line: String) throws {
    let known = CommandKnowledge(tree: tree, help: sampleHelp)
    let command = try #require(shellCommands(in: "```sh\n\(line)\n```").first)
    #expect(known.faults(of: command).count == 1)
  }

  @Test(
    "a command that exists is taken",
    arguments: [
      "swift build -c release", ".build/release/sortline simulate Sources --seed 7", "sortline check --json",
      "sortline --help", "git clone https://example.org/sortline.git", "cd sortline", "less LICENSE",
      "sortline simulate Sources --seed=7",
    ])
  func rightCommands(line: String) throws {
    let known = CommandKnowledge(tree: tree, help: sampleHelp)
    let command = try #require(shellCommands(in: "```sh\n\(line)\n```").first)
    #expect(known.faults(of: command) == [])
  }

  private func sampleHelp(_ words: [String]) -> String? {
    switch words {
    case []: "Commands:\n  simulate  Run a scenario\n  check  Look files over\nOptions:\n  --help\n"
    case ["simulate"]: "Options:\n  --seed N  The seed\n"
    case ["check"]: "Options:\n  --json\n"
    default: nil
    }
  }
}

/// The pages whose commands and links are held true.
private let pages: [String] = {
  let tree = SourceTree.project
  return tree.writtenTexts.map(\.path).filter { $0.hasSuffix(".md") && $0 != "CHANGELOG.md" }
}()
