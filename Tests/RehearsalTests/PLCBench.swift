import Dispatching
import Foundation
import Quantities
import RegisterMap
import Rehearsal
import Simulation
import SorterModel
import Testing

/// A virtual PLC on a short line, stepped by hand, and a small controller that speaks to its registers.
final class PLCBench {
  var program: PLCProgram
  let layout: PLCLayout
  let profile: HardwareProfile
  /// The time that is given, in nanoseconds.
  private(set) var time: Int64 = 1_000_000_000
  /// What the controller writes; its heartbeat counts up with each write.
  var block = ControllerBlock()
  var order = ByteOrder.abcd
  /// Commands sent so far, by the number of the last one.
  var sequence: UInt16 = 0

  static let epoch: UInt16 = 77
  static let millisecond: Int64 = 1_000_000

  init(
    recirculation: HardwareProfile.Recirculation? = nil, scenario change: (inout Scenario) -> Void = { _ in },
    settings adjust: (inout PLCSettings) -> Void = { _ in }
  ) throws {
    profile = Self.line(recirculation)
    layout = try PLCLayout(.draft(for: profile), bins: profile.bins.count)
    var scenario = Scenario.generic(for: profile, seed: 5)
    change(&scenario)
    guard case .generated(let generation) = scenario.mail else { throw CocoaError(.featureUnsupported) }
    var settings = PLCSettings(epoch: Self.epoch)
    adjust(&settings)
    program = PLCProgram(
      profile: profile, scenario: scenario,
      mail: GeneratedMail(generation, seed: scenario.seed, startsAt: 0), layout: layout, settings: settings,
      at: time)
    block.owner = 4711
    block.epoch = Self.epoch
  }

