import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import SorterModel
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("Direct control: eyes and encoder in, coils out")
struct DirectTests {
  private func armedRig() throws -> DirectRig {
    let rig = try DirectRig()
    rig.turn(40)
    try #require(rig.link == .armed)
    return rig
  }

  @Test("an eye's leading edge comes with the place that the device latched")
  func edges() throws {
    let rig = try armedRig()
    rig.io.pass(3_000_000)
    rig.io.set("eye.induction", true)
    let place = Int64(rig.io.encoder)
    rig.turn()
    rig.io.pass(50_000_000)
    rig.io.set("eye.induction", false)
    rig.turn()
    let edges = rig.events(.inductionEye)
    #expect(edges.map(\.event.isOn) == [true, false])
    #expect(edges.first?.position.rawValue == place)
    #expect((0...60).contains((edges.last?.position.rawValue ?? 0) - place - 200))
  }

  @Test("an edge whose place no device latched is told only where the eye was looked at often enough")
  func unlatchedEdges() throws {
    let latches = try DirectRig().io.map.points.map(\.name).filter { $0.hasSuffix(".at") }
    let rig = try DirectRig(without: Set(latches))
    rig.turn(40)
    rig.io.set("eye.induction", true)
    rig.turn()
    rig.io.set("eye.induction", false)
    rig.turn(40)
    #expect(rig.events(.inductionEye).map(\.event.isOn) == [true, false])
    // The next comes while nobody looks: the belt goes on for a metre, and where on it the piece lies nobody knows.
    rig.io.set("eye.induction", true)
    rig.io.pass(250_000_000)
    rig.turn()
    #expect(rig.events(.inductionEye).map(\.event.isOn) == [true, false])
    #expect(rig.holds(.eventsLost) && rig.session.overview.lostEvents == 1)
  }

  @Test("a diverter is fired when the belt is at its place, within three pulses, and let go after its time")
  func fires() throws {
    let rig = try armedRig()
    for (index, bin) in [UInt16(0), 1, 2].enumerated() {
      let place = rig.position + 200 + Int64(index) * 7
      rig.fire(bin, UInt64(index + 1), at: place)
      rig.turn(30)
      let change = try #require(rig.io.changes.dropFirst(2 * index).first)
      #expect(change.isOn)
      #expect(abs(Int64(change.position) - place) <= 3)
    }
    #expect(rig.io.changes.map(\.isOn) == [true, false, true, false, true, false])
    // 15 ms are 60 pulses.
    #expect((60...66).contains(rig.io.changes[1].position - rig.io.changes[0].position))
    #expect(rig.outcome(.accepted) == 3)
  }

  @Test("FAULTS 17: an order whose place the belt has passed is refused as late, and nothing is fired")
  func late() throws {
    let rig = try armedRig()
    rig.fire(0, 1, at: rig.position - 100)
    rig.turn(2)
    #expect(rig.io.changes.isEmpty)
    #expect(rig.events(.divertRefused).map(\.event.reason) == [.assignmentTimeout])
    #expect(rig.outcome(.late) == 1)
  }

  @Test("FAULTS 16: a request to fire that fails is never made again", arguments: [true, false])
  func neverTwice(arrives: Bool) throws {
    let rig = try armedRig()
    rig.io.writeFate = { arrives ? .timeout(received: 0) : .closedByPeer(requestSent: false) }
    rig.fire(0, 1, at: rig.position + 100)
    rig.turn(8)
    rig.io.writeFate = { nil }
    rig.turn(60)
    #expect(rig.io.changes.filter(\.isOn).count == (arrives ? 1 : 0))
    #expect(!rig.io.isOn("A"))
    #expect(rig.session.tallies.reduce(0, +) == 1)
  }

  @Test("a device that begins anew is known by its eyes' counts, even where its encoder seems to go on")
  func restartAhead() throws {
    let rig = try armedRig()
    for _ in 0..<2 {
      rig.io.set("eye.induction", true)
      rig.turn(10)
      rig.io.set("eye.induction", false)
      rig.turn(10)
    }
    #expect(rig.events(.machineRestarted).isEmpty)
    let position = rig.position
    rig.io.restart(encoder: rig.io.encoder &+ 500)
    rig.turn(2)
    #expect(rig.events(.machineRestarted).count == 1)
    // Where the belt is nobody knows: it is taken up where it was, and nothing is driven until somebody says so.
    #expect((0...100).contains(rig.position - position))
    #expect(rig.link == .safe && rig.holds(.epochChanged))
  }

