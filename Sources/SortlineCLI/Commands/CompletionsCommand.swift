extension Command {
  /// `sortline completions SHELL`: prints a script that teaches a shell this grammar.
  static let completions = Command(
    CommandSpec(
      "completions", group: "Set up",
      abstract: "Print a completion script for bash, zsh or fish.",
      discussion: [
        "The script is made from the same table as these pages, so it is always that of the installed version."
      ],
      arguments: [
        ArgumentSpec(
          "SHELL", "bash, zsh or fish.", completion: .choices(["bash", "zsh", "fish"]))
      ],
      examples: [
        ExampleSpec(
          "source <(sortline completions bash)", "bash: in this shell; in ~/.bashrc for every shell"),
        ExampleSpec(
          "sortline completions zsh > ~/.zfunc/_sortline", "zsh: with ~/.zfunc in fpath before compinit"),
        ExampleSpec(
          "sortline completions fish > ~/.config/fish/completions/sortline.fish", "fish: for every shell"),
      ]
    )
  ) { invocation in
    switch invocation.line.operands[0] {
    case "bash": invocation.console.out.write(BashCompletion(program: invocation.program).script)
    case "zsh": invocation.console.out.write(ZshCompletion(program: invocation.program).script)
    default: invocation.console.out.write(FishCompletion(program: invocation.program).script)
    }
    return .ok
  }
}
