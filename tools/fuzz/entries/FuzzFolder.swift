import FileFormats
import Foundation

/// A folder in memory with a small library of right files, one for each process; the files that are fuzzed go into it.
struct FuzzFolder {
  /// The folder of this process.
  static let shared = FuzzFolder()
  let path: String

  private init() {
    let files = FileManager.default
    let memory = files.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : files.temporaryDirectory.path
    path = "\(memory)/sortline-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../fixture")
    do {
      try? files.removeItem(atPath: path)
      try files.copyItem(atPath: fixture.standardizedFileURL.path, toPath: path)
    } catch {
      fatalError("the fixture cannot be copied to \(path): \(error)")
    }
    atexit { try? FileManager.default.removeItem(atPath: FuzzFolder.shared.path) }
  }

  /// The library seen from the folder.
  var library: Library { Library(workingDirectory: path) }

  /// Writes a file and answers with its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) -> String {
    let whole = path + "/" + name
    guard let file = unsafe fopen(whole, "w") else { fatalError("\(whole) cannot be written") }
    defer { unsafe fclose(file) }
    guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      fatalError("\(whole) cannot be written")
    }
    return whole
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func makeFolder(_ path: String) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      fatalError("\(path): \(error)")
    }
  }

  static func copy(_ path: String, _ copy: String) {
    do { try FileManager.default.copyItem(atPath: path, toPath: copy) } catch {
      fatalError("\(copy): \(error)")
    }
  }

  /// What is wrong with the way in which an error was told: each line names the file and is fit to print.
  static func complaint(about invalid: InvalidInput, named names: String...) -> String? {
    let lines = invalid.description.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.isEmpty { return "an error without words" }
    for line in lines {
      if !names.contains(where: line.hasPrefix) { return "an error that does not name its file: \(line)" }
      if line.utf8.count > 1500 { return "an error of \(line.utf8.count) bytes" }
      if !line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) {
        return "an error with control characters: \(line.debugDescription)"
      }
    }
    return nil
  }
}