  @Test("a stopped belt stops the schedule")
  func stoppedBelt() throws {
    let rig = try armedRig()
    rig.fire(0, 1, at: rig.position + 100)
    rig.turn(1)
    rig.io.beltRuns = false
    rig.turn(100)
    #expect(rig.io.changes.isEmpty)
    rig.io.beltRuns = true
    rig.turn(60)
    #expect(rig.io.changes.map(\.isOn) == [true, false])
  }

  @Test("FAULTS 20: a chattering eye makes no phantom pieces, and is told")
  func chatter() throws {
    let rig = try armedRig()
    rig.io.set("eye.induction", true)
    rig.turn()
    for _ in 0..<6 {
      rig.io.set("eye.induction", false)
      rig.io.set("eye.induction", true)
      rig.turn()
    }
    #expect(rig.events(.inductionEye).filter(\.event.isOn).count == 1)
    #expect(rig.holds(.sensorChattering))
    #expect(!rig.holds(.sensorStuck))
  }

  @Test(
    "FAULTS 20: an eye that stays on for longer than any piece is told as stuck, and makes one piece at most")
  func stuck() throws {
    let rig = try armedRig()
    rig.io.set("eye.bin.A", true)
    rig.turn(60)
    #expect(rig.holds(.sensorStuck))
    #expect(rig.events(.binEye).filter(\.event.isOn).count == 1)
    rig.io.set("eye.bin.A", false)
    rig.turn(2)
    #expect(!rig.holds(.sensorStuck))
  }

  @Test("FAULTS 19: a coil that reads back unlike its command takes its bin out of service")
  func readback() throws {
    let rig = try armedRig()
    rig.io.takesCoils = false
    rig.fire(1, 1, at: rig.position + 100)
    rig.turn(30)
    #expect(rig.events(.binDisabled).map(\.event.bin) == [BinID(1)])
    #expect(rig.holds(.readbackMismatch))
    rig.fire(1, 2, at: rig.position + 100)
    rig.turn(5)
    #expect(rig.events(.divertRefused).map(\.event.piece.rawValue) == [2])
  }

  @Test("FAULTS 15: with the device's watchdog off nothing is armed")
  func watchdogOff() throws {
    let rig = try DirectRig { $0.watchdog = 0 }
    rig.turn(40)
    #expect(rig.link == .disarmed)
    #expect(rig.holds(.watchdogOff))
    rig.fire(0, 1, at: rig.position + 100)
    rig.turn(30)
    #expect(rig.io.changes.isEmpty)
    // Once somebody has set it, the device can be driven without a new connection.
    rig.io.watchdog = 300
    rig.turn(5)
    #expect(!rig.holds(.watchdogOff) && rig.link == .armed)
  }

  @Test("FAULTS 14: a device whose heartbeat stands still is not driven, and coils are let go")
  func deviceHangs() throws {
    let rig = try armedRig()
    rig.io.heartbeatRuns = false
    rig.turn(80)
    #expect(rig.link == .safe)
    #expect(rig.events(.link).last?.event.isOn == false)
  }

  @Test("FAULTS 14: when the control thread stands still the heartbeat stops and coils are let go")
  func controlHangs() throws {
    let rig = try armedRig()
    rig.controlRuns = false
    rig.turn(40)
    let beats = rig.io.heartbeats
    rig.turn(60)
    #expect(rig.io.heartbeats == beats)
    #expect(rig.link == .safe)
  }

  @Test("FAULTS 14: a port that was held up fires nothing for a control thread that stood still meanwhile")
  func bothHang() throws {
    let rig = try armedRig()
    let place = rig.position + 4_000
    rig.fire(0, 1, at: place)
    rig.turn()
    let before = rig.io.coilWrites
    // A second later both threads were held up, and the port's comes round first, just when the piece is there.
    rig.io.pass((place - 4 - Int64(rig.io.encoder)) * 250_000)
    for _ in 0..<8 {
      #expect(rig.session.nextMoment == nil)
      rig.session.serve(at: rig.now)
      rig.io.pass(250_000)
    }
    #expect(rig.io.coilWrites == before)
    rig.controlRuns = false
    rig.turn(2)
    #expect(rig.events(.divertRefused).map(\.event.piece.rawValue) == [1])
    #expect(!rig.io.isOn("A") && rig.link == .safe)
  }

