import Testing

@Suite("Files, functions, names and docs")
struct ShapeRuleTests {
  let tree = SourceTree.project

  @Test("no file has more than 600 lines")
  func files() {
    let code = tree.writtenTexts.filter { path, _ in
      ["Sources/", "Tests/", "tools/", ".ci/", "Package.swift"].contains { path.hasPrefix($0) }
        && ![".csv", ".md", ".json5", ".json", ".txt", ".svg"].contains { path.hasSuffix($0) }
    }
    expectNone(code.flatMap(HouseRules.fileLengthFaults))
    let line = "let a = 1\n"
    #expect(HouseRules.fileLengthFaults(path: "A", text: String(repeating: line, count: 600)) == [])
    #expect(HouseRules.fileLengthFaults(path: "A", text: String(repeating: line, count: 601)).count == 1)
  }

  @Test("no function has more than 70 lines")
  func functions() {
    expectNone(tree.swiftFiles.flatMap(HouseRules.functionLengthFaults))
  }

  @Test("a function of 71 lines is found, and one of 70 is not")
  func longFunctions() {
    func file(lines: Int) -> SourceFile {
      let body = String(repeating: "    print(\"}\")\n", count: lines - 2)
      return SourceFile(path: "A.swift", text: "struct S {\n  func f() {\n\(body)  }\n}\n")
    }
    #expect(HouseRules.functionLengthFaults(in: file(lines: 70)) == [])
    #expect(HouseRules.functionLengthFaults(in: file(lines: 71)).count == 1)
  }

  @Test("names say what things do")
  func names() {
    expectNone(tree.swiftFiles.flatMap(HouseRules.nameFaults))
  }

  @Test(
    "a name that says nothing is found",
    arguments: [
      ("Sources/A/BinManager.swift", "let a = 1"), ("Sources/A/Bin+Utils.swift", "let a = 1"),
      ("Sources/A/Bin.swift", "final class BeltManager { }"), ("Sources/A/Bin.swift", "enum CSVUtils { }"),
      ("Sources/A/Bin.swift", "struct JamHelper: Sendable { }"), ("Sources/BinUtils/A.swift", "let a = 1"),
    ])
  func emptyNames(path: String, text: String) {
    #expect(HouseRules.nameFaults(in: SourceFile(path: path, text: text)).count == 1)
    #expect(
      HouseRules.nameFaults(
        in: SourceFile(path: "Sources/A/Bin.swift", text: "// a Manager\nlet a = Managed()")) == [])
  }

  @Test("every public declaration is documented, and its abstract is short")
  func documentation() {
    expectNone(tree.sources.flatMap(HouseRules.documentationFaults))
  }

  @Test(
    "a public declaration without a doc comment is found",
    arguments: [
      "public struct S { }",
      "  @inlinable public func f() { }",
      "/// Right.\npublic enum E {\n  case wrong\n}",
      "/// Right.\npublic protocol P {\n  func wrong()\n}",
      "/// \npublic let a = 1",
      "// Not a doc comment.\npublic private(set) var a = 1",
      "/// Of something else.\nlet b = 1\npublic static let a = 1",
      "/// \(String(repeating: "long ", count: 31))\npublic let a = 1",
    ])
  func undocumented(text: String) {
    #expect(HouseRules.documentationFaults(in: SourceFile(path: "Sources/A/A.swift", text: text)).count == 1)
  }

  @Test(
    "a documented declaration, an operator and what is not public are left alone",
    arguments: [
      "/// A pair.\n@frozen\npublic struct S { }",
      "@inlinable public static func < (a: S, b: S) -> Bool { true }",
      "/// Short. \(String(repeating: "long ", count: 40))\npublic let a = 1",
      "/// Right.\npublic enum E {\n  /// One.\n  case one\n  func f() {\n    switch x {\n    case one: 1\n    }\n  }\n}",
      "struct S { func f() { } }",
      "public import Quantities",
    ])
  func documented(text: String) {
    #expect(HouseRules.documentationFaults(in: SourceFile(path: "Sources/A/A.swift", text: text)) == [])
  }
}
