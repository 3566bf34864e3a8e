import Quantities
import Testing

@testable import Supervision

@Suite("PackML states, commands and modes")
struct PackMLTests {
  /// Numbers as TR88.00.02-2022 lists them, written down here a second time.
  private static let numbers: [(UInt8, String)] = [
    (0, "Undefined"), (1, "Clearing"), (2, "Stopped"), (3, "Starting"), (4, "Idle"), (5, "Suspended"),
    (6, "Execute"), (7, "Stopping"), (8, "Aborting"), (9, "Aborted"), (10, "Holding"), (11, "Held"),
    (12, "Unholding"), (13, "Suspending"), (14, "Unsuspending"), (15, "Resetting"), (16, "Completing"),
    (17, "Complete"),
  ]

  /// Which command leads where, as rows of `from command to`, written independently of the code.
  private static let transitions = """
    Stopped Reset Resetting
    Complete Reset Resetting
    Idle Start Starting
    Idle Stop Stopping
    Starting Stop Stopping
    Execute Stop Stopping
    Holding Stop Stopping
    Held Stop Stopping
    Unholding Stop Stopping
    Suspending Stop Stopping
    Suspended Stop Stopping
    Unsuspending Stop Stopping
    Resetting Stop Stopping
    Completing Stop Stopping
    Complete Stop Stopping
    Execute Hold Holding
    Suspended Hold Holding
    Held Unhold Unholding
    Execute Suspend Suspending
    Suspended Unsuspend Unsuspending
    Clearing Abort Aborting
    Stopped Abort Aborting
    Starting Abort Aborting
    Idle Abort Aborting
    Suspended Abort Aborting
    Execute Abort Aborting
    Stopping Abort Aborting
    Holding Abort Aborting
    Held Abort Aborting
    Unholding Abort Aborting
    Suspending Abort Aborting
    Unsuspending Abort Aborting
    Resetting Abort Aborting
    Completing Abort Aborting
    Complete Abort Aborting
    Aborted Clear Clearing
    Execute Complete Completing
    Held Complete Completing
    Suspended Complete Completing
    Clearing SC Stopped
    Starting SC Execute
    Stopping SC Stopped
    Aborting SC Aborted
    Holding SC Held
    Unholding SC Execute
    Suspending SC Suspended
    Unsuspending SC Execute
    Resetting SC Idle
    Completing SC Complete
    """.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

  private static func wanted(_ state: PackMLState, _ command: String) -> String? {
    transitions.first { $0[0] == state.name && $0[1] == command }?[2]
  }

  @Test("states, commands and modes have the standard's numbers and names")
  func numbersAndNames() {
    #expect(PackMLState.allCases.map(\.rawValue) == Self.numbers.map(\.0))
    #expect(PackMLState.allCases.map(\.name) == Self.numbers.map(\.1))
    let commands = [
      "Reset", "Start", "Stop", "Hold", "Unhold", "Suspend", "Unsuspend", "Abort", "Clear", "Complete",
    ]
    #expect(PackMLCommand.allCases.map(\.name) == commands)
    #expect(PackMLCommand.allCases.map(\.rawValue) == Array(1...10))
    #expect(PackMLMode.allCases.map(\.name) == ["undefined", "production", "maintenance", "manual"])
  }

  @Test("every command in every state leads where the standard's table says, or is refused")
  func everyTransition() {
    for state in PackMLState.allCases {
      for command in PackMLCommand.allCases {
        var unit = PackMLUnit()
        unit.follow(state, at: .start)
        let refusal = unit.command(command, at: .start)
        let wanted = Self.wanted(state, command.name)
        #expect(unit.state.name == wanted ?? state.name, "\(state.name) \(command.name)")
        #expect(refusal == (wanted == nil ? .notFromThisState : nil), "\(state.name) \(command.name)")
      }
      var unit = PackMLUnit()
      unit.follow(state, at: .start)
      let refusal = unit.stateComplete(at: .start)
      #expect(unit.state.name == Self.wanted(state, "SC") ?? state.name)
      #expect((refusal == nil) == state.isActing)
    }
  }

  @Test("the mode changes only where the machine stands: Stopped, Idle, Aborted")
  func modes() {
    for state in PackMLState.allCases {
      var unit = PackMLUnit()
      unit.follow(state, at: .start)
      let isAllowed = ["Stopped", "Idle", "Aborted"].contains(state.name)
      #expect(unit.change(to: .production, at: .start) == nil)
      #expect(unit.change(to: .maintenance, at: .start) == (isAllowed ? nil : .modeNotFromThisState))
      #expect(unit.mode == (isAllowed ? .maintenance : .production))
    }
    var unit = PackMLUnit()
    #expect(unit.change(to: .undefined, at: .start) == .unknownMode)
  }

  @Test("a number that is no command is refused and changes nothing", arguments: [-1, 0, 11, 256, 65_535])
  func unknownCommands(number: Int) {
    var unit = PackMLUnit()
    #expect(unit.command(number: number, at: .start) == .unknownCommand)
    #expect(unit.state == .stopped)
  }

  @Test("times by state and by mode add up to the time that passed, without the warm-up")
  func times() {
    func at(_ seconds: Int64) -> Instant { Instant(seconds * 1_000_000_000) }
    var unit = PackMLUnit(countedFrom: at(5))
    #expect(unit.command(.reset, at: at(1)) == nil)
    #expect(unit.stateComplete(at: at(2)) == nil)
    #expect(unit.command(.start, at: at(6)) == nil)
    #expect(unit.stateComplete(at: at(8)) == nil)
    #expect(unit.command(.hold, at: at(20)) == nil)
    #expect(unit.stateComplete(at: at(21)) == nil)
    let seconds = PackMLState.allCases.map { unit.time(in: $0, until: at(31)).rawValue / 1_000_000_000 }
    #expect(seconds == [0, 0, 0, 2, 1, 0, 12, 0, 0, 0, 1, 10, 0, 0, 0, 0, 0, 0])
    #expect(unit.time(in: .production, until: at(31)) == .seconds(26))
    #expect(unit.command(.stop, at: at(31)) == nil)
    #expect(unit.stateComplete(at: at(31)) == nil)
    #expect(unit.change(to: .maintenance, at: at(31)) == nil)
    #expect(unit.time(in: .stopped, .maintenance, until: at(40)) == .seconds(9))
    #expect(unit.time(in: .production, until: at(40)) == .seconds(26))
    unit.resetTimes(at: at(40))
    #expect(unit.time(in: .stopped, until: at(42)) == .seconds(2))
    #expect(unit.time(in: .production, until: at(42)) == .zero)
  }

  @Test("a moment before the last one counts as the last one")
  func timeGoesOn() {
    var unit = PackMLUnit()
    _ = unit.command(.reset, at: Instant(100))
    _ = unit.stateComplete(at: Instant(40))
    #expect(unit.state == .idle && unit.stateSince == Instant(100))
    #expect(unit.time(in: .stopped, until: Instant(90)) == Nanoseconds(100))
    #expect(unit.time(in: .resetting, until: Instant(90)) == .zero)
  }
}
