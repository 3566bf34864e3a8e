import Testing

@Suite("Words, places and tests")
struct WordRuleTests {
  let tree = SourceTree.project

  @Test("nothing is left unfinished")
  func finished() {
    #expect(tree.writtenTexts.count > 20)
    expectNone(tree.writtenTexts.flatMap(HouseRules.unfinishedFaults))
    for word in HouseRules.unfinished {
      #expect(HouseRules.unfinishedFaults(path: "A", text: "a\n// \(word): later").count == 1)
    }
    #expect(HouseRules.unfinishedFaults(path: "A", text: "what is left to do\nXXL parcels") == [])
  }

  @Test("no text names a machine's own paths or a registry's host")
  func places() {
    expectNone(tree.writtenTexts.flatMap(HouseRules.placeFaults))
  }

  @Test(
    "a path of somebody's machine is found",
    arguments: ["work", "root", "home", "tmp", "Users"])
  func machinePaths(folder: String) {
    for text in ["see \("/" + folder)/x", "--out \"\("/" + folder)/run\"", "cd \("/" + folder)"] {
      #expect(HouseRules.placeFaults(path: "A", text: text).count == 1, "\(text)")
    }
    for text in ["a frame\("/" + folder)/x", "..\("/" + folder)/x", "$TMPDIR\("/" + folder)/x"] {
      #expect(HouseRules.placeFaults(path: "A", text: text) == [], "\(text)")
    }
    #expect(HouseRules.placeFaults(path: "A", text: "https://files.python" + "hosted.org/x").count == 1)
  }

  @Test("the top level holds what the design names and nothing else")
  func topLevel() {
    expectNone(HouseRules.topLevelFaults(tree.topLevelNames))
    let all = [
      ".ci", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "Package.swift", "README.md",
      "Sources",
      "Tests", "hardware-profiles", "scenarios", "tools",
    ]
    #expect(HouseRules.topLevelFaults(all) == [])
    #expect(HouseRules.topLevelFaults(all + ["docs"]) == ["docs: has no place at the top level"])
    #expect(
      HouseRules.topLevelFaults(all.filter { $0 != "LICENSE" }) == ["LICENSE: missing from the top level"])
  }

  @Test("what git ignores does not count as the top level's")
  func ignoredNames() {
    #expect(gitIgnores("runs", pattern: "/runs/"))
    #expect(gitIgnores(".build-plain", pattern: ".build*/"))
    #expect(gitIgnores("a.o", pattern: "*.o"))
    #expect(!gitIgnores("run", pattern: "/runs/"))
    #expect(!gitIgnores("docs", pattern: "# docs"))
  }

  @Test("the change log has an entry for every version")
  func changeLog() throws {
    let text = try #require(tree.text(at: "CHANGELOG.md"))
    expectNone(HouseRules.changeLogFaults(text))
    #expect(HouseRules.changeLogFaults("# Changes\n") == ["CHANGELOG.md: no version"])
    #expect(HouseRules.changeLogFaults("# Changes\n\n## 1.2.3\n\n## 1.2.2\n- An entry.\n").count == 1)
    #expect(HouseRules.changeLogFaults("# Changes\n\n## Soon\n- An entry.\n").count == 1)
  }

  @Test("the newest version of the change log is the one the program says it is")
  func changeLogMatchesVersion() throws {
    let text = try #require(tree.text(at: "CHANGELOG.md"))
    let newest = try #require(text.firstMatch(of: /\n## (\d+\.\d+\.\d+)/)).1
    let said = tree.sources.flatMap { $0.source.textLines }.filter { $0.contains("\"\(newest)\"") }
    #expect(!said.isEmpty, "no source says \"\(newest)\"")
  }

  @Test("every test is named with a sentence and none is switched off")
  func testNames() {
    #expect(tree.tests.count > 3)
    expectNone(tree.tests.flatMap(HouseRules.testNameFaults))
  }

  @Test(
    "a test without a sentence is found, and one that is switched off",
    arguments: [
      "@Test func jam() { }", "@Test(\"jam\") func jam() { }", "@Test(arguments: [1]) func a(b: Int) { }",
      "@Test(\"a jam stops the belt\", .disabled(\"slow\"))\nfunc jam() { }", "withKnownIssue { }",
    ])
  func badTestNames(text: String) {
    #expect(HouseRules.testNameFaults(in: SourceFile(path: "Tests/A/A.swift", text: text)).count == 1)
  }

  @Test(
    "a sentence in any of its three forms is taken",
    arguments: [
      "@Test(\"a jam stops the belt\") func jam() { }",
      "@Test(\n  \"a jam stops the belt\",\n  arguments: [1])\nfunc jam(a: Int) { }",
      "@Test func `a jam stops the belt`() { }",
    ])
  func goodTestNames(text: String) {
    #expect(HouseRules.testNameFaults(in: SourceFile(path: "Tests/A/A.swift", text: text)) == [])
  }

  @Test("tests of the core wait for nothing but their own work")
  func sleeps() {
    let core = tree.tests.filter { file in ModuleTable.core.contains { file.module == "\($0)Tests" } }
    expectNone(core.flatMap(HouseRules.sleepFaults))
    let waiting = [
      "try await Task.sleep(for: .seconds(1))", "usleep(100)", "Thread.sleep(forTimeInterval: 1)",
    ]
    for text in waiting {
      #expect(HouseRules.sleepFaults(in: SourceFile(path: "Tests/A/A.swift", text: text)).count == 1)
    }
    #expect(HouseRules.sleepFaults(in: SourceFile(path: "Tests/A/A.swift", text: "// sleep(1)")) == [])
  }
}
