import ModbusPlant
import Testing

/// A bench rig whose diverters each behave in a way of their own: B1 fires and is seen, B2's coil does not stay on,
/// B3's is refused, B4's eye is blocked, and nobody sees B5 and B6 fire.
private final class WilfulRig: RegisterBank {
  let memory = RegisterMemory(coils: 7, discretes: 15, inputs: 64, holdings: 16)

  init() { memory.set(.discrete, at: 5, [1]) }

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) -> ModbusException? { memory.read(table, at: address, count: count, into: &values) }

  func write(_ table: ModbusTable, at address: UInt16, values: Span<UInt16>) -> ModbusException? {
    guard table == .coil, values.count == 1, values[0] == 1 else {
      return memory.write(table, at: address, values: values)
    }
    switch address {
    case 1: memory.set(.input, at: 16, [memory.value(.input, at: 16) &+ 1])
    case 2: return nil
    case 3: return .deviceFailure
    default: break
    }
    return memory.write(table, at: address, values: values)
  }
}

@Suite("Points of a machine from the command line")
struct IoTests {
  /// Runs `sortline io` against a rig.
  private func io(_ words: String, at rig: WilfulRig) throws -> BuiltProgram.Ending {
    let server = ModbusServer(ModbusServerSettings(.tcp(host: "127.0.0.1", port: 0)), bank: rig)
    try server.start()
    defer { server.stop() }
    return try BuiltProgram.shell(
      "sortline io \(words) --connect 127.0.0.1:\(server.port)",
      environment: ["SORTLINE_HOME": BuiltProgram.root])
  }

  @Test("every diverter is fired once in turn, told by what was seen of it, and let go again")
  func exercise() throws {
    let rig = WilfulRig()
    let ending = try io("exercise all --profile bench-rig --arm --wait 300ms", at: rig)
    #expect(ending.code == 1, "\(ending.err)")
    let lines = ending.out.split(separator: "\n")
    let wanted = [
      "chute B1: confirmed by its eye after ",
      "chute B2: the coil reads back off: the device did not take it",
      "chute B3: not fired: ", "chute B4: not fired: its eye is blocked already",
      "chute B5: fired, and its eye saw nothing in 300 ms",
      "chute B6: fired, and its eye saw nothing in 300 ms",
    ]
    #expect(lines.count == wanted.count, "\(ending.out)")
    for (line, words) in zip(lines, wanted) { #expect(line.hasPrefix(words)) }
    for coil in 0..<7 { #expect(rig.memory.value(.coil, at: UInt16(coil)) == 0, "coil \(coil) is off again") }
    #expect(rig.memory.value(.input, at: 16) == 1, "fired once")
    let sound = try io("exercise B1 --profile bench-rig --arm", at: rig)
    #expect(sound.code == 0 && sound.out.hasPrefix("chute B1: confirmed"), "\(sound.err)")
  }

  @Test("nothing is written without --arm, nor what the map does not allow, and each is told")
  func refusals() throws {
    let rig = WilfulRig()
    for (words, code, says) in [
      ("exercise all", 64, "Nothing was fired, because --arm is not given. It would be: B1, B2,"),
      ("exercise B9 --arm", 65, "no diverter for a bin \"B9\"\n  Did you mean B"),
      (
        "write induction.hold=on", 64,
        "Not written, because --arm is not given: induction.hold (coil 0, 00001)"
      ),
      ("write encoder=1 --arm", 78, "does not allow encoder to be written"),
      ("write induction.hold --arm", 64, "'induction.hold' does not say what to write"),
      ("write induction.hold=perhaps --arm", 64, "induction.hold takes on or off"),
      ("read encodr", 65, "no point \"encodr\"\n  Did you mean encoder?"),
      ("look encoder", 64, "ACTION cannot be 'look'"),
    ] {
      let ending = try io("\(words) --profile bench-rig", at: rig)
      #expect(ending.code == Int32(code) && ending.err.contains(says), "\(words): \(ending.err)")
    }
    for coil in 0..<7 { #expect(rig.memory.value(.coil, at: UInt16(coil)) == 0) }
    let assigned = try io("exercise all --profile letter-sorter", at: rig)
    #expect(assigned.code == 0 && assigned.out.contains("nothing to fire from here"))
  }

  @Test("points are read, watched and written by name, with both notations, and read back")
  func points() throws {
    let rig = WilfulRig()
    rig.memory.set(.input, at: 0, [1, 2])
    let all = try io("read all --profile bench-rig", at: rig)
    #expect(all.code == 0 && all.out.contains(/encoder +input 0-1 +30001 +65538\s/), "\(all.out)")
    let one = try io("read encoder --json --profile bench-rig", at: rig)
    #expect(
      one.out
        == "{\"point\":\"encoder\",\"table\":\"input\",\"address\":0,\"reference\":\"30001\",\"raw\":[1,2],\"value\":\"65538\"}\n"
    )
    let watched = try io("watch heartbeat jam --for 120ms --every 20ms --profile bench-rig", at: rig)
    #expect(watched.code == 0)
    #expect(watched.out == "0.000 s  heartbeat = 0\n0.000 s  jam = off\n", "what stands still is shown once")
    let written = try io("write induction.hold=on --arm --profile bench-rig", at: rig)
    #expect(
      written.code == 0 && written.out.contains(/induction\.hold +coil 0 +00001 +on\s/), "\(written.out)")
    #expect(rig.memory.value(.coil, at: 0) == 1)
    let stubborn = try io("write divert.B2=on --arm --profile bench-rig", at: rig)
    #expect(
      stubborn.code == 76 && stubborn.err.contains("divert.B2 reads back as off, not as it was written"))
    let refused = try io("write divert.B3=on --arm --profile bench-rig", at: rig)
    #expect(refused.code == 69 && !refused.err.isEmpty, "\(refused.err)")
  }
}
