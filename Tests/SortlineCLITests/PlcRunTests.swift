import Foundation
import ModbusPlant
import Quantities
import SortlineCLI
import Synchronization
import Testing

/// A `sortline run` that drives a virtual PLC, both processes of their own.
final class DrivenPlc {
  let plc: RunningPlc
  let run: Process
  let folder: TemporaryFolder
  private let client: ModbusClient
  private var words: [UInt16] = []

  init(_ plcWords: [String], run runWords: [String] = [], environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    plc = try RunningPlc(
      ["scenarios/peak-hour", "--listen", "127.0.0.1:0", "--quiet", "--pieces", Self.file("plc.csv", folder)]
        + plcWords, environment: environment)
    let scanner = plc.scannerPort.map { ["--scanner", "connect:127.0.0.1:\($0)"] } ?? []
    run = try Self.start(port: plc.port, out: Self.file("run", folder), runWords + scanner, environment)
    client = ModbusClient(.tcp(host: "127.0.0.1", port: plc.port))
    try client.connect()
  }

  private static func start(
    port: UInt16, out: String, _ words: [String], _ environment: [String: String]
  ) throws -> Process {
    let run = Process()
    run.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    run.executableURL = URL(fileURLWithPath: BuiltProgram.path)
    run.currentDirectoryURL = URL(fileURLWithPath: BuiltProgram.root)
    run.arguments =
      [
        "run", "scenarios/peak-hour", "--backend", "modbus", "--connect", "127.0.0.1:\(port)", "--arm",
        "--quiet", "--out", out,
      ] + words
    run.standardInput = FileHandle.nullDevice
    run.standardOutput = FileHandle.nullDevice
    run.standardError = FileHandle.nullDevice
    try run.run()
    return run
  }

  /// Starts another controller for the same machine, as whatever restarts one that died would.
  func startAgain(_ name: String) throws -> Process {
    try Self.start(port: plc.port, out: Self.file(name, folder), [], [:])
  }

  deinit {
    guard run.isRunning else { return }
    kill(run.processIdentifier, SIGKILL)
    run.waitUntilExit()
  }

  private static func file(_ name: String, _ folder: TemporaryFolder) -> String {
    folder.url.appendingPathComponent(name).path
  }

  /// The machine's status block.
  func status() throws -> [UInt16] {
    try client.read(.holding, at: 100, count: 16, into: &words)
    return Array(words[0..<16])
  }

  var isArmed: Bool { get throws { try status()[3] & 1 != 0 } }
  var isSafe: Bool { get throws { try status()[3] & 2 != 0 } }

  /// Asks the machine until something is so; the time that it took, nil after twenty.
  func wait(until isSo: () throws -> Bool) throws -> Duration? {
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < .seconds(20) {
      if try isSo() { return clock.now - start }
    }
    return nil
  }

  /// Holds what the run says of its pieces against what the machine says; how many there are.
  func compareAccounts() throws -> Int {
    let machine = try bins("plc.csv", piece: 0, bin: 2)
    let run = try bins("run/pieces.csv", piece: 1, bin: 13, skipping: ["on_machine"])
    let differing = run.filter { machine[$0.key] != $0.value }
    #expect(differing.isEmpty, "\(differing)")
    return run.count
  }

  /// A number of the run's summary.json.
  func summary(_ key: String) throws -> Int {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.file("run/summary.json", folder)))
    let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let timing = whole["timing"] as? [String: Any] ?? [:]
    return try #require((whole[key] ?? timing[key]) as? Int, "\(key)")
  }

  /// Bins by piece, of those that left the machine by the rows of a CSV.
  func bins(_ name: String, piece: Int, bin: Int, skipping: Set<Substring> = []) throws -> [Substring:
    Substring]
  {
    let text = try String(contentsOfFile: Self.file(name, folder), encoding: .utf8)
    var result: [Substring: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline).dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      if fields.contains(where: skipping.contains) { continue }
      result[fields[piece]] = fields[bin]
    }
    return result
  }
}

