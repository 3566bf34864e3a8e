import Foundation
import ModbusPlant
import SortlineCLI
import Testing

@Suite("The program as a process")
struct ProgramTests {
  @Test("--version prints the version that the change log is at, and that of libmodbus or that there is none")
  func version() throws {
    let log = try String(contentsOfFile: "\(BuiltProgram.root)/CHANGELOG.md", encoding: .utf8)
    let newest = log.split(separator: "\n").first { $0.hasPrefix("## ") }?.dropFirst(3) ?? ""
    let ending = try BuiltProgram.shell("sortline --version")
    let second = ModbusLibrary.version.map { "libmodbus \($0)" }
    #expect(ending.code == 0 && ending.err.isEmpty)
    #expect(
      ending.out
        == "sortline \(newest)\n\(second ?? "built without Modbus: it simulates, and drives no machine")\n")
  }

  @Test("no two commands have one name, and help names each once")
  func commandsOnce() throws {
    let names = SortlineProgram.commands.map(\.spec.name)
    #expect(Set(names).count == names.count, "\(names)")
    let help = try BuiltProgram.shell("sortline --help").out
    for name in names {
      let lines = help.split(separator: "\n").filter { $0.hasPrefix("  \(name) ") }
      #expect(lines.count == 1, "\(name)")
    }
  }

  @Test("a mistake in the command line ends with 64, says the usage on stderr and nothing on stdout")
  func usage() throws {
    let ending = try BuiltProgram.shell("sortline completion bash")
    #expect(ending.code == 64 && ending.out.isEmpty)
    #expect(
      ending.err == """
        sortline: error: there is no command 'completion'
          Did you mean 'completions'?
        Usage: sortline COMMAND [options]
        'sortline --help' tells more.

        """)
  }

  @Test("a reader that goes away early is no error", arguments: ["| true", "| head -c 1", ">&-"])
  func closedOutput(tail: String) throws {
    let ending = try BuiltProgram.shell("set -o pipefail; sortline --help \(tail) > /dev/null")
    #expect(ending.code == 0)
    #expect(ending.err.isEmpty)
  }

  @Test("a full disk behind stdout is an error that is said")
  func fullDisk() throws {
    let ending = try BuiltProgram.shell("sortline --help > /dev/full")
    #expect(ending.code == 73)
    #expect(ending.err == "sortline: error: cannot write to standard output: No space left on device\n")
  }

  @Test("colour needs a terminal")
  func colour() throws {
    #expect(try !BuiltProgram.shell("sortline --help", environment: ["TERM": "xterm"]).out.contains("\u{1B}"))
    let terminal = "script -qec 'sortline --help' /dev/null"
    #expect(try BuiltProgram.shell(terminal, environment: ["TERM": "xterm"]).out.contains("\u{1B}["))
    let plain = ["TERM": "xterm", "NO_COLOR": "1"]
    #expect(try !BuiltProgram.shell(terminal, environment: plain).out.contains("\u{1B}["))
  }
}
