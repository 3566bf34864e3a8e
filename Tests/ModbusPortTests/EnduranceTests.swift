import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("A port is exact over wraps and under random faults")
struct EnduranceTests {
  @Test("FAULTS 18: 200,000 commands over three wraps of the sequence, and over a wrap of encoder and pieces")
  func wraps() throws {
    var options = Rig.armed
    options.mailboxSlots = 64
    options.eventSlots = 64
    let first: UInt32 = .max - 100_000
    let rig = try Rig(options) { plc in
      plc.machine.encoder = .max - 100_000
      plc.machine.mailboxDone = 65_000
      plc.machine.eventHead = 65_500
      plc.show()
    }
    try #require(rig.turn { rig.link == .armed })
    let start = rig.session.encoder.position
    let startCount = rig.plc.machine.encoder
    var wire = first
    var inducted: UInt64 = 0
    var given = 0
    var answered = 0
    while given < 200_000 {
      let batch = min(48, 200_000 - given)
      for _ in 0..<batch / 4 {
        rig.plc.tell(.inducted, piece: wire)
        wire &+= wire == .max ? 2 : 1
      }
      for _ in 0..<batch { rig.assign(UInt64(first) + UInt64(given / 4)); given += 1 }
      rig.turn(2)
      for input in rig.inputs {
        let event = input.input.event
        switch event.kind {
        case .pieceInducted:
          inducted += 1
        case .assignmentAnswered:
          answered += 1
          try #require(event.sequence == UInt32(answered))
          try #require(event.answer == .accepted)
        default: break
        }
      }
      rig.inputs.removeAll()
    }
    rig.turn(4)
    #expect(rig.outcome(.accepted) == 200_000)
    #expect(rig.plc.carriedOut.count == 200_000)
    #expect(inducted == 50_000)
    #expect(rig.session.lostEvents == 0)
    #expect(rig.session.encoder.position - start == Int64(rig.plc.machine.encoder &- startCount))
    #expect(rig.session.encoder.position > 1 << 32)
  }

  @Test("piece numbers, extended, go on over the wrap of 32 bits, and a garbled one moves nothing")
  func pieceNumbers() {
    var numbers = PieceNumbers()
    func take(_ wire: UInt32, _ number: UInt64) {
      let taken = numbers.take(wire)
      #expect(taken == number)
    }
    take(.max - 1, UInt64(UInt32.max) - 1)
    take(.max, UInt64(UInt32.max))
    take(1, UInt64(UInt32.max) + 2)
    take(.max, UInt64(UInt32.max))
    _ = numbers.take(0x7000_0000)
    take(2, UInt64(UInt32.max) + 3)
    #expect(numbers.wire(of: UInt64(UInt32.max) + 3) == 2)
    numbers.startAnew()
    take(0, 0)
    take(1, UInt64(UInt32.max) + 4)
    #expect(numbers.wire(of: UInt64(UInt32.max) + 3) == nil)
  }

  @Test("a belt counter is exact over its wrap, looks back, and does not believe a count that goes back")
  func belt() {
    var belt = BeltCounter(wire: 0xFFFF_FF00, position: 0xFFFF_FF00)
    let isForward = belt.move(to: 0x10)
    #expect(isForward)
    #expect(belt.position == 0x1_0000_0010)
    #expect(belt.position(of: 0xFFFF_FFF0) == 0xFFFF_FFF0)
    #expect(belt.wire(at: 0x1_0000_0110) == 0x110)
    let before = belt.position
    let isBack = !belt.move(to: 0x8)
    #expect(isBack)
    #expect(belt.position == before)
  }

  /// What a run under random faults left.
  private struct Chaos {
    var random: SeededNumbers
    var faults: Int
    /// Faults stop after so many requests, so that the run comes to rest.
    var left: Int

    mutating func fate() -> FakePLC.Fate {
      guard left > 0 else { return .answered }
      left -= 1
      guard Int(random.next() % 1000) < faults else { return .answered }
      switch random.next() % 7 {
      case 0: return .lost
      case 1: return .answerLost
      case 2: return .delayed
      case 3: return .garbled
      case 4: return .reset
      case 5: return .refused(.deviceBusy)
      default: return .refused(.deviceFailure)
      }
    }
  }

  @Test(
    "under random faults: at most one actuation a command, one outcome each, and no wrong value",
    arguments: UInt64(1)...40)
  func randomFaults(seed: UInt64) throws {
    var options = Rig.armed
    options.port.seed = seed
    options.port.resetsByItself = true
    options.settings.allowsReadWrite = seed % 2 == 0
    let rig = try Rig(options)
    try #require(rig.turn { rig.link == .armed })
    var chaos = Chaos(random: SeededNumbers(seed: seed), faults: 20 + Int(seed % 5) * 60, left: 4_000)
    rig.plc.interfere = { _ in chaos.fate() }
    var choice = SeededNumbers(seed: seed &+ 1_000)
    var bins: [UInt32: UInt16] = [:]
    var piece: UInt64 = 0
    for round in 0..<600 {
      if choice.next() % 3 == 0 && rig.plc.machine.eventHead &- rig.plc.tail < 12 {
        piece += 1
        rig.plc.tell(.inducted, piece: UInt32(piece))
        let bin = UInt16(choice.next() % 4)
        bins[UInt32(piece)] = bin
        rig.assign(piece, bin: bin, pulses: Int64(choice.next() % 6_000))
      }
      if choice.next() % 40 == 0 { rig.plc.deliverDelayed() }
      if seed % 4 == 0 && round == 300 { rig.plc.reboot(epoch: 8) }
      rig.turn()
      if seed % 4 == 0 && round >= 300 { break }
    }
    rig.plc.interfere = { _ in .answered }
    rig.plc.deliverDelayed()
    rig.turn(1_200)
    // One outcome each.
    #expect(rig.session.book.open == 0, "seed \(seed)")
    #expect(rig.session.book.tallies.reduce(0, +) == rig.session.book.taken, "seed \(seed)")
    // At most one actuation a command, and none that nobody asked for.
    let commands = rig.plc.carriedOut.filter { $0.kind == CommandSlot.Kind.assign.rawValue }
    #expect(Set(commands.map(\.piece)).count == commands.count, "seed \(seed)")
    #expect(commands.allSatisfy { bins[$0.piece] == $0.bin }, "seed \(seed)")
    // What the dispatcher was told is true: accepted is carried out, refused and late are not.
    let told = Dictionary(
      rig.events(.assignmentAnswered).map { ($0.event.piece.rawValue, $0.event.answer) },
      uniquingKeysWith: { first, _ in first })
    #expect(told.count == rig.events(.assignmentAnswered).count, "seed \(seed): one answer each")
    let carried = Set(commands.map { UInt64($0.piece) })
    for (piece, answer) in told {
      #expect(carried.contains(piece) == (answer == .accepted), "seed \(seed) piece \(piece)")
    }
    // Events: each once and in order, unless the machine began anew.
    let seen = rig.events(.pieceInducted).map(\.event.piece.rawValue)
    #expect(seen == seen.sorted() && Set(seen).count == seen.count, "seed \(seed)")
    if seed % 4 != 0 { #expect(seen == Array(1...piece), "seed \(seed)") }
    let places = rig.inputs.map(\.input.position)
    #expect(places == places.sorted(), "seed \(seed): the belt never goes back")
  }
}
