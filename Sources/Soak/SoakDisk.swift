import Synchronization
import Telemetry

/// The disk of a soaked run's journal, and what is about to go wrong with it.
///
/// What is put here happens at the next operation that it can happen to.
final class SoakDisk: Sendable {
  /// What the journal writes to.
  let storage: SimulatedDisk
  private let waiting: Waiting

  /// Where the journal's two logs are.
  static let files = JournalFiles(events: "events.jsonl", inputs: "inputs.jsonl")

  private final class Waiting: Sendable {
    let faults = Mutex<[SoakFault]>([])
    let happened = Mutex<[SoakFault.Kind]>([])

    func take(at operation: SimulatedDisk.Operation) -> SimulatedDisk.Fault? {
      let fault: SoakFault? = faults.withLock { faults in
        guard let place = faults.firstIndex(where: { $0.happens(at: operation) }) else { return nil }
        return faults.remove(at: place)
      }
      guard let fault else { return nil }
      happened.withLock { $0.append(fault.kind) }
      return fault.ofDisk
    }
  }

  /// A disk with these files, all of them safe.
  init(_ contents: [String: [UInt8]] = [:]) {
    let waiting = Waiting()
    self.waiting = waiting
    storage = SimulatedDisk { _, operation in waiting.take(at: operation) }
    if !contents.isEmpty { storage.put(contents) }
  }

  /// Lets a fault happen as soon as it can.
  func expect(_ fault: SoakFault) { waiting.faults.withLock { $0.append(fault) } }

  /// What has happened since this was asked last.
  func takeHappened() -> [SoakFault.Kind] {
    waiting.happened.withLock { happened in
      defer { happened = [] }
      return happened
    }
  }
}

extension SoakFault {
  /// The same as a disk does it; nil for what no single operation of a disk shows.
  var ofDisk: SimulatedDisk.Fault? {
    switch kind {
    case .diskFull: .full
    case .diskError: .inputOutputError
    case .diskShort: .short
    case .diskDeleted: .deleted
    default: nil
    }
  }

  /// Whether it is such an operation at which it shows.
  func happens(at operation: SimulatedDisk.Operation) -> Bool {
    switch kind {
    case .diskFull, .diskShort, .diskDeleted: operation == .write
    case .diskError: operation == (amount == 0 ? .write : .sync)
    default: false
    }
  }
}
