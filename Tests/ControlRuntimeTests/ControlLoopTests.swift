import Dispatching
import EventRecords
import Foundation
import Quantities
import RingBuffer
import SorterModel
import Supervision
import Synchronization
import Telemetry
import Testing

@testable import ControlRuntime

@Suite("The control loop")
struct ControlLoopTests {
  /// A moment so many milliseconds after the run began.
  private func at(_ milliseconds: Int64) -> Nanoseconds { Bench.began + .milliseconds(milliseconds) }

  private func tell(_ line: inout PortSide, _ event: FieldInput.Event, _ position: Int64) {
    let input = PortInput(FieldInput(event, at: Pulses(position)), at: Instant(position * 250_000))
    let isPushed = line.inputs.tryPush(input)
    #expect(isPushed)
  }

  private func expectKinds(_ line: inout PortSide, _ wanted: [Command.Kind]) {
    let found = kinds(&line)
    #expect(found == wanted)
  }

  private func expect(_ loop: inout ControlLoop, isOver wanted: Bool) {
    let isOver = loop.isOver
    #expect(isOver == wanted)
  }

  private func kinds(_ line: inout PortSide) -> [Command.Kind] {
    var kinds: [Command.Kind] = []
    while let given = line.commands.tryPop() { kinds.append(given.command.kind) }
    return kinds
  }

  /// A piece inducted at pulse 0 and identified at 2,300: its command is under way to bin A, void at 6,000 less the lead.
  private func assigned(_ loop: inout ControlLoop, _ line: inout PortSide) throws -> PortCommand {
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    tell(&line, .pieceIdentified(PieceID(1), Bench.code, Bench.letter, .good), 2300)
    let taken = loop.cycle(at: at(600))
    #expect(taken == 2)
    let command = line.commands.tryPop()
    return try #require(command)
  }

