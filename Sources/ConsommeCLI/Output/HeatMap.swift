import Foundation

/// Draws a page's source as HTML, each run of bytes coloured by how many bits it costs.
///
/// The result stands alone: no scripts, nothing loaded. Cheap bytes get no element and runs of one class share one, so that
/// a page of a megabyte stays usable.
enum HeatMap {
  /// The least bits a byte of each class; the class below the first has no colour.
  static let classes: [Float] = [0.5, 1, 2, 4, 6, 9]
  /// Source is cut into blocks of about this many bytes, which a browser lays out only when they come into sight.
  private static let blockBytes = 8192

  static func section(name: String, utf8: [UInt8], bits: [Float], totals: EntropyBody) -> String {
    let perByte = utf8.isEmpty ? 0 : (totals.bits ?? 0) / Double(utf8.count)
    var html = "<section><h2>\(escaped(TerminalText.shown(name)))</h2>\n"
    html += String(
      format: "<p>%d bytes, %.0f bits, %.3f bits per byte</p>\n<pre>", utf8.count, totals.bits ?? 0, perByte)
    var index = 0
    var blockStart = 0
    while index < utf8.count {
      // A run: characters of one class.
      let start = index
      let level = level(utf8, bits, &index)
      while index < utf8.count, index - blockStart < blockBytes {
        var next = index
        guard self.level(utf8, bits, &next) == level else { break }
        index = next
      }
      let source = escaped(String(decoding: utf8[start..<index], as: UTF8.self))
      if level == 0 {
        html += source
      } else {
        let cost = bits[min(start, bits.count)..<min(index, bits.count)].reduce(0) { $0 + Double($1) }
        html += "<i class=c\(level) title=\"\(tenths(cost)) bits\">\(source)</i>"
      }
      if index - blockStart >= blockBytes, index < utf8.count {
        blockStart = index
        html += "</pre>\n<pre>"
      }
    }
    return html + "</pre></section>\n"
  }

  /// The class of the character at `index`, by its mean bits a byte; moves to the next one.
  private static func level(_ utf8: [UInt8], _ bits: [Float], _ index: inout Int) -> Int {
    var sum: Float = 0
    let start = index
    repeat {
      sum += index < bits.count ? bits[index] : 0
      index += 1
    } while index < utf8.count && utf8[index] & 0xC0 == 0x80
    let mean = sum / Float(index - start)
    return classes.firstIndex { mean < $0 } ?? classes.count
  }

  private static func tenths(_ value: Double) -> String {
    let rounded = Int((value * 10).rounded())
    return "\(rounded / 10).\(rounded % 10)"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // A line break just after <pre> would be dropped; carriage returns and NUL would be changed.
      case "\n": result += "&#10;"
      case "\r": result += "␍"
      case "\0": result += "␀"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static var header: String {
    let legend = classes.indices.map { index in
      "<i class=c\(index + 1)>\(index + 1 < classes.count ? "\(classes[index])–\(classes[index + 1])" : "\(classes[index]) and more")</i>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Bits per byte</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      :root { color-scheme: light dark }
      body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5em }
      pre { font: 13px/1.5 ui-monospace, monospace; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2;
        content-visibility: auto; contain-intrinsic-size: auto 2000px }
      i { font-style: normal; border-radius: 2px }
      .c1 { background: #fde72533 } .c2 { background: #fdc52755 } .c3 { background: #fb9b2177 }
      .c4 { background: #ed692599 } .c5 { background: #d13525bb } .c6 { background: #8f0d2bdd; color: #fff }
      </style></head><body>
      <h1>Bits per byte</h1>
      <p>What each byte of the source costs the model that has read everything before it. \(legend.joined(separator: " "))</p>

      """
  }

  static let footer = "</body></html>\n"
}

/// Heat maps of several pages in one document.
struct HeatMapFraming: Framing {
  private var isBegun = false

  init() {}

  mutating func page(_ output: PageOutput) -> [UInt8] {
    defer { isBegun = true }
    return Array((isBegun ? "" : HeatMap.header).utf8) + output.bytes
  }

  mutating func end() -> [UInt8] { Array(((isBegun ? "" : HeatMap.header) + HeatMap.footer).utf8) }
}
