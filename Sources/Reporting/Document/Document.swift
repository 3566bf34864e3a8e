/// A report on paper: headings, paragraphs, tables and lines to sign, written as text, Markdown or HTML from one source.
public struct Document: Sendable, Equatable {
  /// A part of it.
  public enum Block: Sendable, Equatable {
    /// Begins a section.
    case heading(String)
    /// A few sentences.
    case paragraph(String)
    /// Rows and columns.
    case table(Table)
    /// A line to sign for each of these parties.
    case signatures([String])
  }

  /// Rows and columns.
  public struct Table: Sendable, Equatable {
    /// The columns' headings.
    public var columns: [String]
    /// The places of the columns whose cells are numbers.
    public var numeric: Set<Int>
    /// The rows, each with a cell for every column; the last one is a total where `hasTotal`.
    public var rows: [[String]]
    /// Whether the last row is the sum of those above.
    public var hasTotal: Bool

    /// A table.
    public init(_ columns: [String], numeric: Set<Int> = [], rows: [[String]] = [], hasTotal: Bool = false) {
      self.columns = columns
      self.numeric = numeric
      self.rows = rows
      self.hasTotal = hasTotal
    }
  }

  /// What it is about.
  public var title: String
  /// Its parts in order.
  public var blocks: [Block] = []

  /// A document without parts.
  public init(title: String) { self.title = title }

  /// The lines that a party fills in.
  public static let signatureFields = ["Name", "Function", "Place and date", "Signature"]
}
