import Dispatching
import EventRecords
import Quantities
import SorterModel

/// The third shell around the dispatcher: steps it with what an earlier run heard.
///
/// The plant is not asked and no time passes; what a run decided, this decides again. A run's digest and the
/// marks in its inputs tell whether it was the same.
public struct Replayer: ~Copyable {
  private var dispatcher: Dispatcher
  private var directives: DirectiveBuffer
  /// How many inputs were stepped.
  public private(set) var inputs = 0

  /// A dispatcher as it was when a run on this machine under this plan began.
  public init(profile: HardwareProfile, plan: CompiledPlan) {
    dispatcher = Dispatcher(profile: profile, plan: plan)
    directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
  }

  /// The digest over every directive so far.
  public var digest: UInt64 { directives.digest.value }

  /// The same with its lanes, to go on from.
  public var directiveDigest: DirectiveDigest { directives.digest }

  /// Ends the replay: the dispatcher as it stands.
  public consuming func takeDispatcher() -> Dispatcher { dispatcher }

  /// How many pieces are on the machine.
  public var onMachine: Int { dispatcher.onMachine }

  /// Steps the dispatcher with an input; false for a record that is none, which changes nothing.
  @inline(__always)
  @discardableResult
  public mutating func step(_ record: EventRecord) -> Bool {
    guard let input = FieldInput(record) else { return false }
    inputs += 1
    dispatcher.step(input, at: record.elapsed, into: &directives)
    directives.removeCommands()
    if directives.isNearlyFull { directives.removeAll() }
    return true
  }

  /// The same for one who wants to see what came of it: every command and every record of this step.
  public mutating func step(
    _ input: FieldInput, at now: Instant, command: (Command) -> Void = { _ in }, record: (EventRecord) -> Void
  ) {
    inputs += 1
    directives.removeAll()
    dispatcher.step(input, at: now, into: &directives)
    for index in 0..<directives.commandCount { command(directives.command(index)) }
    for index in 0..<directives.recordCount { record(directives.record(index)) }
    directives.removeAll()
  }
}
