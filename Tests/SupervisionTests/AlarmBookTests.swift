import EventRecords
import Quantities
import Testing

@testable import Supervision

/// A moment so many seconds after the start.
func at(_ seconds: Int64) -> Instant { Instant(seconds * 1_000_000_000) }

/// The records that wait in a book, as `kind alarm subject@second`; taken out.
func told(_ book: inout AlarmBook) -> [String] {
  defer { book.removeRecords() }
  return (0..<book.recordCount).map { words(book.record($0)) }
}

/// A record about an alarm in a few words.
func words(_ record: EventRecord) -> String {
  let kind = AlarmKind(rawValue: record.alarmNumber)?.name ?? "?"
  let bin = record.bin == .none ? "" : " bin \(record.bin.rawValue)"
  let device = record.alarmDevice.map { " device \($0)" } ?? ""
  let verb = String(describing: record.kind).dropFirst("alarm".count).lowercased()
  return "\(verb) \(kind)\(bin)\(device)@\(record.elapsed.rawValue / 1_000_000_000)"
}

@Suite("The book of alarms")
struct AlarmBookTests {
  @Test("an alarm goes through its life by ISA-18.2: unacknowledged, acknowledged, returned, normal")
  func life() {
    var book = AlarmBook(bins: 4)
    #expect(book.state(.jam) == .normal)
    book.set(.jam, holds: true, at: at(1))
    #expect(book.state(.jam) == .unacknowledged)
    #expect(book.acknowledge(.jam, at: at(2)) == nil)
    #expect(book.state(.jam) == .acknowledged)
    #expect(book.acknowledge(.jam, at: at(2)) == .nothingToDo)
    book.set(.jam, holds: false, at: at(5))
    #expect(book.state(.jam) == .normal)
    book.set(.jam, holds: true, at: at(6))
    book.set(.jam, holds: false, at: at(9))
    #expect(book.state(.jam) == .returnedUnacknowledged)
    #expect(book.acknowledge(.jam, at: at(10)) == nil)
    #expect(book.state(.jam) == .normal)
    #expect(
      told(&book) == [
        "raised jam@1", "acknowledged jam@2", "cleared jam@5", "raised jam@6", "cleared jam@9",
        "acknowledged jam@10",
      ])
    let tally = book.tally(.jam, until: at(20))
    #expect(tally.raised == 2 && tally.longest == .seconds(4) && tally.standing == 0)
  }

  @Test("the same condition told twice is one alarm")
  func repeated() {
    var book = AlarmBook(bins: 1)
    for second in 1...5 { book.set(.jam, holds: true, at: at(Int64(second))) }
    #expect(told(&book) == ["raised jam@1"])
    #expect(book.tally(.jam, until: at(9)).longest == .seconds(8))
  }

  @Test("a condition that passes within its on-delay is no alarm, and one that stays is raised to the second")
  func onDelay() {
    var book = AlarmBook(bins: 3)
    book.setOnDelay(.seconds(60), of: .binFullTooLong)
    book.set(.binFullTooLong, .bin(1), holds: true, at: at(10))
    book.set(.binFullTooLong, .bin(2), holds: true, at: at(20))
    book.set(.binFullTooLong, .bin(1), holds: false, at: at(69))
    #expect(book.due <= at(80))
    book.advance(to: at(500))
    #expect(told(&book) == ["raised binFullTooLong bin 2@80"])
    #expect(book.due == .never)
  }

  @Test("an alarm that comes and goes within its off-delay stays one alarm")
  func offDelay() {
    var book = AlarmBook(bins: 1)
    for second in stride(from: Int64(0), to: 20, by: 2) {
      book.set(.linkDown, .device(0), holds: true, at: at(second))
      book.set(.linkDown, .device(0), holds: false, at: at(second + 1))
      book.advance(to: at(second + 1))
    }
    book.advance(to: at(100))
    #expect(told(&book) == ["raised linkDown device 0@0", "cleared linkDown device 0@24"])
  }

  @Test("what lasts no time stands until it has not happened for its off-delay")
  func pulses() {
    var book = AlarmBook(bins: 1)
    book.pulse(.pieceLost, at: at(0))
    book.pulse(.pieceLost, at: at(50))
    book.advance(to: at(109))
    #expect(book.state(.pieceLost) == .unacknowledged)
    book.advance(to: at(110))
    #expect(told(&book) == ["raised pieceLost@0", "cleared pieceLost@110"])
  }

  @Test("delays that end together are told in the order of time")
  func order() {
    var book = AlarmBook(bins: 5)
    book.setOnDelay(.seconds(10), of: .binFullTooLong)
    for (place, bin) in [3, 0, 4, 1].enumerated() {
      book.set(.binFullTooLong, .bin(bin), holds: true, at: at(Int64(4 * place)))
    }
    book.advance(to: at(13))
    book.pulse(.pieceLost, at: at(13))
    book.advance(to: at(1000))
    #expect(
      told(&book) == [
        "raised binFullTooLong bin 3@10", "raised pieceLost@13", "raised binFullTooLong bin 0@14",
        "raised binFullTooLong bin 4@18", "raised binFullTooLong bin 1@22", "cleared pieceLost@73",
      ])
  }

  @Test("a latched alarm stays until it is reset, and is reset only when its cause is gone")
  func latched() {
    var book = AlarmBook(bins: 1)
    book.set(.emergencyStop, holds: true, at: at(1))
    #expect(book.reset(.emergencyStop, at: at(2)) == .stillHolds)
    book.set(.emergencyStop, holds: false, at: at(3))
    #expect(book.state(.emergencyStop) == .latchedUnacknowledged)
    #expect(book.acknowledge(.emergencyStop, at: at(4)) == nil)
    #expect(book.state(.emergencyStop) == .latchedAcknowledged)
    #expect(book.reset(.emergencyStop, at: at(5)) == nil)
    #expect(book.state(.emergencyStop) == .normal)
    #expect(book.reset(.emergencyStop, at: at(6)) == .nothingToDo)
  }

  @Test("a shelved alarm is silent until its time is over, then told if it still holds")
  func shelving() {
    var book = AlarmBook(bins: 1)
    #expect(book.shelve(.readRateLow, until: at(100), at: at(10)) == nil)
    book.set(.readRateLow, holds: true, at: at(20))
    #expect(book.state(.readRateLow) == .shelved)
    #expect(told(&book) == ["shelved readRateLow@10"])
    book.advance(to: at(99))
    #expect(book.recordCount == 0)
    book.advance(to: at(100))
    #expect(told(&book) == ["unshelved readRateLow@100", "raised readRateLow@100"])
    #expect(book.tally(.readRateLow, until: at(100)).hidden == 1)
  }

  @Test("urgent alarms are never put aside, and shelving has an end within a shift")
  func refusals() {
    var book = AlarmBook(bins: 1)
    #expect(book.shelve(.journalFailed, until: at(10), at: at(1)) == .urgent)
    #expect(book.setOutOfService(true, .emergencyStop, at: at(1)) == .urgent)
    #expect(book.shelve(.jam, until: at(1), at: at(1)) == .badTime)
    #expect(book.shelve(.jam, until: at(8 * 3600 + 2), at: at(1)) == .badTime)
    #expect(book.shelve(.jam, until: at(8 * 3600 + 1), at: at(1)) == nil)
    #expect(book.unshelve(.readRateLow, at: at(2)) == .nothingToDo)
    #expect(book.acknowledge(.binDisabled, .bin(1), at: at(1)) == .unknownSubject)
    #expect(book.acknowledge(.jam, .bin(0), at: at(1)) == .unknownSubject)
    book.set(.binDisabled, .bin(7), holds: true, at: at(3))
    book.pulse(.epochChanged, .device(9), at: at(3))
    #expect(told(&book) == ["shelved jam@1"])
  }

  @Test("what another alarm says better is suppressed by design, and told when that one is gone")
  func suppression() {
    var book = AlarmBook(bins: 1, devices: 2)
    book.set(.heartbeatLost, .device(0), holds: true, at: at(1))
    book.set(.linkDown, .device(0), holds: true, at: at(2))
    book.set(.heartbeatLost, .device(1), holds: true, at: at(3))
    #expect(book.state(.heartbeatLost, .device(0)) == .suppressedByDesign)
    #expect(book.state(.heartbeatLost, .device(1)) == .unacknowledged)
    book.set(.linkDown, .device(0), holds: false, at: at(10))
    book.advance(to: at(15))
    #expect(
      told(&book) == [
        "raised heartbeatLost device 0@1", "raised linkDown device 0@2", "cleared heartbeatLost device 0@2",
        "raised heartbeatLost device 1@3", "cleared linkDown device 0@15", "raised heartbeatLost device 0@15",
      ])
  }

  @Test("out of service is silent until it is put back")
  func outOfService() {
    var book = AlarmBook(bins: 1)
    #expect(book.setOutOfService(true, .binDisabled, .bin(0), at: at(1)) == nil)
    book.set(.binDisabled, .bin(0), holds: true, at: at(2))
    #expect(book.state(.binDisabled, .bin(0)) == .outOfService)
    #expect(book.setOutOfService(false, .binDisabled, .bin(0), at: at(9)) == nil)
    #expect(
      told(&book) == [
        "shelved binDisabled bin 0@1", "unshelved binDisabled bin 0@9", "raised binDisabled bin 0@9",
      ])
  }

  @Test("more than ten alarms in ten minutes are a flood: the lesser are withheld, high and urgent never")
  func flood() {
    var book = AlarmBook(bins: 40)
    for bin in 0..<20 { book.set(.binDisabled, .bin(bin), holds: true, at: at(Int64(bin))) }
    book.set(.jam, holds: true, at: at(30))
    book.set(.journalFailed, holds: true, at: at(31))
    let withheld = (0..<book.recordCount).map { book.record($0).isWithheld }
    #expect(
      withheld == Array(repeating: false, count: 10) + Array(repeating: true, count: 10) + [false, false])
    #expect(book.tally(.binDisabled, until: at(31)).withheld == 10)
    #expect(book.isFlooded && book.floods == 1 && book.peakInTenMinutes == 22)
    book.removeRecords()
    // Fewer than five in the last ten minutes: the flood is over.
    book.set(.binDisabled, .bin(30), holds: true, at: at(700))
    #expect(!book.isFlooded && !book.record(0).isWithheld)
    #expect(book.peakInTenMinutes == 22)
  }

  @Test("what was acknowledged is shelved together, comes back together, and urgent alarms stay")
  func shelf() {
    var book = AlarmBook(bins: 3)
    book.set(.readRateLow, holds: true, at: at(1))
    book.set(.binDisabled, .bin(2), holds: true, at: at(2))
    book.set(.emergencyStop, holds: true, at: at(3))
    #expect(book.shelveAcknowledged(until: at(100), at: at(4)) == 0, "nobody has seen them yet")
    book.acknowledgeAll(at: at(5))
    #expect(book.shelveAcknowledged(until: at(100), at: at(6)) == 2)
    #expect(book.state(.readRateLow) == .shelved && book.state(.binDisabled, .bin(2)) == .shelved)
    #expect(book.state(.emergencyStop) == .acknowledged)
    #expect(book.unshelveAll(at: at(7)) == 2)
    #expect(book.state(.readRateLow) == .unacknowledged, "it is told anew")
    #expect(book.resetAll(at: at(8)) == 0, "the emergency stop still holds")
    book.set(.emergencyStop, holds: false, at: at(9))
    #expect(book.resetAll(at: at(10)) == 1)
    #expect(book.state(.emergencyStop) == .normal)
  }

  @Test("standing alarms are listed the gravest first")
  func list() {
    var book = AlarmBook(bins: 3)
    book.set(.readRateLow, holds: true, at: at(1))
    book.set(.jam, holds: true, at: at(2))
    book.set(.binDisabled, .bin(2), holds: true, at: at(3))
    book.set(.journalFailed, holds: true, at: at(4))
    var kinds: [AlarmKind] = []
    book.forEachStanding { kinds.append($0.kind) }
    #expect(kinds == [.journalFailed, .jam, .binDisabled, .readRateLow])
    #expect(book.acknowledgeAll(at: at(5)) == 4)
    book.set(.jam, holds: false, at: at(6))
    kinds = []
    book.forEachStanding { kinds.append($0.kind) }
    #expect(kinds == [.journalFailed, .binDisabled, .readRateLow])
  }

  @Test("every kind has its own number, and words that say what it means and what to do")
  func words() {
    #expect(AlarmKind.allCases.map(\.rawValue) == Array(1...UInt8(AlarmKind.allCases.count)))
    var titles: Set<String> = []
    for kind in AlarmKind.allCases {
      let words = kind.words
      #expect(titles.insert(words.title).inserted, "\(kind.name)")
      #expect(words.title.count <= 28, "\(kind.name)")
      for text in [words.meaning, words.causes, words.action] {
        #expect(text.count > 15 && text.last == ".", "\(kind.name): \(text)")
      }
      #expect(AlarmKind(name: kind.name) == kind)
      // A suppressing alarm is at least as grave, so that nothing grave is hidden behind something small.
      if let stronger = kind.suppressedBy { #expect(stronger.priority >= kind.priority, "\(kind.name)") }
    }
    #expect(AlarmKind(name: "nothing") == nil)
  }

  @Test("a deadband begins and ends at its own values, upwards and downwards")
  func deadband() {
    var rising = Deadband(beginsAt: 80, endsAt: 60)
    #expect(
      [50, 80, 79, 61, 60, 79, 95].map { rising.update($0) } == [
        false, true, false, false, true, false, true,
      ])
    var falling = Deadband(beginsAt: 10, endsAt: 20)
    #expect([15, 10, 15, 19, 20, 15].map { falling.update($0) } == [false, true, false, false, true, false])
  }
}

@Suite("Alarms at the end of time")
struct AlarmEndOfTimeTests {
  @Test("a field that claims the last moment there is does not keep the book busy for ever")
  func lastMoment() {
    var book = AlarmBook(bins: 1)
    book.pulse(.unexpectedPieces, at: Instant(.max))
    book.advance(to: Instant(.max))
    book.advance(to: Instant(.max))
    #expect(book.due >= Instant(.max - 1))
  }
}
