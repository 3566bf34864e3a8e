import Foundation
import ModbusPlant
import Quantities
import SortlineCLI
import Testing

/// A `sortline plc` that runs as a process of its own.
final class RunningPlc {
  private let process = Process()
  private let output = Pipe()
  private let errors: URL
  private let place: TemporaryFolder
  /// What it printed on standard output up to its ready line.
  let ready: String

  init(_ words: [String], environment: [String: String] = [:]) throws {
    place = try TemporaryFolder()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    errors = place.url.appendingPathComponent("err")
    try Data().write(to: errors)
    process.executableURL = URL(fileURLWithPath: BuiltProgram.path)
    process.arguments = ["plc"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]) { line += byte }
    ready = String(decoding: line, as: UTF8.self)
  }

  deinit { if process.isRunning { process.terminate() } }

  /// The port that its ready line names.
  var port: UInt16 {
    ready.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) } ?? 0
  }

  /// The port of its scanner, where that has a wire of its own.
  var scannerPort: UInt16? {
    ready.firstMatch(of: /scanner on port (\d+)/).flatMap { UInt16($0.1) }
  }

  /// Asks it to stop and waits; what it printed since the ready line, and its exit code.
  func stop(_ number: Int32 = SIGTERM) throws -> (out: String, err: String, code: Int32) {
    kill(process.processIdentifier, number)
    return try wait()
  }

  func wait() throws -> (out: String, err: String, code: Int32) {
    let out = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (
      String(decoding: out, as: UTF8.self), try String(contentsOf: errors, encoding: .utf8),
      process.terminationStatus
    )
  }

  func pause() { kill(process.processIdentifier, SIGSTOP) }
}

@Suite("sortline plc", .timeLimit(.minutes(2)))
struct PlcTests {
  @Test("it says where it is, shows its registers, and ends on SIGTERM with the machine's account")
  func wholeLife() throws {
    let plc = try RunningPlc([
      "scenarios/peak-hour", "--listen", "127.0.0.1:0", "--feed-at-once", "--speed", "20",
    ])
    #expect(plc.ready.hasPrefix("ready: letter-sorter on 127.0.0.1:"))
    #expect(plc.ready.contains(", 99 bins, scenario peak-hour, seed 1, epoch "))
    let client = ModbusClient(.tcp(host: "127.0.0.1", port: plc.port))
    try client.connect()
    var words: [UInt16] = []
    try client.read(.holding, at: 0, count: 10, into: &words)
    #expect(Array(words[0..<3]) == [0x534F, 0x5254, 1])
    #expect(words[4] == 99 && words[7] > 0 && words[7] <= 500)
    var heads: Set<UInt16> = []
    for _ in 0..<2000 where heads.count < 5 {
      try client.read(.holding, at: 100, count: 16, into: &words)
      #expect(words[0] == words[15])
      heads.insert(words[8])
    }
    #expect(heads.count >= 5, "mail is fed and read")
    #expect(throws: ModbusFault.exception(.illegalAddress)) { try client.write(register: 1, at: 100) }
    let (out, err, code) = try plc.stop()
    #expect(code == 0 && err.isEmpty)
    #expect(out.contains("peak-hour on letter-sorter, the machine's account"))
    #expect(out.contains(/writes refused\s+1\s/) && out.contains(/watchdog trips\s+0\s/))
    #expect(!out.contains("unaccounted"))
  }

