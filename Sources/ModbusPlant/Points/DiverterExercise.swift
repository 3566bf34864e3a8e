import Quantities
import RegisterMap
import SorterModel

/// Fires diverters of direct control one after the other, and waits for each one's eye.
///
/// The device's watchdog is kept content meanwhile. Every coil is let go again, whatever happens.
public struct DiverterExercise {
  /// What became of one diverter.
  public struct Result: Hashable, Sendable {
    /// The bin's name.
    public var bin: String
    /// What was seen.
    public var finding: Finding
    /// From the request to the eye, in nanoseconds; 0 where nothing was seen.
    public var after: Nanoseconds
  }

  /// What was seen of a diverter.
  public enum Finding: Hashable, Sendable {
    /// The bin's eye saw it, or what it pushed.
    case confirmed
    /// The coil was on and the eye saw nothing in the time.
    case unconfirmed
    /// The coil was read back otherwise than it was written.
    case notTaken
    /// The eye was blocked already, so that it can show nothing.
    case eyeBlocked
    /// The device refused the request.
    case refused(String)
  }

  private let desk: PointDesk
  private let actuation: Nanoseconds
  private let patience: Nanoseconds
  private let now: () -> Instant
  private let sleep: (Nanoseconds) -> Void
  private var beat: UInt16 = 0

  /// An exercise; `patience` is the longest wait for an eye.
  public init(
    _ desk: PointDesk, actuation: Nanoseconds, patience: Nanoseconds, now: @escaping () -> Instant,
    sleep: @escaping (Nanoseconds) -> Void
  ) {
    self.desk = desk
    self.actuation = actuation
    self.patience = patience
    self.now = now
    self.sleep = sleep
  }

  /// Fires the diverter of a bin once.
  public mutating func fire(_ bin: String) throws(ModbusFault) -> Result {
    guard let coil = desk.map["divert.\(bin)"], let eye = desk.map["eye.bin.\(bin)"] else {
      return Result(bin: bin, finding: .refused("the map has no diverter or no eye for it"), after: .zero)
    }
    let count = desk.map["eye.bin.\(bin).count"]
    let before = try look(eye, count)
    if before.isOn { return Result(bin: bin, finding: .eyeBlocked, after: .zero) }
    let start = now()
    do throws(ModbusFault) {
      try desk.write([1], to: coil)
    } catch .exception(let exception) {
      return Result(bin: bin, finding: .refused(exception.name), after: .zero)
    } catch {
      throw error
    }
    do throws(ModbusFault) {
      return try watch(bin, coil, eye, count, before.count, start)
    } catch {
      // Whatever failed: the coil must not stay on if there is still a way to say so.
      do throws(ModbusFault) { try desk.write([0], to: coil) } catch { throw error }
      throw error
    }
  }

  private mutating func watch(
    _ bin: String, _ coil: RegisterPoint, _ eye: RegisterPoint, _ count: RegisterPoint?, _ before: UInt16?,
    _ start: Instant
  ) throws(ModbusFault) -> Result {
    var isOn = true
    var finding = Finding.unconfirmed
    var seenAt = Nanoseconds.zero
    if try desk.read([coil])[0].words.first == 0 { finding = .notTaken }
    while now() - start < patience || isOn {
      try keepAlive()
      if isOn && now() - start >= actuation {
        try desk.write([0], to: coil)
        isOn = false
      }
      let seen = try look(eye, count)
      if finding == .unconfirmed, seen.isOn || seen.count != before {
        finding = .confirmed
        seenAt = now() - start
      }
      if finding != .unconfirmed && !isOn { break }
      sleep(.milliseconds(2))
    }
    return Result(bin: bin, finding: finding, after: seenAt)
  }

  private func look(
    _ eye: RegisterPoint, _ count: RegisterPoint?
  ) throws(ModbusFault) -> (isOn: Bool, count: UInt16?) {
    let readings = try desk.read([eye] + (count.map { [$0] } ?? []))
    return (readings[0].text == "on", readings.count > 1 ? readings[1].words.first : nil)
  }

  private mutating func keepAlive() throws(ModbusFault) {
    guard let point = desk.map["controller.heartbeat"], point.access.allowsWriting else { return }
    beat &+= 1
    try desk.write([beat], to: point)
  }
}
