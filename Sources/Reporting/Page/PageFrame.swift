/// What all pages have around their content: head, style, title and footer.
struct PageFrame {
  /// The title of the browser's window.
  var title: String
  /// The elements of the header.
  var header: String
  /// What stands between header and footer.
  var body: String
  /// What the footer says, part by part.
  var footer: [String]
  /// Script elements at the end.
  var scripts = ""

  /// The whole page; the browser is told to fetch nothing and to run nothing but what is in it.
  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; img-src data:">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <title>\(markup(title)): sortline report</title>
    <style>
    \(ReportStyle.text)</style>
    </head>
    <body>
    <svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs><pattern id="hatch" width="6" \
    height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-paper" width="6" \
    height="6"/><line class="hatch-line" x1="1" y1="0" x2="1" y2="6"/></pattern></defs></svg>
    <div class="page">
    <header>\(header)</header>
    \(body)
    <footer>\(footer.map { markup($0) }.joined(separator: " · "))</footer>
    </div>
    \(scripts)</body>
    </html>

    """
  }

  /// A table of the files that something was made from.
  static func inputs(_ files: [(role: String, path: String, digest: String)]) -> String {
    let rows = files.map {
      "<tr><td>\(markup($0.role))</td><td>\(markup($0.path))</td><td class=\"soft\">\(markup($0.digest))</td></tr>"
    }
    return """
      <section class="panel wide"><h2>What it was made from</h2><div class="scroll"><table><thead><tr><th>for</th>\
      <th>file</th><th>digest</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div></section>

      """
  }
}
