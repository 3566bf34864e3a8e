import Foundation
import RegexBuilder

extension HouseRules {
  /// The most lines a file may have.
  static let longestFile = 600
  /// The most lines a function may have.
  static let longestFunction = 70
  /// The most characters in the first sentence of a doc comment.
  static let longestAbstract = 150

  /// Files over the limit.
  static func fileLengthFaults(path: String, text: String) -> [String] {
    let count =
      text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
    return count > longestFile ? ["\(path): \(count) lines, over \(longestFile)"] : []
  }

  /// Functions over the limit.
  static func functionLengthFaults(in file: SourceFile) -> [String] {
    functionSpans(in: file.source).filter { $0.length > longestFunction }.map {
      "\(file.path):\($0.line): \($0.name) has \($0.length) lines, over \(longestFunction)"
    }
  }

  /// Types and files whose names say nothing of what they do.
  static func nameFaults(in file: SourceFile) -> [String] {
    let endings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities"]
    let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias", "extension", "macro"]
    let found = tokens(of: file.source)
    var faults: [String] = []
    for (index, token) in found.enumerated() where kinds.contains(token.word) && index + 1 < found.count {
      let named = found[index + 1]
      if token.word != "extension", endings.contains(where: { named.word.hasSuffix($0) }) {
        faults.append("\(file.path):\(named.line): \(named.word) says nothing of what it does")
      }
    }
    let bare = file.name.replacing(".swift", with: "")
    if (bare.split(separator: "+") + [Substring(file.module)]).contains(where: { part in
      endings.contains { part.hasSuffix($0) }
    }) {
      faults.append("\(file.path): the name says nothing of what it holds")
    }
    return faults
  }
}

extension HouseRules {
  /// Public declarations without a doc comment, and doc comments whose first sentence is too long.
  ///
  /// Operators are exempt: their meaning is the operator's. Cases of a public enum count as public.
  static func documentationFaults(in file: SourceFile) -> [String] {
    let code = file.source.codeLines
    let text = file.source.textLines
    let publicLines = publicDeclarationLines(in: file.source)
    var faults: [String] = []
    for index in code.indices where publicLines.contains(index + 1) {
      if isOperator(code[index]) { continue }
      let comment = docComment(above: index, text: text, code: code)
      let place = "\(file.path):\(index + 1):"
      if comment.isEmpty {
        faults.append("\(place) public without a doc comment: \(code[index].trimmed)")
        continue
      }
      let abstract = firstSentence(of: comment)
      if abstract.isEmpty { faults.append("\(place) its doc comment begins with an empty line") }
      if abstract.count > longestAbstract {
        faults.append("\(place) its abstract has \(abstract.count) characters, over \(longestAbstract)")
      }
    }
    return faults
  }

  /// The lines that begin a public declaration, from 1: marked so, a public enum's case or protocol's requirement.
  static func publicDeclarationLines(in source: ScannedSource) -> Set<Int> {
    let setters = /(?:\s+(?:private|fileprivate|internal|package)\(set\))?/
    let marked = Regex {
      /^\s*(?:@[\w.]+(?:\([^)]*\))?\s+)*(?:public|open)/
      setters
      /\s+(?!import\b|extension\b)\w/
    }
    var lines: Set<Int> = []
    var bodies: [Body] = []
    for (index, line) in source.codeLines.enumerated() {
      // Most lines are neither: the patterns are tried only where their words stand.
      let mayBePublic = line.contains("public") || line.contains("open ")
      let isCase = bodies.last == .publicEnum && line.contains(/^\s*(?:indirect\s+)?case\s+[\w`]/)
      let isRequirement =
        bodies.last == .publicProtocol && line.contains(/\b(?:func|var|init|subscript|associatedtype)\b/)
      if isCase || isRequirement || (mayBePublic && line.contains(marked)) { lines.insert(index + 1) }
      var opening = Body.other
      if mayBePublic, line.contains(/\bpublic\s+(?:indirect\s+)?enum\b/) { opening = .publicEnum }
      if mayBePublic, line.contains(/\bpublic\s+protocol\b/) { opening = .publicProtocol }
      for mark in line where mark == "{" || mark == "}" {
        if mark == "{" {
          bodies.append(opening)
          opening = .other
        } else {
          _ = bodies.popLast()
        }
      }
    }
    return lines
  }

  /// What an open brace is the body of.
  private enum Body { case publicEnum, publicProtocol, other }

  private static func isOperator(_ line: String) -> Bool {
    guard let range = line.firstRange(of: "func ") else { return false }
    guard let next = line[range.upperBound...].first else { return false }
    return !(next.isLetter || next == "_" || next == "`")
  }

  /// The lines of the doc comment that belongs to the declaration on a line; attributes may stand between.
  private static func docComment(above index: Int, text: [String], code: [String]) -> [String] {
    var above = index - 1
    while above >= 0, !text[above].trimmed.hasPrefix("///"), isAttribute(code[above]) { above -= 1 }
    var comment: [String] = []
    while above >= 0, text[above].trimmed.hasPrefix("///") {
      comment.insert(String(text[above].trimmed.dropFirst(3)).trimmed, at: 0)
      above -= 1
    }
    return comment
  }

  private static func isAttribute(_ line: String) -> Bool {
    line.trimmed.hasPrefix("@") || line.trimmed.hasPrefix("#if") || line.trimmed.hasPrefix("#else")
  }

  private static func firstSentence(of comment: [String]) -> String {
    let paragraph = comment.prefix { !$0.isEmpty && !$0.hasPrefix("- ") }.joined(separator: " ")
    guard let end = paragraph.firstRange(of: ". ") else { return paragraph }
    return String(paragraph[..<end.upperBound]).trimmed
  }
}

extension StringProtocol {
  /// The text without the blanks around it.
  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