  @Test(
    "FAULTS 14: a turn whose requests are slow sends no heartbeat for a control thread that stands still in it"
  )
  func hangsInATurn() throws {
    let rig = try armedRig()
    let beats = rig.io.heartbeats
    rig.io.pass(60_000_000)
    rig.signals.lastCycle.store(rig.io.time, ordering: .relaxed)
    rig.io.pass(90_000_000)
    rig.io.roundTrip = 40_000_000
    rig.session.turn(at: rig.now)
    #expect(rig.io.heartbeats == beats && rig.link == .safe)
  }

  @Test("FAULTS 18: the encoder wraps and positions go on")
  func wrap() throws {
    let rig = try DirectRig { $0.encoderStart = .max - 400 }
    rig.turn(40)
    try #require(rig.link == .armed)
    #expect(rig.position > Int64(UInt32.max))
    let place = rig.position + 120
    rig.fire(0, 1, at: place)
    rig.turn(30)
    #expect(abs(Int64(rig.io.changes[0].position) + (1 << 32) - place) <= 3)
  }

  @Test("a device that tells of no watchdog is armed, and the pre-flight warns of it")
  func unknownWatchdog() throws {
    let rig = try DirectRig(without: ["watchdog_ms"])
    rig.turn(40)
    #expect(rig.link == .armed)
    let check = rig.session.overview.preflight.checks.first { $0.name == "watchdog" }
    #expect(check?.verdict == .warned && check?.found == "no such point")
  }

  @Test("a device that refuses the encoder cannot be tracked by, and is not driven")
  func noEncoder() throws {
    let rig = try DirectRig { io in io.missing = [Int(io.map["encoder"]?.address ?? 0)] }
    rig.turn(40)
    #expect(rig.link == .down)
    #expect(rig.session.overview.lastFault.contains("refuses the encoder"))
  }

  @Test("a dry run tells the dispatcher that its orders are withheld, and writes nothing")
  func dryRun() throws {
    let rig = try DirectRig(isDryRun: true)
    rig.turn(40)
    rig.fire(1, 7, at: rig.position + 100)
    rig.turn(2)
    let answer = try #require(rig.events(.assignmentAnswered).first)
    #expect(answer.event.piece == PieceID(7) && answer.event.answer == .withheld)
    #expect(rig.io.changes.isEmpty && rig.io.coilWrites == 0 && rig.io.heartbeats == 0)
  }

  @Test("a point that the device refuses does not keep the rest of its group from being read")
  func quarantine() throws {
    let rig = try DirectRig { io in
      let point = io.map["eye.bin.C.count"]
      io.missing = [Int(point?.address ?? 0)]
    }
    rig.turn(40)
    #expect(rig.link == .armed)
    #expect(rig.session.overview.quarantined == ["eye.bin.C.count"])
    rig.io.set("eye.bin.D", true)
    rig.turn()
    rig.io.set("eye.bin.C", true)
    rig.turn()
    #expect(rig.events(.binEye).map(\.event.bin.rawValue) == [3, 2])
  }

  @Test("FAULTS 27: what the eyes counted before the start is not inducted")
  func before() throws {
    let rig = try DirectRig { io in
      for _ in 0..<5 {
        io.set("eye.induction", true)
        io.set("eye.induction", false)
      }
    }
    rig.turn(10)
    #expect(rig.events(.inductionEye).isEmpty)
  }

  @Test("FAULTS 11: a device that began anew, so that its encoder goes back, has lost every piece")
  func restarted() throws {
    let rig = try armedRig()
    rig.fire(0, 1, at: rig.position + 4_000)
    rig.turn(2)
    let before = rig.position
    rig.io.close()
    rig.io.encoderStart &-= 100_000
    rig.turn(60)
    #expect(rig.events(.machineRestarted).count == 1)
    #expect(rig.holds(.epochChanged))
    #expect(rig.link == .safe)
    #expect(rig.position >= before && rig.position - before < 4_000)
    let places = rig.inputs.map(\.input.position)
    #expect(places == places.sorted())
    // Coil 0 holds induction: where nothing is driven any more, nothing may be fed either.
    #expect(rig.io.changes.map(\.coil) == [0])
    #expect(rig.io.changes.map(\.isOn) == [true])
  }

  @Test(
    "a hold is written again when the device's watchdog has tripped, whether or not its coil can be read",
    arguments: [true, false])
  func holdAfterTrip(showsHold: Bool) throws {
    let rig = try DirectRig(showsHold: showsHold)
    rig.turn(40)
    try #require(rig.link == .armed)
    rig.hold(true)
    rig.turn(2)
    try #require(rig.io.holdsInduction)
    rig.io.trip()
    rig.turn(showsHold ? 2 : 25)
    #expect(rig.io.holdsInduction)
    rig.hold(false)
    rig.turn(30)
    #expect(!rig.io.holdsInduction)
    #expect(rig.io.changes.map(\.isOn).suffix(1) == [false])
  }

