import FieldHeads
import FieldTeaching
import Foundation

/// A page with its fields, as a person gave them.
struct TeachExample {
  var id: String
  var bytes: [UInt8]
  /// nil: to be found out from the bytes.
  var charset: String?
  var gold: FieldGold

  /// The examples of a JSON Lines file, or of a folder: its JSON Lines files, and pages with a JSON file of the same name beside them.
  static func load(_ path: String) throws -> [TeachExample] {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure("\(path): there is no such file or folder; --examples wants JSON Lines or marked pages")
    }
    guard isFolder.boolValue else { return try lines(of: path) }
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    var result: [TeachExample] = []
    for name in names where name.hasSuffix(".jsonl") { result += try lines(of: path + "/" + name) }
    for name in names where name.hasSuffix(".json") {
      let page = path + "/" + name.dropLast(5) + ".html"
      guard FileManager.default.fileExists(atPath: page) else { continue }
      let file = path + "/" + name
      guard let object = try? JSONSerialization.jsonObject(with: Data(try read(file))) as? [String: Any] else {
        throw CommandFailure("\(file): is no JSON object; wanted the page's fields")
      }
      let fields = object["fields"] as? [String: Any] ?? object
      result.append(TeachExample(id: page, bytes: try read(page), charset: nil, gold: gold(fields)))
    }
    if result.isEmpty { throw CommandFailure("\(path): has neither .jsonl files nor pages with a .json beside them") }
    return result
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("\(path): cannot be read; check the path")
    }
    return [UInt8](data)
  }

  private static func lines(of path: String) throws -> [TeachExample] {
    var result: [TeachExample] = []
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    for (index, line) in try read(path).split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 <= 0x20 }) { continue }
      let place = "\(path), line \(index + 1)"
      guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
        throw CommandFailure("\(place): is no JSON object; mend or delete the line")
      }
      guard let fields = object["fields"] as? [String: Any] else {
        throw CommandFailure("\(place): has no “fields” object; say what stands on the page")
      }
      var example = TeachExample(id: object["id"] as? String ?? place, bytes: [], charset: nil, gold: gold(fields))
      if let html = object["html"] as? String {
        example.bytes = Array(html.utf8)
        example.charset = "utf-8"
      } else if let text = object["html_base64"] as? String, let data = Data(base64Encoded: text) {
        example.bytes = [UInt8](data)
      } else if let file = object["path"] as? String {
        example.bytes = try read(URL(fileURLWithPath: file, relativeTo: folder).path)
      } else {
        throw CommandFailure("\(place): has neither “html” nor “path”; add the page")
      }
      result.append(example)
    }
    return result
  }

  /// Texts and numbers, lists of them, records (their members count as `field.member`), and null for nothing.
  private static func gold(_ fields: [String: Any]) -> FieldGold {
    var gold = FieldGold()
    var open = fields.map { ($0.key, $0.value) }
    while let (name, value) = open.popLast() {
      switch value {
      case let text as String: gold.values[name, default: []].append(text)
      case let number as NSNumber: gold.values[name, default: []].append("\(number)")
      case let list as [Any]:
        if list.isEmpty { gold.values[name, default: []] += [] }
        open += list.reversed().map { (name, $0) }
      case let record as [String: Any]: open += record.map { (name + "." + $0.key, $0.value) }
      default: gold.values[name, default: []] += []
      }
    }
    return gold
  }
}
