import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

/// SplitMix64: the same cases everywhere.
struct TestRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0xA24B_AED4_963E_E407 &+ 0x9FB2_1C65_1E98_DF25 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x &>> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

@Suite("Anything the field may send, in any order")
struct FuzzTests {
  /// The field gone mad: mostly events that could be, mixed with some that could not.
  private struct MadField {
    var random: TestRandom
    var position: Int64 = 0
    var newest: UInt64 = 0

    mutating func wild() -> Int64 {
      [Int64.min, .max, -1, 0, 1 << 40, -(1 << 50), Int64(bitPattern: random.next())][random.below(7)]
    }

    mutating func piece() -> PieceID {
      if random.chance(5) { return PieceID([0, .max, .max / 2, random.next()][random.below(4)]) }
      return PieceID(newest > 40 ? newest - UInt64(random.below(41)) : UInt64(random.below(42)))
    }

    mutating func bin() -> BinID {
      BinID(random.chance(4) ? UInt16(random.below(65_536)) : UInt16(random.below(6)))
    }

    mutating func size() -> Dimensions {
      func measure(_ random: inout TestRandom, _ usual: Int32) -> Int32 {
        random.chance(4) ? Int32(truncatingIfNeeded: random.next()) : usual
      }
      return Dimensions(
        length: Millimetres(tenths: measure(&random, 2000)),
        width: Millimetres(tenths: measure(&random, 1000)), height: Millimetres(tenths: measure(&random, 10)),
        weight: Grams(tenths: measure(&random, 100)))
    }

    mutating func event() -> FieldInput.Event {
      let reason = Reason.allCases[random.below(Reason.allCases.count)]
      switch random.below(24) {
      case 0...4:
        if random.chance(96) { newest += UInt64(1 + random.below(2)) }
        let piece = random.chance(98) ? PieceID(newest) : piece()
        let gap = random.chance(90) ? 300 : wild()
        return .pieceInducted(piece, arrivedAt: Instant(random.chance(95) ? 0 : wild()), gap: Pulses(gap))
      case 5...9:
        let code = DestinationCode(rawValue: random.chance(90) ? Desk.code.rawValue : random.next())
        let quality = random.chance(85) ? ReadQuality.good : .noRead
        return .pieceIdentified(piece(), random.chance(70) ? code : Desk.codeForC, size(), quality)
      case 10...11:
        let answers: [FieldInput.Answer] = [.accepted, .accepted, .late, .refused]
        return .assignmentAnswered(
          piece(), sequence: UInt32(random.below(400)), answers[random.below(4)], at: Pulses(wild()))
      case 12...13: return .divertConfirmed(piece(), bin())
      case 14: return .divertRefused(piece(), bin(), reason)
      case 15: return .pieceAtEnd(piece())
      case 16: return random.chance(20) ? .pieceRemoved(piece()) : .encoderAdvanced
      case 17:
        let eyes: [FieldInput.Eye] = [.induction, .end, .bin(bin())]
        return .photoEye(eyes[random.below(3)], blocked: random.chance(50))
      case 18: return random.chance(40) ? .binFull(bin()) : .binAvailable(bin(), emptied: random.chance(70))
      case 19: return .binAvailable(bin(), emptied: true)
      case 20: return random.chance(30) ? .binDisabled(bin()) : .binEnabled(bin())
      case 21: return random.chance(50) ? .jamStarted : .jamCleared
      case 22: return .machineState(UInt8(random.below(256)))
      default: return .link(up: random.chance(50))
      }
    }

    mutating func place() -> Int64 {
      if random.chance(1) { return wild() }
      position += Int64(random.below(400))
      return position
    }
  }

  /// Holds every command against those before it.
  private struct CommandAccount {
    var live: Set<PieceID> = []
    var sequence: UInt32 = 0
    var isDirect = false
    var fault: String?

    mutating func take(_ records: [EventRecord], _ commands: [Command]) {
      let started = Set(records.filter { $0.kind == .pieceInducted }.map(\.piece))
      let ended = records.filter { $0.outcome != .onMachine }.map(\.piece)
      if Set(ended).count != ended.count { fault = "a piece ended twice" }
      for piece in ended where !live.contains(piece) && !started.contains(piece) {
        fault = "\(piece) was not there"
      }
      live.formUnion(started)
      live.subtract(ended)
      var told: Set<PieceID> = []
      for command in commands {
        let piece = command.piece
        if command.kind == .holdInduction || command.kind == .releaseInduction { continue }
        if !live.contains(piece) { fault = "a command for \(piece), which is not there" }
        if command.kind == .recirculate { continue }
        if !told.insert(piece).inserted { fault = "two commands for \(piece) in one step" }
        if command.kind == .fire && command.bin == Desk.end { fault = "a fire order for the end bin" }
        if command.kind == .assign {
          // In direct control a piece for the end bin takes a number and needs no order.
          let isNext = isDirect ? command.sequence > sequence : command.sequence == sequence + 1
          if !isNext { fault = "sequence \(command.sequence) after \(sequence)" }
          sequence = command.sequence
        }
      }
    }
  }

  /// Runs so many steps; answers the digest.
  private func run(seed: UInt64, steps: Int, check: Bool) -> UInt64 {
    var field = MadField(random: TestRandom(seed))
    var options = Desk.Options(capacity: seed % 3 == 0 ? nil : 6)
    options.thickness = seed % 3 == 0 ? Millimetres(30) : nil
    options.hasEnd = seed % 5 != 0
    if seed % 2 == 0 || !options.hasEnd {
      options.recirculation = HardwareProfile.Recirculation(
        path: Millimetres(3000), lapLimit: 2, reasons: [.noRead, .binFull, .divertTimeout])
    }
    if seed % 4 == 1 { options.mode = .direct }
    if seed % 7 == 3 { options.topology = .loop }
    var desk = Desk(options)
    var account = CommandAccount(isDirect: options.mode == .direct)
    for step in 0..<steps {
      desk.step(field.event(), at: field.place())
      guard check else { continue }
      account.take(desk.records, desk.commands)
      if desk.inducted != desk.ended + desk.onMachine { account.fault = "conservation" }
      if account.live.count != desk.onMachine { account.fault = "the count of pieces on the machine" }
      if let fault = account.fault {
        Issue.record("seed \(seed), step \(step): \(fault)")
        return 0
      }
    }
    #expect(!check || desk.ended > steps / 50, "the fuzz does nothing")
    return desk.digest
  }

  @Test(
    "nothing traps, every piece is accounted for, commands are one at a time, and a repeat is the same",
    arguments: 1...14 as ClosedRange<UInt64>)
  func fuzz(seed: UInt64) {
    let digest = run(seed: seed, steps: 8000, check: true)
    #expect(run(seed: seed, steps: 8000, check: false) == digest, "seed \(seed)")
    #expect(run(seed: seed + 100, steps: 8000, check: false) != digest)
  }
}
