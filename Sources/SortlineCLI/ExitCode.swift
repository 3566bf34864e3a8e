import FileFormats

/// How the program ends, by the numbers of BSD's `sysexits.h` where they have one.
package enum ExitCode: Int32, CaseIterable, Sendable {
  /// All went well.
  case ok = 0
  /// The run was good and a threshold of its scenario was missed, or a check found a difference.
  case thresholdFailed = 1
  /// The command line makes no sense (`EX_USAGE`).
  case usage = 64
  /// An input file is wrong (`EX_DATAERR`).
  case badData = 65
  /// An input file is not there or cannot be read (`EX_NOINPUT`).
  case noInput = 66
  /// A machine does not answer, is another controller's, or a port is taken (`EX_UNAVAILABLE`).
  case unavailable = 69
  /// A mistake in the program itself (`EX_SOFTWARE`).
  case internalError = 70
  /// The system gives too little memory, or no thread (`EX_OSERR`).
  case systemRefuses = 71
  /// An output cannot be created or written (`EX_CANTCREAT`).
  case cannotCreate = 73
  /// A machine answered what the protocol forbids (`EX_PROTOCOL`).
  case protocolError = 76
  /// Files that are right by themselves do not fit together (`EX_CONFIG`).
  case configuration = 78
  /// Stopped by Ctrl-C, SIGTERM or SIGHUP; what was written is whole.
  case interrupted = 130

  /// What the code means, in a few words for the help page.
  package var meaning: String {
    switch self {
    case .ok: "all went well"
    case .thresholdFailed:
      "a threshold or a wanted precision was missed, a figure got worse, a replay decided otherwise, or a soak "
        + "broke a promise"
    case .usage: "the command line makes no sense"
    case .badData: "an input file is wrong"
    case .noInput: "an input file is not there or cannot be read"
    case .unavailable: "a machine does not answer, another controller drives it, or a port is taken"
    case .internalError: "a mistake in sortline itself"
    case .systemRefuses: "the system gives too little memory, or no thread"
    case .cannotCreate: "an output cannot be created or written"
    case .protocolError: "a machine answers what Modbus forbids, or does not keep what it was told"
    case .configuration: "files that are right by themselves do not fit together"
    case .interrupted: "stopped by Ctrl-C or a signal; what was written is whole"
    }
  }
}

/// Why a command could not do what it was asked, and the code to end with.
package struct CommandFailure: Error {
  /// The code to end with.
  package var code: ExitCode
  /// What to say, one message a line.
  package var messages: [String]
  /// What the person can do about it; empty where the messages say it.
  package var advice: String
  /// Whether the messages begin with `file:line:column: error:` and need no name of the program.
  package var isLocated: Bool { invalid != nil }
  /// The input that cannot be read, with the places in it; nil where the failure is another one.
  package var invalid: InvalidInput?

  /// A failure with these messages.
  package init(_ code: ExitCode, _ messages: [String], advice: String = "") {
    self.code = code
    self.messages = messages
    self.advice = advice
  }

  /// A failure with one message.
  package init(_ code: ExitCode, _ message: String, advice: String = "") {
    self.init(code, [message], advice: advice)
  }

  /// A failure to read input: one message for each thing that is wrong.
  package init(_ invalid: InvalidInput, advice: String = "") {
    self.init(
      ExitCode(rawValue: invalid.exitCode) ?? .badData,
      invalid.description.split(separator: "\n").map(String.init), advice: advice)
    self.invalid = invalid
  }
}