  /// A line of four bins, a metre apart from the fourth metre on, and an end bin; a piece a second.
  static func line(_ recirculation: HardwareProfile.Recirculation?) -> HardwareProfile {
    var bins = (0..<4).map { index in
      HardwareProfile.Bin(
        name: "B\(index)", position: Millimetres(4000 + 1000 * index), side: .left, isEnd: false,
        capacityPieces: 1_000_000, capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)])
    }
    bins.append(
      HardwareProfile.Bin(
        name: "END", position: Millimetres(10_000), side: .end, isEnd: true, capacityPieces: 1_000_000,
        capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)]))
    let size = SizeClass(
      name: "box", length: Millimetres(200)...Millimetres(300), width: Millimetres(100)...Millimetres(200),
      height: Millimetres(10)...Millimetres(50), weight: Grams(10)...Grams(500))
    return HardwareProfile(
      name: "bench", title: "A line for tests", topology: .line, ratedPiecesPerHour: 3600, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: 1000, encoderPulsesPerMetre: 1000, length: Millimetres(10_000),
        restart: .seconds(1)),
      recirculation: recirculation, induction: HardwareProfile.Induction(minimumGap: Millimetres(100)),
      scanner: HardwareProfile.Scanner(position: Millimetres(500), resultDelay: .milliseconds(100)),
      sizeClasses: [size],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(50), reset: .milliseconds(50), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(40), faultsToDisable: 3),
      bins: bins,
      sweeping: Sweeping(
        sweepers: 1, service: .seconds(10)...(.seconds(10)), callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: HardwareProfile.Control(
        mode: .assigned, answer: .milliseconds(5), stallToRideOut: .seconds(10), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "EUR", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1, rejectMicrosPerPiece: 0
      ))
  }

  /// Moves the time on in steps of `every` milliseconds, with a heartbeat before each if the controller lives.
  func run(milliseconds: Int, every: Int = 20, isAlive: Bool = true, each: () throws -> Void) rethrows {
    for _ in 0..<milliseconds / every {
      time += Int64(every) * Self.millisecond
      if isAlive { beat() }
      program.step(to: time)
      try each()
    }
  }

  /// The same with nothing done in between.
  func run(milliseconds: Int, every: Int = 20, isAlive: Bool = true) {
    run(milliseconds: milliseconds, every: every, isAlive: isAlive) {}
  }

  /// Writes the controller block with another heartbeat.
  @discardableResult
  func beat() -> RegisterRefusal? {
    block.heartbeat &+= 1
    return write(block)
  }

  func write(_ block: ControllerBlock) -> RegisterRefusal? {
    var registers = [UInt16](repeating: 0, count: ControllerBlock.registers)
    block.encode(into: &registers, at: 0, order)
    return program.write(.holding, at: layout.controller.address, registers, at: time)
  }

  /// Takes the machine over and arms, and looks that it worked.
  func arm() {
    beat()
    block.eventTail = machine.eventHead
    block.arm = 1
    beat()
  }

  func registers(_ place: PLCLayout.Place, from offset: Int = 0, count: Int? = nil) throws -> [UInt16] {
    Array(
      try program.read(
        place.table, at: place.address + offset, count: count ?? place.count - offset, at: time
      )
      .get())
  }

  /// The status block; an empty one where it cannot be read.
  var machine: MachineBlock {
    (try? registers(layout.machine)).flatMap { MachineBlock(from: $0, at: 0, order) } ?? MachineBlock()
  }

  /// The identity block; nil where its magic is not right.
  var identity: IdentityBlock? {
    (try? registers(layout.id)).flatMap { IdentityBlock(from: $0, at: 0, order) }
  }

  /// The events after the tail; takes them over.
  func takeEvents() throws -> [EventSlot] {
    let head = machine.eventHead
    var events: [EventSlot] = []
    while block.eventTail != head {
      block.eventTail &+= 1
      let offset = Int(block.eventTail) % layout.eventSlots * EventSlot.registers
      let slot = try registers(layout.events, from: offset, count: EventSlot.registers)
      let event = try #require(EventSlot(from: slot, at: 0, order))
      #expect(event.number == block.eventTail, "an event lies where another should")
      events.append(event)
    }
    return events
  }

  /// Sends a command as the next one and gives back its answer; nil where there is none yet.
  @discardableResult
  func send(
    _ kind: CommandSlot.Kind, _ piece: UInt32 = 0, bin: UInt16 = RegisterInterface.noBin,
    deadline: UInt32? = nil,
    epoch: UInt16? = nil
  ) throws -> AnswerSlot? {
    sequence &+= 1
    var command = CommandSlot()
    command.kind = kind.rawValue
    command.piece = piece
    command.bin = bin
    command.deadline = deadline ?? machine.encoder &+ 1_000_000
    command.epoch = epoch ?? block.epoch
    command.sequence = sequence
    try put(command)
    return try answer(to: sequence)
  }

  func put(_ command: CommandSlot) throws {
    var registers = [UInt16](repeating: 0, count: CommandSlot.registers)
    command.encode(into: &registers, at: 0, order)
    let slot = Int(command.sequence) % layout.mailboxSlots * CommandSlot.registers
    #expect(program.write(.holding, at: layout.mailbox.address + slot, registers, at: time) == nil)
  }

  func answer(to sequence: UInt16) throws -> AnswerSlot? {
    let slot = Int(sequence) % layout.mailboxSlots * AnswerSlot.registers
    let found = AnswerSlot(
      from: try registers(layout.answers, from: slot, count: AnswerSlot.registers), at: 0, order)
    return found?.sequence == sequence ? found : nil
  }

  /// Runs, assigning each piece that is read to the bin that `choose` names for it.
  func sort(milliseconds: Int, every: Int = 20, _ choose: (EventSlot) -> UInt16) throws {
    try run(milliseconds: milliseconds, every: every) {
      for event in try takeEvents() where event.kind == EventSlot.Kind.identified.rawValue {
        let answer = try send(.assign, event.piece, bin: choose(event), deadline: event.encoder &+ 3_000)
        #expect(answer?.result == AnswerSlot.Result.accepted.rawValue)
      }
    }
  }
}

extension AnswerSlot {
  /// Its result, by name.
  var outcome: Result? { Result(rawValue: result) }
}
