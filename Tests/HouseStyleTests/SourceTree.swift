import Foundation
import Testing

/// One Swift file of the project.
struct SourceFile {
  /// Its path from the package root.
  var path: String
  /// What it says.
  var source: ScannedSource

  /// A file at `path` that says `text`.
  init(path: String, text: String) {
    self.path = path
    source = ScannedSource(text)
  }

  /// The folder under `Sources` or `Tests` that it belongs to.
  var module: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  /// Its name without folders.
  var name: String { String(path.split(separator: "/").last ?? "") }
}

/// The project as it lies on the disk.
struct SourceTree {
  /// The folder that holds `Package.swift`.
  let root: URL
  /// Every Swift file under `Sources`, `Tests` and `tools`, in order of path.
  let swiftFiles: [SourceFile]

  /// The tree these tests were built from, read once.
  static let project = SourceTree()

  private init() {
    let root = Self.findRoot()
    self.root = root
    swiftFiles = Self.paths(under: ["Sources", "Tests", "tools"], of: root)
      .filter { $0.hasSuffix(".swift") }
      .compactMap { path in
        Self.text(of: root.appendingPathComponent(path)).map { SourceFile(path: path, text: $0) }
      }
  }

  /// The files under `Sources`.
  var sources: [SourceFile] { swiftFiles.filter { $0.path.hasPrefix("Sources/") } }
  /// The files under `Tests`.
  var tests: [SourceFile] { swiftFiles.filter { $0.path.hasPrefix("Tests/") } }

  /// Every text that people wrote: sources, tests, tools, scenarios, profiles and pages.
  var writtenTexts: [(path: String, text: String)] {
    let folders = ["Sources", "Tests", "tools", "scenarios", "hardware-profiles", ".ci"]
    let pages = topLevelNames.filter { name in
      [".md", ".swift"].contains { name.hasSuffix($0) } || [".gitignore", ".swift-format"].contains(name)
    }
    return (Self.paths(under: folders, of: root) + pages).compactMap { path in
      text(at: path).map { (path, $0) }
    }
  }

  /// The text of the file at this path from the root; nil when it is absent or not UTF-8.
  func text(at path: String) -> String? { Self.text(of: root.appendingPathComponent(path)) }

  /// Whether something lies at this path from the root.
  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// Whether the file at this path may be run.
  func isExecutable(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: root.appendingPathComponent(path).path)
  }

  /// The names at the top level, but for those git ignores and its own folder.
  var topLevelNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    let ignored = (text(at: ".gitignore") ?? "").split(separator: "\n").map(String.init)
    return names.filter { name in
      name != ".git" && !ignored.contains { gitIgnores(name, pattern: $0) }
    }.sorted()
  }

  private static func findRoot() -> URL {
    let manager = FileManager.default
    let starts = [#filePath, manager.currentDirectoryPath + "/."]
    for start in starts {
      var folder = URL(fileURLWithPath: start).deletingLastPathComponent()
      while folder.path != "/" {
        if manager.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
        folder.deleteLastPathComponent()
      }
    }
    return URL(fileURLWithPath: manager.currentDirectoryPath)
  }

  private static func paths(under folders: [String], of root: URL) -> [String] {
    folders.flatMap { folder -> [String] in
      let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
      let names = (found?.allObjects as? [String]) ?? []
      return names.filter { !$0.contains("__pycache__") }.map { "\(folder)/\($0)" }
    }.sorted()
  }

  private static func text(of file: URL) -> String? {
    // A folder cannot be read as a file, so it has no text.
    guard let data = try? Data(contentsOf: file) else { return nil }
    return String(data: data, encoding: .utf8)
  }
}

/// Whether a line of `.gitignore` covers a name at the top level: plain names and one `*` are known.
func gitIgnores(_ name: String, pattern: String) -> Bool {
  var bare = Substring(pattern)
  if bare.hasPrefix("/") { bare.removeFirst() }
  if bare.hasSuffix("/") { bare.removeLast() }
  if bare.isEmpty || bare.hasPrefix("#") { return false }
  guard let star = bare.firstIndex(of: "*") else { return name == bare }
  let head = bare[..<star]
  let tail = bare[bare.index(after: star)...]
  return name.hasPrefix(head) && name.hasSuffix(tail) && name.count >= head.count + tail.count
}

extension SourceFile: CustomTestStringConvertible {
  var testDescription: String { path }
}

extension SourceTree: CustomTestStringConvertible {
  var testDescription: String { "the project's tree" }
}

// Without these a failing expectation would spell out every byte of every file.
extension SourceFile: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: ["path": path]) }
}

extension SourceTree: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: ["root": root.path]) }
}

/// Records each fault as an issue of its own, so that a reader sees one line a fault.
func expectNone(_ faults: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  for fault in faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
}