  @Test("mbpoll reads and writes it as the register interface says")
  func mbpoll() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/mbpoll") else {
      // tools/test installs it where it can; CI must have it.
      #expect(ProcessInfo.processInfo.environment["CI"] == nil, "mbpoll is not installed")
      print("skipped: mbpoll is not installed (apt install mbpoll)")
      return
    }
    let plc = try RunningPlc(["--profile", "letter-sorter", "--listen", "127.0.0.1:0", "--quiet"])
    func poll(_ options: String) throws -> BuiltProgram.Ending {
      try BuiltProgram.shell("mbpoll -0 -1 -m tcp -p \(plc.port) \(options)")
    }
    let magic = try poll("-t 4:hex -r 0 -c 2 127.0.0.1")
    #expect(magic.out.contains(/\[0\]:\s+0x534F/) && magic.out.contains(/\[1\]:\s+0x5254/))
    let owner = try poll("-t 4 -r 30000 127.0.0.1 1 4711 0 0 0 0 0 0 0")
    #expect(owner.code == 0 && owner.out.contains("Written 9 references"))
    #expect(try poll("-t 4 -r 112 -c 1 127.0.0.1").out.contains(/\[112\]:\s+4711/))
    #expect(try poll("-t 4 -r 0 127.0.0.1 1").code != 0)
    let ending = try plc.stop(SIGINT)
    #expect(ending.code == 0 && ending.out.contains(/fed\s+0\s/))
  }

  @Test("it ends by itself after --for, and writes where the pieces ended")
  func endsByItself() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("pieces.csv")
    let plc = try RunningPlc([
      "scenarios/peak-hour", "--listen", "127.0.0.1:0", "--feed-at-once", "--speed", "100", "--for", "1s",
      "--pieces", file.path,
    ])
    let ending = try plc.wait()
    #expect(ending.code == 0)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\r\n")
    #expect(lines.first == "piece,ended,bin")
    #expect(lines.count > 100 && lines.dropFirst().allSatisfy { $0.hasSuffix(",end,END") })
    let toEnd = try #require(ending.out.firstMatch(of: /to the end\s+([\d,]+)/)).1.filter { $0 != "," }
    #expect(Int(toEnd) == lines.count - 1)
  }

  @Test("it does not listen where other machines reach it, nor where another program listens")
  func refusals() throws {
    let world = try SmallWorld()
    let scenario = BuiltProgram.root + "/scenarios/peak-hour"
    let beyond = world.run("plc", scenario, "--listen", "0.0.0.0:0", "--quiet")
    #expect(beyond.code == .configuration && beyond.err.contains("--allow-beyond-loopback"))
    let plc = try RunningPlc(["scenarios/peak-hour", "--listen", "127.0.0.1:0"])
    let second = world.run("plc", scenario, "--listen", "127.0.0.1:\(plc.port)", "--quiet")
    #expect(second.code == .unavailable && second.err.contains("Another program has this port"))
    #expect(second.out.isEmpty)
  }

  @Test(
    "a PLC that tracks the pieces itself has no photo-eyes or encoder of ours to go wrong",
    arguments: ["eye-stuck-on", "eye-stuck-off", "eye-chatters", "encoder-stands", "encoder-jumps"])
  func noSuchFault(name: String) throws {
    let world = try SmallWorld()
    let ending = world.run(
      "plc", BuiltProgram.root + "/scenarios/peak-hour", "--listen", "127.0.0.1:0", "--fault", "\(name)@1s")
    #expect(ending.code == .usage && ending.err.contains("has no \(name)"))
  }

  @Test(
    "a command line that makes no sense is told how to make sense",
    arguments: [
      (["plc"], "needs a scenario or a machine"),
      (["plc", "--profile", "letter-sorter", "--mail", "x.csv"], "--mail needs a scenario"),
      (["plc", "x", "--fault", "rebot@10s"], "Did you mean reboot?"),
      (["plc", "x", "--fault", "reboot@ten"], "Write reboot@10s"),
      (["plc", "x", "--listen", "127.0.0.1:70000"], "--listen"),
      (["plc", "x", "--listen", "rtu:/dev/ttyS0"], "--serial"),
      (["plc", "x", "--serial", "ttyS0"], "--serial"),
      (["plc", "x", "--speed", "0"], "--speed needs a whole number"),
    ])
  func usage(words: [String], says: String) throws {
    let err = MemorySink()
    let code = SortlineProgram.main(words, console: Console(out: MemorySink(), err: err))
    #expect(code == .usage && err.text.contains(says))
  }
}