  @Test("a hold is written again when the device began anew, be it while it is driven or while nothing is")
  func holdAfterRestart() throws {
    let rig = try armedRig()
    rig.hold(true)
    rig.turn(2)
    for _ in 0..<2 {
      rig.io.restart(encoder: 0)
      rig.turn(3)
      #expect(rig.link == .safe && rig.io.holdsInduction)
    }
  }

  @Test("a coil that somebody else turns on is written off, each time anew, and its bin is out of service")
  func foreignCoil() throws {
    let rig = try armedRig()
    for _ in 0..<2 {
      rig.io.setCoil("C", true)
      rig.turn(30)
      #expect(!rig.io.isOn("C"))
    }
    #expect(rig.events(.binDisabled).map(\.event.bin.rawValue) == [2])
    #expect(rig.holds(.readbackMismatch))
  }

  @Test("a coil that stays on whatever is written is written off no more often than the heartbeat goes out")
  func stuckCoil() throws {
    let rig = try armedRig()
    rig.io.setCoil("C", true)
    rig.io.takesCoils = false
    let (writes, beats) = (rig.io.coilWrites, rig.io.heartbeats)
    rig.turn(200)
    let often = rig.io.coilWrites - writes
    #expect(often > 2 && often <= rig.io.heartbeats - beats + 1)
  }

  @Test(
    "where the encoder shows less than when a run was cut short, its device may have begun anew: all is lost",
    arguments: [UInt32.max - 10_000, 3_000_000_000])
  func restartedMeanwhile(encoder: UInt32) throws {
    let dead = try DirectRig { $0.encoderStart = encoder }
    dead.turn(40)
    let offset = try #require(dead.session.encoder?.offset)
    let before = dead.position
    dead.io.close()
    dead.io.restart(encoder: 100)
    dead.io.pass(500_000_000)
    let place = SessionPlace(owner: 0, epoch: 0, event: 0, pieceBase: 0, beltOffset: offset)
    let next = try DirectRig(
      after: dead,
      goingOnFrom: PortResumption(place: place, position: Pulses(before), newestPiece: PieceID(1)))
    next.turn(40)
    #expect(next.events(.machineRestarted).count == 1)
    #expect(next.holds(.epochChanged))
    #expect((0...2_000).contains(next.position - before))
  }

  @Test("the next controller of a run tells where the belt was before and is now")
  func goesOn() throws {
    let dead = try armedRig()
    let offset = try #require(dead.session.encoder?.offset)
    let before = dead.position
    dead.io.close()
    dead.io.pass(500_000_000)
    let place = SessionPlace(owner: 0, epoch: 0, event: 0, pieceBase: 0, beltOffset: offset)
    let next = try DirectRig(
      after: dead,
      goingOnFrom: PortResumption(place: place, position: Pulses(before), newestPiece: PieceID(1)))
    next.turn(40)
    try #require(next.link == .armed)
    let told = next.events(.link)
    #expect(told.map(\.event.isOn) == [false, true])
    // Two metres went by meanwhile: by the place of the second, what they took past its diverter is given up.
    let places = told.map(\.position.rawValue)
    #expect(places.first == before && (places.last ?? 0) >= before + 2_000)
  }

  @Test("the next controller of a run has not checked a device that lets it connect and says nothing")
  func goesOnUnchecked() throws {
    let dead = try armedRig()
    let offset = try #require(dead.session.encoder?.offset)
    dead.io.close()
    dead.io.answers = false
    let place = SessionPlace(owner: 0, epoch: 0, event: 0, pieceBase: 0, beltOffset: offset)
    let next = try DirectRig(
      after: dead,
      goingOnFrom: PortResumption(place: place, position: Pulses(dead.position), newestPiece: PieceID(1)))
    next.turn()
    #expect(!next.session.overview.preflight.checks.isEmpty && !next.session.overview.isChecked)
    dead.io.answers = true
    next.turn(100)
    #expect(next.session.overview.isChecked)
  }

  @Test("FAULTS 20: the device's jam signal is polled, and told once when it comes and once when it goes")
  func jam() throws {
    let rig = try armedRig()
    rig.io.set("jam", true)
    rig.turn(5)
    #expect(rig.events(.jamStarted).count == 1)
    #expect(rig.events(.jamCleared).isEmpty)
    // A jam that is cleared while the link is down is told when it is up again.
    rig.io.refusesConnections = true
    rig.io.close()
    rig.turn(5)
    rig.io.set("jam", false)
    rig.turn(5)
    #expect(rig.events(.jamCleared).isEmpty)
    rig.io.refusesConnections = false
    rig.turn(100)
    #expect(rig.events(.jamStarted).count == 1)
    #expect(rig.events(.jamCleared).count == 1)
  }