  @Test("an input's command is in the port's ring when the input counts as handled")
  func inputToCommand() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let command = try assigned(&loop, &line)
    #expect(command.command.kind == .assign)
    #expect(command.command.bin == BinID(0))
    #expect(command.because == 2)
    #expect(line.signals.handledCount == 2)
    #expect(bench.gauges[.fed] == 1)
    #expect(bench.gauges[.commands] == 1)
    #expect(bench.gauges.handling.count == 1)
    #expect(line.signals.lastCycleTime == 600_000_000)
    _ = loop.close()
  }

  @Test("the margin is what lies between the answer and the deadline, as belt and as time")
  func margin() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let command = try assigned(&loop, &line)
    let answer = FieldInput.Event.assignmentAnswered(
      PieceID(1), sequence: command.command.sequence, .accepted, at: Pulses(2400))
    tell(&line, answer, 2350)
    _ = loop.cycle(at: at(601))
    let left = command.command.position - Pulses(2400)
    #expect(bench.gauges.margins.count == 1)
    #expect(bench.gauges.margins.shortest == Nanoseconds(left.rawValue * 250_000))
    #expect(bench.gauges[.marginsBelowLimit] == 0)
    _ = loop.close()
  }

  @Test("an answer that leaves less than the limit is counted and raises the alarm")
  func lowMargin() throws {
    let bench = try Bench(settings: ControlSettings(leastMargin: .seconds(1)))
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let command = try assigned(&loop, &line)
    let answer = FieldInput.Event.assignmentAnswered(
      PieceID(1), sequence: command.command.sequence, .accepted, at: Pulses(2350))
    tell(&line, answer, 2350)
    _ = loop.cycle(at: at(601))
    #expect(bench.gauges[.marginsBelowLimit] == 1)
    #expect(bench.gauges.alarms.map(\.kind).contains(.marginLow))
    _ = loop.close()
  }

  @Test("late answers and refusals are counted, and no margin is measured")
  func lateAnswers() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let command = try assigned(&loop, &line)
    tell(
      &line,
      .assignmentAnswered(PieceID(1), sequence: command.command.sequence, .late, at: Pulses(6100)), 6100)
    _ = loop.cycle(at: at(1600))
    #expect(bench.gauges[.answersLate] == 1)
    #expect(bench.gauges.margins.count == 0)
    _ = loop.close()
  }

  @Test(
    "an answer from nowhere measures nothing and stops nothing", arguments: [Int64.min, -1, 1 << 61, .max])
  func strangeAnswers(position: Int64) throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let command = try assigned(&loop, &line)
    let sequence = command.command.sequence
    let first = FieldInput.Event.assignmentAnswered(
      PieceID(1), sequence: sequence, .accepted, at: Pulses(position))
    _ = line.inputs.tryPush(PortInput(FieldInput(first, at: Pulses(position)), at: Instant(.max)))
    let second = FieldInput.Event.assignmentAnswered(
      PieceID(9), sequence: sequence &+ 77, .accepted, at: Pulses(position))
    _ = line.inputs.tryPush(PortInput(FieldInput(second, at: Pulses(3000)), at: .start))
    let taken = loop.cycle(at: at(700))
    #expect(taken == 2)
    #expect(bench.gauges.margins.count == 1)
    #expect(bench.gauges.margins.longest < .seconds(400_000_000))
    _ = loop.close()
  }

  @Test("a cycle handles no more inputs than it may, and the rest in the next")
  func boundedCycle() throws {
    let bench = try Bench(settings: ControlSettings(inputsACycle: 10))
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    for position in 1...25 { tell(&line, .encoderAdvanced, Int64(position)) }
    let taken = [loop.cycle(at: at(1)), loop.cycle(at: at(2)), loop.cycle(at: at(3))]
    #expect(taken == [10, 10, 5])
    #expect(bench.gauges[.inputDepthMost] == 15)
    _ = loop.close()
  }

  @Test("a wish to stop holds induction, disarms and asks the port to end")
  func stopping() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    line.signals.mayDrive.store(true, ordering: .relaxed)
    _ = loop.cycle(at: at(1))
    expect(&loop, isOver: false)
    bench.wishes.stop.store(true, ordering: .relaxed)
    _ = loop.cycle(at: at(2))
    expect(&loop, isOver: true)
    expectKinds(&line, [.holdInduction])
    #expect(!line.signals.drives)
    #expect(line.signals.isToStop)
    let cause = loop.close().cause
    #expect(cause == .stopped)
  }

  @Test("the run ends when its time is over by the monotonic clock")
  func timeIsUp() throws {
    let bench = try Bench(settings: ControlSettings(length: .milliseconds(50)))
    var loop = bench.takeLoop()
    _ = loop.cycle(at: at(49))
    expect(&loop, isOver: false)
    _ = loop.cycle(at: at(50))
    expect(&loop, isOver: true)
    let end = loop.close()
    #expect(end.cause == .timeIsUp)
    #expect(end.now == Instant(50_000_000))
  }

  @Test("when the time is over nothing more is fed, and the run ends when the machine is empty")
  func runsEmpty() throws {
    let bench = try Bench(settings: ControlSettings(length: .milliseconds(50)))
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 40)
    _ = loop.cycle(at: at(40))
    _ = loop.cycle(at: at(50))
    expectKinds(&line, [.holdInduction])
    expect(&loop, isOver: false)
    tell(&line, .pieceAtEnd(PieceID(1)), 5040)
    _ = loop.cycle(at: at(5040))
    _ = loop.cycle(at: at(5041))
    expect(&loop, isOver: true)
    #expect(line.signals.isToStop)
    let end = loop.close()
    #expect(end.cause == .timeIsUp)
  }

  @Test("a machine that is only watched is left when the time is over: nothing would keep it from being fed")
  func watchedOnly() throws {
    var settings = ControlSettings(length: .milliseconds(50))
    settings.runsEmpty = false
    let bench = try Bench(settings: settings)
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 40)
    _ = loop.cycle(at: at(40))
    _ = loop.cycle(at: at(51))
    expect(&loop, isOver: true)
    #expect(loop.close().cause == .timeIsUp)
  }

  @Test("a state that the machine tells is shown at once")
  func stateShown() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    tell(&line, .machineState(PackMLState.execute.rawValue), 40)
    _ = loop.cycle(at: at(40))
    #expect(bench.gauges[.machineState] == Int(PackMLState.execute.rawValue))
    _ = loop.close()
  }

  @Test("a machine that does not run empty is stopped half a minute after its time")
  func neverEmpty() throws {
    let bench = try Bench(settings: ControlSettings(length: .milliseconds(50)))
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 40)
    _ = loop.cycle(at: at(40))
    _ = loop.cycle(at: at(50))
    _ = loop.cycle(at: at(30_050))
    expect(&loop, isOver: false)
    _ = loop.cycle(at: at(30_051))
    expect(&loop, isOver: true)
  }

  @Test("the run ends when the port has ended and all it told is handled")
  func portEnds() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    tell(&line, .encoderAdvanced, 4)
    line.signals.hasEnded.store(true, ordering: .releasing)
    let taken = loop.cycle(at: at(1))
    #expect(taken == 1)
    _ = loop.cycle(at: at(2))
    expect(&loop, isOver: true)
    let cause = loop.close().cause
    #expect(cause == .portEnded)
  }

  @Test("the operator holds induction and releases it")
  func operatorHold() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    bench.wishes.holdInduction.store(true, ordering: .relaxed)
    _ = loop.cycle(at: at(1))
    _ = loop.cycle(at: at(2))
    expectKinds(&line, [.holdInduction])
    #expect(bench.gauges[.inductionHeld] == 1)
    bench.wishes.holdInduction.store(false, ordering: .relaxed)
    _ = loop.cycle(at: at(3))
    expectKinds(&line, [.releaseInduction])
    #expect(bench.gauges[.inductionHeld] == 0)
    _ = loop.close()
  }

  @Test("commands that find the port's ring full are counted, and a hold is given again until it is taken")
  func fullCommandRing() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    let slots = line.commands.capacity
    for number in 1...UInt64(slots) {
      tell(&line, .pieceInducted(PieceID(number), arrivedAt: .start, gap: Pulses(500)), Int64(number) * 300)
      tell(
        &line, .pieceIdentified(PieceID(number), Bench.code, Bench.letter, .good), Int64(number) * 300 + 200)
      _ = loop.cycle(at: at(Int64(number)))
    }
    let dropped = bench.gauges[.commandsDropped]
    bench.wishes.holdInduction.store(true, ordering: .relaxed)
    _ = loop.cycle(at: at(100_000))
    let given = kinds(&line)
    #expect(given.count == slots || dropped == 0)
    if dropped > 0 { #expect(!given.contains(.holdInduction)) }
    _ = loop.cycle(at: at(100_001))
    if dropped > 0 { #expect(kinds(&line) == [.holdInduction]) }
    _ = loop.close()
  }

  @Test("a scanner's reading is that of the piece that is due where the belt is")
  func ownScanner() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    var scanner = ring.makeProducer()
    var loop = bench.takeLoop(scanner: ring.makeConsumer())
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    line.signals.tellPosition(2300, at: Instant.start + .milliseconds(590))
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(600)))
    _ = loop.cycle(at: at(600))
    let given = line.commands.tryPop()
    let command = try #require(given)
    #expect(command.command.piece == PieceID(1))
    #expect(command.command.kind == .assign)
    _ = loop.close()
  }

  @Test("a reading that waited for longer than a piece takes to be another's place is given to none")
  func waitingReading() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    var scanner = ring.makeProducer()
    var loop = bench.takeLoop(scanner: ring.makeConsumer())
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    _ = loop.cycle(at: at(500))
    // The loop stands still while the first piece is read and lost, and another comes to where it was.
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(575)))
    tell(&line, .machineRestarted, 2400)
    tell(&line, .pieceInducted(PieceID(2), arrivedAt: .start, gap: Pulses(500)), 2500)
    line.signals.tellPosition(4800, at: Instant.start + .milliseconds(1200))
    _ = loop.cycle(at: at(1200))
    #expect(kinds(&line) == [])
    _ = loop.close()
  }

  @Test("a reading is given to no piece where the machine has not been heard since the belt went on")
  func readingByStaleBelt() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    var scanner = ring.makeProducer()
    var loop = bench.takeLoop(scanner: ring.makeConsumer())
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    // The port saw the belt where the first piece is read, and its next request hangs: the reading that comes
    // meanwhile is that of the piece behind.
    line.signals.tellPosition(2300, at: Instant.start + .milliseconds(575))
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(900)))
    _ = loop.cycle(at: at(900))
    #expect(kinds(&line) == [] && bench.gauges[.readingsTooOld] == 1)
    // One in time is the piece's own.
    line.signals.tellPosition(2300, at: Instant.start + .milliseconds(890))
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(900)))
    _ = loop.cycle(at: at(900))
    #expect(kinds(&line) == [.assign])
    _ = loop.close()
  }

  @Test("before the port has seen the belt a reading is given to no piece: a run may have been cut short")
  func readingBeforeTheBelt() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    var scanner = ring.makeProducer()
    var loop = bench.takeLoop(scanner: ring.makeConsumer())
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    // By the last input the piece is where it is read.
    tell(&line, .encoderAdvanced, 2300)
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(575)))
    _ = loop.cycle(at: at(576))
    #expect(kinds(&line) == [] && bench.gauges[.readingsTooOld] == 1)
    line.signals.tellPosition(2300, at: Instant.start + .milliseconds(575))
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(576)))
    _ = loop.cycle(at: at(577))
    #expect(kinds(&line) == [.assign])
    _ = loop.close()
  }

  @Test("where a scanner of its own is heard, the machine's readings are left out and counted")
  func oneScanner() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    var scanner = ring.makeProducer()
    var loop = bench.takeLoop(scanner: ring.makeConsumer())
    var line = bench.takeLine()
    tell(&line, .pieceInducted(PieceID(1), arrivedAt: .start, gap: Pulses(500)), 0)
    tell(&line, .pieceIdentified(PieceID(1), Bench.code, Bench.letter, .good), 2300)
    _ = loop.cycle(at: at(600))
    let none = line.commands.tryPop()
    #expect(none == nil && bench.gauges[.readingsLeftOut] == 1)
    line.signals.tellPosition(2300, at: Instant.start + .milliseconds(600))
    _ = scanner.tryPush(HeardReading(Bench.reading, at: at(601)))
    _ = loop.cycle(at: at(601))
    let given = line.commands.tryPop()
    #expect(given?.command.kind == .assign)
    _ = loop.close()
  }

  @Test("a scanner that is away for five seconds is an alarm until it is back")
  func scannerAway() throws {
    let bench = try Bench()
    let ring = RingBuffer<HeardReading>(capacity: 8)
    let presence = ScannerPresence()
    var loop = bench.takeLoop(scanner: ring.makeConsumer(), presence: presence)
    let line = bench.takeLine()
    line.signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
    func run(_ cycles: ClosedRange<Int64>) -> [AlarmKind] {
      for cycle in cycles { _ = loop.cycle(at: at(cycle)) }
      return bench.gauges.alarms.filter { !$0.isAcknowledged }.map(\.kind)
    }
    #expect(run(1...4900) == [])
    #expect(run(4901...5100) == [.scannerFeedLost])
    bench.wishes.acknowledgements.add(1, ordering: .relaxed)
    presence.isConnected.store(true, ordering: .relaxed)
    #expect(run(5101...15_000) == [])
    #expect(bench.gauges[.alarmsStanding] == 0)
    _ = loop.close()
  }

  @Test("a lost link and what the port finds wrong are alarms while they last")
  func portAlarms() throws {
    let bench = try Bench()
    var loop = bench.takeLoop()
    let line = bench.takeLine()
    line.signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
    _ = loop.cycle(at: at(1))
    #expect(bench.gauges.alarms.isEmpty)
    line.signals.link.store(LinkState.down.rawValue, ordering: .relaxed)
    line.signals.conditions.store(PortCondition.watchdogOff.bit, ordering: .relaxed)
    for cycle in 2...5000 { _ = loop.cycle(at: at(Int64(cycle))) }
    #expect(Set(bench.gauges.alarms.map(\.kind)) == [.linkDown, .watchdogDisabled])
    #expect(bench.gauges[.alarmsUnacknowledged] == 2)
    bench.wishes.acknowledgements.add(1, ordering: .relaxed)
    _ = loop.cycle(at: at(5001))
    #expect(bench.gauges[.alarmsUnacknowledged] == 0)
    // Shelved are those that were acknowledged, but for urgent ones; a reset takes off none that holds.
    bench.wishes.shelvings.add(1, ordering: .relaxed)
    bench.wishes.alarmResets.add(1, ordering: .relaxed)
    _ = loop.cycle(at: at(5002))
    let shelved = bench.gauges.alarms.filter(\.isShelved).map(\.kind)
    #expect(shelved == [.linkDown, .watchdogDisabled].filter(\.canBeShelved) && !shelved.isEmpty)
    #expect(bench.gauges[.alarmsStanding] == 2)
    bench.wishes.unshelvings.add(1, ordering: .relaxed)
    _ = loop.cycle(at: at(5003))
    #expect(bench.gauges.alarms.filter(\.isShelved).isEmpty)
    _ = loop.close()
  }

  @Test("FAULTS 19: a refused write leaves its record: who refused it, where it would have gone, how many")
  func refusedWrites() throws {
    let bench = try Bench(files: true)
    var loop = bench.takeLoop()
    let line = bench.takeLine()
    _ = loop.cycle(at: at(1))
    func refuse(_ count: UInt64) {
      let refused = RefusedWrites(table: 4, address: 30_004, length: 9, count: count)
      line.signals.refusedWrites.store(refused.rawValue, ordering: .relaxed)
    }
    refuse(1)
    for cycle in 2...20 { _ = loop.cycle(at: at(Int64(cycle))) }
    refuse(3)
    line.signals.machineRefusals.store(5, ordering: .relaxed)
    for cycle in 21...40 { _ = loop.cycle(at: at(Int64(cycle))) }
    _ = loop.close()
    _ = try bench.recorder.finish()
    let events = try String(contentsOf: bench.folder.appending(path: "events.jsonl"), encoding: .utf8)
    let refusals = events.split(separator: "\n").filter { $0.contains("\"write.refused\"") }
    #expect(refusals.count == 3)
    let place = #""refused_by":"map","table":"holding","address":30004,"addresses":9,"#
    #expect(refusals.first?.contains(place + #""writes":1"#) == true)
    #expect(refusals.dropFirst().first?.contains(place + #""writes":2"#) == true)
    #expect(refusals.last?.contains(#""refused_by":"machine","writes":5"#) == true)
  }
}
