import Quantities

/// What ran: program, command, names and the digests of every input; written as run.json.
public struct RunFile: Hashable, Sendable {
  /// One file that the run was made from.
  public struct Input: Hashable, Sendable {
    /// What it was for: `scenario`, `profile`, `plan`, `mix`, `mail`.
    public var role: String
    /// Its path as it was given; the name alone for a shared one.
    public var path: String
    /// Its size in bytes.
    public var bytes: Int
    /// The FNV-1a 64 digest of its bytes.
    public var digest: UInt64

    /// The whole text of a file that a replay needs; nil for mail and mixes.
    public var text: String?

    /// An input.
    public init(role: String, path: String, bytes: Int, digest: UInt64, text: String? = nil) {
      self.text = text
      self.role = role
      self.path = path
      self.bytes = bytes
      self.digest = digest
    }
  }

  /// The run.
  public var run: RunDescription
  /// The program's name.
  public var program: String
  /// The command line, word by word.
  public var command: [String]
  /// The files it was made from.
  public var inputs: [Input]

  /// What ran.
  public init(_ run: RunDescription, program: String = "sortline", command: [String], inputs: [Input]) {
    self.run = run
    self.program = program
    self.command = command
    self.inputs = inputs
  }

  /// The bytes of run.json.
  public var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", 1)
    out.text("run_id", run.runIDText)
    out.openObject("program")
    out.text("name", program)
    out.text("version", run.programVersion)
    out.closeObject()
    out.text("command", command.joined(separator: " "))
    out.text("scenario", run.scenario)
    out.text("profile", run.profile.name)
    out.text("plan", run.plan)
    out.number("seed", run.seed)
    out.number("replication", run.replication)
    out.text("starts_at", CivilTime(secondsSince1970: run.startsAt).text + "Z")
    out.openList("inputs")
    for input in inputs {
      out.openObject()
      out.text("role", input.role)
      out.text("path", input.path)
      out.number("bytes", input.bytes)
      out.text("digest", "fnv1a64:" + hexadecimal(input.digest))
      if let text = input.text { out.text("text", text) }
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
    return out.bytes
  }
}

/// The FNV-1a 64-bit digest: quick, and the same everywhere; it finds accidents, not forgery.
///
/// Source: Fowler, Noll, Vo (RFC 9923).
public struct Fingerprint: Hashable, Sendable {
  /// The digest of the bytes so far.
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The digest of no bytes.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Takes in a number as eight bytes, the lowest first.
  public mutating func update(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      value = (value ^ ((number >> UInt64(shift)) & 0xFF)) &* 0x0000_0100_0000_01B3
    }
  }

  /// The digest as 16 hexadecimal digits.
  public var text: String { hexadecimal(value) }
}