  @Test("a belt that is jammed when the port starts is told as jammed")
  func jammedBefore() throws {
    let rig = try DirectRig { $0.set("jam", true) }
    rig.turn(10)
    #expect(rig.events(.jamStarted).count == 1)
  }

  @Test("a bin's full signal is read at each poll, and a full bin stays so while the link is down")
  func bins() throws {
    let rig = try armedRig()
    rig.io.set("bin.full.B", true)
    rig.turn()
    #expect(rig.events(.binFull).map(\.event.bin.rawValue) == [1])
    rig.io.refusesConnections = true
    rig.io.close()
    rig.turn(5)
    #expect(rig.link == .down)
    #expect(rig.events(.binAvailable).isEmpty)
    rig.io.set("bin.full.B", false)
    rig.io.refusesConnections = false
    rig.turn(100)
    #expect(rig.events(.binAvailable).map(\.event.bin.rawValue) == [1])
  }

  @Test(
    "where the belt is goes out with the moment of the last poll that was answered, not of one that failed")
  func positionWithItsMoment() throws {
    let rig = try armedRig()
    let asked = rig.now
    rig.turn()
    let seen = try #require(rig.signals.lastPosition)
    #expect(seen.position.rawValue == rig.position && seen.at == asked)
    rig.io.refusesConnections = true
    rig.io.close()
    rig.turn(100)
    let later = try #require(rig.signals.lastPosition)
    #expect(later.position == seen.position && later.at == seen.at)
  }

  @Test("what an eye counted while the link was down has its own place, told before the link is up again")
  func edgesWhileDown() throws {
    let rig = try armedRig()
    rig.io.close()
    rig.turn()
    try #require(rig.link == .down)
    rig.io.set("jam", true)
    rig.io.set("eye.end", true)
    let place = Int64(rig.io.encoder)
    rig.turn(60)
    try #require(rig.link == .armed)
    let told = rig.inputs.map(\.input).filter { [.link, .endEye, .jamStarted].contains($0.event.kind) }
    #expect(told.suffix(4).map(\.event.kind) == [.link, .endEye, .jamStarted, .link])
    #expect(told.suffix(3).first?.position == Pulses(place))
    #expect((told.last?.position.rawValue ?? 0) > place + 300)
  }

  @Test("the link is not told to be up as long as what an eye counted meanwhile cannot be handed on")
  func edgesWhileStuck() throws {
    let rig = try DirectRig(slots: 4)
    rig.turn(40)
    try #require(rig.link == .armed)
    rig.isDrained = false
    // The ring takes four of these, and the fifth waits.
    while rig.session.outbox.isEmpty { rig.turn() }
    rig.io.close()
    rig.turn()
    rig.io.set("eye.end", true)
    let place = Int64(rig.io.encoder)
    rig.turn(60)
    try #require(rig.link == .armed)
    rig.isDrained = true
    rig.turn(10)
    let told = rig.inputs.map(\.input).filter { [.link, .endEye].contains($0.event.kind) }
    #expect(told.suffix(3).map(\.event.kind) == [.link, .endEye, .link])
    #expect(told.suffix(2).first?.position == Pulses(place))
    #expect(told.last?.event.isOn == true)
  }

  @Test("after a lost link longer than the watchdog a person has to let it go on")
  func latched() throws {
    let rig = try armedRig()
    rig.io.refusesConnections = true
    rig.io.close()
    rig.turn(100)
    rig.io.refusesConnections = false
    rig.turn(1_000)
    #expect(rig.link == .safe)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    rig.turn(3)
    #expect(rig.link == .armed)
  }

  @Test("a coil that was left on is let go when driving begins, and all are let go at the end")
  func leftOn() throws {
    let rig = try DirectRig { $0.setCoil("C", true) }
    rig.turn(40)
    #expect(!rig.io.isOn("C"))
    rig.fire(0, 1, at: rig.position + 20)
    rig.turn(2)
    rig.io.setCoil("D", true)
    rig.session.end(at: rig.now)
    #expect(["A", "B", "C", "D", "R"].allSatisfy { !rig.io.isOn($0) })
    #expect(rig.session.overview.commandsOpen == 0)
  }
}
