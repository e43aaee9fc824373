import ByteModel
import Consomme
import FieldHeads

/// Hand-made inputs to begin with.
enum Seeds {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  static let pages = [
    """
    <!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Broth &amp; bread</title><script>if (a<b) {}</script>
    <style>p {}</style></head><body><nav><ul><li><a href="/soup?id=1&amp;x=2">Soup</a></ul></nav><main><h1>Caf\u{E9}</h1>
    <p>A <b>bold <i>word</i></b>, <code>code</code>.<br><img src=x.png alt="A picture"><table><tr><th>a<td>b</table>
    <pre>  text
    more</pre><blockquote>Said</blockquote><!-- no --></main></body></html>
    """,
    "<p><a href='x' title=\"y\">one<a href=two>two</p><ul><li>1<ol><li>2</ul><textarea><a></textarea><svg><a href=q/></svg>",
    "<?xml version=\"1.0\" encoding=\"windows-1252\"?><html><body><div class=x><p>text<![CDATA[ x ]]></div></body></html>",
    "{\"title\": \"A\", \"items\": [{\"url\": \"http://h.org/\", \"n\": 1.5e3}, null, true]}",
  ].map(bytes)

  static let encodings: [[UInt8]] =
    (0..<15).map { [$0] + pages[0].prefix(200) }
    + [
      [0, 0xEF, 0xBB, 0xBF, 0x61], [0, 0xFF, 0xFE, 0x3C, 0], [0, 0xFE, 0xFF, 0, 0x3C], [4, 0x83, 0x65, 0x83, 0x58],
      [5, 0x8F, 0xA2, 0xAF, 0xA4, 0xA2], [6, 0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42],
      [8, 0x81, 0x30, 0x81, 0x30],
      [9, 0x88, 0x62, 0xA4, 0x40], [0] + bytes("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>"),
    ]

  static let references = [
    "&amp;&lt &notit; &notin; &#x1F600; &#128; &#0; &#xD800; &#99999999999; &CounterClockwiseContourIntegral;",
    "&a=&copy=1&",
  ].map(bytes)

  static let addresses = [
    "http://user:pw@h.org:8080/a/b?q#f\n../c/./d?x=%20#y", "https://b\u{FC}cher.example/\n//xn--bcher-kva.example/%zz",
    "http://[2001:db8::1]/\n?q", "http://0x7f.1/\nmailto:a@b", "file:///C|/x\n..\\y",
    "http://h.org/\n\u{1F600}.example",
  ].map(bytes)

  static let lines = [
    "{\"id\": \"1\", \"url\": null, \"html\": \"<p>caf\\u00e9 \\ud83d\\ude00\"}\n{\"id\": 2, \"html_base64\": \"PHA+b25lPC9wPg==\"}\n",
    "{\"x\": [1, {\"y\": \"]\"}], \"html\": \"<p>\"}\r\n\r\n{\"html\": 7}\n{\n",
    "{\"html_base64\": \"H4sIAAAAAAACA7MpsMvPS7XRL7DjAgB1nVe6CwAAAA==\"}",
  ].map(bytes)

  static let mail = [
    """
    From: <Saved>\r
    MIME-Version: 1.0\r
    Content-Type: multipart/related;\r
    \ttype="text/html"; start="<x>"; boundary="----boundary----1234"\r
    \r
    ------boundary----1234\r
    Content-Type: text/html; charset=utf-8\r
    Content-ID: <x>\r
    Content-Transfer-Encoding: quoted-printable\r
    \r
    <p class=3D"a">caf=C3=A9 =\r
    more\r
    ------boundary----1234\r
    Content-Type: image/png\r
    Content-Transfer-Encoding: base64\r
    \r
    QUJD\r
    ------boundary----1234--\r

    """,
    "MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+b25lPC9wPg==\n",
  ].map(bytes)

  private static func record(_ fields: String, _ block: String) -> String {
    "WARC/1.0\r\nWARC-Record-ID: <urn:1>\r\n\(fields)Content-Length: \(block.utf8.count)\r\n\r\n\(block)\r\n\r\n"
  }

  static let records = [
    record(
      "WARC-Type: response\r\nWARC-Target-URI: http://h.org/\r\nWARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>on\r\n2;x\r\ne \r\n0\r\n\r\n"
    )
      + record("WARC-Type: resource\r\nContent-Type: text/html\r\n", "<p>one"),
    record(
      "WARC-Type: response\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: deflate\r\n\r\n\u{3}\u{0}")
      + record("WARC-Type: request\r\n", "GET / HTTP/1.1\r\n\r\n"),
  ].map(bytes)

  /// The lines above as gzip and zstd programs pack them, and an empty gzip member.
  static let packed: [[UInt8]] = [
    [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xB3, 0x29, 0xB0, 0xCB, 0xCF, 0x4B, 0xB5, 0xD1, 0x2F, 0xB0, 0xE3, 0x02, 0,
      0x75,
      0x9D, 0x57, 0xBA, 0x0B, 0, 0, 0,
    ],
    [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0x51, 0, 0] + bytes("<p>one</p>"),
    [0x5D, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4, 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0x21, 0, 0] + bytes("<p>o"),
  ]

  /// A network that is as small as one can be: what is looked for is not in its products.
  static let parameters: Parameters = {
    var shape = ModelShape()
    for (field, value) in [
      ("byteChannels", 16), ("wideChannels", 32), ("wideLayers", 1), ("tagChannels", 16), ("tagHidden", 16),
    ] { _ = shape.set(field, to: value) }
    return Parameters(shape: shape, seed: 1)
  }()

  /// Files without their last line, the digest, which the targets add.
  private static func withoutDigest(_ file: [UInt8]) -> [UInt8] { file.dropLast(72) }
  static let model = withoutDigest(ModelFile.encode(parameters, notes: [("name", "fuzz")]))
  static let head = withoutDigest(embeddedFieldHead())
}