@Suite("sortline run on sortline plc", .serialized, .timeLimit(.minutes(3)))
struct PlcRunTests {
  @Test("every piece ends where both say that it ended, and none is late or mis-sorted")
  func accounts() throws {
    let pair = try DrivenPlc(["--speed", "3"], run: ["--for", "12s"])
    pair.run.waitUntilExit()
    #expect(pair.run.terminationStatus <= 1, "a threshold may be missed in so short a run")
    let ending = try pair.plc.stop()
    #expect(ending.code == 0)
    #expect(!ending.out.contains("too late") && !ending.out.contains("unaccounted"))
    #expect(try pair.compareAccounts() > 100)
  }

  @Test("a scanner with a wire of its own serves as well as the machine's events")
  func ownScanner() throws {
    let pair = try DrivenPlc(["--scanner-feed", "127.0.0.1:0"], run: ["--for", "6s"])
    pair.run.waitUntilExit()
    #expect(pair.run.terminationStatus <= 1)
    #expect(try pair.plc.stop().code == 0)
    let readings = try pair.summary("scanner_readings")
    #expect(try pair.compareAccounts() == readings && readings > 20)
    #expect(try pair.summary("machine_readings_left_out") == 0)
    // A busy computer may hand a line on too late to be believed: that piece is no wrong one.
    #expect(try pair.summary("missorted") == 0 && pair.summary("sorted") > 0)
  }

  @Test("where the scanner of its own says nothing no piece is sorted, whatever the machine reads")
  func silentScanner() throws {
    let pair = try DrivenPlc(["--speed", "4"], run: ["--scanner", "stdin", "--for", "3s"])
    pair.run.waitUntilExit()
    #expect(try pair.plc.stop().code == 0)
    #expect(try pair.summary("sorted") == 0 && pair.compareAccounts() == pair.summary("rejected"))
    #expect(try pair.summary("machine_readings_left_out") > 20)
  }

