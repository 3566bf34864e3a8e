import Foundation

extension HouseRules {
  /// Words of unfinished work, put together here so that this file does not hold them.
  static let unfinished = [
    "TO" + "DO", "FIX" + "ME", "XX" + "X", "place" + "holder", "not " + "implemented", "un" + "implemented",
  ]

  /// Unfinished work in a text.
  static func unfinishedFaults(path: String, text: String) -> [String] {
    lineFaults(path: path, text: text) { line in
      unfinished.first { word in
        word == word.uppercased() ? line.contains(word) : line.lowercased().contains(word)
      }.map { "unfinished: \($0)" }
    }
  }

  /// Paths of somebody's machine and hosts that packages come from: the project builds anywhere.
  static func placeFaults(path: String, text: String) -> [String] {
    let roots = ["work", "root", "home", "Users", "tmp", "farm"].joined(separator: "|")
    let hosts = [
      "pypi" + ".org", "python" + "hosted.org", "deb." + "debian.org", "security." + "debian.org",
      "npm" + "js.org", "golang" + ".org", "crates" + ".io", "ubuntu" + ".com",
    ]
    guard let machinePath = try? Regex("(?:^|[^\\w.$})*-])(/(?:\(roots))(?:/|[\\s\"'`)]|$))") else {
      return ["\(path): the pattern for machine paths does not compile"]
    }
    return lineFaults(path: path, text: text) { line in
      if line.contains("/"), let found = line.firstMatch(of: machinePath) {
        return "a machine path: \(line[found.range])"
      }
      return hosts.first { line.contains($0) }.map { "a registry's host: \($0)" }
    }
  }

  private static func lineFaults(path: String, text: String, _ fault: (Substring) -> String?) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      fault(line).map { "\(path):\(index + 1): \($0)" }
    }
  }

  /// What lies at the top level and has no place there, and what is missing from it.
  static func topLevelFaults(_ names: [String]) -> [String] {
    let pages = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"]
    let needed =
      ["Package.swift", "Sources", "Tests", "hardware-profiles", "scenarios", "tools", ".ci"] + pages
    let strangers = names.filter { !needed.contains($0) && !$0.hasPrefix(".") }
    return strangers.map { "\($0): has no place at the top level" }
      + needed.filter { !names.contains($0) }.map { "\($0): missing from the top level" }
  }

  /// What is wrong with a change log: every version has at least one entry, and there is a version.
  static func changeLogFaults(_ text: String) -> [String] {
    let sections = text.split(separator: "\n## ", omittingEmptySubsequences: false).dropFirst()
    if sections.isEmpty { return ["CHANGELOG.md: no version"] }
    return sections.compactMap { section in
      let title = section.prefix { $0 != "\n" }
      if !title.contains(/^\d+\.\d+\.\d+/) { return "CHANGELOG.md: not a version: \(title)" }
      return section.contains("\n- ") ? nil : "CHANGELOG.md: \(title) has no entry"
    }
  }
}

extension HouseRules {
  /// Tests whose names are not sentences, and tests that are switched off.
  static func testNameFaults(in file: SourceFile) -> [String] {
    let lines = file.source.textLines
    var faults: [String] = []
    for (index, line) in file.source.codeLines.enumerated() {
      let place = "\(file.path):\(index + 1):"
      if line.contains(/\.disabled\s*\(|\bwithKnownIssue\b/) {
        faults.append("\(place) a test is switched off")
      }
      guard let at = line.firstRange(of: "@Test"), line[at.upperBound...].first?.isLetter != true else {
        continue
      }
      // The name may stand on the next line; a raw identifier may bear it instead.
      let rest = (lines[index...].prefix(3)).joined(separator: " ").dropFirst(
        line.distance(from: line.startIndex, to: at.upperBound))
      let quoted = rest.firstMatch(of: /^\s*\(\s*"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
      let raw = rest.firstMatch(of: /func\s+`([^`]+)`/).map { String($0.1) }
      guard let name = quoted ?? raw else {
        faults.append("\(place) a test without a sentence for a name")
        continue
      }
      if name.split(separator: " ").count < 3 { faults.append("\(place) not a sentence: \(name)") }
    }
    return faults
  }

  /// Waits by the clock, which make a test slow on one machine and false on another.
  static func sleepFaults(in file: SourceFile) -> [String] {
    let sleeps: Set = ["sleep", "usleep", "nanosleep", "clock_nanosleep", "sleepForTimeInterval"]
    return tokens(of: file.source).filter { sleeps.contains($0.word) }.map {
      "\(file.path):\($0.line): a test waits by the clock"
    }
  }
}
