import Foundation

/// The rules of the house: each takes what it reads and answers with what is wrong, one line a finding.
enum HouseRules {}

extension HouseRules {
  /// The modules that a file imports, each with its line.
  static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return file.source.codeLines.enumerated().compactMap { index, line in
      let words = line.split { $0 == " " || $0 == ";" }
      guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
      let before = words[..<at]
      let isImport = before.allSatisfy { word in
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
      }
      guard isImport else { return nil }
      let named =
        kinds.contains(String(words[at + 1])) && at + 2 < words.count ? words[at + 2] : words[at + 1]
      return (String(named.prefix { $0 != "." }), index + 1)
    }
  }

  /// Imports in `Sources` that the table of modules does not allow.
  static func forbiddenImports(in file: SourceFile) -> [String] {
    guard let allowed = ModuleTable.allowedImports(of: file.module) else {
      return ["\(file.path): the module table does not know \(file.module)"]
    }
    return imports(of: file).filter { !allowed.contains($0.module) }.map {
      "\(file.path):\($0.line): \(file.module) may not import \($0.module)"
    }
  }
}

/// One target as Package.swift declares it.
struct DeclaredTarget: Equatable {
  /// Its name.
  var name: String
  /// How it is declared: `target`, `testTarget`, `executableTarget` or `systemLibrary`.
  var kind: String
  /// Where its files are, from the root, with a slash at the end.
  var folder: String
  /// The targets it names under `dependencies`.
  var dependencies: [String]
  /// Whether it takes the settings of the house.
  var keepsHouse: Bool
}

extension HouseRules {
  /// Reads the targets out of a package manifest; a target inside another's dependencies is a dependency.
  static func targets(inManifest manifest: String) -> [DeclaredTarget] {
    let text = String(decoding: ScannedSource(manifest).withStrings, as: UTF8.self)
    let opening = /\.(target|testTarget|executableTarget|systemLibrary)\(\s*name:\s*"([^"]+)"/
    var found: [DeclaredTarget] = []
    var dependencyEnd = text.startIndex
    for match in text.matches(of: opening) where match.range.lowerBound >= dependencyEnd {
      let call = balanced(text, from: match.range.lowerBound, open: "(", close: ")")
      dependencyEnd = call.endIndex
      var dependencies: [String] = []
      if let label = call.firstRange(of: "dependencies:") {
        let list = balanced(text, from: label.upperBound, open: "[", close: "]")
        let conditions = list.replacing(/condition:[^)]*\)\)/, with: "")
        dependencies = conditions.matches(of: /"([^"]+)"/).map { String($0.1) }
      }
      let name = String(match.2)
      let kind = String(match.1)
      let usual = (kind == "testTarget" ? "Tests/" : "Sources/") + name
      let path = call.firstMatch(of: /\bpath:\s*"([^"]+)"/).map { String($0.1) }
      found.append(
        DeclaredTarget(
          name: name, kind: kind, folder: (path ?? usual) + "/", dependencies: dependencies,
          keepsHouse: call.contains("swiftSettings: house")))
    }
    return found
  }

  /// What a manifest may not do: name a package, loosen the compiler, or declare a target out of the house.
  static func manifestFaults(_ manifest: String) -> [String] {
    let text = String(decoding: ScannedSource(manifest).withStrings, as: UTF8.self)
    let banned = [
      ".package(", ".product(", "unsafeFlags", "-Ounchecked", "binaryTarget", "swiftLanguageModes: [.v5",
    ]
    var faults = banned.filter { text.contains($0) }.map { "Package.swift: \($0) has no place here" }
    for needed in [".strictMemorySafety()", ".treatAllWarnings(as: .error)"] where !text.contains(needed) {
      faults.append("Package.swift: the settings of the house need \(needed)")
    }
    for target in targets(inManifest: manifest) where target.kind != "systemLibrary" && !target.keepsHouse {
      faults.append("Package.swift: \(target.name) needs swiftSettings: house")
    }
    return faults
  }

  /// Differences between what a target declares and what its files import.
  ///
  /// An undeclared import builds as long as another target brings the module in, so SwiftPM does not tell.
  static func manifestDifferences(_ targets: [DeclaredTarget], files: [SourceFile]) -> [String] {
    let declaredNames = Set(targets.map(\.name))
    let programs = Set(targets.filter { $0.kind == "executableTarget" }.map(\.name))
    var faults: [String] = []
    // The counter of allocations is C: it takes the place of functions of the C library.
    for target in targets where target.kind != "systemLibrary" && target.name != "AllocationCount" {
      let own = files.filter { $0.path.hasPrefix(target.folder) }
      if own.isEmpty { faults.append("Package.swift: \(target.folder) holds no Swift file") }
      let imported = Set(own.flatMap { imports(of: $0).map(\.module) }).intersection(declaredNames)
      let undeclared = imported.subtracting(target.dependencies).sorted()
      // A test may need a program built, to run it; it does not import it.
      let run = target.kind == "testTarget" ? programs : []
      let unused = Set(target.dependencies).subtracting(imported).subtracting(run).sorted()
      faults += undeclared.map { "Package.swift: \(target.name) imports \($0) and does not declare it" }
      if own.contains(where: { !imports(of: $0).isEmpty }) {
        faults += unused.map { "Package.swift: \(target.name) declares \($0) and does not import it" }
      }
      if target.kind != "testTarget", let allowed = ModuleTable.allowedImports(of: target.name) {
        faults += target.dependencies.filter { !allowed.contains($0) }
          .map { "Package.swift: \(target.name) may not depend on \($0)" }
      }
    }
    // A folder with a manifest of its own is another package, and says itself what its targets are.
    let others = files.filter { $0.path.hasSuffix("/Package.swift") }.map {
      $0.path.dropLast("Package.swift".count)
    }
    let homeless = files.filter { file in
      !targets.contains { file.path.hasPrefix($0.folder) } && !others.contains { file.path.hasPrefix($0) }
    }
    let folders = Set(homeless.map { $0.path.split(separator: "/").dropLast().joined(separator: "/") })
    faults += folders.sorted().map { "Package.swift: no target for \($0)" }
    return faults
  }

  /// The text from the first `open` at or after `start` to its partner, both included.
  private static func balanced(
    _ text: String, from start: String.Index, open: Character, close: Character
  ) -> Substring {
    guard let first = text[start...].firstIndex(of: open) else { return "" }
    var depth = 0
    for index in text[first...].indices {
      if text[index] == open { depth += 1 }
      if text[index] == close { depth -= 1 }
      if depth == 0 { return text[first...index] }
    }
    return text[first...]
  }
}
