import Quantities
import RegisterMap
import Rehearsal
import Testing

/// Pieces pass the induction at 0, 1, 2, ... s, each for at most 0.3 s; the belt gives a pulse a millisecond.
@Suite("Remote input and output that goes wrong")
struct RemoteIOFaultTests {
  /// A rig whose fault stands from 1.5 s on for so long, at 1.49 s.
  private func rig(
    _ kind: DeviceFault.Kind, for milliseconds: Int64? = nil, amount: Int = 0
  ) throws -> RigBench {
    let rig = try RigBench {
      $0.faults = [
        DeviceFault(
          kind, at: .milliseconds(1_500), lasts: milliseconds.map { .milliseconds($0) }, amount: amount)
      ]
    }
    rig.beat()
    rig.run(milliseconds: 1_490)
    try #require(try rig.value("eye.induction.count") == 2 && rig.value("eye.induction") == 0)
    try #require(try rig.value("encoder") == 1_490)
    return rig
  }

  @Test("an eye that sticks on shows one edge, is on as long as it sticks, and sees no piece meanwhile")
  func sticksOn() throws {
    let rig = try rig(.eyeStuckOn, for: 2_000)
    rig.run(milliseconds: 10)
    var on = 0
    try rig.run(milliseconds: 1_990) { on += try Int(rig.value("eye.induction")) }
    #expect(on == 199)
    #expect(try rig.value("eye.induction.count") == 3 && rig.value("eye.induction.at") == 1_500)
    rig.run(milliseconds: 20)
    #expect(try rig.value("eye.induction") == 0)
    rig.run(milliseconds: 1_000)
    #expect(try rig.value("eye.induction.count") == 4 && rig.value("eye.end.count") == 0)
  }

  @Test("an eye that sticks off sees no piece, and the next one when it is well again")
  func sticksOff() throws {
    let rig = try rig(.eyeStuckOff, for: 2_000)
    var on = 0
    try rig.run(milliseconds: 2_010) { on += try Int(rig.value("eye.induction")) }
    #expect(on == 0)
    #expect(try rig.value("eye.induction.count") == 2)
    rig.run(milliseconds: 1_000)
    #expect(try rig.value("eye.induction.count") == 3)
    #expect(rig.program.totals.fed == 5)
  }

  @Test("an eye that flickers shows four edges for one piece, three pulses apart")
  func flickers() throws {
    let rig = try rig(.eyeChatters, for: 1_000)
    rig.run(milliseconds: 1_000)
    #expect(try rig.value("eye.induction.count") == 6 && rig.value("eye.induction.at") == 2_009)
    rig.run(milliseconds: 1_000)
    #expect(try rig.value("eye.induction.count") == 7)
  }

  @Test("a fault of one eye leaves the others alone")
  func oneEye() throws {
    // Number 3 is the eye of the second bin on the way.
    let rig = try rig(.eyeStuckOn, amount: 3)
    rig.run(milliseconds: 100)
    #expect(try rig.value("eye.bin.B1") == 1)
    for eye in ["eye.induction", "eye.end", "eye.bin.B0", "eye.bin.B2", "eye.bin.B3"] {
      #expect(try rig.value(eye) == 0)
    }
  }

  @Test("what an eye sees that is no piece is noted where account is kept of pieces", arguments: [1, 3])
  func lies(eye: Int) throws {
    for keeps in [false, true] {
      let rig = try RigBench {
        $0.keepsPieces = keeps
        $0.faults = [DeviceFault(.eyeStuckOn, at: .milliseconds(1_500), amount: eye)]
      }
      rig.beat()
      rig.run(milliseconds: 1_600)
      let lies = rig.program.takeLies()
      #expect(lies.map(\.bin) == (keeps ? [BinID(eye == 1 ? 4 : 1)] : []))
      #expect(lies.map(\.encoder) == (keeps ? [1_500] : []))
      #expect(rig.program.takeLies().isEmpty)
    }
  }

  @Test("an encoder that stands counts on from where it stood; the belt has moved on")
  func stands() throws {
    let rig = try rig(.encoderStands)
    rig.run(milliseconds: 40)
    #expect(try rig.value("encoder") == 1_500)
    rig.run(milliseconds: 570)
    // Half a second of belt since, less the fifty milliseconds that it did not count.
    #expect(try rig.value("encoder") == 2_050 && rig.value("eye.induction.at") == 1_950)
  }

  @Test("an encoder that jumps shows pulses that there were none of", arguments: [(0, 20), (40, 40)])
  func jumps(amount: Int, pulses: UInt32) throws {
    let rig = try rig(.encoderJumps, amount: amount)
    rig.run(milliseconds: 610)
    #expect(try rig.value("encoder") == 2_100 + pulses && rig.value("eye.induction.at") == 2_000 + pulses)
  }

  @Test("coils that are refused or ignored stay off, while the heartbeat is taken", arguments: [true, false])
  func coils(refuses: Bool) throws {
    let rig = try rig(refuses ? .refuseCommands : .ignoreCommands, for: 1_000)
    rig.run(milliseconds: 100)
    #expect(rig.write("divert.B0", 1) == (refuses ? .illegalValue : nil))
    #expect(try rig.value("divert.B0") == 0)
    rig.run(milliseconds: 1_000)
    #expect(rig.program.totals.watchdogTrips == 0)
    #expect(rig.write("divert.B0", 1) == nil)
    #expect(try rig.value("divert.B0") == 1)
  }
}
