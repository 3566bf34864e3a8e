/// One command as it is run: what was said, and where to print.
package struct Invocation {
  /// What the command line says.
  package var line: ParsedCommand
  /// Where to print.
  package var console: Console
  /// The whole grammar, for commands that speak about it.
  package var program: ProgramSpec

  /// A command about to run.
  package init(line: ParsedCommand, console: Console, program: ProgramSpec) {
    self.line = line
    self.console = console
    self.program = program
  }
}

/// A command: its grammar, and what it does.
package struct Command: Sendable {
  /// Its grammar.
  package var spec: CommandSpec
  /// What it does; an error is told by the program.
  package var run: @Sendable (Invocation) throws -> ExitCode

  /// A command.
  package init(_ spec: CommandSpec, run: @escaping @Sendable (Invocation) throws -> ExitCode) {
    self.spec = spec
    self.run = run
  }
}
