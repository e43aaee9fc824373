import Consomme
import Evaluation
import Foundation
import Inputs
import Pages

/// A page, and what a person wants to be read of it.
struct Correction {
  enum Verb: String, Codable { case text, markdown }

  /// Where it was said, for messages.
  var place: String
  var verb: Verb
  var id: String
  var url: String?
  /// As given.
  var bytes: [UInt8]
  /// What its envelope says.
  var charset: String?
  /// The text or Markdown.
  var wanted: String

  var decoded: DecodedPage {
    get throws {
      do { return try CharsetDecoder.decode(bytes, declared: charset) } catch {
        throw CommandFailure("\(id): \(error)")
      }
    }
  }

  /// Its words, without what only Markdown has.
  var wantedWords: String { Self.words(of: wanted, verb) }

  static func words(of text: String, _ verb: Verb) -> String { verb == .text ? text : MarkdownWords.plain(text) }

  /// What `page` gives for the verb, without what only Markdown has.
  func read(_ page: Page) -> String { Self.words(of: verb == .text ? page.text : page.markdown, verb) }

  /// Word F1 of what `page` gives against what is wanted.
  func f1(_ page: Page) -> Double { MainTextScore.words(gold: wantedWords, predicted: read(page)).f1 }

  /// The page as `reader` reads it.
  func page(_ reader: SharedReader) throws -> Page {
    do { return try Page(bytes, url: url, declaredCharset: charset, reader: reader) } catch {
      throw CommandFailure("\(id): \(error)")
    }
  }

  /// A line of the wanted text most words of which the page does not have anywhere; nil where there is none.
  ///
  /// - Parameter read: what the model reads; its lines pass, because it may take a scrap of markup for text.
  func strangeLine(read: String) throws -> String? {
    let page = try decoded
    let known = PageVocabulary(page.utf8)
    let lines = Set(read.split(separator: "\n"))
    return wantedWords.split(separator: "\n").first { !lines.contains($0) && !known.has($0) }.map(String.init)
  }
}

/// The words that stand on a page, as text and in markup.
struct PageVocabulary {
  private var words: Set<Substring> = []

  init(_ utf8: [UInt8]) {
    add(CharacterReferences.decode(utf8[...], inAttribute: false))
    // Words that markup stands in the middle of.
    var text: [UInt8] = []
    var isInTag = false
    for byte in utf8 {
      if byte == UInt8(ascii: "<") { isInTag = true }
      if !isInTag { text.append(byte) }
      if byte == UInt8(ascii: ">") { isInTag = false }
    }
    add(CharacterReferences.decode(text[...], inAttribute: false))
  }

  private mutating func add(_ text: String) { words.formUnion(Self.split(text[...])) }

  /// Whether most words of `line` are on the page; one without words is.
  func has(_ line: Substring) -> Bool {
    let wanted = Self.split(line)
    let found = wanted.reduce(0) { words.contains($1) ? $0 + 1 : $0 }
    return 10 * found >= 8 * wanted.count
  }

  /// Runs of letters and digits; of scripts that leave no spaces between words each character.
  private static func split(_ text: Substring) -> [Substring] {
    text.lowercased()[...].split { !($0.isLetter || $0.isNumber) }.flatMap { word in
      word.unicodeScalars.contains { $0.value >= 0x2e80 } ? word.indices.map { word[$0...$0] } : [word]
    }
  }
}

/// What Markdown says in words: addresses, marks and numbers of list items are left out.
enum MarkdownWords {
  static func plain(_ markdown: String) -> String {
    var result = ""
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      var rest = line.drop { $0 == " " || $0 == ">" }
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      if !number.isEmpty, rest.dropFirst(number.count).hasPrefix(". ") { rest = rest.dropFirst(number.count + 2) }
      result += withoutAddresses(rest) + "\n"
    }
    return result
  }

  /// What stands in the parentheses right behind a bracket goes; a backslash makes the next sign an ordinary one.
  private static func withoutAddresses(_ line: Substring) -> String {
    var result = ""
    var last: Character = " "
    var depth = 0
    var isEscaped = false
    for character in line {
      if isEscaped {
        isEscaped = false
        if depth == 0 { result.append(character) }
        last = " "
        continue
      }
      if character == "\\" {
        isEscaped = true
        continue
      }
      if depth > 0 {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
      } else if character == "(", last == "]" {
        depth = 1
      } else {
        // Marks within a word do not part it.
        if character != "*" && character != "`" && character != "~" { result.append(character) }
      }
      last = character
    }
    return result
  }
}
