/// What an input is, told by its content; names do not count.
public enum InputKind: String, CaseIterable, Sendable {
  case html
  /// One JSON document.
  case json
  /// One page a line, as JSON objects with `html` or `html_base64`.
  case jsonLines = "jsonl"
  case gzip
  case zstd
  case warc
  case mhtml
  /// Something that holds no text: a picture, a program, an archive.
  case binary

  /// How many bytes `sniff` looks at, JSON Lines apart.
  public static let sniffedBytes = 4096

  /// The kind of the input that begins with `bytes`.
  ///
  /// To tell JSON Lines from JSON, `bytes` must hold the whole first line. What is nothing else is `html`.
  public static func sniff(_ bytes: some Collection<UInt8>) -> InputKind {
    let head = Array(bytes.prefix(sniffedBytes))
    if Magic.isGzip(head) { return .gzip }
    if Magic.isZstd(head) { return .zstd }
    if Magic.isUTF16(head) { return .html }
    if head.starts(with: Array("WARC/".utf8)) { return .warc }
    if Magic.binaryName(head) != nil { return .binary }
    let text = Magic.afterMarkAndSpace(head)
    switch head[text...].first {
    case UInt8(ascii: "{"):
      let firstLine = Array(bytes.dropFirst(text).prefix { $0 != 0x0A })
      let isFollowed = bytes.dropFirst(text + firstLine.count + 1).first == UInt8(ascii: "{")
      return PageLine.looksLikePage(firstLine, isFollowed: isFollowed) ? .jsonLines : .json
    case UInt8(ascii: "["): return Magic.looksLikeJSONArray(head[text...]) ? .json : .html
    default: return Magic.isMHTML(head) ? .mhtml : .html
    }
  }
}

extension InputKind {
  /// `json` or `html`, for a document that is known to be one document and text.
  public static func sniffText(_ bytes: [UInt8]) -> InputKind {
    let head = Array(bytes.prefix(sniffedBytes))
    let text = head[Magic.afterMarkAndSpace(head)...]
    switch text.first {
    case UInt8(ascii: "{"): return .json
    case UInt8(ascii: "["): return Magic.looksLikeJSONArray(text) ? .json : .html
    default: return .html
    }
  }
}

/// The byte signatures behind `InputKind.sniff`.
enum Magic {
  static func isGzip(_ head: [UInt8]) -> Bool { head.starts(with: [0x1F, 0x8B]) }

  /// A zstd frame or a skippable one, which may stand before it.
  static func isZstd(_ head: [UInt8]) -> Bool {
    guard head.count >= 4 else { return false }
    let isFrame = head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
    return isFrame || (head[0] & 0xF0 == 0x50 && head[1...3].elementsEqual([0x2A, 0x4D, 0x18]))
  }

  /// A byte order mark, or markup in which every other byte is NUL.
  static func isUTF16(_ head: [UInt8]) -> Bool {
    guard head.count >= 2 else { return false }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return true }
    guard head.count >= 4 else { return false }
    return head.starts(with: [0x3C, 0x00]) && head[3] == 0 && head[2] != 0
      || head.starts(with: [0x00, 0x3C, 0x00]) && head[3] != 0
  }

  /// What the bytes are when they are no text, in words for a message.
  static func binaryName(_ head: [UInt8]) -> String? {
    for (magic, name) in signatures where head.starts(with: magic) { return name }
    if head.count >= 12, head.starts(with: Array("RIFF".utf8)) { return "a RIFF file (WebP, WAV or AVI)" }
    if head.count >= 12, head[4..<8].elementsEqual("ftyp".utf8) { return "a video or picture (ISO media)" }
    // WHATWG MIME Sniffing, "binary data byte"; a page may hold a few by mistake.
    let controls = head.count { $0 < 0x20 && !($0 >= 0x09 && $0 <= 0x0D) && $0 != 0x1B }
    return controls * 20 > head.count ? "binary data" : nil
  }

  private static let signatures: [([UInt8], String)] = [
    ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
    ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
    (Array("GIF87a".utf8), "a GIF picture"),
    (Array("GIF89a".utf8), "a GIF picture"),
    (Array("%PDF-".utf8), "a PDF document"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
    ([0x50, 0x4B, 0x05, 0x06], "a zip archive"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program (ELF)"),
    ([0xCF, 0xFA, 0xED, 0xFE], "a program (Mach-O)"),
    ([0x42, 0x5A, 0x68], "bzip2 data"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data"),
    ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
    (Array("Rar!".utf8), "a RAR archive"),
    (Array("OggS".utf8), "an Ogg file"),
    (Array("ID3".utf8), "an MP3 file"),
    (Array("wOFF".utf8), "a font"),
    (Array("wOF2".utf8), "a font"),
    (Array("SQLite format 3".utf8), "an SQLite database"),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old Office document"),
  ]

  /// The offset of the first byte that is neither a UTF-8 byte order mark nor white space.
  static func afterMarkAndSpace(_ head: [UInt8]) -> Int {
    var start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < head.count, isJSONSpace(head[start]) { start += 1 }
    return start
  }

  static func mayBeJSONObject(_ bytes: ArraySlice<UInt8>) -> Bool {
    let head = Array(bytes.prefix(InputKind.sniffedBytes))
    return head[afterMarkAndSpace(head)...].first == UInt8(ascii: "{")
  }

  static func isJSONSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// `[` alone also begins plain text ("[1] See …"): after it a value must follow that JSON knows, and then a `,` or `]`.
  static func looksLikeJSONArray(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text.dropFirst().drop(while: isJSONSpace)
    guard let first = rest.first else { return false }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): return true
    case UInt8(ascii: "]"): return rest.dropFirst().allSatisfy(isJSONSpace)
    default:
      rest = rest.drop { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "]") }.drop(while: isJSONSpace)
      let isNumber = first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
      let isWord = [UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n")].contains(first)
      return (isNumber && rest.first == UInt8(ascii: ",")) || (isWord && rest.first == UInt8(ascii: ","))
        || (isNumber && rest.first == UInt8(ascii: "]") && rest.dropFirst().allSatisfy(isJSONSpace))
    }
  }

  /// A message header block with a multipart/related or MIME-Version field, before any markup; or several of the fields
  /// that browsers write there, in case one of them is damaged.
  static func isMHTML(_ head: [UInt8]) -> Bool {
    guard let first = head.first, first != UInt8(ascii: "<") else { return false }
    let text = String(decoding: head.prefix(2048), as: UTF8.self).lowercased()
    let header = text.replacingLineEnds()
    let lines = header.prefix { !$0.isEmpty }
    if lines.count(where: { line in mailFields.contains { line.hasPrefix($0) } }) > 2 { return true }
    guard let firstLine = lines.first, let colon = firstLine.firstIndex(of: ":"),
      firstLine[..<colon].allSatisfy({ $0.isLetter || $0 == "-" })
    else { return false }
    return lines.contains { $0.hasPrefix("mime-version:") } || header.contains { $0.contains("multipart/related") }
  }

  private static let mailFields = [
    "from:", "subject:", "date:", "mime-version:", "content-type:", "snapshot-content-location:", "message-id:",
    "content-transfer-encoding:",
  ]
}

extension String {
  /// Its lines, whatever ends them.
  fileprivate func replacingLineEnds() -> [Substring] {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }
}
