import Testing

@Suite("The scanner behind the house rules")
struct ScannerTests {
  @Test("comments and strings are blanked and interpolated code stays")
  func blanks() {
    let source = ScannedSource(
      """
      let a = "text // not a comment \\(call("in {ner")) end" // Double
      /* outer /* nested */ still a comment */ let b = #"raw "quoted" \\#(x)"#
      """)
    let lines = source.codeLines
    #expect(lines[0].contains("call("))
    #expect(!lines[0].contains("not a comment"))
    #expect(!lines[0].contains("Double"))
    #expect(!lines[0].contains("{"))
    #expect(!lines[1].contains("still"))
    #expect(lines[1].contains("let b"))
    #expect(lines[1].contains("(x)"))
    #expect(!lines[1].contains("quoted"))
    #expect(source.linesWithStrings[0].contains("not a comment"))
    #expect(!source.linesWithStrings[0].contains("Double"))
    #expect(lines.map(\.utf8.count) == source.textLines.map(\.utf8.count))
  }

  @Test("a string of several lines is blanked to its closing fence")
  func longStrings() {
    let fence = "\"\"\""
    let source = ScannedSource("let s = \(fence)\n  one { \"two\"\n  \(fence)\nfunc f() { }\n")
    #expect(source.codeLines[1].allSatisfy { $0 == " " })
    #expect(functionSpans(in: source) == [FunctionSpan(name: "func f", line: 4, length: 1)])
  }

  @Test("a function's lines run from its keyword to its closing brace")
  func lengths() {
    let source = ScannedSource(
      """
      struct S {
        var stored = 0
        struct Inner { let x: Int }
        init(
          a: Int = 0,
          b: () -> Void = { }
        ) {
          self.init(a)
          if a > 0 { print("}") }
        }
        var twice: Int {
          stored * 2
        }
        func long<T>(_ t: T) where T: Comparable {
          for case .init in [t] { }
        }
      }
      """)
    #expect(
      functionSpans(in: source) == [
        FunctionSpan(name: "init", line: 4, length: 7),
        FunctionSpan(name: "var twice", line: 11, length: 3),
        FunctionSpan(name: "func long", line: 14, length: 3),
      ])
  }
}
