import Foundation
import Testing

/// One of the rings that the program RingStress can put to the stress.
struct StressedRing: Sendable, CustomTestStringConvertible {
  var name: String
  /// `never`, `byValue` or `byOrder`: how the stress is to find it out.
  var found: String

  var testDescription: String { name }

  static let all: [StressedRing] = {
    let listed = (try? StressProgram.run(["--list"]))?.out.split(separator: "\n") ?? []
    return listed.map { line in
      let words = line.split(separator: " ")
      return StressedRing(name: String(words[0]), found: String(words[1]))
    }
  }()
  static let sound = all.filter { $0.found == "never" }
  static let flawed = all.filter { $0.found != "never" }
}

/// The program RingStress as it was built with these tests.
enum StressProgram {
  private static var file: URL {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let folders = [own, URL(fileURLWithPath: CommandLine.arguments[0])].map { $0.deletingLastPathComponent() }
    let files = folders.map { $0.appendingPathComponent("RingStress") }
    return files.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? files[1]
  }

  static func run(_ arguments: [String]) throws -> (code: Int32, out: String) {
    let process = Process()
    process.executableURL = file
    process.arguments = arguments
    // Swift's ThreadSanitizer does not look at memcpy unless told to, and a record is copied by it.
    process.environment = ["TSAN_OPTIONS": "halt_on_error=1:exitcode=66:ignore_interceptors_accesses=0"]
    let out = Pipe()
    process.standardOutput = out
    process.standardError = out
    try process.run()
    let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}

@Suite("Rings between two threads")
struct RingStressTests {
  /// Few, because on a busy machine two threads that wait for each other move a record a time slice.
  private static let records = "2000"

  @Test("the program lists two sound rings and the flawed ones")
  func list() {
    #expect(StressedRing.sound.map(\.name) == ["ProductRing", "Flawless"])
    #expect(StressedRing.flawed.count == 18)
  }

  @Test("nothing is lost, doubled, torn or out of order in a sound ring", arguments: StressedRing.sound)
  func sound(_ ring: StressedRing) throws {
    let ending = try StressProgram.run([ring.name, Self.records])
    #expect(ending.code == 0, "\(ending.out)")
    #expect(ending.out.hasSuffix("nothing found\n"))
  }

  /// So the stress is known to be able to fail.
  @Test("each flaw is found out", arguments: StressedRing.flawed)
  func flawed(_ ring: StressedRing) throws {
    let ending = try StressProgram.run([ring.name, Self.records])
    #expect([0, 1, 66].contains(ending.code), "\(ending.out)")
    if ending.out.hasPrefix("built with ThreadSanitizer") || ring.found == "byValue" {
      #expect(ending.code != 0, "\(ring.name) passed")
    }
  }
}
