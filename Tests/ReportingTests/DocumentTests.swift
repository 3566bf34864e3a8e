import Reporting
import Testing

@Suite("Documents")
struct DocumentTests {
  private let document: Document = {
    var document = Document(title: "A <b> report")
    document.blocks = [
      .heading("Pieces"), .paragraph("One & two_three."),
      .table(
        Document.Table(
          ["ended", "pieces"], numeric: [1], rows: [["sorted|fast", "3"], ["fed", "3"]], hasTotal: true)),
      .signatures(["For the supplier"]),
    ]
    return document
  }()

  @Test("Markdown has tables with aligned numbers, a bold total, and nothing that is taken for markup")
  func markdown() {
    #expect(
      document.markdown == """
        # A &lt;b> report

        ## Pieces

        One &amp; two\\_three.

        | ended | pieces |
        |---|---:|
        | sorted\\|fast | 3 |
        | **fed** | **3** |

        | | For the supplier |
        |---|---|
        | Name | |
        | Function | |
        | Place and date | |
        | Signature | |

        """)
  }

  @Test("the page names no other file, escapes what it is given and has lines to sign")
  func html() {
    let html = document.html
    #expect(html.hasPrefix("<!doctype html>\n"))
    #expect(html.contains("<title>A &lt;b&gt; report</title>"))
    #expect(html.contains("<tr class=\"total\"><td>fed</td><td class=\"number\">3</td></tr>"))
    #expect(html.contains("<p class=\"line\">Signature</p>"))
    for word in ["http", "src=", "href=", "<script", "url(", "@import"] { #expect(!html.contains(word)) }
    for tag in ["table", "div", "section", "main", "tr", "thead", "tbody"] {
      let opened = html.matches(of: try! Regex("<\(tag)[ >]")).count
      #expect(
        opened == html.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count - 1, "\(tag)")
    }
  }
}
