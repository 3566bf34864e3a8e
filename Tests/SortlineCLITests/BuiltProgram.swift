import Foundation
import sortline

/// The `sortline` that was built with these tests, run as a process of its own.
struct BuiltProgram {
  /// What a process left behind.
  struct Ending {
    var code: Int32
    var out: String
    var err: String
  }

  /// The program's file: it stands beside the test bundle.
  static var path: String {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = bundle.deletingLastPathComponent().appendingPathComponent("sortline").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    let first = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return first.appendingPathComponent("sortline").path
  }

  /// The folder of the package.
  static var root: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }

  /// Runs a shell line in which `sortline` is the built program.
  static func shell(
    _ line: String, shell: String = "/bin/bash", options: [String] = ["-c"], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Ending {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = options + [line]
    if let folder { process.currentDirectoryURL = folder }
    var variables = [
      "PATH": "\((path as NSString).deletingLastPathComponent):/usr/bin:/bin", "HOME": "/nonexistent",
      "LANG": "C.UTF-8",
    ]
    // Where coverage is measured, the program's counts too go where the tests' go.
    variables["LLVM_PROFILE_FILE"] = ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"]
    variables.merge(environment) { $1 }
    process.environment = variables
    // Files, not pipes: a full pipe would stop a process that nobody reads.
    let place = try TemporaryFolder()
    let outPath = place.url.appendingPathComponent("out")
    let errPath = place.url.appendingPathComponent("err")
    for path in [outPath, errPath] { try Data().write(to: path) }
    process.standardOutput = try FileHandle(forWritingTo: outPath)
    process.standardError = try FileHandle(forWritingTo: errPath)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Ending(
      code: process.terminationStatus, out: try String(contentsOf: outPath, encoding: .utf8),
      err: try String(contentsOf: errPath, encoding: .utf8))
  }
}

/// A folder that is removed with the value that holds it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file into the folder, making the folders on its way.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }
}
