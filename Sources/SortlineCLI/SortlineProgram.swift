import FileFormats
import Glibc
import ModbusPlant

/// The whole program: reads the command line, runs the command, prints, and ends with its exit code.
public enum SortlineProgram {
  /// The version of sortline.
  package static let version = "0.7.0"

  /// The commands in the order that help pages show them.
  package static let commands: [Command] = [
    .simulate, .sweep, .merge, .run, .plc, .soak, .io, .probe, .check, .explain, .report, .replay, .verify,
    .compare, .accept, .metrics, .map, .completions,
  ]

  /// The grammar of the command line.
  package static let spec = ProgramSpec(
    abstract: "simulates and controls mail sorters", version: version, commands: commands.map(\.spec),
    examples: [
      ExampleSpec(
        "sortline simulate scenarios/peak-hour", "an hour of mail through a 30,000/h letter sorter"),
      ExampleSpec(
        "sortline check scenarios/peak-hour", "what is wrong with it, and the machine's arithmetic"),
      ExampleSpec("sortline explain runs/peak-hour-1 1234", "the whole story of one piece"),
    ])

  /// Runs the program with this process's arguments and descriptors, and ends the process.
  public static func run() -> Never {
    StandardDescriptors.prepare()
    MemoryNeed.prepare()
    let environment = readEnvironment()
    let out = DescriptorSink(descriptor: STDOUT_FILENO)
    let err = DescriptorSink(descriptor: STDERR_FILENO)
    let console = Console(
      out: out, err: err, outTraits: .of(descriptor: STDOUT_FILENO, environment: environment),
      errTraits: .of(descriptor: STDERR_FILENO, environment: environment), environment: environment)
    var code = main(Array(CommandLine.arguments.dropFirst()), console: console)
    out.flush()
    if let failure = out.failure {
      console.error("cannot write to standard output: \(describeError(failure))")
      if code == .ok || code == .thresholdFailed { code = .cannotCreate }
    }
    err.flush()
    exit(code.rawValue)
  }

  /// Runs the program with these words after its name.
  package static func main(_ words: [String], console: Console) -> ExitCode {
    do {
      switch try spec.parse(words) {
      case .programHelp: console.out.write(HelpPage(traits: console.outTraits).text(for: spec))
      case .commandHelp(let command):
        console.out.write(HelpPage(traits: console.outTraits).text(for: command))
      case .version: console.print(versionText)
      case .run(let line):
        guard let command = commands.first(where: { $0.spec.name == line.spec.name }) else {
          preconditionFailure("the grammar names a command that is not in the list")
        }
        return try command.run(Invocation(line: line, console: console, program: spec))
      }
      return .ok
    } catch let error as UsageError {
      return tell(error, console)
    } catch let invalid as InvalidInput {
      return tell(CommandFailure(invalid), console)
    } catch let failure as CommandFailure {
      return tell(failure, console)
    } catch {
      console.error("\(error)")
      return .internalError
    }
  }

  private static func tell(_ failure: CommandFailure, _ console: Console) -> ExitCode {
    for message in failure.messages {
      if failure.isLocated { console.note(message) } else { console.error(message) }
    }
    if !failure.advice.isEmpty { console.note("  \(failure.advice)") }
    return failure.code
  }

  /// What `--version` prints.
  static var versionText: String {
    let modbus = ModbusLibrary.version.map { "libmodbus \($0)" }
    return "sortline \(version)\n\(modbus ?? "built without Modbus: it simulates, and drives no machine")"
  }

  private static func tell(_ error: UsageError, _ console: Console) -> ExitCode {
    console.error(error.message)
    if !error.advice.isEmpty { console.note("  \(error.advice)") }
    let command = spec.commands.first { $0.name == error.command }
    let page = command.map { "sortline \($0.name) --help" } ?? "sortline --help"
    console.note("Usage: \(command?.usage ?? "sortline COMMAND [options]")")
    console.note("'\(console.errTraits.style.code(page))' tells more.")
    return .usage
  }

  private static func readEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var place = unsafe environ
    while let entry = unsafe place.pointee {
      let text = unsafe String(cString: entry)
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.count == 2 { result[String(halves[0])] = String(halves[1]) }
      unsafe place = place.successor()
    }
    return result
  }
}