  @Test(
    "a controller that is stopped or killed leaves the machine safe within 500 ms",
    arguments: [SIGSTOP, SIGKILL])
  func dies(by signal: Int32) throws {
    let pair = try DrivenPlc([])
    _ = try #require(try pair.wait { try pair.isArmed })
    // Some mail is on the belt, with diverts commanded.
    _ = try #require(try pair.wait { try pair.status()[9] > 5 })
    kill(pair.run.processIdentifier, signal)
    let time = try #require(try pair.wait { try pair.isSafe })
    #expect(time < .milliseconds(500))
    #expect(try pair.status()[3] & 33 == 32, "disarmed, and induction held")
    if signal == SIGSTOP {
      kill(pair.run.processIdentifier, SIGCONT)
      let clock = ContinuousClock()
      let start = clock.now
      while clock.now - start < .seconds(1) { #expect(try pair.isSafe, "no heartbeat clears it") }
    }
    let ending = try pair.plc.stop()
    #expect(ending.out.contains(/watchdog trips\s+1\s/))
  }

  @Test("a controller that was killed goes on in its own run directory, and both accounts agree")
  func resumes() throws {
    let pair = try DrivenPlc([])
    _ = try #require(try pair.wait { try pair.isArmed })
    _ = try #require(try pair.wait { try pair.status()[9] > 8 })
    let owner = try pair.status()[12]
    kill(pair.run.processIdentifier, SIGKILL)
    pair.run.waitUntilExit()
    _ = try #require(try pair.wait { try pair.isSafe })
    let out = pair.folder.url.appendingPathComponent("run").path
    let next = try BuiltProgram.shell(
      "sortline run --resume \(out) --connect 127.0.0.1:\(pair.plc.port) --arm --for 3s --plain")
    #expect(next.code <= 1, "\(next.err)")
    #expect(next.err.contains("recovered peak-hour in "), "\(next.err)")
    #expect(try pair.status()[12] == owner, "the machine knows it as the same controller")
    #expect(try pair.plc.stop().code == 0)
    #expect(try pair.compareAccounts() > 20)
    let fed = try pair.summary("fed")
    let ended = try ["sorted", "rejected", "removed", "lost", "on_machine"].map { try pair.summary($0) }
    #expect(fed == ended.reduce(0, +))
    #expect(try pair.summary("lost") == 0)
    let verified = try BuiltProgram.shell("sortline verify \(out) --quiet")
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
    let events = try String(contentsOfFile: out + "/events.jsonl", encoding: .utf8)
    #expect(events.contains(#""event_name":"run.resumed""#))
    // It has ended now: there is nothing to go on with.
    let again = try BuiltProgram.shell("sortline run --resume \(out) --connect 127.0.0.1:9")
    #expect(again.code == 64 && again.err.contains("has ended: it has a summary"), "\(again.err)")
  }

  @Test("FAULTS 11: a controller that is pushed aside falls silent, and its run tells why")
  func secondMaster() throws {
    let pair = try DrivenPlc(["--fault", "second-master@1s"], run: ["--for", "6s"])
    pair.run.waitUntilExit()
    let ending = try pair.plc.stop()
    let refused = try #require(ending.out.firstMatch(of: /writes refused\s+([0-9,]+)\s/)).1
    #expect((1...4).contains(Int(refused) ?? .max), "\(refused)")
    let events = try String(
      contentsOfFile: pair.folder.url.appendingPathComponent("run/events.jsonl").path, encoding: .utf8)
    #expect(events.contains(#""alarm":"ownershipLost""#))
    #expect(events.contains(#""event_name":"write.refused""#))
  }

  @Test("a second run on a driven machine ends with 69 and says whose it is, and the first goes on")
  func secondRun() throws {
    let pair = try DrivenPlc([])
    _ = try #require(try pair.wait { try pair.isArmed })
    let owner = try pair.status()[12]
    let second = try BuiltProgram.shell(
      "cd \(BuiltProgram.root) && sortline run scenarios/peak-hour --backend modbus --connect 127.0.0.1:\(pair.plc.port) "
        + "--arm --for 1s --quiet --out \(pair.folder.url.path)/second")
    #expect(second.code == 69, "\(second.err)")
    #expect(second.err.contains("the machine was never driven: another controller drives it"))
    let status = try pair.status()
    #expect(status[12] == owner && status[3] & 3 == 1 && status[11] == 0, "nothing was written")
  }

  @Test("sortline io does not write beside a controller that lives, whatever --arm says")
  func twoHands() throws {
    let pair = try DrivenPlc([])
    _ = try #require(try pair.wait { try pair.isArmed })
    let owner = try pair.status()[12]
    // The same machine with a register of its own that may be written.
    let machine = pair.folder.url.appendingPathComponent("machine")
    let shipped = URL(fileURLWithPath: BuiltProgram.root)
      .appendingPathComponent("hardware-profiles/letter-sorter")
    try FileManager.default.copyItem(at: shipped, to: machine)
    let map = machine.appendingPathComponent("registers.csv")
    var rows = try String(contentsOf: map, encoding: .utf8)
    if !rows.hasSuffix("\n") { rows += "\n" }
    rows += "lamp,plc,1,holding,40000,,u16,ABCD,1,0,rw,,off,a lamp\n"
    try rows.write(to: map, atomically: true, encoding: .utf8)
    let io = try BuiltProgram.shell(
      "sortline io write --profile \(machine.path) --connect 127.0.0.1:\(pair.plc.port) --arm lamp=1")
    #expect(io.code == 69, "\(io.out)\(io.err)")
    #expect(io.err.contains("controller number \(owner) drives this machine now: nothing was written"))
    let status = try pair.status()
    #expect(status[12] == owner && status[3] & 3 == 1, "still driven by its own controller")
    #expect(status[11] == 0, "nothing had to be refused")
  }
}
